/** A page of rows that are asked whose they are is the page that asking each row in SQL gives, whichever of them pass, and however it is walked. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { and, type QueryNode } from '../../search/query.ts';
import { everything } from '../contract/asking.ts';
import { create, token } from '../contract/resources.ts';
import type { ResourceStore } from '../store.ts';
import { planSearch } from './compile-search.ts';
import { type Connection, openReading } from './connection.ts';
import { createKeys, type Keys } from './keys.ts';
import { headOf } from './owned-rows.ts';
import { openSqliteStore } from './sqlite-store.ts';

const ROWS = 60;
const WARDS = ['w0', 'w1', 'w2', 'w3'];
/** Three of a day, of an owner each or two or nobody: what passes stands in runs and alone. */
const ownersOf = (i: number): string[] =>
  i % 11 === 0 ? [] : i % 13 === 0 ? ['p1', 'p2'] : [`p${Math.floor(i / 5) % 4}`];
const inWard = (ward: string, orNobody: boolean): QueryNode => ({
  kind: 'ownedBy',
  where: token('ward', ward),
  orNobody,
});
const passes = (i: number, ward: string, orNobody: boolean): boolean =>
  ownersOf(i).includes(ward.replace('w', 'p')) || (orNobody && ownersOf(i).length === 0);
const isFinal = (i: number): boolean => i % 3 !== 1;
const newestFirst = (rows: readonly number[]): string[] =>
  rows.toSorted((a, b) => Math.floor(b / 3) - Math.floor(a / 3) || b - a).map((i) => `o${i}`);
const ALL = Array.from({ length: ROWS }, (_, i) => i);

let folder: string;
let store: ResourceStore;
let reader: Connection;
let keys: Keys;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'wellspring-owned-'));
  const path = join(folder, 'fhir.sqlite');
  store = await openSqliteStore({ path, readers: 0 });
  await store.transact([
    ...WARDS.map((ward, i) =>
      create('Patient', `p${i}`, { tokens: [{ param: 'ward', system: '', code: ward }] }),
    ),
    ...ALL.map((i) =>
      create('Observation', `o${i}`, {
        owners: ownersOf(i),
        mainDate: Math.floor(i / 3),
        tokens: [{ param: 'status', system: '', code: isFinal(i) ? 'final' : 'preliminary' }],
      }),
    ),
  ]);
  reader = openReading(path);
  keys = createKeys(reader);
});
afterAll(async () => {
  reader.close();
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

/** From page to page to the end, or back to the beginning. */
async function walked(where: QueryNode, count: number, isBack: boolean): Promise<string[]> {
  const found: string[] = [];
  const end = isBack ? { backward: true, after: [-1, ''] } : {};
  for (let at: object = end; ; ) {
    const query = everything('Observation', where, { count, total: 'none', ...at });
    const { matches, next } = await store.search(query);
    const page = matches.map(({ id }) => id);
    if (isBack) found.unshift(...page);
    else found.push(...page);
    if (!next) return found;
    at = { ...(isBack ? { backward: true } : {}), after: next };
  }
}

describe('pages of rows that are asked whose they are', () => {
  for (const orNobody of [true, false])
    it(`hold each that passes once, in order, forward and back${orNobody ? ', and what is nobody’s' : ''}`, async () => {
      for (const ward of [...WARDS, 'w9'])
        for (const count of [1, 2, 3, 7, 20, 59, 60, 100]) {
          const expected = newestFirst(ALL.filter((i) => passes(i, ward, orNobody)));
          const where = inWard(ward, orNobody);
          expect(await walked(where, count, false), `${ward} by ${count}`).toEqual(expected);
          expect(await walked(where, count, true), `${ward} back by ${count}`).toEqual(expected);
        }
    });

  it('are asked the rest of the condition too, and each of two questions', async () => {
    const both = and(token('status', 'final'), inWard('w1', true), inWard('w2', true));
    const expected = newestFirst(
      ALL.filter((i) => isFinal(i) && passes(i, 'w1', true) && passes(i, 'w2', true)),
    );
    expect(expected.length).toBeGreaterThan(3);
    for (const count of [1, 4, 20]) expect(await walked(both, count, false)).toEqual(expected);
  });

  it('are read with their owners where the list is in order, and no further where as many pass as are wanted', () => {
    reader.begin();
    const head = (where: QueryNode, more: object = {}) => {
      const plan = planSearch(reader, keys, everything('Observation', where, { count: 5, ...more }));
      const found = plan && headOf(plan);
      return found && { rows: found.rows.length, more: found.rest?.query.count };
    };
    const anybody: QueryNode = { kind: 'ownedBy', where: { kind: 'all' }, orNobody: true };
    expect(head(anybody)).toEqual({ rows: 6, more: undefined });
    expect(head(inWard('w9', false))).toEqual({ rows: 0, more: 5 });
    const some = head(inWard('w3', false), { count: 9 });
    expect(some?.rows).toBeGreaterThan(0);
    expect(some?.more).toBe(9 - (some?.rows ?? 0));
    expect(head(token('status', 'final'))).toBeUndefined();
    expect(head(anybody, { sort: [{ by: 'id', descending: false }] })).toBeUndefined();
    reader.refresh();
  });
});
