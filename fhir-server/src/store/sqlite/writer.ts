/**
 * Owns the files: the one connection that writes. Jobs that wait at the same time share one commit (group-commit.ts). Synchronous inside, so it is in a thread
 * of its own, or in a process that answers nobody else (writer-link.ts).
 */
import { closeDatabase } from '@wellspring/serving/private-files';
import type { IndexEntries } from '../../search/index-entry.ts';
import { StoreError } from '../store.ts';
import { attachIndex, type Connection, openLog } from './connection.ts';
import { createGroupCommit } from './group-commit.ts';
import { createHolds } from './holds.ts';
import {
  CLEAN,
  IN_ORDER,
  identityOf,
  indexFileOf,
  isBelieved,
  LOST,
  removeIndex,
  syncIndex,
} from './index-state.ts';
import type { Answer, Job, Outcome } from './jobs.ts';
import { createKeys } from './keys.ts';
import { labelMark } from './labelled.ts';
import { fillFromLog, remake } from './remake-index.ts';
import { prepareIndex, prepareLog } from './schema.ts';
import { applyOperations, type Writer } from './write.ts';

export interface OpenWriter {
  /** The index was lost: until `remade`, resources are found by their names alone. */
  readonly isIndexLost: boolean;
  submit(job: Job): Promise<Outcome>;
  close(): Promise<void>;
}

/** After this long without a write, the index is brought to the disk. */
const SETTLE_MS = 3000;
/** No single commit is as long: more would not be what a cut-off commit left. */
const MAX_TAIL = 200_000;
/** The note of the last time that was told as the log's end. */
const TOLD = 'log-end';

/** SQLITE_IOERR_FSYNC and SQLITE_IOERR_DIR_FSYNC. A full disk is none of them: it is told, and goes by. */
const UNSYNCED: ReadonlySet<unknown> = new Set([1034, 1290]);

export interface WriterOptions {
  readonly clock?: (() => number) | undefined;
  /** The disk could not sync: what the kernel still holds of earlier writes may be lost without another word, so nothing more is to be written by this process. */
  readonly diskFailed?: ((message: string) => void) | undefined;
}

/** A damaged file ends the start with one line that says what to do. */
export function openWriter(path: string, options: WriterOptions = {}): OpenWriter {
  try {
    return open(path, options);
  } catch (error) {
    if (!/not a database|malformed/.test((error as Error).message)) throw error;
    throw new Error(
      `${path} is damaged (${(error as Error).message}): move it away and use npm run restore.`,
      { cause: error },
    );
  }
}

function open(path: string, { clock = Date.now, diskFailed }: WriterOptions): OpenWriter {
  const db = openLog(path);
  prepareLog(db);
  const indexFile = indexFileOf(path);
  const isLost = prepareIndexFile(db, indexFile);
  const identity = identityOf(indexFile);
  const connection = attachIndex(db, path, identity === IN_ORDER);
  if (isLost) fillFromLog(connection);
  let lost = isLost;
  const keys = createKeys(connection);
  const place = { applied: 0 };
  /** Types that the commit under way writes, or was about to. */
  const touched = new Set<string>();
  const watch = monotonicClock(connection, clock);
  const writer: Writer = {
    connection,
    keys,
    now: watch.now,
    place: () => {
      place.applied += 1;
      return place.applied;
    },
  };

  /** Where a commit was cut off between the two files, nobody was answered, and nobody saw it: readers go by the index. */
  function dropTail(applied: number): void {
    const { newest } = connection.statement('SELECT coalesce(max(seq), 0) AS newest FROM version').get() as {
      newest: number;
    };
    if (newest - applied > MAX_TAIL)
      throw new Error(
        `The index is ${newest - applied} versions behind the log: stop the server, remove ${indexFile}, start again.`,
      );
    if (newest > applied) connection.statement('DELETE FROM version WHERE seq > ?').run(applied);
  }

  function begin(): void {
    db.exec('BEGIN IMMEDIATE');
    connection.dropOld();
    const meta = connection.statement('SELECT applied, next_key FROM meta').get() as {
      applied: number;
      next_key: number;
    };
    place.applied = meta.applied;
    keys.begin(meta.next_key);
    dropTail(meta.applied);
    // In the log, and so on the disk, before the index changes.
    if (!lost && trusted(connection) !== identity) believe(connection, identity);
  }

  function commit(): void {
    connection
      .statement('UPDATE meta SET applied = ?, next_key = ?, commits = commits + 1')
      .run(place.applied, keys.next);
    for (const type of touched)
      connection
        .statement('INSERT OR REPLACE INTO touched (type, commits) SELECT ?, commits FROM meta')
        .run(type);
    db.exec('COMMIT');
    touched.clear();
    keys.committed();
    settleSoon();
  }

  function rollBack(): void {
    if (db.isTransaction) db.exec('ROLLBACK');
    keys.forgetUncommitted();
  }

  const commits = createGroupCommit<Job, Answer>(
    { db, begin, commit, rollBack, forget: () => keys.forgetUncommitted() },
    (job) => (job.kind === 'transact' ? job.operations.length : 1),
    apply,
  );

  function touch(type: string, entries: IndexEntries | undefined): void {
    touched.add(type);
    const mark = entries && labelMark(type, entries);
    if (mark !== undefined) touched.add(mark);
  }

  function apply(job: Job): Answer {
    switch (job.kind) {
      case 'transact':
        for (const each of job.operations) touch(each.type, 'entries' in each ? each.entries : undefined);
        return applyOperations(writer, job.by, job.operations).map((result) =>
          result.outcome === 'found' || !result.version
            ? result
            : { ...result, version: { ...result.version, body: undefined } },
        );
      case 'note':
        return writeNote(connection, job);
      case 'hold':
      case 'let-go':
        // All that came before it is done.
        return undefined;
      case 'end':
        return end();
      case 'remake':
        for (const { type, entries } of job.resources) touch(type, entries);
        return remake(writer, job.resources);
      case 'remade':
        lost = false;
        believe(connection, identity);
        return undefined;
      default:
        return job satisfies never;
    }
  }

  /** Inside a commit that writes nothing else: what comes later is stamped by a clock that has gone on, after a restart too. */
  function end(): Answer {
    const newest = connection
      .statement('SELECT seq, last_updated AS time FROM version ORDER BY seq DESC LIMIT 1')
      .get() as { seq: number; time: number } | undefined;
    const { seq, time } = newest ?? { seq: 0, time: 0 };
    // A clock that stands still, or was set back, is carried on: what is written next is later than what is there.
    const next = watch.atLeast(time + 1);
    tell(connection, next);
    return { time: next - 1, position: String(seq) };
  }

  const holds = createHolds();
  function queued(job: Job): Promise<Answer> {
    if (job.kind === 'hold') holds.hold(job.name, job.mark);
    if (job.kind === 'let-go') holds.letGo(job.mark);
    return holds.waitOf(job)?.then(() => queued(job)) ?? commits.submit(job);
  }

  let settling: NodeJS.Timeout | undefined;
  function settleSoon(): void {
    clearTimeout(settling);
    settling = setTimeout(settle, SETTLE_MS).unref();
  }

  /** When all of the index is on the disk, and was not changed meanwhile, the log says so. */
  function settle(): void {
    clearTimeout(settling);
    if (lost) return;
    try {
      const before = commitCount(connection);
      const { busy, log, checkpointed } = db.prepare('PRAGMA found.wal_checkpoint(PASSIVE)').get() as {
        busy: number;
        log: number;
        checkpointed: number;
      };
      if (busy !== 0 || log !== checkpointed) return;
      syncIndex(indexFile);
      db.exec('BEGIN IMMEDIATE');
      if (commitCount(connection) === before) believe(connection, CLEAN);
      db.exec('COMMIT');
    } catch {
      // Not now: it is believed in this run of the machine all the same.
      if (db.isTransaction) db.exec('ROLLBACK');
    }
  }

  if (!isLost) {
    begin();
    commit();
  }
  return {
    isIndexLost: isLost,
    submit: (job) =>
      queued(job).then(
        (answer): Outcome => ({ answer }),
        (error: unknown): Outcome => {
          const cause = (error as Error).cause as { errcode?: unknown; message: string } | undefined;
          if (UNSYNCED.has(cause?.errcode)) diskFailed?.(cause?.message ?? '');
          return error instanceof StoreError
            ? { fault: { name: error.fault, index: error.index, subject: error.subject } }
            : { failed: (error as Error).message };
        },
      ),
    async close() {
      await commits.drained();
      settle();
      connection.close();
    },
  };
}

/** Under the log's lock, so that of several processes one decides. True: it is empty now, and has to be made from the log. */
function prepareIndexFile(db: ReturnType<typeof openLog>, file: string): boolean {
  db.exec('BEGIN IMMEDIATE');
  try {
    const state = db.prepare('SELECT trusted FROM index_state').get() as { trusted: string } | undefined;
    const { newest } = db.prepare('SELECT coalesce(max(seq), 0) AS newest FROM version').get() as {
      newest: number;
    };
    closeDatabase(file);
    if (isBelieved(file, state?.trusted, newest) && prepareIndex(file)) return false;
    removeIndex(file);
    closeDatabase(file);
    prepareIndex(file);
    // An empty log has an empty index, which is right.
    const trusted = newest === 0 ? identityOf(file) : LOST;
    db.prepare('INSERT OR REPLACE INTO index_state (one, trusted) VALUES (1, ?)').run(trusted);
    return newest !== 0;
  } finally {
    db.exec('COMMIT');
  }
}

const trusted = (connection: Connection): string | undefined =>
  (connection.statement('SELECT trusted FROM index_state').get() as { trusted: string } | undefined)?.trusted;

function believe(connection: Connection, state: string): void {
  connection.statement('INSERT OR REPLACE INTO index_state (one, trusted) VALUES (1, ?)').run(state);
}

const commitCount = (connection: Connection): number =>
  (connection.statement('SELECT commits FROM meta').get() as { commits: number }).commits;

/** The time of the log's end was given to somebody, who will ask for what came after it. */
function tell(connection: Connection, time: number): void {
  connection
    .statement(
      'INSERT INTO note (name, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value',
    )
    .run(TOLD, String(time));
}

interface Watch {
  now(): number;
  /** Goes on to this time where it is not there yet. */
  atLeast(time: number): number;
}

/** Never goes back, not even over a restart with the clock set back. */
function monotonicClock(connection: Connection, clock: () => number): Watch {
  const row = connection
    .statement('SELECT last_updated AS last FROM version ORDER BY seq DESC LIMIT 1')
    .get() as { last: number } | undefined;
  const told = connection.statement('SELECT value FROM note WHERE name = ?').get(TOLD) as
    | { value: string }
    | undefined;
  let last = Math.max(row?.last ?? 0, Number(told?.value ?? 0));
  const atLeast = (time: number): number => {
    last = Math.max(last, clock(), time);
    return last;
  };
  return { now: () => atLeast(0), atLeast };
}

function writeNote(connection: Connection, { name, value, expected }: Job & { kind: 'note' }): number {
  const change = (sql: string, ...values: string[]): number =>
    Number(connection.statement(sql).run(...values).changes);
  if (value === undefined) return change('DELETE FROM note WHERE name = ?', name);
  if (!expected) {
    return change(
      'INSERT INTO note (name, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value',
      name,
      value,
    );
  }
  return expected.value === undefined
    ? change('INSERT INTO note (name, value) VALUES (?, ?) ON CONFLICT DO NOTHING', name, value)
    : change('UPDATE note SET value = ? WHERE name = ? AND value = ?', value, name, expected.value);
}
