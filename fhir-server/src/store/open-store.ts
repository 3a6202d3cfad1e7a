/** The configuration → the store it asks for: the only file that knows both adapters. */
import type { MongodbStoreOptions } from './mongodb/mongodb-store.ts';
import type { ResourceStore } from './store.ts';

export interface StoreOptions {
  /** undefined: the embedded store. */
  readonly mongodb: Omit<MongodbStoreOptions, 'searchDeadlineMs' | 'clock'> | undefined;
  readonly databaseFile: string;
  readonly readers: number;
  readonly searchDeadlineMs: number;
}

/** The driver of the other engine is not even loaded. */
export async function openStore(options: StoreOptions): Promise<ResourceStore> {
  const { mongodb, databaseFile, readers, searchDeadlineMs } = options;
  if (mongodb === undefined) {
    const { openSqliteStore } = await import('./sqlite/sqlite-store.ts');
    return openSqliteStore({ path: databaseFile, readers, searchDeadlineMs });
  }
  const { openMongodbStore } = await import('./mongodb/mongodb-store.ts');
  return openMongodbStore({ ...mongodb, searchDeadlineMs });
}
