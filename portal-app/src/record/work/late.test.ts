/** What the lists and counts call late is what the rows call late. */
import type { Task } from '@medplum/fhirtypes';
import { expect, it } from 'vitest';
import type { FhirApi, Page } from '../../smart/fhir.ts';
import { TASKS } from './kinds.ts';
import { countsQuery, filtersOf, queueQuery } from './queue.ts';

const DAY = 86_400_000;
const at = (days: number): string => new Date(Date.now() + days * DAY).toISOString();
const followUp = (id: string, authored: number, due?: number): Task => ({
  resourceType: 'Task',
  id,
  status: 'requested',
  intent: 'order',
  code: { coding: [{ system: TASKS, code: 'follow-up' }] },
  authoredOn: at(authored),
  ...(due === undefined ? {} : { restriction: { period: { end: at(due) } } }),
});

function server(...followUps: Task[]) {
  const asked: Record<string, string>[] = [];
  const fhir = {
    self: 'Practitioner/nina',
    async search(_: string, params: Record<string, string>) {
      asked.push(params);
      const isLook = params._elements !== undefined;
      return { resources: isLook ? followUps : [], included: [], next: undefined, total: 7 };
    },
    counts: async (searches: readonly string[]) => searches.map(() => 3),
  } as unknown as FhirApi;
  return { fhir, asked };
}

const read = <T>(query: { queryFn?: unknown }): Promise<T> =>
  (query.queryFn as (context: object) => Promise<T>)({ pageParam: '' });

it('a follow-up is late after the day that a colleague named, and else after what the clinic promises', async () => {
  const { fhir, asked } = server(
    followUp('due-yesterday', -1, -0.5),
    followUp('due-in-a-week', -30, 7),
    followUp('no-day', -30),
    followUp('new', -1),
  );
  const counts = await read<Map<string, object>>(
    countsQuery(fhir, filtersOf(new URLSearchParams('pool=nurse'))),
  );
  expect(counts.get('follow-up')).toEqual({ total: 3, late: 2 });
  expect(counts.get('message')).toEqual({ total: 3, late: 3 });
  expect(asked[0]).toMatchObject({
    performer: 'urn:wellspring:staff-role|nurse',
    code: `${TASKS}|follow-up`,
  });
  await read(queueQuery(fhir, filtersOf(new URLSearchParams('kind=follow-up&late=1'))));
  expect(asked.at(-1)).toMatchObject({ _filter: '_id eq due-yesterday or _id eq no-day' });
  await read(queueQuery(fhir, filtersOf(new URLSearchParams('late=1'))));
  const all = asked.find(({ _filter = '' }) => _filter.includes('authored-on') && _filter.includes('_id eq'));
  expect(all?._filter).toMatch(/\(code eq \S+ and authored-on lt \S+\) or .*_id eq no-day$/);
  expect(all?._filter).not.toContain('follow-up');
});

it('where none is late, none is asked for', async () => {
  const { fhir } = server(followUp('new', -1));
  const page = await read<{ resources: unknown[]; total: number }>(
    queueQuery(fhir, filtersOf(new URLSearchParams('kind=follow-up&late=1'))),
  );
  expect(page).toMatchObject({ resources: [], total: 0 });
});

it('what frightens is all before the rest, and all of it can be reached, however much waits', async () => {
  const tasks = (kind: string, count: number): Task[] =>
    Array.from({ length: count }, (_, i) => ({
      resourceType: 'Task',
      id: `${kind}-${i}`,
      status: 'requested',
      intent: 'order',
    }));
  const [alarms, others] = [tasks('alarm', 120), tasks('other', 70)];
  const pageOf = (of: string, from: number) => {
    const all = of === 'alarms' ? alarms : others;
    const next = from + 50 < all.length ? `https://clinic.example/fhir?${of}&${from + 50}` : undefined;
    return { resources: all.slice(from, from + 50), included: [], next, total: all.length };
  };
  const fhir = {
    self: 'Practitioner/nina',
    search: async (_: string, { code = '' }: Record<string, string>) =>
      pageOf(code === `${TASKS}|questionnaire-alarm` ? 'alarms' : 'others', 0),
    async follow(address: string) {
      const [of = '', from] = new URL(address).search.slice(1).split('&');
      return pageOf(of, Number(from));
    },
  } as unknown as FhirApi;
  const { queryFn, getNextPageParam } = queueQuery(fhir, filtersOf(new URLSearchParams()));
  const seen: (string | undefined)[] = [];
  for (let place: string | undefined = ''; place !== undefined; ) {
    const page = await (queryFn as (context: object) => Promise<Page<Task>>)({ pageParam: place });
    if (place === '') expect(page.total).toBe(190);
    seen.push(...page.resources.map(({ id }) => id));
    place = (getNextPageParam as (page: Page<Task>) => string | undefined)(page);
  }
  expect(seen).toEqual([...alarms, ...others].map(({ id }) => id));
});
