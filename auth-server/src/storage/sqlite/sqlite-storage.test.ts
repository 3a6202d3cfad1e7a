import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { storageContract } from '../contract/storage-contract.ts';
import { openSqliteStorage } from './sqlite-storage.ts';

storageContract({
  name: 'sqlite',
  async open() {
    const folder = mkdtempSync(join(tmpdir(), 'wellspring-auth-'));
    const file = join(folder, 'auth.sqlite');
    const storage = await openSqliteStorage(file);
    return {
      storage,
      again: () => openSqliteStorage(file),
      async close() {
        await storage.close();
        rmSync(folder, { recursive: true });
      },
    };
  },
});

describe('the audit log of accounts', () => {
  async function withLog(work: (file: string) => Promise<void>): Promise<void> {
    const folder = mkdtempSync(join(tmpdir(), 'wellspring-auth-'));
    const file = join(folder, 'auth.sqlite');
    const storage = await openSqliteStorage(file);
    for (let i = 0; i < 5; i++) await storage.appendAudit({ at: i, event: `event ${i}`, accountId: 'a' });
    await storage.close();
    await work(file);
    rmSync(folder, { recursive: true });
  }
  const harmed = async (file: string, sql: string) => {
    const db = new DatabaseSync(file);
    db.exec(sql);
    db.close();
    const storage = await openSqliteStorage(file);
    const { faults } = await storage.verifyAudit();
    await storage.close();
    return faults.map(({ fault }) => fault);
  };

  it.each([
    ['was changed', "UPDATE audit SET event = 'nothing' WHERE at = 2", ['changed']],
    ['was left out', 'DELETE FROM audit WHERE at = 2', ['missing']],
    ['is said to be another’s', "UPDATE audit SET account_id = 'b' WHERE at = 2", ['changed']],
    ['was put in', "INSERT INTO audit (at, event) VALUES (9, 'put in')", ['missing', 'changed']],
  ])('shows a row that %s', async (_, sql, expected) => {
    await withLog(async (file) => {
      expect(await harmed(file, 'SELECT 1')).toEqual([]);
      expect(await harmed(file, sql)).toEqual(expected);
    });
  });

  it('of an earlier version is made a chain when it is opened', async () => {
    await withLog(async (file) => {
      const db = new DatabaseSync(file);
      db.exec(`DROP INDEX audit_link; PRAGMA user_version = 1;
        ALTER TABLE audit DROP COLUMN stream; ALTER TABLE audit DROP COLUMN n; ALTER TABLE audit DROP COLUMN previous; ALTER TABLE audit DROP COLUMN hash;`);
      db.close();
      const storage = await openSqliteStorage(file);
      await storage.appendAudit({ at: 9, event: 'after' });
      expect(await storage.verifyAudit()).toEqual({ batches: 6, faults: [] });
      expect((await storage.listAudit({ limit: 9 })).map(({ at }) => at)).toEqual([9, 4, 3, 2, 1, 0]);
      await storage.close();
      expect(await harmed(file, 'DELETE FROM audit WHERE at = 3')).toEqual(['missing']);
    });
  });
});
