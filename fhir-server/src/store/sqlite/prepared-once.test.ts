/** A statement that was prepared stays so, whatever is bound to it: to prepare it anew each time was a tenth of a search. */
import { constants } from 'node:sqlite';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { useEmbeddedStore } from '../../../test/embedded-store.ts';
import { everything } from '../contract/asking.ts';
import { create, token } from '../contract/resources.ts';
import type { ResourceStore } from '../store.ts';
import { codesOf } from './codes-of.ts';
import { planSearch } from './compile-search.ts';
import { type Connection, openReading } from './connection.ts';
import { readHistory } from './history.ts';
import { createKeys, type Keys } from './keys.ts';
import { readChanges, readWrites, scan } from './read.ts';
import { referrersOf } from './referrers.ts';
import { searchPage } from './search-page.ts';
import { createVersions } from './versions.ts';
import { walkPage } from './walk.ts';

let store: ResourceStore;
let path: string;
useEmbeddedStore((opened) => {
  ({ store, path } = opened);
});

let reader: Connection;
let keys: Keys;
/** What the compiler of SQL asked leave for: nothing, where it compiled nothing. */
let compiled = 0;

beforeAll(async () => {
  await store.transact([
    create('Patient', 'a'),
    ...[1, 2, 3].map((i) =>
      create('Observation', `o${i}`, {
        tokens: [{ param: 'status', system: '', code: 'final' }],
        references: [{ param: 'subject', target: 'Patient/a' }],
        owners: ['a'],
        mainDate: i,
      }),
    ),
  ]);
  reader = openReading(path);
  keys = createKeys(reader);
  reader.db.setAuthorizer(() => {
    compiled += 1;
    return constants.SQLITE_OK;
  });
  reader.begin();
});
afterAll(() => reader.close());

function search(sort: 'mainDate' | 'lastUpdated', count: number): number {
  const where = token('status', 'final');
  const query = everything('Observation', where, { sort: [{ by: sort, descending: true }], count });
  return searchPage(query, planSearch(reader, keys, query), createVersions(reader)).matches.length;
}
const ofA = { kind: 'owner', patients: ['a'] } as const;

const READS: Readonly<Record<string, (count: number) => number>> = {
  'a page in the order of its list': (count) => search('mainDate', count),
  'a page in another order': (count) => search('lastUpdated', count),
  'a history': (count) => readHistory(reader, keys, { type: 'Observation', count }).versions.length,
  'the change log': (count) => readChanges(reader, undefined, count, undefined).length,
  'bodies of some types of it': (count) => readChanges(reader, '1', count, ['Observation']).length,
  'who wrote what': (count) => Number(readWrites(reader, undefined, count).position),
  'a scan': (count) => scan(reader, undefined, count).versions.length,
  'a walk of a record': (count) =>
    walkPage(reader, keys, {
      type: 'Observation',
      where: ofA,
      limit: count,
      characters: 1e6,
      asOf: Date.now(),
      deletions: false,
      changed: false,
    }).versions.length,
  'what refers there': (count) => referrersOf(reader, 'Patient', 'a', count).length,
  'codes of a parameter': (count) => codesOf(reader, 'Observation', 'status', count)?.length ?? 0,
  'what has a key': (count) => keys.rowsOf(1, count).length,
};

it.each(Object.entries(READS))('%s is compiled once, however much of it is asked for', (_, read) => {
  const before = compiled;
  expect(read(2)).toBeGreaterThan(0);
  const first = compiled;
  expect(first).toBeGreaterThan(before);
  const [again, more] = [read(2), read(3)];
  expect(more).toBeGreaterThanOrEqual(again);
  expect(compiled).toBe(first);
});
