/** Which Patients somebody may see is known from one search to the next: it is no work for a thread of its own, and the answer is what that thread's would be. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { and, or, type QueryNode, type SearchQuery } from '../../search/query.ts';
import { everything } from '../contract/asking.ts';
import { create, token, update } from '../contract/resources.ts';
import type { ResourceStore } from '../store.ts';
import { openSqliteStore } from './sqlite-store.ts';

const PATIENTS = 20;
/** As access says it of staff (access/reach.ts): in their ward, or visited by them. */
const visited: QueryNode = {
  kind: 'reverseChained',
  type: 'Encounter',
  param: 'subject',
  where: token('status', 'finished'),
};
const granted = and(or(token('ward', 'w1'), visited), { kind: 'not', node: token('label', 'kept') });
const named = (i: number, more: readonly string[] = []) => ({
  owners: [`p${i}`],
  mainDate: i,
  tokens: [
    { param: 'name', system: '', code: 'usual' },
    { param: 'ward', system: '', code: `w${i % 4}` },
    ...more.map((code) => ({ param: 'label', system: '', code })),
  ],
});
const visit = (i: number, status: string) => ({
  owners: [`p${i}`],
  references: [{ param: 'subject', target: `Patient/p${i}` }],
  tokens: [{ param: 'status', system: '', code: status }],
});
const SORTS: readonly SearchQuery['sort'][] = [
  [{ by: 'mainDate', descending: true }],
  [{ by: 'id', descending: false }],
];

async function filled(folder: string, readers: number): Promise<ResourceStore> {
  const path = join(folder, `${readers}.sqlite`);
  const opened = await openSqliteStore({ path, readers, ...(readers === 0 ? { searchDeadlineMs: 50 } : {}) });
  await opened.transact([
    ...Array.from({ length: PATIENTS }, (_, i) =>
      create('Patient', `p${i}`, named(i, i === 9 ? ['kept'] : [])),
    ),
    create('Encounter', 'e2', visit(2, 'finished')),
    create('Encounter', 'e3', visit(3, 'planned')),
  ]);
  await opened.transact([{ kind: 'delete', type: 'Patient', id: 'p13' }]);
  return opened;
}

let folder: string;
let store: ResourceStore;
/** Without a thread for what may take long: it is refused. */
let alone: ResourceStore;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'wellspring-themselves-'));
  store = await filled(folder, 1);
  alone = await filled(folder, 0);
});
afterAll(async () => {
  await Promise.all([store.close(), alone.close()]);
  rmSync(folder, { recursive: true, force: true });
});

const asked = (where: QueryNode, more: Partial<SearchQuery> = {}): SearchQuery =>
  everything('Patient', and(where, granted), more);
const usual = token('name', 'usual');
const found = async (query: SearchQuery, of = store): Promise<unknown> => {
  const { matches, next, total } = await of.search(query);
  return { ids: matches.map(({ id }) => id), next, total };
};

describe('a search for Patients under a condition of access', () => {
  it('finds what it finds without that being known of it, in any order and number', async () => {
    const some: QueryNode = { kind: 'id', ids: ['p1', 'p2', 'p3', 'p9', 'p13', 'q'] };
    const chained: QueryNode = { ...visited, where: token('status', 'planned') } as QueryNode;
    for (const where of [usual, some, and(usual, some), { kind: 'all' } as const, chained])
      for (const sort of SORTS)
        for (const count of [2, 100])
          for (const total of ['none', 'accurate'] as const) {
            const query = asked(where, { sort, count, total });
            expect(await found({ ...query, granted })).toEqual(await found(query));
          }
    expect(await found({ ...asked(some), granted })).toMatchObject({ ids: ['p2', 'p1'], total: 2 });
  });

  it('follows what makes a relation come and go, and Patients who come and go', async () => {
    const ids = async () => ((await found({ ...asked(usual), granted })) as { ids: string[] }).ids;
    expect(await ids()).toEqual(['p17', 'p5', 'p2', 'p1']);
    await store.transact([update('Encounter', 'e3', visit(3, 'finished'))]);
    expect(await ids()).toEqual(['p17', 'p5', 'p3', 'p2', 'p1']);
    await store.transact([
      { kind: 'delete', type: 'Encounter', id: 'e2' },
      { kind: 'delete', type: 'Patient', id: 'p5' },
      update('Patient', 'p1', named(0)),
      update('Patient', 'p13', named(13)),
    ]);
    expect(await ids()).toEqual(['p17', 'p13', 'p3']);
  });

  it('is answered by the thread that knows, unless somebody asks a chain themselves', async () => {
    const query = asked(usual, { total: 'none' });
    expect(await found({ ...query, granted }, alone)).toMatchObject({ ids: ['p17', 'p5', 'p2', 'p1'] });
    await expect(alone.search(query)).rejects.toMatchObject({ fault: 'too-slow' });
    await expect(alone.search({ ...asked(and(usual, visited)), granted })).rejects.toMatchObject({
      fault: 'too-slow',
    });
  });

  it('is not for that thread where each of many rows may ask', async () => {
    const more = (from: number) =>
      Array.from({ length: 500 }, (_, i) => create('Patient', `m${from + i}`, named(1000)));
    await alone.transact(more(0));
    const [newest, byId] = SORTS.map((sort) => ({
      ...asked(usual, { sort, count: 2, total: 'none' }),
      granted,
    }));
    await expect(alone.search(byId as SearchQuery)).rejects.toMatchObject({ fault: 'too-slow' });
    // Its first 500 rows are looked at, and hold no page.
    await expect(alone.search(newest as SearchQuery)).rejects.toMatchObject({ fault: 'too-slow' });
  });
});
