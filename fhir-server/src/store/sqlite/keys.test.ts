import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { everything, ids } from '../contract/asking.ts';
import { create, token } from '../contract/resources.ts';
import type { ResourceStore } from '../store.ts';
import { openSqliteStore } from './sqlite-store.ts';

/** What R4 lets through: strings with line breaks, codes and URIs with other controls. */
const CODES = [
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
const SYSTEMS = ['', 'urn:s', 'urn:s\u0001', '\u{10ffff}x', '😀:'];

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
