/**
 * Rows of `idx` that a job makes, written together in the order of the tree: a thousand resources have a dozen rows each, whose pages lie all over it, and one by one
 * each page was come to again and again. Until they are written nobody finds them: write before anything is looked for or removed.
 */
import type { Connection } from './connection.ts';

export interface KeyRows {
  add(k: number, d: number, rid: number): void;
  /** In the transaction that is open. */
  write(): void;
}

type Row = readonly [k: number, d: number, rid: number];

export function createKeyRows(connection: Connection): KeyRows {
  let waiting: Row[] = [];
  return {
    add: (k, d, rid) => void waiting.push([k, d, rid]),
    write() {
      const insert = connection.statement('INSERT INTO idx (k, d, rid) VALUES (?, ?, ?)');
      for (const row of waiting.sort(byPlace)) insert.run(...row);
      waiting = [];
    },
  };
}

const byPlace = (a: Row, b: Row): number => a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
