/** One entry of the record: what is known of it, what explains it; of a visit, what was written down there; of a document, its files. */
import type { MedicationRequest, Observation } from '@medplum/fhirtypes';
import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { Link, useParams } from 'react-router';
import { markSeen } from '../../../device/seen.ts';
import { isOrder } from '../../../format/medicine.ts';
import { isPanel } from '../../../format/observation.ts';
import { valueText } from '../../../format/value.ts';
import { medicineName, testName } from '../../../format/words.ts';
import { t } from '../../../i18n/text.ts';
import { type Entry, isKind, type KindName, kindOf, lineOf } from '../../../record/entries/kinds.ts';
import { atVisitQuery, entryQuery } from '../../../record/entries/queries.ts';
import { isWithdrawn } from '../../../smart/fhir.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import styles from '../../../ui/entries.module.css';
import { Facts } from '../../../ui/Facts.tsx';
import { NotFoundPage } from '../../../ui/NotFoundPage.tsx';
import { Card, EmptyState, Loaded, PageHead, Pill } from '../../../ui/parts.tsx';
import { AttachedFile } from '../../../views/AttachedFile.tsx';
import { Explained } from '../../../views/Explained.tsx';
import { StatusPill } from '../../../views/StatusPill.tsx';
import { EntryList } from './EntryList.tsx';

export function RecordEntryPage() {
  const { type, id = '' } = useParams();
  return isKind(type) ? <One name={type} id={id} /> : <NotFoundPage />;
}

function One({ name, id }: { readonly name: KindName; readonly id: string }) {
  const { fhir } = usePortal();
  const query = useQuery(entryQuery(fhir, name, id));
  const kind = t(kindOf(name).title);
  useEffect(() => {
    if (query.data) markSeen(id);
  }, [id, query.data]);
  return (
    <>
      <p>
        <Link to={`/records/${name}`}>‹ {kind}</Link>
      </p>
      <PageHead title={query.data ? lineOf(query.data).name : kind} />
      <Loaded query={query}>{(entry) => <Known entry={entry} />}</Loaded>
    </>
  );
}

/** Their note is who it was with, which stands among the facts. */
const NAMING: ReadonlySet<string> = new Set(['CareTeam', 'Encounter', 'DocumentReference']);

function Known({ entry }: { readonly entry: Entry }) {
  const { name, note, concept, facts } = lineOf(entry);
  if (isWithdrawn(entry))
    return (
      <Card>
        <p>
          <Pill kind="warn">{t('Entered in error')}</Pill>
        </p>
        <p>{t('The clinic has taken this entry back: it does not count.')}</p>
      </Card>
    );
  return (
    <>
      <Card>
        {note && !NAMING.has(entry.resourceType) && (
          <p>
            <Pill kind="plain">{note}</Pill>
          </p>
        )}
        <Facts facts={facts.map(([label, value]) => [t(label), value] as const)} />
        {concept && (
          <p>
            <Explained concept={concept} name={name} />
          </p>
        )}
        {entry.resourceType === 'DocumentReference' &&
          entry.content.map(({ attachment }) => (
            <AttachedFile key={`${attachment.title} ${attachment.url}`} attachment={attachment} />
          ))}
      </Card>
      {entry.resourceType === 'Encounter' && <AtVisit id={entry.id as string} />}
    </>
  );
}

function AtVisit({ id }: { readonly id: string }) {
  const { fhir } = usePortal();
  const query = useQuery(atVisitQuery(fhir, id));
  return (
    <Loaded query={query}>
      {(found) => {
        const documents = found.filter((each) => each.resourceType === 'DocumentReference');
        const entries = found.filter(
          (each): each is Entry => each.resourceType !== 'DocumentReference' && isKind(each.resourceType),
        );
        const results = found.filter(
          (each): each is Observation => each.resourceType === 'Observation' && !isPanel(each),
        );
        const medicines = found.filter(
          (each): each is MedicationRequest => each.resourceType === 'MedicationRequest' && isOrder(each),
        );
        if (found.length === 0)
          return <EmptyState>{t('No notes of this visit are shared here.')}</EmptyState>;
        return (
          <>
            {documents.map((each) => (
              <Card key={each.id} title={lineOf(each).name}>
                {each.content.map(({ attachment }) => (
                  <AttachedFile key={`${attachment.title} ${attachment.url}`} attachment={attachment} />
                ))}
              </Card>
            ))}
            {entries.length > 0 && (
              <Card title={t('Problems and procedures')}>
                <EntryList entries={entries} />
              </Card>
            )}
            {results.length > 0 && (
              <Card title={t('Measured')}>
                <ul className={styles.list}>
                  {results.map((each) => (
                    <li key={each.id}>
                      <strong>
                        <Link to={`/results/${each.id}`}>{testName(each.code)}</Link>
                      </strong>
                      <span className="number">{valueText(each)}</span>
                      <StatusPill status={each.status} />
                    </li>
                  ))}
                </ul>
              </Card>
            )}
            {medicines.length > 0 && (
              <Card title={t('Prescribed')}>
                <ul className={styles.list}>
                  {medicines.map((each) => (
                    <li key={each.id}>
                      <strong>
                        <Link to="/medications">{medicineName(each)}</Link>
                      </strong>
                    </li>
                  ))}
                </ul>
              </Card>
            )}
          </>
        );
      }}
    </Loaded>
  );
}
