/** The first part of a patient's page: the lists that are kept, and the newest measurements. */
import type { Observation } from '@medplum/fhirtypes';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { clinicalName } from '../../../format/clinical.ts';
import { formatDate } from '../../../format/date.ts';
import { t } from '../../../i18n/text.ts';
import { listsQuery } from '../../../record/lists/queries.ts';
import { observationsQuery, type TestRow, testRows } from '../../../record/results/queries.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import { Each } from '../../../ui/Each.tsx';
import styles from '../../../ui/entries.module.css';
import { Card, EmptyState, FlagPill, Loaded } from '../../../ui/parts.tsx';
import { HomePill } from '../../../views/HomePill.tsx';
import { KeptPill } from '../../../views/KeptPill.tsx';
import { StatusPill } from '../../../views/StatusPill.tsx';
import { ListCard } from './ListCard.tsx';
import own from './patient.module.css';

const FEW = 8;

export function OverviewPart() {
  const { fhir } = usePortal();
  const lists = useQuery(listsQuery(fhir));
  return (
    <div className={own.columns}>
      <Loaded query={lists} rows={6}>
        {(all) => (
          <>
            {all.map((list) => (
              <ListCard key={list.name} list={list} />
            ))}
          </>
        )}
      </Loaded>
      <Newest />
    </div>
  );
}

function Newest() {
  const { fhir } = usePortal();
  const query = useInfiniteQuery(observationsQuery(fhir));
  return (
    <>
      <Card title={t('Vital signs')}>
        <Loaded query={query} rows={4}>
          {({ pages }) => <Rows rows={rowsOf(pages, 'vitals')} />}
        </Loaded>
      </Card>
      <Card title={t('Latest laboratory values')}>
        <Loaded query={query} rows={4}>
          {({ pages }) => <Rows rows={rowsOf(pages, 'labs')} />}
        </Loaded>
      </Card>
    </>
  );
}

const rowsOf = (
  pages: readonly { readonly resources: readonly Observation[] }[],
  kind: TestRow['kind'],
): readonly TestRow[] =>
  testRows(pages.flatMap(({ resources }) => resources))
    .filter((row) => row.kind === kind)
    .slice(0, FEW);

function Rows({ rows }: { readonly rows: readonly TestRow[] }) {
  const { fhir } = usePortal();
  if (rows.length === 0) return <EmptyState>{t('None on record.')}</EmptyState>;
  return (
    <ul className={styles.list}>
      <Each of={rows}>
        {({ id, latest, value, flag, date }) => (
          <li key={id}>
            <strong>
              <Link to={`/patients/${fhir.patient}/results/${id}`}>{clinicalName(latest.code)}</Link>
            </strong>
            <span className="number">{value}</span>
            <FlagPill flag={flag} />
            <StatusPill status={latest.status} />
            <HomePill of={latest} />
            <KeptPill of={latest} />
            <span className="muted">{formatDate(date)}</span>
          </li>
        )}
      </Each>
    </ul>
  );
}
