/**
 * The audit log in a file of its own beside the embedded store. Rows of one turn of the event loop are one commit. Reads are committed without
 * waiting for the disk (a killed process loses none, a power cut may lose the last of them); a batch with a change or a refusal waits for it.
 */
import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import {
  type AuditLog,
  type AuditPage,
  type AuditQuery,
  type AuditRow,
  auditId,
  type Batch,
  batchHash,
  checkBatches,
  type StoredAuditRow,
} from './audit-log.ts';

const TABLES = `
-- The rows of a batch are "count" many from "first" on: they were written in one transaction.
CREATE TABLE IF NOT EXISTS batch (
  stream TEXT, n INTEGER, previous TEXT NOT NULL, hash TEXT NOT NULL, first INTEGER NOT NULL, count INTEGER NOT NULL, PRIMARY KEY (stream, n)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS event (seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, at INTEGER NOT NULL, text TEXT NOT NULL) STRICT;
CREATE UNIQUE INDEX IF NOT EXISTS event_id ON event (id);
CREATE TABLE IF NOT EXISTS about (patient TEXT, seq INTEGER, PRIMARY KEY (patient, seq)) STRICT, WITHOUT ROWID;
`;

interface Waiting {
  readonly rows: readonly AuditRow[];
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

interface EventRow {
  readonly id: string;
  readonly text: string;
}

const isWeighty = ({ action, status }: AuditRow): boolean =>
  action === 'C' || action === 'U' || action === 'D' || status >= 400;

export async function openSqliteAuditLog(file: string): Promise<AuditLog> {
  mkdirSync(dirname(file), { recursive: true });
  const db = new DatabaseSync(file, { timeout: 10_000 });
  db.enableDefensive(true);
  db.exec(`PRAGMA trusted_schema = OFF; PRAGMA journal_mode = WAL; ${TABLES}`);
  const insertBatch = db.prepare(
    'INSERT INTO batch (stream, n, previous, hash, first, count) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const insertEvent = db.prepare('INSERT INTO event (id, at, text) VALUES (?, ?, ?)');
  const insertAbout = db.prepare('INSERT OR IGNORE INTO about (patient, seq) VALUES (?, ?)');
  const stream = randomBytes(6).toString('hex');
  // The chain of this process begins at the end of another's: no whole chain can be taken away unseen.
  const newest = db.prepare('SELECT hash FROM batch ORDER BY first DESC LIMIT 1').get();
  let previous = (newest as { hash: string } | undefined)?.hash ?? '';
  let n = 0;
  let waiting: Waiting[] = [];

  function flush(): void {
    const ready = waiting;
    waiting = [];
    const rows = ready.flatMap((each) => each.rows);
    try {
      commit(rows);
    } catch (error) {
      if (db.isTransaction) db.exec('ROLLBACK');
      for (const { reject } of ready) reject(error);
      return;
    }
    for (const { resolve } of ready) resolve();
  }

  let waits: boolean | undefined;
  function waitForDisk(wanted: boolean): void {
    if (waits === wanted) return;
    db.exec(`PRAGMA synchronous = ${wanted ? 'FULL' : 'NORMAL'}`);
    waits = wanted;
  }

  function commit(rows: readonly AuditRow[]): void {
    const ids = rows.map(({ at }) => auditId(at));
    // The id is part of what the chain keeps.
    const texts = rows.map((row, i) => JSON.stringify({ ...row, auditId: ids[i] }));
    const hash = batchHash(stream, n + 1, previous, texts);
    waitForDisk(rows.some(isWeighty));
    db.exec('BEGIN IMMEDIATE');
    let first: number | bigint | undefined;
    for (const [i, row] of rows.entries()) {
      const { lastInsertRowid } = insertEvent.run(ids[i] as string, row.at, texts[i] as string);
      first ??= lastInsertRowid;
      for (const patient of row.patients) insertAbout.run(patient, lastInsertRowid);
    }
    insertBatch.run(stream, n + 1, previous, hash, first ?? 0, rows.length);
    db.exec('COMMIT');
    n += 1;
    previous = hash;
  }

  function* batches(): Generator<Batch> {
    const events = db.prepare('SELECT text FROM event WHERE seq >= ? AND seq < ? ORDER BY seq');
    for (const row of db.prepare('SELECT * FROM batch ORDER BY stream, n').iterate()) {
      const batch = row as unknown as Omit<Batch, 'texts'> & { first: number; count: number };
      const found = events.all(batch.first, batch.first + batch.count) as unknown as { text: string }[];
      yield { ...batch, texts: found.map(({ text }) => text) };
    }
  }

  return {
    append(rows) {
      if (rows.length === 0) return Promise.resolve();
      return new Promise((resolve, reject) => {
        if (waiting.length === 0) setImmediate(flush);
        waiting.push({ rows, resolve, reject });
      });
    },
    search: async (query) => search(db, query),
    verify: async () => checkBatches(batches()),
    async close() {
      if (waiting.length > 0) flush();
      db.close();
    },
  };
}

function search(db: DatabaseSync, query: AuditQuery): AuditPage {
  const conditions: string[] = [];
  const values: (string | number)[] = [];
  const add = (condition: string, ...given: (string | number)[]): void => {
    conditions.push(condition);
    values.push(...given);
  };
  if (query.patients) {
    const marks = query.patients.map(() => '?').join(',');
    add(`e.seq IN (SELECT seq FROM about WHERE patient IN (${marks}))`, ...query.patients);
  }
  if (query.from !== undefined) add('e.at >= ?', query.from);
  if (query.to !== undefined) add('e.at < ?', query.to);
  if (query.before !== undefined) add('e.seq < (SELECT seq FROM event WHERE id = ?)', query.before);
  if (query.action !== undefined) add("e.text ->> '$.action' = ?", query.action);
  if (query.interaction !== undefined) add("e.text ->> '$.interaction' = ?", query.interaction);
  if (query.failed !== undefined) add(`(e.text ->> '$.status' >= 400) = ?`, query.failed ? 1 : 0);
  if (query.entity !== undefined)
    add("(e.text ->> '$.type') || '/' || (e.text ->> '$.id') = ?", query.entity);
  if (query.agent !== undefined)
    add(`? IN (e.text ->> '$.subject', e.text ->> '$.client', e.text ->> '$.fhirUser')`, query.agent);
  if (query.auditId !== undefined) add('e.id = ?', query.auditId);
  const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
  const found = db
    .prepare(`SELECT e.id, e.text FROM event e ${where} ORDER BY e.seq DESC LIMIT ?`)
    .all(...values, query.count + 1) as unknown as EventRow[];
  const shown = found.slice(0, query.count);
  return {
    rows: shown.map(({ text }) => JSON.parse(text) as StoredAuditRow),
    next: found.length > query.count ? shown.at(-1)?.id : undefined,
  };
}
