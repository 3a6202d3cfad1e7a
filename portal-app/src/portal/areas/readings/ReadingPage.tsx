/** One kind of what is measured at home: written down, drawn over time, and every value with who measured it. */
import type { Observation } from '@medplum/fhirtypes';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useParams, useSearchParams } from 'react-router';
import { timeOf } from '../../../format/date.ts';
import { dateOf } from '../../../format/observation.ts';
import { type Text, t } from '../../../i18n/text.ts';
import { chartOf } from '../../../record/readings/chart.ts';
import { isKindName, KINDS, type KindName } from '../../../record/readings/kinds.ts';
import { lastUsed, readingsQuery, type Shown, shownOf } from '../../../record/readings/queries.ts';
import { likenessOf, type Reading, readingOf } from '../../../record/readings/reading.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import { BackLink } from '../../../ui/BackLink.tsx';
import { Select } from '../../../ui/form.tsx';
import { NotFoundPage } from '../../../ui/NotFoundPage.tsx';
import { Card, EmptyState, Loaded, PageHead } from '../../../ui/parts.tsx';
import { ShowOlder } from '../../../ui/ShowOlder.tsx';
import { TrendChart } from '../../../ui/TrendChart.tsx';
import { AddReading } from './AddReading.tsx';
import { ReadingList } from './ReadingList.tsx';

export function ReadingPage() {
  const { kind } = useParams();
  return isKindName(kind) ? <Log key={kind} kind={kind} /> : <NotFoundPage />;
}

function Log({ kind }: { readonly kind: KindName }) {
  const { fhir } = usePortal();
  const query = useInfiniteQuery(readingsQuery(fhir, kind));
  const [count, setCount] = useState(30);
  const all = query.data?.pages.flatMap(({ resources }) => resources);
  const shown = all && shownOf(kind, all);
  const showOlder = (): void => {
    setCount(count + 60);
    if (query.hasNextPage) void query.fetchNextPage();
  };
  return (
    <>
      <BackLink to="/readings">{t('Home readings')}</BackLink>
      <PageHead title={t(KINDS[kind].title)} />
      {kind === 'blood-pressure' && (
        <p>
          <Link to="/learn/articles/blood-pressure">{t('How to measure, and what the numbers mean')}</Link>
        </p>
      )}
      <Loaded query={{ ...query, data: shown }}>
        {(readings) => (
          <>
            {fhir.offers('Observation', 'create') && (
              <Card title={t('Write down a value')}>
                <AddReading
                  kind={kind}
                  last={lastUsed(readings)}
                  isThere={(each) => isAmong(readings, each)}
                />
              </Card>
            )}
            {readings.length === 0 ? (
              <EmptyState>{t('No values yet. The chart begins with the second one.')}</EmptyState>
            ) : (
              <>
                {readings.length > 1 && <Chart kind={kind} readings={readings} />}
                <Card title={t('Values')}>
                  <ReadingList readings={readings.slice(0, count)} />
                  {(query.hasNextPage || readings.length > count) && (
                    <ShowOlder isLoading={query.isFetchingNextPage} onPress={showOlder} />
                  )}
                </Card>
              </>
            )}
          </>
        )}
      </Loaded>
    </>
  );
}

/** What was corrected meanwhile is not said to be in the record. From before all that was read it is, as it was sent. */
const isAmong = (readings: readonly Shown[], reading: Reading): boolean =>
  !readings.some(({ observation }) => timeOf(dateOf(observation)) <= timeOf(reading.at)) ||
  readings.some(({ observation }) => {
    const each = readingOf(observation);
    return each !== undefined && likenessOf(each) === likenessOf(reading);
  });

const PERIODS: readonly (readonly [name: string, days: number, Text])[] = [
  ['90', 90, 'Three months'],
  ['365', 365, 'One year'],
  ['all', Number.POSITIVE_INFINITY, 'All'],
];

/** The last months first: years would crush what was measured at home. Another period stands in the address: `?period=all`. */
function Chart({ kind, readings }: { readonly kind: KindName; readonly readings: readonly Shown[] }) {
  const within = (days: number): readonly Observation[] =>
    readings
      .map(({ observation }) => observation)
      .filter((each) => Date.now() - timeOf(dateOf(each)) <= days * 86_400_000);
  const [parameters, setParameters] = useSearchParams();
  const [first] = useState(() => PERIODS.find(([, days]) => within(days).length > 1)?.[0] ?? 'all');
  const asked = parameters.get('period') ?? first;
  const [period, days] = PERIODS.find(([name]) => name === asked) ?? ['all', Number.POSITIVE_INFINITY];
  const { unit, lines } = chartOf(kind, within(days));
  return (
    <Card title={t('Over time')}>
      <Select
        id="period"
        label={t('Period')}
        value={period}
        onChange={(value) => setParameters({ period: value }, { replace: true })}
        options={PERIODS.map(([name, , words]) => [name, t(words)] as const)}
      />
      <TrendChart title={t(KINDS[kind].title)} unit={unit} lines={lines} band={undefined} />
      {kind === 'blood-pressure' && (
        <p className="muted">{t('Upper number: solid line. Lower number: dotted line.')}</p>
      )}
    </Card>
  );
}
