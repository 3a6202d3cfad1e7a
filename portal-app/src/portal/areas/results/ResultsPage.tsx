/** All results: as they were ordered, or the latest value of each test. */
import { useQuery } from '@tanstack/react-query';
import { useDeferredValue, useState } from 'react';
import { Link } from 'react-router';
import { isNew, useSeen } from '../../../device/seen.ts';
import { timeOf } from '../../../format/date.ts';
import { isOutside } from '../../../format/flag.ts';
import { plural, t } from '../../../i18n/text.ts';
import { glanceQuery } from '../../../record/glance/queries.ts';
import { canBeInCard, offersCards } from '../../../record/health-cards/issue.ts';
import { isYoung } from '../../../record/patient/young.ts';
import { type Group, isNewOrder } from '../../../record/results/order.ts';
import { filtered, within } from '../../../record/results/orders.ts';
import { type TestRow, testRows } from '../../../record/results/queries.ts';
import { type Results, useResults } from '../../../record/results/use-results.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import { Button } from '../../../ui/Button.tsx';
import { EmptyState, Loaded, PageHead, PartFailed } from '../../../ui/parts.tsx';
import { FilterBar } from './FilterBar.tsx';
import { OrderList } from './OrderList.tsx';
import { TestList } from './TestList.tsx';
import { type Filters, isFiltered, useFilters } from './use-filters.ts';

/** So many lines are drawn at first, and more with each press. */
const FEW = 30;

export function ResultsPage() {
  const filters = useFilters();
  const { fhir } = usePortal();
  const { query, retryReports } = useResults();
  const patient = useQuery(glanceQuery(fhir)).data?.patient;
  return (
    <>
      <PageHead title={t('Results')} />
      {isYoung(patient?.birthDate) && (
        <p>
          <Link className="button secondary" to="/growth">
            {t('Growth charts')}
          </Link>
        </p>
      )}
      <FilterBar filters={filters} />
      {retryReports && <PartFailed onRetry={retryReports} />}
      <Loaded query={query} rows={8}>
        {(results) => <Shown results={results} filters={filters} />}
      </Loaded>
      {offersCards(fhir) && query.data?.observations.some(canBeInCard) && (
        <p>
          <Link className="button secondary" to="/health-card/results">
            {t('Get a SMART Health Card')}
          </Link>
        </p>
      )}
    </>
  );
}

function Shown({ results, filters }: { readonly results: Results; readonly filters: Filters }) {
  const [most, setMost] = useState(FEW);
  useSeen();
  const wanted = { ...filters, text: useDeferredValue(filters.text.trim().toLowerCase()) };
  const isByTest = filters.by === 'test';
  const orders = isByTest ? [] : results.orders.flatMap((each) => filtered(each, wanted, isFresh) ?? []);
  const tests = isByTest ? testRows(results.observations).filter((row) => isWanted(row, wanted)) : [];
  const shown = within(orders, most);
  const count = isByTest ? tests.length : orders.length;
  const isCut = isByTest
    ? tests.length > most
    : shown.length < orders.length || shown.at(-1)?.lines.length !== orders.at(-1)?.lines.length;
  return (
    <>
      <p className="visually-hidden" role="status">
        {plural(isByTest ? Math.min(count, most) : shown.length, '1 result shown', '{count} results shown')}
      </p>
      {count === 0 && (
        <EmptyState>
          {t(
            isFiltered(filters)
              ? 'Nothing matches. Try another word or filter.'
              : 'No results yet. When one arrives it is shown here.',
          )}
        </EmptyState>
      )}
      {isByTest ? <TestList tests={tests.slice(0, most)} /> : <OrderList orders={shown} isNew={isFresh} />}
      {(isCut || results.hasMore) && (
        <p>
          <Button
            className="button secondary"
            isOff={results.isLoadingMore}
            onClick={() => {
              setMost(most + 2 * FEW);
              if (!isCut) results.readMore();
            }}
          >
            {t(results.isLoadingMore ? 'Loading…' : 'Show older results')}
          </Button>
        </p>
      )}
    </>
  );
}

const isFresh = (order: Group): boolean => isNewOrder(order, isNew);

const isWanted = ({ name, kind, flag, date }: TestRow, wanted: Filters): boolean =>
  (wanted.kind === 'all' || kind === wanted.kind) &&
  (!wanted.outside || isOutside(flag)) &&
  (wanted.since === '' || timeOf(date) >= timeOf(`${wanted.since}T00:00:00`)) &&
  name.toLowerCase().includes(wanted.text);
