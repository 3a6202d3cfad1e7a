import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { storeContract } from '../contract/store-contract.ts';
import { openSqliteStore } from './sqlite-store.ts';

const subject = (name: string, writer: 'here' | 'thread'): void =>
  storeContract({
    name,
    async open() {
      const folder = mkdtempSync(join(tmpdir(), 'wellspring-store-'));
      const store = await openSqliteStore({ path: join(folder, 'fhir.sqlite'), writer });
      return {
        store,
        async close() {
          await store.close();
          rmSync(folder, { recursive: true, force: true });
        },
      };
    },
  });

subject('sqlite', 'here');
subject('sqlite, written by a thread,', 'thread');
