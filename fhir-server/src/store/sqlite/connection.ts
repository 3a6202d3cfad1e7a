/** Opens one connection to both files with the settings the store relies on, and keeps its prepared statements. */
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { Place } from './driver-list.ts';
import { indexFileOf } from './index-state.ts';
import { createKeptConditions, type KeptConditions } from './kept-conditions.ts';
import { createKeySets, type KeySets } from './key-sets.ts';
import { createLinkQuestions, type LinkQuestions } from './link-questions.ts';
import { createOwnerAnswers, type OwnerAnswers } from './owner-answers.ts';
import type { SqlValue } from './sql.ts';
import { heedStop } from './stop-sign.ts';

/** Statements kept prepared; a search's text depends on its shape only, so a few hundred cover a workload. */
const MAX_STATEMENTS = 500;

/** What was found in the index and holds until the next commit to it. */
export interface Known {
  /** Lists of the index, and whether they are long (driver.ts). */
  readonly longLists: Map<string | number, boolean>;
  /** Whether anything of a type ever bore a label (labelled.ts). */
  readonly labelled: Map<string, boolean>;
  /** The keys of codes in any system (keys.ts). */
  readonly codes: Map<string, readonly number[]>;
  /** How far into a list a page is looked for at first (first-look.ts). */
  readonly looks: Map<string, Place>;
  readonly owners: OwnerAnswers;
  readonly conditions: KeptConditions;
}

export interface Connection {
  readonly db: DatabaseSync;
  /** Prepared once for each text. */
  statement(sql: string): StatementSync;
  /** The rows as arrays of their columns: a quarter faster than as objects, where there are many. */
  rows(sql: string, values: readonly SqlValue[]): readonly SqlValue[][];
  /** The same, one after the other as they are asked for. Nothing else may ask by this text meanwhile. */
  each(sql: string, values: readonly SqlValue[]): Iterable<readonly SqlValue[]>;
  /** Long lists of keys that rows are asked for. */
  readonly keySets: KeySets;
  readonly linkQuestions: LinkQuestions;
  /** Its statements are to ask for each row whether they go on (stop-sign.ts). */
  readonly mayBeStopped: boolean;
  /** Within a snapshot only; a writer has none: what it finds may be rolled back. */
  readonly known: Known | undefined;
  /** Before a snapshot or a transaction: what was named for the oldest queries is dropped. */
  dropOld(): void;
  /** Begins a snapshot. What is known is forgotten where something was committed since the last one, by whatever process. */
  begin(): void;
  /**
   * Reads of one turn of the event loop share a snapshot: taking the read lock for each would cost half of a point read. `refresh` ends it
   * early, after a commit of this process, so that who was answered reads what they wrote.
   */
  snapshot(): void;
  refresh(): void;
  close(): void;
}

const SETTINGS = 'PRAGMA trusted_schema = OFF; PRAGMA temp_store = MEMORY;';
/** Pages are read where the kernel has them; a cache of its own (in KiB) is for what is being written. */
const memory = (file: string, cache: number): string =>
  `PRAGMA ${file}.cache_size = -${cache}; PRAGMA ${file}.mmap_size = 1073741824;`;

/**
 * The index is `main`, the log beside it: SQLite takes the snapshot of `main` first. The log only grows, and is committed first, so every version that an
 * index knows is in it.
 */
export function openReading(path: string, stop?: Int32Array): Connection {
  const db = new DatabaseSync(indexFileOf(path), { timeout: 10_000, readOnly: true });
  db.enableDefensive(true);
  db.exec(SETTINGS);
  db.prepare('ATTACH DATABASE ? AS log').run(path);
  db.exec(`${memory('main', 8192)} ${memory('log', 4096)}`);
  if (stop) heedStop(db, stop);
  return connectionOf(db, { mayBeStopped: stop !== undefined });
}

/** The log alone; `attachIndex` comes when the index file is there. */
export function openLog(path: string): DatabaseSync {
  const db = new DatabaseSync(path, { timeout: 10_000, enableForeignKeyConstraints: false });
  db.enableDefensive(true);
  // A fresh file gets 8 KiB pages (three versions of an Observation each); on an old one the pragma does nothing.
  db.exec(
    `${SETTINGS} PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 2000; PRAGMA cache_size = -8192;`,
  );
  return db;
}

/** The log is `main` here: SQLite commits `main` first. `isOrdered`: each commit to the index reaches the disk in order, though it is not waited for. */
export function attachIndex(db: DatabaseSync, path: string, isOrdered: boolean): Connection {
  db.prepare('ATTACH DATABASE ? AS found').run(indexFileOf(path));
  db.exec(`PRAGMA found.synchronous = ${isOrdered ? 'NORMAL' : 'OFF'}; ${memory('found', 32_768)}`);
  return connectionOf(db);
}

const typeOf = (row: unknown): string => (row as [string])[0];

/** `reader`: it only reads. */
function connectionOf(db: DatabaseSync, reader?: { readonly mayBeStopped: boolean }): Connection {
  const keySets = createKeySets(db);
  const linkQuestions = createLinkQuestions(db);
  const known: Known | undefined = reader
    ? {
        longLists: new Map(),
        labelled: new Map(),
        codes: new Map(),
        looks: new Map(),
        owners: createOwnerAnswers(db),
        conditions: createKeptConditions(),
      }
    : undefined;
  let commits: SqlValue | undefined;
  const end = (): void => {
    if (db.isOpen && db.isTransaction) prepared(lists, 'COMMIT', true).run();
  };
  const statements = new Map<string, StatementSync>();
  const lists = new Map<string, StatementSync>();
  const running = new Set<StatementSync>();
  function prepared(kept: Map<string, StatementSync>, text: string, asArrays: boolean): StatementSync {
    const known = kept.get(text);
    if (known) return known;
    if (kept.size >= MAX_STATEMENTS) {
      const oldest = kept.keys().next().value;
      if (oldest !== undefined) kept.delete(oldest);
    }
    const fresh = prepare(text, asArrays);
    kept.set(text, fresh);
    return fresh;
  }
  function prepare(text: string, asArrays: boolean): StatementSync {
    const statement = db.prepare(text);
    statement.setReturnArrays(asArrays);
    return statement;
  }
  /**
   * What SQL asks of a function (link-questions.ts, owner-answers.ts) may come to the same statement again while it runs: begun anew in the middle, it would end the process (SIGSEGV). The
   * inner one is prepared for itself.
   */
  function rows(text: string, values: readonly SqlValue[]): readonly SqlValue[][] {
    const kept = prepared(lists, text, true);
    if (running.has(kept)) return prepare(text, true).all(...values) as unknown as SqlValue[][];
    running.add(kept);
    try {
      return kept.all(...values) as unknown as SqlValue[][];
    } finally {
      running.delete(kept);
    }
  }
  /** The index's snapshot before the log's, whatever is read first (a note is the log's). */
  function begin(): void {
    prepared(lists, 'BEGIN', true).run();
    const [meta] = prepared(lists, 'SELECT commits FROM meta', true).all() as unknown as SqlValue[][];
    dropOld();
    if (commits === meta?.[0]) return;
    const before = commits ?? 0;
    commits = meta?.[0];
    known?.longLists.clear();
    known?.labelled.clear();
    known?.codes.clear();
    known?.looks.clear();
    known?.conditions.forget();
    known?.owners.forget(() => touchedSince(before));
  }
  function dropOld(): void {
    const dropped = [keySets, linkQuestions, known?.owners].map((named) => named?.dropOld());
    if (dropped.includes(true)) known?.conditions.forget();
  }
  const touchedSince = (before: SqlValue): string[] =>
    prepared(lists, 'SELECT type FROM touched WHERE commits > ?', true).all(before).map(typeOf);
  return {
    db,
    keySets,
    linkQuestions,
    mayBeStopped: reader?.mayBeStopped ?? false,
    statement: (text) => prepared(statements, text, false),
    rows,
    each: (text, values) =>
      prepared(lists, text, true).iterate(...values) as unknown as Iterable<readonly SqlValue[]>,
    get known() {
      return db.isTransaction ? known : undefined;
    },
    dropOld,
    begin,
    snapshot() {
      if (db.isTransaction) return;
      begin();
      setImmediate(end);
    },
    refresh: end,
    close() {
      end();
      statements.clear();
      lists.clear();
      if (db.isOpen) db.close();
    },
  };
}
