/** A page that the first rows of a long list fill is the page; what they do not fill is looked for elsewhere. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { QueryNode, SearchQuery } from '../../search/query.ts';
import { everything } from '../contract/asking.ts';
import { create, token } from '../contract/resources.ts';
import type { ResourceStore, SearchPage } from '../store.ts';
import { mayTakeLong, planSearch, type SearchPlan } from './compile-search.ts';
import { type Connection, openReading } from './connection.ts';
import { firstLook } from './first-look.ts';
import { createKeys } from './keys.ts';
import { searchPage } from './search-page.ts';
import { openSqliteStore } from './sqlite-store.ts';
import { createVersions } from './versions.ts';

const ROWS = 2500;
const codings = (i: number) => [
  { param: 'code', system: 's', code: 'usual' },
  ...(i % 7 === 0 ? [{ param: 'label', system: 's', code: 'kept' }] : []),
  ...(i === 0 || i === ROWS - 1 ? [{ param: 'label', system: 's', code: 'end' }] : []),
];
const usual = token('code', 'usual', 's');
const notKept: QueryNode = { kind: 'not', node: token('label', 'kept', 's') };
const by = (descending: boolean): SearchQuery['sort'] => [{ by: 'mainDate', descending }];

let folder: string;
let store: ResourceStore;
let connection: Connection;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'wellspring-look-'));
  const path = join(folder, 'fhir.sqlite');
  store = await openSqliteStore({ path, readers: 1 });
  await store.transact(
    // Ten of each date: rows of one are told apart by their own order.
    Array.from({ length: ROWS }, (_, i) =>
      create('Basic', `b${i}`, { mainDate: Math.floor(i / 10), tokens: codings(i) }),
    ),
  );
  connection = openReading(path);
});
afterAll(async () => {
  connection.close();
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

const asked = (open: QueryNode, more: Partial<SearchQuery> = {}): SearchQuery => ({
  ...everything('Basic', { kind: 'and', nodes: [usual, open] }),
  sort: by(true),
  count: 20,
  total: 'none',
  ...more,
});

function planOf(query: SearchQuery): SearchPlan {
  connection.snapshot();
  const plan = planSearch(connection, createKeys(connection), query);
  if (!plan) throw new Error('nothing can match');
  expect(mayTakeLong(plan)).toBe(true);
  return plan;
}

function pageOf(query: SearchQuery, plan: SearchPlan | undefined): SearchPage {
  if (!plan) throw new Error('not looked at');
  return searchPage(query, plan, createVersions(connection));
}

describe('the first look at a long list', () => {
  it('finds the page that the whole list gives, page after page, either way', () => {
    for (const descending of [true, false])
      for (const backward of [false, true]) {
        const start = asked(notKept, { sort: by(descending), count: 400 });
        let after = backward ? pageOf(start, planOf(start)).positions.at(-1) : undefined;
        for (let page = 0; page < 3; page++) {
          const query = asked(notKept, { sort: by(descending), backward, ...(after ? { after } : {}) });
          const plan = planOf(query);
          const whole = pageOf(query, plan);
          expect(whole.matches).toHaveLength(20);
          expect(pageOf(query, firstLook(plan))).toEqual(whole);
          after = whole.next;
        }
      }
  });

  it('leaves what lies beyond it to the search over the whole list', async () => {
    const ends = asked(token('label', 'end', 's'));
    // The code that few have is the shorter list: without it the long one is walked.
    const beyond = asked({ kind: 'not', node: { kind: 'not', node: ends.where } });
    expect(pageOf(beyond, firstLook(planOf(beyond)))).toMatchObject({ matches: [{ id: `b${ROWS - 1}` }] });
    const page = await store.search(beyond);
    expect(page.matches.map(({ id }) => id)).toEqual([`b${ROWS - 1}`, 'b0']);
  });

  it('is not taken where a row is not asked by its own keys, or the list is in another order', () => {
    const noLook: SearchQuery[] = [
      asked({ kind: 'token', param: 'label', system: 's' }),
      asked({ kind: 'string', param: 'name', text: 'a', match: 'contains' }),
      asked({
        kind: 'not',
        node: {
          kind: 'or',
          nodes: [1, 2].map((low) => ({
            kind: 'date',
            param: 'date',
            test: 'eq',
            range: { low, high: low + 1 },
          })),
        },
      }),
      asked(notKept, { total: 'accurate' }),
      asked(notKept, { sort: [{ by: 'lastUpdated', descending: true }] }),
    ];
    for (const query of noLook) expect(firstLook(planOf(query))).toBeUndefined();
  });
});
