/**
 * Results as they were ordered: one entry a report with its lines, and what came without a report (vital signs, what was measured at home) by day.
 * https://hl7.org/fhir/R4/diagnosticreport.html
 */
import type { DiagnosticReport, Observation } from '@medplum/fhirtypes';
import { newestFirst, timeOf } from '../../format/date.ts';
import { isOutside } from '../../format/flag.ts';
import { flagOf } from '../../format/flag-of.ts';
import { dateOf } from '../../format/observation.ts';
import { testName } from '../../format/words.ts';
import { plural, t } from '../../i18n/text.ts';
import { type Group, groupedOrders, type OrderKind, reportDate } from './order.ts';

export interface Order extends Group {
  readonly name: string;
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
  const horizon = Math.max(edgeOf(reports, reportDate), edgeOf(observations, dateOf));
  return groupedOrders(reports.found, included, observations.found)
    .filter(({ date }) => !(timeOf(date) < horizon))
    .map((group) => ({ ...group, name: nameOf(group) }))
    .sort((a, b) => newestFirst(a.date, b.date));
}

const nameOf = ({ report, kind }: Group): string =>
  report ? testName(report.code) : t(kind === 'vitals' ? 'Vitals' : 'Single results');

/** The oldest that was read, where there is more. */
export function edgeOf<T>({ found, hasMore }: Stream<T>, when: (each: T) => string | undefined): number {
  const times = hasMore ? found.map((each) => timeOf(when(each))).filter((time) => !Number.isNaN(time)) : [];
  return times.length > 0 ? Math.min(...times) : -Infinity;
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

/** A report of one test is called as the test is: said once. */
export const isNamedAlike = ({ report, name }: Order, line: Observation): boolean =>
  report !== undefined && testName(line.code).toLowerCase() === name.toLowerCase();

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
