/**
 * Results as they were ordered: one entry a report with its lines, and by day what came without one. Each is one piece of news: the first page, the navigation, the inbox
 * and the list of results count the same thing by the same rule.
 */
import type { DiagnosticReport, Observation } from '@medplum/fhirtypes';
import { dayNamed, newestFirst, timeOf } from '../../format/date.ts';
import { dateOf, isPanel } from '../../format/observation.ts';

export type OrderKind = 'labs' | 'vitals' | 'reports';

/** Of what was ordered together, all but its name. */
export interface Group {
  readonly key: string;
  /** undefined: there is no report, each line has its own page. */
  readonly report: DiagnosticReport | undefined;
  readonly date: string | undefined;
  /** When it came, in milliseconds; NaN where it is not said. */
  readonly came: number;
  readonly kind: OrderKind;
  /** In their order. */
  readonly lines: readonly Observation[];
}

/** `included`: whatever was found with the reports. In no order. */
export function groupedOrders(
  reports: readonly DiagnosticReport[],
  included: readonly Observation[],
  observations: readonly Observation[],
): Group[] {
  const byName = new Map(included.map((each) => [`Observation/${each.id}`, each]));
  const ordered = reports.map((report) => orderOf(report, byName));
  const within = new Set(ordered.flatMap(({ lines }) => lines.map(({ id }) => id)));
  const others = observations.filter((each) => !isPanel(each) && !within.has(each.id));
  return [...ordered, ...[...Map.groupBy(others, looseKey)].map(([key, lines]) => looseOrder(key, lines))];
}

/** `isFresh`: came lately, and not opened here. */
export type IsFresh = (key: string | undefined, at: number) => boolean;

/** By which it counts as seen: a report by itself, and each of its lines. */
export const keysOf = ({ report, lines }: Group): string[] =>
  [report, ...lines].flatMap((each) => each?.id ?? []);

/** Vital signs were told when they were taken, or are the person's own. */
export const isNewOrder = (order: Group, isFresh: IsFresh): boolean =>
  order.kind !== 'vitals' && keysOf(order).some((key) => isFresh(key, order.came));

export const reportDate = (report: DiagnosticReport): string | undefined => dateOf(report);

function orderOf(report: DiagnosticReport, byName: ReadonlyMap<string, Observation>): Group {
  const lines = membersOf(report, byName).filter((each) => !isPanel(each));
  return {
    key: `reports/${report.id}`,
    report,
    date: reportDate(report),
    came: timeOf(report.issued ?? reportDate(report)),
    kind: lines.length === 0 ? 'reports' : 'labs',
    lines,
  };
}

/** In the laboratory’s order: a panel’s members after it. */
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
  `${isVital(each) ? 'vitals' : 'labs'} ${dayNamed(dateOf(each))}`;

function looseOrder(key: string, lines: readonly Observation[]): Group {
  const kind = key.startsWith('vitals') ? 'vitals' : 'labs';
  const date = lines.map(dateOf).toSorted(newestFirst)[0];
  const came = Math.max(...lines.map((each) => timeOf(each.issued ?? dateOf(each))));
  return { key, report: undefined, date, came, kind, lines };
}
