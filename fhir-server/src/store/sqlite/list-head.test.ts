/** A page of rows that are asked whose they are is the page that asking each row in SQL gives, whichever of them pass, and however it is walked. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { and, type QueryNode } from '../../search/query.ts';
import { everything } from '../contract/asking.ts';
import { create, token } from '../contract/resources.ts';
import type { ResourceStore } from '../store.ts';
import { mayTakeLong, planSearch } from './compile-search.ts';
import { type Connection, openReading } from './connection.ts';
import { createKeys, type Keys } from './keys.ts';
import { headByOwners, headOfLong } from './list-head.ts';
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

/** More than are counted. */
const MANY = 2400;
const labelOf = (i: number): string => (i % 5 === 0 ? 'kept' : i % 400 === 3 ? 'rare' : 'usual');
const ofMany = (i: number): string[] => (i < 1900 ? [`p${i % 3}`] : ['p3']);
const MANY_ROWS = Array.from({ length: MANY }, (_, i) => i);

let folder: string;
let store: ResourceStore;
let reader: Connection;
let keys: Keys;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'wellspring-owned-'));
  const path = join(folder, 'fhir.sqlite');
  store = await openSqliteStore({ path, readers: 1 });
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
    ...MANY_ROWS.map((i) =>
      create('Basic', `o${i}`, {
        owners: ofMany(i),
        mainDate: Math.floor(i / 3),
        tokens: [{ param: 'label', system: '', code: labelOf(i) }],
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
async function walked(
  where: QueryNode,
  count: number,
  isBack: boolean,
  type = 'Observation',
): Promise<string[]> {
  const found: string[] = [];
  const end = isBack ? { backward: true, after: [-1, ''] } : {};
  for (let at: object = end; ; ) {
    const query = everything(type, where, { count, total: 'none', ...at });
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
      const found = plan && headByOwners(plan);
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

describe('the head of a long list', () => {
  const not = (label: string): QueryNode => ({ kind: 'not', node: token('label', label) });
  const either = (...nodes: QueryNode[]): QueryNode => ({ kind: 'or', nodes });
  /** What access may ask, and which rows pass. */
  const asked: readonly (readonly [string, QueryNode, (i: number) => boolean])[] = [
    ['nearly all pass', not('rare'), (i) => labelOf(i) !== 'rare'],
    ['one in five does not', not('kept'), (i) => labelOf(i) !== 'kept'],
    ['those of one ward, none of the newest', inWard('w1', true), (i) => ofMany(i).includes('p1')],
    [
      'a label or a ward',
      either(not('kept'), inWard('w3', false)),
      (i) => labelOf(i) !== 'kept' || ofMany(i).includes('p3'),
    ],
    [
      'a ward, and a label or another ward',
      and(inWard('w2', false), either(token('label', 'rare'), inWard('w2', true))),
      (i) => ofMany(i).includes('p2'),
    ],
    ['six of all', token('label', 'rare'), (i) => labelOf(i) === 'rare'],
    ['none', and(not('usual'), not('kept'), not('rare')), () => false],
  ];
  for (const [what, where, isWanted] of asked)
    it(`and what is behind it are each row that passes, once and in order, forward and back: ${what}`, async () => {
      const expected = newestFirst(MANY_ROWS.filter(isWanted));
      for (const count of [7, 100, 501]) {
        expect(await walked(where, count, false, 'Basic'), `by ${count}`).toEqual(expected);
        expect(await walked(where, count, true, 'Basic'), `back by ${count}`).toEqual(expected);
      }
    });

  it('is read no further than the page, and not at all where more than access is asked, or a total', () => {
    reader.begin();
    const head = (where: QueryNode, more: object = {}) => {
      const query = everything('Basic', where, { count: 20, total: 'none', ...more });
      const plan = planSearch(reader, keys, query);
      if (!plan || !mayTakeLong(plan)) throw new Error('not a long list');
      const found = headOfLong(plan);
      return found && { rows: found.rows.length, more: found.rest?.query.count };
    };
    expect(head(not('rare'))).toEqual({ rows: 21, more: undefined });
    expect(head(and(not('rare'), inWard('w3', false)))).toEqual({ rows: 21, more: undefined });
    expect(head(and(not('rare'), inWard('w1', false)))).toEqual({ rows: 0, more: 20 });
    expect(head(not('kept'))?.rows).toBeLessThan(20);
    expect(head(not('rare'), { total: 'accurate' })).toBeUndefined();
    expect(head(not('rare'), { count: 501 })).toBeUndefined();
    expect(head(not('rare'), { sort: [{ by: 'id', descending: false }] })).toBeUndefined();
    reader.refresh();
  });
});
