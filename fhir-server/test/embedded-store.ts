/** An embedded store with a folder of its own, for tests of what stands on one. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { openSqliteStore } from '../src/store/sqlite/sqlite-store.ts';
import type { ResourceStore } from '../src/store/store.ts';

interface EmbeddedStore {
  readonly store: ResourceStore;
  readonly folder: string;
  /** Of its database, in the folder. */
  readonly path: string;
}

/** Opens one before the tests that this is called beside; closes it, and removes the folder, when they are done. `take` is given it before them. */
export function useEmbeddedStore(take: (opened: EmbeddedStore) => void): void {
  let store: ResourceStore;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'wellspring-store-'));
    const path = join(folder, 'fhir.sqlite');
    store = await openSqliteStore({ path });
    take({ store, folder, path });
  });
  afterAll(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });
}
