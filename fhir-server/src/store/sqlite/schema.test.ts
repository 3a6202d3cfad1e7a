import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { remakeLostIndex } from '../../jobs/remake-index.ts';
import { createCustomParameters } from '../../repository/custom-parameters.ts';
import { everything } from '../contract/asking.ts';
import { create, token } from '../contract/resources.ts';
import type { CreateOperation, ResourceStore } from '../store.ts';
import { indexFileOf } from './index-state.ts';
import { openSqliteStore } from './sqlite-store.ts';

const BASE = 'http://localhost:8080/fhir';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'wellspring-schema-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const change = (path: string, sql: string): void => {
  const db = new DatabaseSync(path);
  db.exec(sql);
  db.close();
};

/** Version 1, as servers made it: everything in one file. */
const VERSION_1 = `
CREATE TABLE key (k INTEGER PRIMARY KEY, text TEXT NOT NULL, ranged INTEGER NOT NULL) STRICT;
CREATE INDEX key_text ON key (text, k) WHERE ranged = 1;
CREATE TABLE param (p INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE resource (
  rid INTEGER PRIMARY KEY, type TEXT NOT NULL, id TEXT NOT NULL, rk INTEGER NOT NULL, version INTEGER NOT NULL, seq INTEGER NOT NULL,
  last_updated INTEGER NOT NULL, deleted INTEGER NOT NULL, d INTEGER NOT NULL, present TEXT NOT NULL, sort TEXT NOT NULL, keys BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX resource_id ON resource (type, id);
CREATE INDEX resource_updated ON resource (type, last_updated, rid);
CREATE TABLE version (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, rid INTEGER NOT NULL, version INTEGER NOT NULL, last_updated INTEGER NOT NULL,
  method TEXT NOT NULL, body TEXT
) STRICT;
CREATE UNIQUE INDEX version_of ON version (rid, version);
CREATE TABLE idx (k INTEGER, d INTEGER, rid INTEGER, PRIMARY KEY (k, d, rid)) STRICT, WITHOUT ROWID;
CREATE TABLE ref (tk INTEGER, p INTEGER, d INTEGER, rid INTEGER, PRIMARY KEY (tk, p, d, rid)) STRICT, WITHOUT ROWID;
CREATE TABLE dat (rid INTEGER, p INTEGER, low REAL, high REAL, PRIMARY KEY (rid, p, low, high)) STRICT, WITHOUT ROWID;
CREATE INDEX dat_low ON dat (p, low, high, rid);
CREATE TABLE num (
  rid INTEGER, p INTEGER, low REAL, high REAL, system TEXT, code TEXT, unit TEXT, PRIMARY KEY (rid, p, low, high, system, code, unit)
) STRICT, WITHOUT ROWID;
CREATE INDEX num_low ON num (p, low, rid);
CREATE TABLE str (rid INTEGER, p INTEGER, text TEXT, exact TEXT, PRIMARY KEY (rid, p, text, exact)) STRICT, WITHOUT ROWID;
CREATE INDEX str_text ON str (p, text, rid);
PRAGMA user_version = 1;`;
const VERSION_2 = `
CREATE TABLE note (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE VIRTUAL TABLE words USING fts5(text, content, content='', contentless_delete=1, detail=column, tokenize='ascii');
PRAGMA user_version = 2;`;
const VERSION_3 = `ALTER TABLE resource ADD COLUMN owners TEXT NOT NULL DEFAULT 'null'; PRAGMA user_version = 3;`;
const VERSION_4 =
  'ALTER TABLE version ADD COLUMN patients TEXT; ALTER TABLE version ADD COLUMN written_by TEXT; PRAGMA user_version = 4;';

const body = (version: number, note: string): string =>
  JSON.stringify({
    resourceType: 'Basic',
    id: 'b',
    meta: { versionId: String(version), lastUpdated: '1970-01-01T00:00:01Z' },
    code: { coding: [{ system: 's', code: note }], text: note },
    subject: { reference: 'Patient/p' },
  });
const gone = body(1, 'gone').replace('"id":"b"', '"id":"gone"');
const ROWS = `
INSERT INTO resource (rid, type, id, rk, version, seq, last_updated, deleted, d, present, sort, keys) VALUES
  (1, 'Basic', 'b', 1, 2, 3, 2000, 0, 2000, ' ', '{}', x''), (2, 'Basic', 'gone', 2, 2, 4, 3000, 1, 1500, ' ', '{}', x'');
INSERT INTO version (seq, rid, version, last_updated, method, body) VALUES
  (1, 1, 1, 1000, 'create', '${body(1, 'mild')}'), (2, 2, 1, 1500, 'create', '${gone}'),
  (3, 1, 2, 2000, 'update', '${body(2, 'asthma')}'), (4, 2, 2, 3000, 'delete', NULL);`;

async function upgraded(path: string): Promise<ResourceStore> {
  const store = await openSqliteStore({ path });
  await remakeLostIndex(store, createCustomParameters(store, []), pino({ level: 'silent' }), BASE);
  return store;
}

describe('a database file', () => {
  it.each([
    [1, [VERSION_1]],
    [2, [VERSION_1, VERSION_2]],
    [3, [VERSION_1, VERSION_2, VERSION_3]],
    [4, [VERSION_1, VERSION_2, VERSION_3, VERSION_4]],
  ])(
    'of version %i is upgraded, and its index made anew, before anybody is answered',
    async (version, steps) => {
      const path = join(folder, `old-${version}.sqlite`);
      change(path, [...steps, ROWS].join('\n'));
      const store = await upgraded(path);
      const asthma = everything('Basic', { kind: 'words', of: 'content', words: ['asthma'] });
      const found = await store.search(asthma);
      expect(found.matches.map((match) => [match.id, match.version, match.body])).toEqual([
        ['b', 2, body(2, 'asthma')],
      ]);
      expect((await store.search(everything('Basic', { kind: 'owner', patients: ['p'] }))).total).toBe(1);
      expect((await store.vread('Basic', 'b', 1))?.body).toBe(body(1, 'mild'));
      expect((await store.changes(undefined, 10)).map(({ id, method }) => `${method} ${id}`)).toEqual([
        'create b',
        'create gone',
        'update b',
        'delete gone',
      ]);
      // Who may see the history of what was deleted is asked of its last live version.
      const mine = { kind: 'owner', patients: ['p'] } as const;
      const history = { type: 'Basic', id: 'gone', count: 10 };
      expect((await store.history({ ...history, visible: mine })).total).toBe(2);
      expect((await store.history({ ...history, visible: { kind: 'owner', patients: ['q'] } })).total).toBe(
        0,
      );
      await store.close();
      const again = await openSqliteStore({ path });
      expect(again.remakeIndex).toBeUndefined();
      expect((await again.search(asthma)).total).toBe(1);
      await again.close();
    },
  );

  it('whose index is of a release that kept other rows gets one made anew: a code is found in any system by what was written before and after', async () => {
    const path = join(folder, 'former-index.sqlite');
    const first = await openSqliteStore({ path });
    const basic = (id: string, system: string): CreateOperation => {
      const coding = { code: { coding: [{ system, code: 'x' }] } };
      const text = {
        before: `{"resourceType":"Basic","id":"${id}","meta":{`,
        after: `},${JSON.stringify(coding).slice(1)}`,
      };
      return { ...create('Basic', id, { tokens: [{ param: 'code', system, code: 'x' }] }), text };
    };
    await first.transact([basic('before', 'urn:a')]);
    await first.close();
    change(indexFileOf(path), "DELETE FROM key WHERE text LIKE 'Basic.4.code=%'; PRAGMA user_version = 3");
    const store = await upgraded(path);
    await store.transact([basic('after', 'urn:b'), basic('again', 'urn:a')]);
    const found = await store.search(everything('Basic', token('code', 'x')));
    expect(found.matches.map(({ id }) => id).sort()).toEqual(['after', 'again', 'before']);
    await store.close();
  });

  it('of a newer server is refused, and left as it is', async () => {
    const path = join(folder, 'new.sqlite');
    await (await openSqliteStore({ path })).close();
    change(path, 'PRAGMA user_version = 99');
    await expect(openSqliteStore({ path })).rejects.toThrow(/schema version 99/);
  });
});
