import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { storeContract } from '../contract/store-contract.ts';
import { openSqliteStore } from './sqlite-store.ts';

storeContract({
  name: 'sqlite',
  async open() {
    const folder = mkdtempSync(join(tmpdir(), 'wellspring-store-'));
    const store = await openSqliteStore({ path: join(folder, 'fhir.sqlite') });
    return {
      store,
      async close() {
        await store.close();
        rmSync(folder, { recursive: true, force: true });
      },
    };
  },
});
