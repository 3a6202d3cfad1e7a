/** All results: the latest value of each test, and reports. */
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useDeferredValue, useState } from 'react';
import { Link, useLocation, useSearchParams } from 'react-router';
import { formatDate, formatMonth, newestFirst } from '../../../format/date.ts';
import { isOutside } from '../../../format/flag.ts';
import { conceptText, testName } from '../../../format/words.ts';
import { plural, type Text, t } from '../../../i18n/text.ts';
import { observationsQuery, reportsQuery, type TestRow, testRows } from '../../../record/results/queries.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import { Each } from '../../../ui/Each.tsx';
import { EmptyState, FlagPill, Loaded, PageHead, Pill } from '../../../ui/parts.tsx';
import rowStyles from '../../../ui/rows.module.css';
import { Sparkline } from '../../../ui/Sparkline.tsx';
import styles from './results.module.css';

type Kind = 'all' | 'labs' | 'vitals' | 'reports';

const KINDS: readonly (readonly [Kind, Text])[] = [
  ['all', 'All'],
  ['labs', 'Labs'],
  ['vitals', 'Vitals'],
  ['reports', 'Reports'],
];

/** So many rows are drawn at first, and more with each press. */
const FEW = 30;

interface Row {
  readonly to: string;
  readonly name: string;
  readonly date: string | undefined;
  readonly kind: Exclude<Kind, 'all'>;
  readonly test?: TestRow;
  readonly about?: string;
}

interface Filters {
  readonly kind: Kind;
  readonly text: string;
  readonly outside: boolean;
}

/** In the address, so that they are there again on the way back. Words that are looked for stay out of it: an address may tell nothing of anybody's health. */
function useFilters(): Filters & { readonly set: (change: Partial<Filters>) => void } {
  const [parameters, setParameters] = useSearchParams();
  const { state } = useLocation();
  const asked = parameters.get('kind');
  const filters: Filters = {
    kind: KINDS.find(([kind]) => kind === asked)?.[0] ?? 'all',
    text: typeof state === 'string' ? state : '',
    outside: parameters.get('outside') === 'only',
  };
  const set = (change: Partial<Filters>): void => {
    const next = { ...filters, ...change };
    setParameters(
      {
        ...(next.kind === 'all' ? {} : { kind: next.kind }),
        ...(next.outside ? { outside: 'only' } : {}),
      },
      { replace: true, state: next.text },
    );
  };
  return { ...filters, set };
}

export function ResultsPage() {
  const { fhir } = usePortal();
  const observations = useInfiniteQuery(observationsQuery(fhir));
  const reports = useQuery(reportsQuery(fhir));
  const { kind, text, outside, set } = useFilters();
  const [most, setMost] = useState(FEW);
  const wanted = useDeferredValue(text.trim().toLowerCase());
  const tests = testRows(observations.data?.pages.flatMap((page) => page.resources) ?? []);
  const rows: Row[] = [
    ...tests.map(
      (test): Row => ({ to: `/results/${test.id}`, name: test.name, date: test.date, kind: test.kind, test }),
    ),
    ...(reports.data?.resources ?? []).map(
      (report): Row => ({
        to: `/reports/${report.id}`,
        name: testName(report.code),
        date: report.effectiveDateTime ?? report.issued,
        kind: 'reports',
        about:
          report.conclusion ??
          (report.result?.length
            ? plural(report.result.length, '1 result', '{count} results')
            : conceptText(report.code)),
      }),
    ),
  ]
    .filter((row) => kind === 'all' || row.kind === kind)
    .filter((row) => !outside || (row.test && isOutside(row.test.flag)))
    .filter((row) => row.name.toLowerCase().includes(wanted))
    .sort((a, b) => newestFirst(a.date, b.date));
  return (
    <>
      <PageHead title={t('Results')} />
      <search className={styles.filters}>
        <label className={styles.search}>
          <span className="visually-hidden">{t('Search results')}</span>
          <input
            type="search"
            placeholder={t('Search test or report')}
            value={text}
            onChange={(event) => set({ text: event.target.value })}
          />
        </label>
        <fieldset className={styles.chips}>
          <legend className="visually-hidden">{t('Kind of result')}</legend>
          {KINDS.map(([value, label]) => (
            <label key={value}>
              <input
                type="radio"
                name="kind"
                value={value}
                checked={kind === value}
                onChange={() => set({ kind: value })}
              />
              <span>{t(label)}</span>
            </label>
          ))}
          <label>
            <input
              type="checkbox"
              checked={outside}
              onChange={(event) => set({ outside: event.target.checked })}
            />
            <span>{t('Only outside range')}</span>
          </label>
        </fieldset>
      </search>
      <Loaded query={observations} rows={8}>
        {() => (
          <>
            <p className="visually-hidden" role="status">
              {t('{count} results shown', { count: Math.min(rows.length, most) })}
            </p>
            {rows.length === 0 ? (
              <EmptyState>
                {t(
                  wanted || outside || kind !== 'all'
                    ? 'Nothing matches. Try another word or filter.'
                    : 'No results yet. When one arrives it is shown here.',
                )}
              </EmptyState>
            ) : (
              <Months rows={rows.slice(0, most)} />
            )}
            {(rows.length > most || observations.hasNextPage) && (
              <p>
                <button
                  type="button"
                  className="button secondary"
                  disabled={observations.isFetchingNextPage}
                  onClick={() => {
                    setMost(most + 2 * FEW);
                    if (rows.length <= most) void observations.fetchNextPage();
                  }}
                >
                  {t(observations.isFetchingNextPage ? 'Loading…' : 'Show older results')}
                </button>
              </p>
            )}
          </>
        )}
      </Loaded>
    </>
  );
}

function Months({ rows }: { readonly rows: readonly Row[] }) {
  const groups = Map.groupBy(rows, (row) => (row.date ? formatMonth(row.date) : t('Date not recorded')));
  return [...groups].map(([month, list]) => (
    <section key={month} className={styles.month}>
      <h2>{month}</h2>
      <ul className={rowStyles.list}>
        <Each of={list}>
          {(row) => (
            <li key={row.to}>
              <Link to={row.to} className={rowStyles.row}>
                <span className={rowStyles.name}>
                  <strong>{row.name}</strong>
                  <span className="muted">{formatDate(row.date)}</span>
                </span>
                {row.test ? (
                  <TestCells test={row.test} />
                ) : (
                  <span className={styles.about}>
                    <Pill kind="info">{t('Report')}</Pill>
                  </span>
                )}
              </Link>
            </li>
          )}
        </Each>
      </ul>
    </section>
  ));
}

function TestCells({ test }: { readonly test: TestRow }) {
  return (
    <>
      <Sparkline values={test.history} />
      <span className={rowStyles.value}>
        <span className="number">{test.value}</span>
        {test.status && <Pill kind="warn">{test.status}</Pill>}
        <FlagPill flag={test.flag} />
      </span>
    </>
  );
}
