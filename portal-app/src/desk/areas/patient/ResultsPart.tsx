/** Every test with its newest value, in a table as at work: name and code, value, range, and how it went. */
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'react-router';
import { clinicalName, codesText } from '../../../format/clinical.ts';
import { formatDate } from '../../../format/date.ts';
import { isOutside, rangeOf, rangeWords } from '../../../format/flag.ts';
import { unitText } from '../../../format/quantity.ts';
import { t } from '../../../i18n/text.ts';
import { observationsQuery, type TestRow, testRows } from '../../../record/results/queries.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import { CheckList, TextField } from '../../../ui/form.tsx';
import { Card, EmptyState, FlagPill, Loaded } from '../../../ui/parts.tsx';
import { ScrollTable } from '../../../ui/ScrollTable.tsx';
import { ShowOlder } from '../../../ui/ShowOlder.tsx';
import { Sparkline } from '../../../ui/Sparkline.tsx';
import { HomePill } from '../../../views/HomePill.tsx';
import { KeptPill } from '../../../views/KeptPill.tsx';
import { StatusPill } from '../../../views/StatusPill.tsx';
import own from './patient.module.css';

export function ResultsPart() {
  const { fhir } = usePortal();
  const query = useInfiniteQuery(observationsQuery(fhir));
  const [text, setText] = useState('');
  const [only, setOnly] = useState<readonly string[]>([]);
  return (
    <Card title={t('Results')}>
      <div className={own.filters}>
        <TextField id="result-name" label={t('Name or code')} value={text} onChange={setText} />
        <CheckList
          legend={t('Show only')}
          options={[
            ['outside', t('Outside their range')],
            ['labs', t('Labs')],
            ['vitals', t('Vitals')],
          ]}
          chosen={only}
          onChange={setOnly}
        />
      </div>
      <Loaded query={query} rows={8}>
        {({ pages }) => {
          const rows = testRows(pages.flatMap(({ resources }) => resources));
          return <Table rows={rows.filter((row) => isMeant(row, text, only))} />;
        }}
      </Loaded>
      {query.hasNextPage && (
        <ShowOlder isLoading={query.isFetchingNextPage} onPress={() => void query.fetchNextPage()} />
      )}
    </Card>
  );
}

function isMeant({ latest, name, flag, kind }: TestRow, text: string, only: readonly string[]): boolean {
  const kinds = only.filter((each) => each !== 'outside');
  const words = `${clinicalName(latest.code)} ${codesText(latest.code)} ${name}`.toLowerCase();
  return (
    words.includes(text.trim().toLowerCase()) &&
    (kinds.length === 0 || kinds.includes(kind)) &&
    (!only.includes('outside') || isOutside(flag))
  );
}

function Table({ rows }: { readonly rows: readonly TestRow[] }) {
  const { fhir } = usePortal();
  if (rows.length === 0) return <EmptyState>{t('None on record.')}</EmptyState>;
  return (
    <ScrollTable label={t('Results')} heads={[t('Test'), t('Value'), t('Range'), t('Date'), t('Trend')]}>
      {rows.map(({ id, latest, value, flag, date, history }) => (
        <tr key={id}>
          <th scope="row">
            <Link to={`/patients/${fhir.patient}/results/${id}`}>{clinicalName(latest.code)}</Link>
            <div className="muted">{codesText(latest.code)}</div>
          </th>
          <td>
            <span className="number">{value}</span> <FlagPill flag={flag} />{' '}
            <StatusPill status={latest.status} /> <HomePill of={latest} /> <KeptPill of={latest} />
          </td>
          <td className="number">{rangeWords(rangeOf(latest), unitText(latest.valueQuantity)) ?? ''}</td>
          <td>{formatDate(date)}</td>
          <td>
            <Sparkline values={history} />
          </td>
        </tr>
      ))}
    </ScrollTable>
  );
}
