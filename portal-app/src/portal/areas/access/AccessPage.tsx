/** Who looked at this record: the server's own log, as the patient may read it. */
import type { AuditEvent } from '@medplum/fhirtypes';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { formatDateTime } from '../../../format/date.ts';
import { t } from '../../../i18n/text.ts';
import { type Visit, visitsOf } from '../../../record/access/words.ts';
import { practitionerNamesQuery } from '../../../record/staff/queries.ts';
import type { Fhir } from '../../../smart/fhir.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import styles from '../../../ui/list.module.css';
import { Card, EmptyState, Loaded, PageHead } from '../../../ui/parts.tsx';

const accessQuery = (fhir: Fhir) =>
  queryOptions({
    queryKey: ['access', fhir.patient],
    queryFn: () =>
      fhir.search<AuditEvent>('AuditEvent', { patient: fhir.patient, _sort: '-date', _count: '300' }),
  });

export function AccessPage() {
  const { fhir } = usePortal();
  const query = useQuery(accessQuery(fhir));
  const people = (query.data?.resources ?? []).flatMap(({ agent = [] }) =>
    agent.map(({ who }) => who?.reference),
  );
  const names = useQuery(practitionerNamesQuery(fhir, people)).data;
  return (
    <>
      <PageHead title={t('Who looked at my record')} />
      <p className="muted">
        {t(
          'From the log that the clinic’s server keeps of every access. Nobody can change it; you see its newest part.',
        )}
      </p>
      <Loaded query={query}>
        {({ resources }) => {
          const visits = visitsOf(resources, fhir.self, names);
          const own = visits.filter(({ isOneself }) => isOneself);
          return (
            <>
              <Visits
                title={t('Others')}
                visits={visits.filter(({ isOneself }) => !isOneself)}
                none={t('Nobody else has looked yet.')}
              />
              {own.length > 0 && <Visits title={t('You')} visits={own} />}
            </>
          );
        }}
      </Loaded>
    </>
  );
}

function Visits({
  title,
  visits,
  none,
}: {
  readonly title: string;
  readonly visits: readonly Visit[];
  /** Said where there are none. */
  readonly none?: string;
}) {
  return (
    <Card title={title}>
      {visits.length === 0 && <EmptyState>{none}</EmptyState>}
      <ul className={styles.list}>
        {visits.map(({ who, isOneself, at, deeds, times }) => (
          <li key={`${who} ${at}`} className={styles.item}>
            {!isOneself && <h3>{who}</h3>}
            {deeds.map((deed) => (
              <p key={deed}>{deed}</p>
            ))}
            <p className="muted">
              {t(times === 1 ? 'Once, {time}' : '{count} times, last {time}', {
                count: times,
                time: formatDateTime(at),
              })}
            </p>
          </li>
        ))}
      </ul>
    </Card>
  );
}
