/** Who looked at this record: the server's own log, as the patient may read it. */
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { dayNamed, formatDate, formatDistance } from '../../../format/date.ts';
import { t } from '../../../i18n/text.ts';
import { useThingTexts } from '../../../i18n/use-further-texts.ts';
import { isOpen } from '../../../record/about-pages.ts';
import { byWhom, logQuery } from '../../../record/access/queries.ts';
import { type Visit, visitsOf } from '../../../record/access/words.ts';
import { practitionerNamesQuery } from '../../../record/staff/queries.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import { EmptyState, Loaded, PageHead, Skeleton } from '../../../ui/parts.tsx';
import rows from '../../../ui/rows.module.css';
import { ShowOlder } from '../../../ui/ShowOlder.tsx';
import styles from './access.module.css';
import { LogFilterBar } from './LogFilterBar.tsx';
import { isShown, useLogFilters } from './use-log-filters.ts';
import { VisitRow } from './VisitRow.tsx';

export function AccessPage() {
  const { fhir } = usePortal();
  const filters = useLogFilters();
  const query = useInfiniteQuery(logQuery(fhir, `Patient/${fhir.patient}`, byWhom(filters.whose, fhir.self)));
  const events = (query.data?.pages ?? []).flatMap(({ resources }) => resources);
  const people = events.flatMap(({ agent = [] }) => agent.map(({ who }) => who?.reference));
  const names = useQuery(practitionerNamesQuery(fhir, people)).data;
  const isReady = useThingTexts();
  return (
    <>
      <PageHead title={t('Who looked at my record')} />
      <p className="muted">
        {t('From the log that the clinic’s server keeps of every access. Nobody can change it.')}{' '}
        {isOpen('/messages/new', fhir.offers) && <Link to="/messages/new">{t('Write a message')}</Link>}
      </p>
      <LogFilterBar filters={filters} />
      <Loaded query={query} rows={6}>
        {() =>
          isReady ? (
            <Days
              visits={visitsOf(events, fhir.self, names).filter((visit) => isShown(filters, visit))}
              hasOlder={query.hasNextPage}
            />
          ) : (
            <Skeleton rows={6} />
          )
        }
      </Loaded>
      {query.hasNextPage && (
        <ShowOlder isLoading={query.isFetchingNextPage} onPress={() => void query.fetchNextPage()} />
      )}
    </>
  );
}

function Days({ visits, hasOlder }: { readonly visits: readonly Visit[]; readonly hasOlder: boolean }) {
  if (visits.length === 0)
    return (
      <EmptyState>
        {t(hasOlder ? 'Nothing of this in the newest part of the log.' : 'The log has nothing of this.')}
      </EmptyState>
    );
  return [...Map.groupBy(visits, ({ at }) => dayNamed(at))].map(([day, ofDay]) => (
    <section key={day} className={styles.day}>
      <h2>
        {formatDate(day)} <span className="muted">{formatDistance(day)}</span>
      </h2>
      <ul className={rows.list}>
        {ofDay.map((visit) => (
          <VisitRow key={visit.who} visit={visit} />
        ))}
      </ul>
    </section>
  ));
}
