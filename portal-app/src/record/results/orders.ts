/**
 * Results as they were ordered: one entry a report with its lines, and what came without a report (vital signs, what was measured at home) by day.
 * https://hl7.org/fhir/R4/diagnosticreport.html
 */
import type { DiagnosticReport, Observation } from '@medplum/fhirtypes';
import { newestFirst, timeOf } from '../../format/date.ts';
import { flagOf, isOutside } from '../../format/flag.ts';
import { dateOf, isPanel } from '../../format/observation.ts';
import { testName } from '../../format/words.ts';
import { plural, t } from '../../i18n/text.ts';
import { inReportOrder } from './sections.ts';

export type OrderKind = 'labs' | 'vitals' | 'reports';

export interface Order {
  readonly key: string;
  /** undefined: there is no report, each line has its own page. */
  readonly report: DiagnosticReport | undefined;
  readonly name: string;
  readonly date: string | undefined;
  /** When it came, in milliseconds; NaN where it is not said. */
  readonly came: number;
  readonly kind: OrderKind;
  /** In their order. */
  readonly lines: readonly Observation[];
}

export interface OrderFilters {
  readonly kind: OrderKind | 'all';
  /** In small letters. */
  readonly text: string;
  readonly outside: boolean;
  readonly fresh: boolean;
  /** YYYY-MM-DD; '' for any time. */
  readonly since: string;
}

/** What was read of one kind, newest first, and whether there is more. */
export interface Stream<T> {
  readonly found: readonly T[];
  readonly hasMore: boolean;
}

/** Newest first. Only as far back as both were read: what is older may yet turn out to be part of a report. */
export function ordersOf(
  reports: Stream<DiagnosticReport>,
  included: readonly Observation[],
  observations: Stream<Observation>,
): Order[] {
  const byName = new Map(included.map((each) => [`Observation/${each.id}`, each]));
  const ordered = reports.found.map((report) => orderOf(report, byName));
  const within = new Set(ordered.flatMap(({ lines }) => lines.map(({ id }) => id)));
  const others = observations.found.filter((each) => !isPanel(each) && !within.has(each.id));
  const loose = [...Map.groupBy(others, looseKey)].map(([key, lines]) => looseOrder(key, lines));
  const horizon = Math.max(edgeOf(reports, reportDate), edgeOf(observations, dateOf));
  return [...ordered, ...loose]
    .filter(({ date }) => !(timeOf(date) < horizon))
    .sort((a, b) => newestFirst(a.date, b.date));
}

export const reportDate = ({
  effectiveDateTime,
  effectivePeriod,
  issued,
}: DiagnosticReport): string | undefined => effectiveDateTime ?? effectivePeriod?.start ?? issued;

/** The oldest that was read, where there is more. */
export function edgeOf<T>({ found, hasMore }: Stream<T>, when: (each: T) => string | undefined): number {
  const times = hasMore ? found.map((each) => timeOf(when(each))).filter((time) => !Number.isNaN(time)) : [];
  return times.length > 0 ? Math.min(...times) : -Infinity;
}

function orderOf(report: DiagnosticReport, byName: ReadonlyMap<string, Observation>): Order {
  const lines = inReportOrder(report, membersOf(report, byName));
  return {
    key: `reports/${report.id}`,
    report,
    name: testName(report.code),
    date: reportDate(report),
    came: timeOf(report.issued ?? reportDate(report)),
    kind: lines.length === 0 ? 'reports' : 'labs',
    lines,
  };
}

function membersOf(report: DiagnosticReport, byName: ReadonlyMap<string, Observation>): Observation[] {
  const found = new Set<Observation>();
  const take = (reference: string | undefined): void => {
    const each = byName.get(reference ?? '');
    if (!each || found.has(each)) return;
    found.add(each);
    for (const member of each.hasMember ?? []) take(member.reference);
  };
  for (const { reference } of report.result ?? []) take(reference);
  return [...found];
}

const isVital = ({ category = [] }: Observation): boolean =>
  category.some(({ coding = [] }) => coding.some(({ code }) => code === 'vital-signs'));

const looseKey = (each: Observation): string =>
  `${isVital(each) ? 'vitals' : 'labs'} ${dateOf(each)?.slice(0, 10) ?? ''}`;

function looseOrder(key: string, lines: readonly Observation[]): Order {
  const kind = key.startsWith('vitals') ? 'vitals' : 'labs';
  const date = lines.map(dateOf).toSorted(newestFirst)[0];
  const came = Math.max(...lines.map((each) => timeOf(each.issued ?? dateOf(each))));
  const name = t(kind === 'vitals' ? 'Vitals' : 'Single results');
  return { key, report: undefined, name, date, came, kind, lines };
}

/** What of it is shown: undefined, where nothing of it is asked for. `isNew`: whether a person has not opened it yet. */
export function filtered(
  order: Order,
  wanted: OrderFilters,
  isNew: (order: Order) => boolean,
): Order | undefined {
  const { kind, text, outside, fresh, since } = wanted;
  if (kind !== 'all' && order.kind !== kind) return undefined;
  if (since !== '' && !(timeOf(order.date) >= timeOf(`${since}T00:00:00`))) return undefined;
  if (fresh && !isNew(order)) return undefined;
  const said = text === '' || order.name.toLowerCase().includes(text);
  const lines = order.lines.filter(
    (each) =>
      (said || testName(each.code).toLowerCase().includes(text)) && (!outside || isOutside(flagOf(each))),
  );
  if (lines.length === 0 && (outside || !said)) return undefined;
  return { ...order, lines };
}

/** So many lines stand in a list; the rest is on the report's own page. */
const FEW = 3;

/** In a list those outside their range come first, for they are what a person looks for; each group in the laboratory's order. */
export function linesShown({ report, lines }: Order): readonly Observation[] {
  if (!report) return lines;
  const [off, within] = [true, false].map((wanted) =>
    lines.filter((each) => isOutside(flagOf(each)) === wanted),
  ) as [Observation[], Observation[]];
  return [...off, ...within].slice(0, Math.max(FEW, Math.min(off.length, 2 * FEW)));
}

/** `2 of 14 outside their range`; what can't be told is not said to be within. */
export function outsideWords(lines: readonly Observation[]): string {
  const flags = lines.map(flagOf);
  const off = flags.filter(isOutside).length;
  if (off > 0) return t('{count} of {all} outside the range', { count: off, all: lines.length });
  if (flags.length > 0 && flags.every(({ kind }) => kind === 'in')) return t('All within the range');
  return plural(lines.length, '1 result', '{count} results');
}

/** The first entries, with at most so many lines in all. */
export function within(orders: readonly Order[], most: number): Order[] {
  let left = most;
  return orders.flatMap((order) => {
    if (left <= 0) return [];
    const lines = order.report ? order.lines : order.lines.slice(0, left);
    left -= Math.max(1, linesShown({ ...order, lines }).length);
    return { ...order, lines };
  });
}
