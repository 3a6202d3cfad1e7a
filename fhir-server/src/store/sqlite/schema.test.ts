import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createReindex, entriesOf } from '../../jobs/reindex.ts';
import { everything } from '../contract/store-contract.ts';
import { openSqliteStore } from './sqlite-store.ts';

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

describe('a database file', () => {
  it('of version 1 is upgraded, and what it lacked is indexed when the server starts', async () => {
    const path = join(folder, 'old.sqlite');
    const before = await openSqliteStore({ path });
    const resource = { resourceType: 'Basic', id: 'b', meta: {}, code: { text: 'asthma' } };
    const entries = entriesOf({ body: JSON.stringify(resource) } as never);
    const text = {
      before: '{"resourceType":"Basic","id":"b","meta":{',
      after: '},"code":{"text":"asthma"}}',
    };
    await before.transact([{ kind: 'create', type: 'Basic', id: 'b', text, entries }]);
    await before.close();
    change(
      path,
      'DROP TABLE words; DROP TABLE note; ALTER TABLE resource DROP COLUMN owners; ALTER TABLE version DROP COLUMN patients; ALTER TABLE version DROP COLUMN written_by; PRAGMA user_version = 1;',
    );
    const store = await openSqliteStore({ path });
    const asthma = everything('Basic', { kind: 'words', of: 'content', words: ['asthma'] });
    expect((await store.search(asthma)).total).toBe(0);
    await createReindex(store, pino({ level: 'silent' })).resume();
    expect((await store.search(asthma)).total).toBe(1);
    expect((await store.read('Basic', 'b'))?.version).toBe(1);
    await store.close();
  });

  it('of a newer server is refused, and left as it is', async () => {
    const path = join(folder, 'new.sqlite');
    await (await openSqliteStore({ path })).close();
    change(path, 'PRAGMA user_version = 99');
    await expect(openSqliteStore({ path })).rejects.toThrow(/schema version 99/);
  });
});
