/** The rest of the record: searched as one types; the newest of each kind, and the way to all of them. */
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { failureWords } from '../../../format/explained.ts';
import { t } from '../../../i18n/text.ts';
import { wholeRecord } from '../../../record/entries/download.ts';
import { kindOf } from '../../../record/entries/kinds.ts';
import { type Newest, newestQuery } from '../../../record/entries/queries.ts';
import { fhirText } from '../../../smart/exact-json.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import { useAction } from '../../../smart/use-send.ts';
import { Button } from '../../../ui/Button.tsx';
import styles from '../../../ui/entries.module.css';
import { TextField } from '../../../ui/form.tsx';
import { Card, EmptyState, Loaded, PageHead, PartFailed } from '../../../ui/parts.tsx';
import { saveFile } from '../../../ui/save-file.ts';
import { useLookedFor } from '../../../ui/use-looked-for.ts';
import { EntryList } from './EntryList.tsx';
import { SearchHits } from './SearchHits.tsx';

export function RecordsPage() {
  const [text, setText] = useLookedFor();
  return (
    <>
      <PageHead title={t('Records')} />
      <search>
        <TextField
          id="search"
          type="search"
          label={t('Search my whole record')}
          hint={t('A test, a medicine, a word from a note or a message.')}
          value={text}
          onChange={setText}
        />
      </search>
      {text.trim() === '' ? <Kinds /> : <SearchHits text={text.trim()} />}
    </>
  );
}

function Kinds() {
  const { fhir } = usePortal();
  const query = useQuery(newestQuery(fhir));
  return (
    <>
      <Download />
      <Loaded query={query} rows={8}>
        {(kinds) => (
          <div className={styles.grid}>
            {kinds
              .filter(({ name }) => fhir.offers(name))
              .map((each) => (
                <Section key={each.name} newest={each} onRetry={() => void query.refetch()} />
              ))}
          </div>
        )}
      </Loaded>
    </>
  );
}

function Section({ newest, onRetry }: { readonly newest: Newest; readonly onRetry: () => void }) {
  const { name, entries } = newest;
  const title = t(kindOf(name).title);
  return (
    <Card title={title}>
      {entries === undefined && <PartFailed onRetry={onRetry} />}
      {entries?.length === 0 && <EmptyState>{t('None on record.')}</EmptyState>}
      {entries && entries.length > 0 && <EntryList entries={entries} />}
      {entries && entries.length > 0 && (
        <p>
          <Link to={`/records/${name}`}>
            {t('Show all')}
            <span className="visually-hidden">: {title}</span>
          </Link>
        </p>
      )}
    </Card>
  );
}

/** For the person themself, for another doctor's system, or on paper. */
function Download() {
  const { fhir } = usePortal();
  const download = useAction({
    act: () => wholeRecord(fhir),
    onSuccess: (bundle) => saveFile('my-health-record.json', 'application/fhir+json', fhirText(bundle, 2)),
  });
  return (
    <>
      <p>
        {fhir.offers('Patient', '$everything') && (
          <Button className="button secondary" isOff={download.isPending} onClick={() => download.mutate()}>
            {t(download.isPending ? 'Gathering…' : 'Download my record')}
          </Button>
        )}{' '}
        {fhir.offers('Condition') && (
          <Link className="button quiet" to="/summary">
            {t('Health summary to print')}
          </Link>
        )}
      </p>
      {download.error && <p role="alert">{failureWords(download.error)}</p>}
    </>
  );
}
