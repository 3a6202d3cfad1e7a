/** The configuration → the store it asks for: the only file that knows both adapters. */
import type { ResourceStore } from './store.ts';

export interface StoreOptions {
  readonly mongodbUrl: string | undefined;
  readonly mongodbDatabase: string;
  readonly databaseFile: string;
  readonly readers: number;
  readonly searchDeadlineMs: number;
}

/** The driver of the other engine is not even loaded. */
export async function openStore(options: StoreOptions): Promise<ResourceStore> {
  if (options.mongodbUrl === undefined) {
    const { openSqliteStore } = await import('./sqlite/sqlite-store.ts');
    return openSqliteStore({
      path: options.databaseFile,
      readers: options.readers,
      searchDeadlineMs: options.searchDeadlineMs,
    });
  }
  const { openMongodbStore } = await import('./mongodb/mongodb-store.ts');
  return openMongodbStore({
    url: options.mongodbUrl,
    database: options.mongodbDatabase,
    searchDeadlineMs: options.searchDeadlineMs,
  });
}
