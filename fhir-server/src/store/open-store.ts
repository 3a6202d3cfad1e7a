/** The configuration → the store it asks for: the only file that knows both adapters. */
import type { MongodbStoreOptions } from './mongodb/mongodb-store.ts';
import type { WriterPlace } from './sqlite/sqlite-store.ts';
import type { WriterPeer } from './sqlite/writer-link.ts';
import type { ResourceStore } from './store.ts';

export interface StoreOptions {
  /** undefined: the embedded store. */
  readonly mongodb: Omit<MongodbStoreOptions, 'searchDeadlineMs' | 'clock'> | undefined;
  readonly databaseFile: string;
  readonly readers: number;
  readonly searchDeadlineMs: number;
  /** Of the embedded store: where its writer is. */
  readonly writer: WriterPlace;
  /** Of the embedded store: its disk does not sync (SqliteStoreOptions). */
  readonly diskFailed?: (message: string) => void;
}

/** The driver of the other engine is not even loaded. */
export async function openStore(options: StoreOptions): Promise<ResourceStore> {
  const { mongodb, databaseFile, readers, searchDeadlineMs, writer, diskFailed } = options;
  if (mongodb === undefined) {
    const { openSqliteStore } = await import('./sqlite/sqlite-store.ts');
    return openSqliteStore({ path: databaseFile, readers, searchDeadlineMs, writer, diskFailed });
  }
  const { openMongodbStore } = await import('./mongodb/mongodb-store.ts');
  return openMongodbStore({ ...mongodb, searchDeadlineMs });
}

export interface SharedWriter {
  serve(peer: WriterPeer): void;
  close(): Promise<void>;
}

/** The one writer of the embedded store, for processes that open it with `writer: 'parent'`. */
export async function openSharedWriter(
  databaseFile: string,
  diskFailed: (message: string) => void,
): Promise<SharedWriter> {
  const { openWriter } = await import('./sqlite/writer.ts');
  const { serveWriter } = await import('./sqlite/writer-link.ts');
  const writer = openWriter(databaseFile, { diskFailed });
  return { serve: (peer) => serveWriter(writer, peer), close: () => writer.close() };
}
