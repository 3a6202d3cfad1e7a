import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { and, type QueryNode, type SearchQuery } from '../../search/query.ts';
import { everything, ids } from '../contract/asking.ts';
import { create, token } from '../contract/resources.ts';
import type { ResourceStore } from '../store.ts';
import { openSqliteStore } from './sqlite-store.ts';

/** Several times as many as are looked at first (first-look.ts). */
const ROWS = 5000;
const SYSTEMS = ['urn:a', 'urn:b', 'urn:c'];

let folder: string;
let store: ResourceStore;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'wellspring-parts-'));
  store = await openSqliteStore({ path: join(folder, 'fhir.sqlite') });
  const observation = (i: number) =>
    create('Observation', `o${i}`, {
      // Many of one date, and those of a date in several systems.
      mainDate: (i * 7919) % 997,
      tokens: [
        { param: 'code', system: SYSTEMS[i % 7 === 0 ? 2 : i % 2] as string, code: 'x' },
        ...(i % 50 === 3 ? [{ param: 'code', system: 'urn:b', code: 'x' }] : []),
        // Of one system alone, and seldom.
        ...(i % 431 === 7 && i % 2 === 1 ? [{ param: 'status', system: '', code: 'amended' }] : []),
        { param: 'status', system: '', code: i % 3 === 0 ? 'final' : 'preliminary' },
      ],
    });
  for (let from = 0; from < ROWS; from += 1000)
    await store.transact(Array.from({ length: 1000 }, (_, i) => observation(from + i)));
}, 60_000);
afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

/** What passes of what is looked at first fills some of them, and not the others. */
const PAGES = [
  [700, false],
  [700, true],
  [2500, false],
  [2500, true],
] as const;

const code = token('code', 'x');
const asked: readonly (readonly [string, QueryNode])[] = [
  ['nothing else', code],
  ['what few of them pass, all in one system', and(code, token('status', 'amended'))],
  ['what a third passes', and(code, token('status', 'final'))],
  ['what nothing passes', and(code, token('status', 'final'), token('status', 'preliminary'))],
  ['what most pass', and(code, { kind: 'not', node: token('status', 'amended') })],
];

describe('a code in several systems', () => {
  it.each(asked)(
    'is found page by page in the order of all, both ways, where it is asked for with %s',
    async (_, where) => {
      for (const descending of [true, false]) {
        const sort = [{ by: 'mainDate', descending }] as const;
        const all = await ids(
          store,
          everything('Observation', { kind: 'all' }, { sort, count: ROWS, total: 'none' }),
        );
        // In no order, by which nothing is parted.
        const found = new Set(
          await ids(
            store,
            everything('Observation', where, { sort: [{ by: 'id', descending }], count: ROWS }),
          ),
        );
        const wanted = all.filter((id) => found.has(id));
        for (const [count, backward] of PAGES) {
          const seen: string[] = [];
          let after: SearchQuery['after'] = backward ? [descending ? -1 : 2000, null] : undefined;
          do {
            const page = await store.search(
              everything('Observation', where, {
                sort,
                count,
                total: 'none',
                backward,
                ...(after ? { after } : {}),
              }),
            );
            const names = page.matches.map(({ id }) => id);
            if (backward) seen.unshift(...names);
            else seen.push(...names);
            after = page.next;
          } while (after);
          expect(seen).toEqual(wanted);
        }
      }
    },
  );
});
