/** The embedded store: node:sqlite, WAL, one writer, readers beside it. The default, for one machine. */
import { closeDatabase } from '@wellspring/serving/private-files';
import type { QueryNode } from '../../search/query.ts';
import type { AccountedWrites, Change, LogEnd, ResourceStore, ScanPage, StoredVersion } from '../store.ts';
import { compileCondition } from './compile-condition.ts';
import { dearNodes, mayTakeLong, planSearch } from './compile-search.ts';
import { type Connection, openConnection } from './connection.ts';
import { createGroupCommit } from './group-commit.ts';
import { readHistory } from './history.ts';
import { isIndexed } from './is-indexed.ts';
import { createKeys, type Keys } from './keys.ts';
import { createNotes } from './notes.ts';
import { createReaderPool } from './reader-pool.ts';
import { prepareSchema } from './schema.ts';
import { searchPage } from './search-page.ts';
import { type VersionRow, versionOf } from './version-row.ts';

const VERSION_COLUMNS = 'r.type, r.id, v.version, v.last_updated, v.method, v.body';

export interface SqliteStoreOptions {
  /** The database file; its folder is made when missing. */
  readonly path: string;
  /** Threads for searches that may take long. */
  readonly readers?: number;
  /** Milliseconds that such a search may take. */
  readonly searchDeadlineMs?: number;
  /** Milliseconds since the epoch; for tests. */
  readonly clock?: () => number;
}

export async function openSqliteStore(options: SqliteStoreOptions): Promise<ResourceStore> {
  closeDatabase(options.path);
  const writing = openWriting(options.path);
  const reading = openConnection(options.path, { readOnly: true });
  const readKeys = createKeys(reading);
  const writer = {
    connection: writing,
    keys: createKeys(writing),
    now: monotonicClock(writing, options.clock ?? Date.now),
  };
  const commits = createGroupCommit(writer, () => reading.refresh());
  const pool = createReaderPool({
    path: options.path,
    threads: options.readers ?? 2,
    deadlineMs: options.searchDeadlineMs ?? 10_000,
  });
  const snapshot = (): Connection => {
    reading.snapshot();
    return reading;
  };
  return {
    supports: { transactions: true, accounts: true },
    read: async (type, id, visible) => readCurrent(snapshot(), readKeys, type, id, visible),
    vread: async (type, id, version, visible) =>
      readVersion(snapshot(), readKeys, type, id, version, visible),
    history: async (query) => readHistory(snapshot(), readKeys, query),
    search: async (query) => {
      if (dearNodes(query.where)) return pool.search(query);
      const plan = planSearch(snapshot(), readKeys, query);
      return plan && mayTakeLong(plan) ? pool.search(query) : searchPage(query, plan);
    },
    transact: async (operations, by) => (operations.length === 0 ? [] : commits.submit(operations, by)),
    writes: async (after, limit) => readWrites(snapshot(), after, limit),
    changes: async (after, limit) => readChanges(snapshot(), after, limit),
    logEnd: () => logEnd(writing, options.clock ?? Date.now),
    scan: async (after, limit) => scan(snapshot(), after, limit),
    isIndexed: async (type, id, entries) => isIndexed(snapshot(), readKeys, type, id, entries),
    ...createNotes(snapshot, writing, () => reading.refresh()),
    ping: async () => {
      reading.statement('SELECT 1').get();
    },
    close: async () => {
      await commits.drained();
      await pool.close();
      reading.close();
      writing.close();
    },
  };
}

/** A damaged file ends the start with one line that says what to do. */
function openWriting(path: string): Connection {
  try {
    const connection = openConnection(path, { readOnly: false });
    prepareSchema(connection.db);
    return connection;
  } catch (error) {
    if (!/not a database|malformed/.test((error as Error).message)) throw error;
    throw new Error(
      `${path} is damaged (${(error as Error).message}): move it away and use npm run restore.`,
      {
        cause: error,
      },
    );
  }
}

/** Never goes back, not even over a restart with the clock set back. */
function monotonicClock(connection: Connection, clock: () => number): () => number {
  const row = connection.statement('SELECT max(last_updated) AS last FROM version').get() as {
    last: number | null;
  };
  let last = row.last ?? 0;
  return () => {
    last = Math.max(last, clock());
    return last;
  };
}

function visibleCondition(keys: Keys, type: string, visible: QueryNode | undefined) {
  if (!visible || visible.kind === 'all') return { text: '', values: [] };
  const condition = compileCondition(keys, type, visible, { rid: 'r.rid', d: 'r.d', alias: 'r' });
  return { text: ` AND ${condition.text}`, values: condition.values };
}

function readCurrent(
  connection: Connection,
  keys: Keys,
  type: string,
  id: string,
  visible: QueryNode | undefined,
): StoredVersion | undefined {
  const condition = visibleCondition(keys, type, visible);
  const row = connection
    .statement(
      `SELECT ${VERSION_COLUMNS} FROM resource r CROSS JOIN version v ON v.seq = r.seq WHERE r.type = ? AND r.id = ?${condition.text}`,
    )
    .get(type, id, ...condition.values);
  return row && versionOf(row as unknown as VersionRow);
}

function readVersion(
  connection: Connection,
  keys: Keys,
  type: string,
  id: string,
  version: number,
  visible: QueryNode | undefined,
): StoredVersion | undefined {
  const condition = visibleCondition(keys, type, visible);
  const row = connection
    .statement(
      `SELECT ${VERSION_COLUMNS} FROM resource r CROSS JOIN version v ON v.rid = r.rid WHERE r.type = ? AND r.id = ? AND v.version = ?${condition.text}`,
    )
    .get(type, id, version, ...condition.values);
  return row && versionOf(row as unknown as VersionRow);
}

function scan(connection: Connection, after: string | undefined, limit: number): ScanPage {
  const rows = connection
    .statement(
      `SELECT ${VERSION_COLUMNS}, r.rid FROM resource r CROSS JOIN version v ON v.seq = r.seq WHERE r.rid > ? AND r.deleted = 0 ORDER BY r.rid LIMIT ?`,
    )
    .all(Number(after ?? 0), limit) as unknown as (VersionRow & { rid: number })[];
  const last = rows.at(-1);
  return {
    versions: rows.map(versionOf),
    next: rows.length === limit && last ? String(last.rid) : undefined,
  };
}

/** Between two commits, whichever process makes them: what comes later is stamped by a clock that has gone on. */
async function logEnd(connection: Connection, clock: () => number): Promise<LogEnd> {
  for (let tries = 1; ; tries++) {
    connection.db.exec('BEGIN IMMEDIATE');
    const now = clock();
    const newest = connection
      .statement('SELECT seq, last_updated AS time FROM version ORDER BY seq DESC LIMIT 1')
      .get() as { seq: number; time: number } | undefined;
    connection.db.exec('COMMIT');
    const { seq, time } = newest ?? { seq: 0, time: 0 };
    // A clock that went back stays behind: then the last millisecond is left to the next time.
    if (time < now || tries === 5) return { time: time < now ? now - 1 : time - 1, position: String(seq) };
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

function readChanges(connection: Connection, after: string | undefined, limit: number): Change[] {
  const rows = connection
    .statement(
      `SELECT ${VERSION_COLUMNS}, v.seq FROM version v CROSS JOIN resource r ON r.rid = v.rid WHERE v.seq > ? ORDER BY v.seq LIMIT ?`,
    )
    .all(Number(after ?? 0), limit) as unknown as (VersionRow & { seq: number })[];
  return rows.map((row) => ({ ...versionOf(row), position: String(row.seq) }));
}

interface WriteRow extends Omit<VersionRow, 'body'> {
  readonly seq: number;
  readonly patients: string | null;
  readonly written_by: string | null;
}

function readWrites(connection: Connection, after: string | undefined, limit: number): AccountedWrites {
  const rows = connection
    .statement(
      'SELECT r.type, r.id, v.version, v.last_updated, v.method, v.seq, v.patients, v.written_by FROM version v CROSS JOIN resource r ON r.rid = v.rid WHERE v.seq > ? ORDER BY v.seq LIMIT ?',
    )
    .all(Number(after ?? 0), limit) as unknown as WriteRow[];
  const last = rows.at(-1);
  return {
    position: last && String(last.seq),
    writes: rows
      .filter((row) => row.written_by !== null)
      .map((row) => ({
        type: row.type,
        id: row.id,
        version: row.version,
        lastUpdated: row.last_updated,
        method: row.method,
        // 'null': not known, of what was last indexed by an older server.
        patients: (JSON.parse(row.patients ?? 'null') as string[] | null) ?? [],
        by: row.written_by as string,
      })),
  };
}
