/** The configuration → the storage it asks for: the only file that knows both adapters. */
import type { Config } from '../config.ts';
import type { Storage } from './storage.ts';

export async function openStorage(config: Config): Promise<Storage> {
  if (config.MONGODB_URL === undefined) {
    const { openSqliteStorage } = await import('./sqlite/sqlite-storage.ts');
    return openSqliteStorage(config.databaseFile);
  }
  const { openMongodbStorage } = await import('./mongodb/mongodb-storage.ts');
  return openMongodbStorage(config.MONGODB_URL, config.MONGODB_AUTH_DATABASE);
}
