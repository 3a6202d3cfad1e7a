/** S16: what a row is asked does not grow with the list: n codes find rows in proportion to n, and n questions of each would be n². */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { QueryNode } from '../../search/query.ts';
import { everything } from '../contract/asking.ts';
import { create, token } from '../contract/resources.ts';
import { compilePage, isDear, planSearch } from './compile-search.ts';
import { type Connection, openReading } from './connection.ts';
import { createKeys } from './keys.ts';
import { estimateMatches } from './search-page.ts';
import { openSqliteStore } from './sqlite-store.ts';

let folder: string;
let connection: Connection;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'wellspring-lists-'));
  const path = join(folder, 'fhir.sqlite');
  const store = await openSqliteStore({ path });
  await store.transact(
    Array.from({ length: 1000 }, (_, i) =>
      create('Basic', `b${i}`, {
        owners: [`p${i % 10}`],
        tokens: [{ param: 'code', system: 's', code: `c${i}` }],
        references: [{ param: 'subject', target: `Patient/p${i}` }],
        dates: [{ param: 'date', low: i, high: i }],
        quantities: [{ param: 'dose', low: i, high: i, system: 'u', code: 'mg', unit: 'mg' }],
        strings: [
          { param: 'name', text: `n${i}`, exact: `n${i}` },
          { param: 'code:text', text: `t${i}`, exact: `t${i}` },
        ],
        uris: [{ param: 'url', uri: `urn:u:${i}` }],
      }),
    ),
  );
  await store.close();
  connection = openReading(path);
});
afterAll(() => {
  connection.close();
  rmSync(folder, { recursive: true, force: true });
});

const codes = (count: number): QueryNode => ({
  kind: 'or',
  nodes: Array.from({ length: count }, (_, i) => token('code', `c${i}`, 's')),
});
const targets = (count: number): QueryNode => ({
  kind: 'reference',
  param: 'subject',
  targets: Array.from({ length: count }, (_, i) => `Patient/p${i}`),
});
const chained = (where: QueryNode): QueryNode => ({
  kind: 'chained',
  param: 'subject',
  type: 'Basic',
  where,
});
const ofNobody: QueryNode = { kind: 'owner', patients: ['p1'] };

function statement(where: QueryNode): string {
  const query = everything('Basic', where);
  const plan = planSearch(connection, createKeys(connection), query);
  if (!plan) throw new Error('nothing can match');
  return compilePage(plan).text;
}

describe('_total=estimate', () => {
  const estimate = (where: QueryNode, sample?: number) =>
    estimateMatches(planSearch(connection, createKeys(connection), everything('Basic', where)), sample);

  it('is the number where the list is short, and near it where a part of the list is looked at', () => {
    expect(estimate({ kind: 'all' })).toBe(1000);
    for (const [where, exact] of [
      [{ kind: 'all' }, 1000],
      [{ kind: 'not', node: ofNobody }, 900],
      [{ kind: 'not', node: codes(500) }, 500],
    ] as const) {
      const found = estimate(where, 250);
      expect(found).toBeGreaterThan(exact * 0.8);
      expect(found).toBeLessThan(exact * 1.2);
    }
    expect(estimate({ kind: 'none' }, 10)).toBe(0);
  });
});

describe('S16: a list of many values', () => {
  it.each<[string, (count: number) => QueryNode]>([
    ['of codes', codes],
    ['of codes beside a patient', (count) => ({ kind: 'and', nodes: [ofNobody, codes(count)] })],
    ['of codes that are not wanted', (count) => ({ kind: 'not', node: codes(count) })],
    ['of codes across a chain', (count) => chained(codes(count))],
    ['of references', targets],
    ['of references beside a patient', (count) => ({ kind: 'and', nodes: [ofNobody, targets(count)] })],
  ])('%s makes the same statement, however long it is', (_, where) => {
    expect(statement(where(1000))).toBe(statement(where(200)));
  });

  const range = { low: 5, high: 5 };
  const any = (make: (i: number) => QueryNode, count = 800): QueryNode => ({
    kind: 'or',
    nodes: Array.from({ length: count }, (_, i) => make(i)),
  });
  it.each<[string, (i: number) => QueryNode]>([
    ['systems', (i) => ({ kind: 'token', param: 'code', system: `s${i}` })],
    ['times after which', (i) => ({ kind: 'date', param: 'date', test: 'ge', range: { low: i, high: i } })],
    [
      'quantities, each of a unit of its own',
      (i) => ({
        kind: 'quantity',
        param: 'dose',
        test: 'eq',
        range,
        system: 'u',
        code: `c${i}`,
      }),
    ],
    ['parts of texts', (i) => ({ kind: 'string', param: 'name', text: `x${i}`, match: 'contains' })],
    [
      'parts of texts of codes',
      (i) => ({ kind: 'string', param: 'code:text', text: `x${i}`, match: 'ends' }),
    ],
    ['what lies below', (i) => ({ kind: 'uri', param: 'url', uri: `urn:x:${i}`, match: 'below' })],
  ])(
    '%s are one question of a row, however many: SQLite looks through all that are open for each',
    (_, make) => {
      const where = any(make);
      expect(statement(where).match(/EXISTS/g)).toHaveLength(1);
      // Nobody else is held up by it, of whatever length the list of rows is.
      expect(isDear(where)).toBe(true);
      expect(isDear(any(make, 5))).toBe(false);
    },
  );
});
