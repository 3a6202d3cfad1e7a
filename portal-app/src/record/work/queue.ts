/** The queue: one search over Tasks, sorted and counted by the server; urgent first, then what waits longest. */
import type { Patient, Task } from '@medplum/fhirtypes';
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { FhirApi, Page } from '../../smart/fhir.ts';
import { isPool, KINDS, lateBefore, OPEN, type Pool, poolCode } from './kinds.ts';
import { lateFilter, lateFollowUps } from './late.ts';
import { ALL_KINDS, isKind, type Kind } from './service-levels.ts';

type Colleague = `Practitioner/${string}`;

const isColleague = (text: string | null): text is Colleague =>
  /^Practitioner\/[A-Za-z0-9\-.]{1,64}$/.test(text ?? '');

export interface Filters {
  readonly kind: Kind | undefined;
  readonly pool: Pool | undefined;
  /** `mine`: one's own; `nobody`: taken by nobody yet; a colleague's. */
  readonly who: 'all' | 'mine' | 'nobody' | Colleague;
  readonly isLate: boolean;
  /** What was put off until a day, which else waits for nobody. */
  readonly isPutOff: boolean;
}

/** Out of the address, where they stand so that a list can be found again and handed on. */
export function filtersOf(parameters: URLSearchParams): Filters {
  const [kind, pool, who] = ['kind', 'pool', 'who'].map((name) => parameters.get(name)) as [
    string | null,
    string | null,
    string | null,
  ];
  return {
    kind: isKind(kind) ? kind : undefined,
    pool: isPool(pool) ? pool : undefined,
    who: who === 'mine' || who === 'nobody' || isColleague(who) ? who : 'all',
    isLate: parameters.get('late') === '1',
    isPutOff: parameters.get('later') === '1',
  };
}

export function addressOf({ kind, pool, who, isLate, isPutOff }: Filters): string {
  const parameters = new URLSearchParams({
    ...(kind ? { kind } : {}),
    ...(pool ? { pool } : {}),
    ...(who === 'all' ? {} : { who }),
    ...(isLate ? { late: '1' } : {}),
    ...(isPutOff ? { later: '1' } : {}),
  }).toString();
  return parameters === '' ? '' : `?${parameters}`;
}

const PAGE = '50';
const ALARM = KINDS['questionnaire-alarm'].code;

type Params = Readonly<Record<string, string>>;

const codesOf = (kinds: readonly Kind[]): string => kinds.map((kind) => KINDS[kind].code).join(',');

/** Without what kind: that is asked for apart. */
function conditions({ pool, who, isPutOff }: Filters, self: string): Params {
  return {
    // What was put off until a day waits for nobody.
    status: isPutOff ? 'on-hold' : OPEN.filter((status) => status !== 'on-hold').join(','),
    ...(pool ? { performer: poolCode(pool) } : {}),
    ...(who === 'mine' ? { owner: self } : {}),
    ...(who === 'nobody' ? { 'owner:missing': 'true' } : {}),
    ...(isColleague(who) ? { owner: who } : {}),
  };
}

/** All that somebody has, of whatever kind, but what was put off until a day. `owner`: `Practitioner/…` */
export const heldBy = (owner: string): Record<string, string> => ({
  ...conditions({ kind: undefined, pool: undefined, who: 'mine', isLate: false, isPutOff: false }, owner),
  code: codesOf(ALL_KINDS),
  _sort: '-priority,authored-on',
  _count: '200',
});

/** `kinds`: all of them in one list. */
async function search(fhir: FhirApi, filters: Filters, kinds: readonly Kind[]): Promise<Page<Task>> {
  const within = conditions(filters, fhir.self);
  const late = filters.isLate ? await lateFilter(fhir, within, kinds) : undefined;
  if (filters.isLate && late === undefined) return { resources: [], included: [], next: undefined, total: 0 };
  return fhir.search<Task>('Task', {
    ...within,
    ...(late ? { _filter: late } : { code: codesOf(kinds) }),
    // What comes back next is first.
    _sort: filters.isPutOff ? 'period' : '-priority,authored-on',
    _count: PAGE,
    _total: 'accurate',
    _include: 'Task:patient',
  });
}

/** Answers that frighten come before everything else, whatever else is urgent. */
async function firstPage(fhir: FhirApi, filters: Filters): Promise<Page<Task>> {
  if (filters.kind) return search(fhir, filters, [filters.kind]);
  if (filters.isPutOff) return search(fhir, filters, ALL_KINDS);
  const [alarms, others] = await Promise.all([
    search(fhir, filters, ['questionnaire-alarm']),
    search(fhir, filters, NO_ALARMS),
  ]);
  const total = (alarms.total ?? 0) + (others.total ?? 0);
  // What waits behind those that frighten is not before the last of them.
  if (alarms.next) return { ...alarms, next: `${ALARMS} ${alarms.next}`, total };
  return {
    ...others,
    resources: [...alarms.resources, ...others.resources],
    included: [...alarms.included, ...others.included],
    total,
  };
}

/** Of a page's `next`: goes on with those that frighten, and with the rest once there are no more. */
const [ALARMS, OTHERS] = ['alarms', 'others'] as const;

async function pageAt(fhir: FhirApi, filters: Filters, place: string): Promise<Page<Task>> {
  if (place === '') return firstPage(fhir, filters);
  if (place === OTHERS) return search(fhir, filters, NO_ALARMS);
  const [of, address] = place.split(' ');
  if (of !== ALARMS || address === undefined) return fhir.follow<Task>(place);
  const page = await fhir.follow<Task>(address);
  return { ...page, next: page.next ? `${ALARMS} ${page.next}` : OTHERS };
}

const NO_ALARMS = ALL_KINDS.filter((kind) => KINDS[kind].code !== ALARM);

export const queueQuery = (fhir: FhirApi, filters: Filters) =>
  infiniteQueryOptions({
    queryKey: ['queue', addressOf(filters)],
    queryFn: ({ pageParam }) => pageAt(fhir, filters, pageParam),
    initialPageParam: '',
    getNextPageParam: (page: Page<Task>) => page.next,
  });

/** Each once, in the order of the pages: what moves while one reads comes twice. */
export function queueOf(pages: readonly Page<Task>[]): {
  readonly tasks: readonly Task[];
  readonly patients: ReadonlyMap<string, Patient>;
} {
  const tasks = new Map(pages.flatMap(({ resources }) => resources.map((task) => [task.id, task] as const)));
  const patients = new Map<string, Patient>();
  for (const each of pages.flatMap(({ included }) => included))
    if (each.resourceType === 'Patient') patients.set(`Patient/${each.id}`, each);
  return { tasks: [...tasks.values()], patients };
}

export interface Counts {
  readonly total: number;
  readonly late: number;
}

/** What waits of each kind within a pool and a person, and how much of it is late: in one request. A kind that could not be counted is left out. */
export const countsQuery = (fhir: FhirApi, filters: Filters) => {
  const within = { ...filters, kind: undefined, isLate: false };
  return queryOptions({
    queryKey: ['queue-counts', addressOf(within)],
    queryFn: async (): Promise<ReadonlyMap<Kind, Counts>> => {
      const asked = ALL_KINDS.flatMap((kind) => [
        { ...conditions(within, fhir.self), code: KINDS[kind].code },
        { ...conditions(within, fhir.self), code: KINDS[kind].code, 'authored-on': `lt${lateBefore(kind)}` },
      ]);
      const [totals, dated] = await Promise.all([
        fhir.counts(asked.map((params) => `Task?${new URLSearchParams({ ...params, _summary: 'count' })}`)),
        lateFollowUps(fhir, conditions(within, fhir.self)).catch(() => undefined),
      ]);
      return new Map(
        ALL_KINDS.flatMap((kind, i) => {
          const [total, late] = [totals[2 * i], kind === 'follow-up' ? dated?.length : totals[2 * i + 1]];
          return total === undefined || late === undefined ? [] : [[kind, { total, late }] as const];
        }),
      );
    },
  });
};

/** How much is put off of what a pool and a person have; null: it could not be counted. */
export const putOffCountQuery = (fhir: FhirApi, filters: Filters) => {
  const within: Filters = { ...filters, kind: undefined, isLate: false, isPutOff: true };
  return queryOptions({
    queryKey: ['queue-counts', 'put off', addressOf(within)],
    queryFn: async (): Promise<number | null> => {
      const asked = { ...conditions(within, fhir.self), code: codesOf(ALL_KINDS), _summary: 'count' };
      return (await fhir.counts([`Task?${new URLSearchParams(asked)}`]))[0] ?? null;
    },
  });
};

export const taskQuery = (fhir: FhirApi, id: string) =>
  queryOptions({ queryKey: ['task', id], queryFn: () => fhir.read<Task>('Task', id) });
