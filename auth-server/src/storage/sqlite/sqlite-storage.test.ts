import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
