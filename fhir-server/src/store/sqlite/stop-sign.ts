/**
 * `goes_on(row)` in SQL: always true, or an error that ends the statement when another thread has said so. node:sqlite can't be interrupted otherwise. The row is named so that
 * SQLite asks for each.
 */
import type { DatabaseSync } from 'node:sqlite';

/** Of one row in so many (a prime: rows of one list are often as many apart): asking in JavaScript costs as much as looking at the row. */
const EVERY = 7;

/** Asked before whatever else a row is asked that takes a subquery. */
export const askToGoOn = (rid: string): string =>
  ` AND CASE WHEN ${rid} % ${EVERY} THEN 1 ELSE goes_on(${rid}) END`;

export function heedStop(db: DatabaseSync, stop: Int32Array): void {
  db.function('goes_on', (_row) => {
    if (Atomics.load(stop, 0) !== 0) throw new Error('told to stop');
    return 1;
  });
}
