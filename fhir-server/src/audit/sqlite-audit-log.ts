/**
 * The audit log in a file of its own beside the embedded store. Rows of one turn of the event loop are one write to a journal (journal.ts), and
 * a batch in the database within a second. Reads are kept without waiting for the disk (a killed process loses none, a power cut may
 * lose the last of them); rows with a change or a refusal wait for it.
 */
import { randomBytes } from 'node:crypto';
import { unlinkSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { checkChain, type Link, linkHash } from '@wellspring/serving/hash-chain';
import { closeDatabase } from '@wellspring/serving/private-files';
import {
  type AuditLog,
  type AuditRow,
  createAuditIds,
  rowOfWrite,
  type StoredAuditRow,
  type WriteSource,
} from './audit-log.ts';
import { openJournal, takeAbandonedJournals } from './journal.ts';
import { NAME_INDEXES, searchEvents } from './sqlite-audit-search.ts';

const TABLES = `
-- The rows of a batch are "count" many from "first" on: they were written in one transaction.
CREATE TABLE IF NOT EXISTS batch (
  stream TEXT, n INTEGER, previous TEXT NOT NULL, hash TEXT NOT NULL, first INTEGER NOT NULL, count INTEGER NOT NULL, PRIMARY KEY (stream, n)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS event (seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, at INTEGER NOT NULL, text TEXT NOT NULL) STRICT;
CREATE UNIQUE INDEX IF NOT EXISTS event_id ON event (id);
-- How far the store's writes are in here: one row.
CREATE TABLE IF NOT EXISTS taken (one INTEGER PRIMARY KEY CHECK (one = 1), position TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS about (patient TEXT, seq INTEGER, PRIMARY KEY (patient, seq)) STRICT, WITHOUT ROWID;
${NAME_INDEXES}`;

/** Rows stay in the journal this long at most, and so many at most. */
const PENDING_MS = 1000;
const MAX_PENDING = 2000;
/** How often, and how many at a time, writes are taken over from the store. */
const TAKE_MS = 250;
const TAKEN_AT_ONCE = 1000;

export interface SqliteAuditLogOptions {
  readonly source: WriteSource;
  readonly keepsUp: boolean;
}

interface NamedRow {
  readonly row: AuditRow;
  readonly id: string;
  readonly text: string;
}

const auditId = createAuditIds();

function named(row: AuditRow): NamedRow {
  const id = auditId(row.at);
  // The id is part of what the chain keeps.
  return { row, id, text: JSON.stringify({ ...row, auditId: id }) };
}

interface Waiting {
  readonly rows: readonly AuditRow[];
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

const isWeighty = ({ action, status }: AuditRow): boolean =>
  action === 'C' || action === 'U' || action === 'D' || status >= 400;

/** `options` undefined: a log of what is appended alone. */
export async function openSqliteAuditLog(path: string, options?: SqliteAuditLogOptions): Promise<AuditLog> {
  closeDatabase(path);
  const db = new DatabaseSync(path, { timeout: 10_000 });
  db.enableDefensive(true);
  db.exec(`PRAGMA trusted_schema = OFF; PRAGMA journal_mode = WAL; ${TABLES}`);
  const insertBatch = db.prepare(
    'INSERT INTO batch (stream, n, previous, hash, first, count) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const insertEvent = db.prepare('INSERT INTO event (id, at, text) VALUES (?, ?, ?)');
  const insertAbout = db.prepare('INSERT OR IGNORE INTO about (patient, seq) VALUES (?, ?)');
  const isStored = db.prepare('SELECT 1 AS yes FROM event WHERE id = ?');
  const stream = randomBytes(6).toString('hex');
  // The chain of this process begins at the end of another's: no whole chain can be taken away unseen.
  const newest = db.prepare('SELECT hash FROM batch ORDER BY first DESC LIMIT 1').get();
  let previous = (newest as { hash: string } | undefined)?.hash ?? '';
  let n = 0;
  let waiting: Waiting[] = [];
  /** In the journal, and not in the database yet. */
  let pending: NamedRow[] = [];
  let pendingWeighs = false;
  let soon: NodeJS.Timeout | undefined;
  let isClosed = false;

  function flush(): void {
    // Whoever closes the log does not wait for the turn to end.
    if (waiting.length === 0) return;
    const ready = waiting;
    waiting = [];
    const rows = ready.flatMap((each) => each.rows);
    try {
      const fresh = rows.map(named);
      const weighs = rows.some(isWeighty);
      journal.append(
        fresh.map(({ text }) => text),
        weighs,
      );
      pending.push(...fresh);
      pendingWeighs ||= weighs;
      if (pending.length >= MAX_PENDING) store();
      else soon ??= setTimeout(store, PENDING_MS).unref();
    } catch (error) {
      for (const { reject } of ready) reject(error);
      return;
    }
    for (const { resolve } of ready) resolve();
  }

  /** What the journal holds goes into the database. On failure it stays where it is, and is tried again with the next rows. */
  function store(): void {
    clearTimeout(soon);
    soon = undefined;
    if (pending.length === 0) return;
    try {
      commit(pending, pendingWeighs);
    } catch (error) {
      if (db.isTransaction) db.exec('ROLLBACK');
      if (pending.length >= MAX_PENDING) throw error;
      return;
    }
    pending = [];
    pendingWeighs = false;
    journal.clear();
  }

  function commit(rows: readonly NamedRow[], wait: boolean): void {
    db.exec(`PRAGMA synchronous = ${wait ? 'FULL' : 'NORMAL'}`);
    db.exec('BEGIN IMMEDIATE');
    const hash = insertRows(rows);
    db.exec('COMMIT');
    n += 1;
    previous = hash;
  }

  /** Inside a transaction; returns the batch's hash. */
  function insertRows(rows: readonly NamedRow[]): string {
    const texts = rows.map(({ text }) => text);
    const hash = linkHash(stream, n + 1, previous, texts);
    let first: number | bigint | undefined;
    for (const { row, id, text } of rows) {
      const { lastInsertRowid } = insertEvent.run(id, row.at, text);
      first ??= lastInsertRowid;
      for (const patient of row.patients) insertAbout.run(patient, lastInsertRowid);
    }
    insertBatch.run(stream, n + 1, previous, hash, first ?? 0, rows.length);
    return hash;
  }

  const taken = (): string | undefined =>
    (db.prepare('SELECT position FROM taken').get() as { position: string } | undefined)?.position;

  /** Rows and position in one commit: each write comes in once, whichever process takes it, whatever dies when. */
  function takeOver(after: string | undefined, rows: readonly NamedRow[], position: string): void {
    // What this commit would lose in a power cut is still in the store.
    db.exec('PRAGMA synchronous = NORMAL');
    db.exec('BEGIN IMMEDIATE');
    try {
      // Another process was quicker.
      if (taken() !== after) return;
      const hash = rows.length > 0 ? insertRows(rows) : undefined;
      db.prepare('INSERT OR REPLACE INTO taken (one, position) VALUES (1, ?)').run(position);
      db.exec('COMMIT');
      if (hash === undefined) return;
      n += 1;
      previous = hash;
    } finally {
      if (db.isTransaction) db.exec('ROLLBACK');
    }
  }

  async function takeAll(source: WriteSource): Promise<void> {
    for (;;) {
      const after = taken();
      const { writes, position } = await source.writes(after, TAKEN_AT_ONCE);
      if (position === undefined) return;
      takeOver(
        after,
        writes.map((write) => named(rowOfWrite(write))),
        position,
      );
    }
  }

  let taking: Promise<void> = Promise.resolve();
  /** Everything that was committed before the call is in the log when it resolves. */
  function takeWrites(): Promise<void> {
    if (!options) return Promise.resolve();
    const { source } = options;
    const next = taking.catch(() => undefined).then(() => takeAll(source));
    taking = next;
    return next;
  }
  // What can't be taken now stays in the store, and is taken the next time.
  const often = options?.keepsUp
    ? setInterval(() => void takeWrites().catch(() => undefined), TAKE_MS).unref()
    : undefined;

  /** What a killed process left in its journal; what it had stored already is not stored twice. */
  function takeIn(): void {
    for (const { file, lines } of takeAbandonedJournals(dirname(path), Date.now())) {
      const rows = lines.map((text) => {
        const row = JSON.parse(text) as StoredAuditRow;
        return { row, id: row.auditId, text };
      });
      const missing = rows.filter(({ id }) => !isStored.get(id));
      if (missing.length > 0) commit(missing, true);
      unlinkSync(file);
    }
  }

  takeIn();
  const journal = openJournal(dirname(path));

  function* batches(): Generator<Link> {
    const events = db.prepare('SELECT text FROM event WHERE seq >= ? AND seq < ? ORDER BY seq');
    for (const row of db.prepare('SELECT * FROM batch ORDER BY stream, n').iterate()) {
      const batch = row as unknown as Omit<Link, 'texts'> & { first: number; count: number };
      const found = events.all(batch.first, batch.first + batch.count) as unknown as { text: string }[];
      yield { ...batch, texts: found.map(({ text }) => text) };
    }
  }

  return {
    append(rows) {
      if (rows.length === 0) return Promise.resolve();
      if (isClosed) return Promise.reject(new Error('The audit log is closed.'));
      return new Promise((resolve, reject) => {
        if (waiting.length === 0) setImmediate(flush);
        waiting.push({ rows, resolve, reject });
      });
    },
    async search(query) {
      store();
      await takeWrites();
      return searchEvents(db, query);
    },
    async verify(anchors) {
      store();
      await takeWrites();
      const firsts = db.prepare('SELECT stream, previous FROM batch WHERE n = 1').all() as {
        stream: string;
        previous: string;
      }[];
      return checkChain(
        batches(),
        firsts.map((first) => [first.stream, first.previous] as const),
        anchors,
      );
    },
    heads: () => (n === 0 ? [] : [{ stream, n, hash: previous }]),
    async close() {
      clearInterval(often);
      await takeWrites().catch(() => undefined);
      flush();
      isClosed = true;
      try {
        store();
      } finally {
        // What the database did not take stays where it is, and whoever starts next takes it in.
        journal.close(pending.length > 0);
        db.close();
      }
    },
  };
}
