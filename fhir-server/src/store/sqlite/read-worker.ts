/** A thread with a read-only connection of its own, for searches that may take long: the main thread goes on meanwhile. */
import { parentPort, workerData } from 'node:worker_threads';
import { collectAtRest } from '../../collect-at-rest.ts';
import { planSearch } from './compile-search.ts';
import { openReading } from './connection.ts';
import { createKeys } from './keys.ts';
import { END, type Read, type ReaderData, type ReadJob } from './reader-thread.ts';
import { searchPage } from './search-page.ts';
import { readVersionAt, type Versions } from './versions.ts';
import { walkPage } from './walk.ts';

const { path, stop } = workerData as ReaderData;
collectAtRest();
const connection = openReading(path, stop);
const keys = createKeys(connection);
const versions: Versions = { at: (seq) => readVersionAt(connection, seq) };

parentPort?.on('message', (job: ReadJob | typeof END) => {
  if (job !== END) {
    parentPort?.postMessage(read(job));
    return;
  }
  connection.close();
  parentPort?.close();
});

function read(job: ReadJob): Read {
  try {
    // One snapshot: the page and the total agree.
    connection.begin();
    const page =
      job.kind === 'walk'
        ? walkPage(connection, keys, job.query)
        : searchPage(job.query, planSearch(connection, keys, job.query), versions);
    connection.db.exec('COMMIT');
    return { page };
  } catch (error) {
    if (connection.db.isTransaction) connection.db.exec('ROLLBACK');
    return { error: (error as Error).message };
  }
}
