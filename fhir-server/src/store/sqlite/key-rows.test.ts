import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { everything, fault, ids } from '../contract/asking.ts';
import { create, token, update } from '../contract/resources.ts';
import type { ResourceStore } from '../store.ts';
import { openSqliteStore } from './sqlite-store.ts';

let folder: string;
let store: ResourceStore;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'wellspring-rows-'));
  store = await openSqliteStore({ path: join(folder, 'fhir.sqlite'), writer: 'here' });
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

const named = (code: string) => ({ tokens: [{ param: 'identifier', system: 's', code }] });
const found = (code: string): Promise<string[]> =>
  ids(store, everything('Patient', token('identifier', code, 's')));
/** How many there are. */
const rows = (): number => {
  const db = new DatabaseSync(join(folder, 'fhir-index.sqlite'), { readOnly: true });
  const { n } = db.prepare('SELECT count(*) AS n FROM idx').get() as { n: number };
  db.close();
  return n;
};

describe('rows of the index that one transaction makes', () => {
  it('are found by what comes later in it: a condition, and whose it is', async () => {
    const results = await store.transact([
      create('Patient', 'a', named('1')),
      create('Patient', 'b', named('1'), { ifNoneExist: token('identifier', '1', 's') }),
    ]);
    expect(results[1]).toMatchObject({ outcome: 'found', version: { id: 'a' } });
    const visible = token('identifier', '2', 's');
    expect(
      await fault(
        store.transact([create('Patient', 'c', named('2')), update('Patient', 'c', named('3'), { visible })]),
      ),
    ).toBe('none');
    expect(await found('3')).toEqual(['c']);
  });

  it('are gone when it writes the same resource again, or fails', async () => {
    await store.transact([create('Patient', 'a', named('1')), update('Patient', 'a', named('2'))]);
    expect([await found('1'), await found('2')]).toEqual([[], ['a']]);
    const before = rows();
    expect(await fault(store.transact([create('Patient', 'b', named('1')), create('Patient', 'a')]))).toBe(
      'exists',
    );
    expect(rows()).toBe(before);
    await store.transact([update('Patient', 'a', named('3'))]);
    expect([await found('1'), await found('2'), await found('3'), rows()]).toEqual([[], [], ['a'], before]);
  });
});
