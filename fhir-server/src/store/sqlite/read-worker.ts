/** A thread with a read-only connection of its own, for searches that may take long: the main thread goes on meanwhile. */
import { parentPort, workerData } from 'node:worker_threads';
import type { SearchQuery } from '../../search/query.ts';
import { planSearch } from './compile-search.ts';
import { openReading } from './connection.ts';
import { createKeys } from './keys.ts';
import { searchPage } from './search-page.ts';
import { readVersionAt, type Versions } from './versions.ts';

const connection = openReading((workerData as { path: string }).path);
const keys = createKeys(connection);
const versions: Versions = { at: (seq) => readVersionAt(connection, seq) };

parentPort?.on('message', (query: SearchQuery) => {
  try {
    // One snapshot: the page and the total agree.
    connection.db.exec('BEGIN');
    const page = searchPage(query, planSearch(connection, keys, query), versions);
    connection.db.exec('COMMIT');
    parentPort?.postMessage({ page });
  } catch (error) {
    if (connection.db.isTransaction) connection.db.exec('ROLLBACK');
    parentPort?.postMessage({ error: (error as Error).message });
  }
});
