import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { everything, ids } from '../contract/asking.ts';
import { create, token } from '../contract/resources.ts';
import type { ResourceStore } from '../store.ts';
import { openSqliteStore } from './sqlite-store.ts';

/** What R4 lets through: strings with line breaks, codes and URIs with other controls; and parts that read as if they belonged to the next one. */
const CODES = [
  'n\u0000m',
  '1.a',
  'a 5.urn:s',
  'c=d',
  'd',

  'a',
  'ab',
  'a b',
  'a\nb',
  'a\n',
  '\na',
  'a\nurn:s',
  'a\u0001urn:s',
  'a\u000b',
  'a\t',
  'a=',
  'ä',
  '😀',
  '\u{10ffff}',
];
const SYSTEMS = ['', '5.urn:s', 'b=c', 'of-type:urn:s', 'urn:s', 'urn:s\u0001', '\u{10ffff}x', '😀:'];

let folder: string;
let store: ResourceStore;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'wellspring-keys-'));
  store = await openSqliteStore({ path: join(folder, 'fhir.sqlite') });
});
afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

it('a code is found in any system, in one and in none, and no other code with it, whatever characters they hold', async () => {
  const pairs = CODES.flatMap((code, c) => SYSTEMS.map((system, s) => ({ id: `${c}-${s}`, code, system })));
  // Written at once: one that failed would take the others along.
  await Promise.all(
    pairs.map(({ id, code, system }) =>
      store.transact([create('Basic', id, { tokens: [{ param: 'identifier', system, code }] })]),
    ),
  );
  for (const [c, code] of CODES.entries()) {
    const found = await ids(store, everything('Basic', token('identifier', code)));
    expect(found.sort()).toEqual(SYSTEMS.map((_, s) => `${c}-${s}`));
    for (const [s, system] of SYSTEMS.entries())
      expect(await ids(store, everything('Basic', token('identifier', code, system)))).toEqual([`${c}-${s}`]);
  }
  expect(await ids(store, everything('Basic', token('identifier', 'b')))).toEqual([]);
});

it('parameters whose names hold codes or colons are kept apart, with a system and without, in whatever order they are written', async () => {
  const tokens = [
    ['pair$urn:u|b', 'urn:vv', 'c=d'],
    ['pair$urn:u|b=c', 'urn:vv', 'd'],
    ['pair$urn:u|b:urn', '', 'x:y|d'],
    ['pair$urn:u|b', '', 'urn:x:y|d'],
    ['pair$urn:u|b:urn', 'x:y', 'd'],
    ['pair$urn:u|b', 'urn:x:y', 'd'],
    ['id:of-type', 'urn:t', 'c|w'],
    ['id', 'of-type:urn:t', 'c|w'],
    ['code', 'urn:s', '1.a'],
    ['code:text', 'urn:s', 'a'],
  ] as const;
  for (const order of [tokens, tokens.toReversed()]) {
    const type = order === tokens ? 'Group' : 'Device';
    await Promise.all(
      order.map(([param, system, code]) =>
        store.transact([
          create(
            type,
            `t${tokens.findIndex((each) => each[0] === param && each[1] === system && each[2] === code)}`,
            { tokens: [{ param, system, code }] },
          ),
        ]),
      ),
    );
    for (const [i, [param, system, code]] of tokens.entries()) {
      expect(await ids(store, everything(type, token(param, code, system)))).toEqual([`t${i}`]);
      const alike = tokens.flatMap((each, j) => (each[0] === param && each[2] === code ? [`t${j}`] : []));
      expect((await ids(store, everything(type, token(param, code)))).sort()).toEqual(alike);
      expect(await store.codesOf(type, param, 10)).toContainEqual({ system, code });
    }
  }
});
