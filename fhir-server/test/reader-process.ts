/** A process of its own that reads an embedded store while another writes: reports what it saw to its parent. */
import { setImmediate } from 'node:timers/promises';
import { openSqliteStore } from '../src/store/sqlite/sqlite-store.ts';

export interface Seen {
  readonly reads: number;
  /** Totals that were not whole transactions of two. */
  readonly torn: number;
  readonly total: number;
}

const store = await openSqliteStore({ path: process.argv[2] as string });
const until = Number(process.argv[3]);
let reads = 0;
let torn = 0;
let total = 0;
process.send?.('ready');
while (total < until) {
  const sort = [{ by: 'mainDate', descending: true }] as const;
  const page = await store.search({
    type: 'Basic',
    where: { kind: 'all' },
    sort,
    count: 1,
    total: 'accurate',
  });
  total = page.total ?? 0;
  reads += 1;
  if (total % 2 !== 0) torn += 1;
  // Reads of one turn of the event loop share a snapshot; the next turn sees what was committed since.
  await setImmediate();
}
await store.close();
process.send?.({ reads, torn, total } satisfies Seen);
process.disconnect?.();
