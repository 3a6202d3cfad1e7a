/** The file that the embedded audit log is kept in: batches of rows, each with the hash of the one before, and what events are found by. */
import { randomBytes } from 'node:crypto';
import { statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { type ChainReport, type Head, linkHash } from '@wellspring/serving/hash-chain';
import { closeDatabase } from '@wellspring/serving/private-files';
import type { AuditPage, AuditQuery, AuditRow } from './audit-log.ts';
import { createInsertNames, type NamedIn, openNames } from './event-names.ts';
import { searchEvents } from './sqlite-audit-search.ts';
import { verifyBatches } from './sqlite-audit-verify.ts';

const TABLES = `
-- The rows of a batch are "count" many from "first" on: they were written in one transaction.
CREATE TABLE IF NOT EXISTS batch (
  stream TEXT, n INTEGER, previous TEXT NOT NULL, hash TEXT NOT NULL, first INTEGER NOT NULL, count INTEGER NOT NULL, PRIMARY KEY (stream, n)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS event (seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, at INTEGER NOT NULL, text TEXT NOT NULL) STRICT;
CREATE UNIQUE INDEX IF NOT EXISTS event_id ON event (id);
-- How far the store's writes are in here: one row.
CREATE TABLE IF NOT EXISTS taken (one INTEGER PRIMARY KEY CHECK (one = 1), position TEXT NOT NULL) STRICT;
`;

/** A row with its id, and the text that the chain keeps. */
export interface NamedRow {
  readonly row: Pick<AuditRow, 'at'> & NamedIn;
  readonly id: string;
  readonly text: string;
}

export interface AuditDatabase {
  /** One batch; rows that are there already are left out. `wait`: until the disk has it. */
  store(rows: readonly NamedRow[], wait: boolean): void;
  /** How far the store's writes are taken over. */
  taken(): string | undefined;
  /** Rows and position in one commit: each write comes in once, whichever process takes it, whatever dies when. */
  takeOver(after: string | undefined, rows: readonly NamedRow[], position: string): void;
  search(query: AuditQuery): AuditPage;
  verify(anchors?: readonly Head[]): ChainReport;
  /** Where the chain ends that is written here; undefined: nothing was yet. */
  head(): Head | undefined;
  close(): void;
}

/** Opening waits for other processes that open it too; later whoever waits is somebody who asks, and what was not stored is tried again anyway. */
const OPEN_MS = 10_000;
const BUSY_MS = 1500;

export function openAuditDatabase(path: string): AuditDatabase {
  closeDatabase(path);
  const db = new DatabaseSync(path, { timeout: OPEN_MS });
  db.enableDefensive(true);
  db.exec(`PRAGMA trusted_schema = OFF; PRAGMA journal_mode = WAL; ${TABLES}`);
  openNames(db);
  db.exec(`PRAGMA busy_timeout = ${BUSY_MS}`);
  const insertBatch = db.prepare(
    'INSERT INTO batch (stream, n, previous, hash, first, count) VALUES (?, ?, ?, ?, ?, ?)',
  );
  // Not OR IGNORE: that takes a number for what it leaves out, and those of a batch follow each other.
  const insertEvent = db.prepare(
    'INSERT INTO event (id, at, text) SELECT ?1, ?2, ?3 WHERE NOT EXISTS (SELECT 1 FROM event WHERE id = ?1)',
  );
  const insertNames = createInsertNames(db);
  const stream = randomBytes(6).toString('hex');
  // The chain of this process begins at the end of another's: no whole chain can be taken away unseen.
  const newest = db.prepare('SELECT hash FROM batch ORDER BY first DESC LIMIT 1').get();
  let previous = (newest as { hash: string } | undefined)?.hash ?? '';
  let n = 0;
  const opened = statSync(path).ino;
  const ownBatch = db.prepare('SELECT hash FROM batch WHERE stream = ? AND n = ?');

  /** What was put in its place meanwhile has not what was written here: nothing is added to it, so that what waits is kept in journals, and it is told. */
  function requireSame(): void {
    const last = n === 0 ? undefined : (ownBatch.get(stream, n) as { hash: string } | undefined);
    const isSame = statSync(path, { throwIfNoEntry: false })?.ino === opened;
    if (!isSame || (n > 0 && last?.hash !== previous))
      throw new Error('The file of the audit log was replaced or removed while it was in use.');
  }

  /** In a transaction; the batch's hash, where there was anything to store. */
  function insertRows(rows: readonly NamedRow[]): string | undefined {
    const stored: [seq: number, row: NamedIn][] = [];
    const texts: string[] = [];
    for (const { row, id, text } of rows) {
      const { changes, lastInsertRowid } = insertEvent.run(id, row.at, text);
      if (changes === 0) continue;
      stored.push([Number(lastInsertRowid), row]);
      texts.push(text);
    }
    const first = stored[0]?.[0];
    if (first === undefined) return undefined;
    insertNames(stored);
    const hash = linkHash(stream, n + 1, previous, texts);
    insertBatch.run(stream, n + 1, previous, hash, first, texts.length);
    return hash;
  }

  /** `write`: the hash of the batch that it made. */
  function commit(wait: boolean, write: () => string | undefined): void {
    db.exec(`PRAGMA synchronous = ${wait ? 'FULL' : 'NORMAL'}`);
    db.exec('BEGIN IMMEDIATE');
    try {
      requireSame();
      const hash = write();
      db.exec('COMMIT');
      if (hash === undefined) return;
      n += 1;
      previous = hash;
    } finally {
      if (db.isTransaction) db.exec('ROLLBACK');
    }
  }

  const taken = (): string | undefined =>
    (db.prepare('SELECT position FROM taken').get() as { position: string } | undefined)?.position;

  return {
    store: (rows, wait) => commit(wait, () => insertRows(rows)),
    taken,
    takeOver(after, rows, position) {
      // What this commit would lose in a power cut is still in the store.
      commit(false, () => {
        // Another process was quicker.
        if (taken() !== after) return undefined;
        db.prepare('INSERT OR REPLACE INTO taken (one, position) VALUES (1, ?)').run(position);
        return insertRows(rows);
      });
    },
    search(query) {
      requireSame();
      return searchEvents(db, query);
    },
    verify: (anchors) => verifyBatches(db, anchors),
    head: () => (n === 0 ? undefined : { stream, n, hash: previous }),
    close: () => db.close(),
  };
}
