/** Opens one connection with the settings the store relies on, and keeps its prepared statements. */
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { SqlValue } from './sql.ts';

/** Statements kept prepared; a search's text depends on its shape only, so a few hundred cover a workload. */
const MAX_STATEMENTS = 500;

export interface Connection {
  readonly db: DatabaseSync;
  /** Prepared once for each text. */
  statement(sql: string): StatementSync;
  /** The rows as arrays of their columns: a quarter faster than as objects, where there are many. */
  rows(sql: string, values: readonly SqlValue[]): readonly SqlValue[][];
  /**
   * Reads of one turn of the event loop share a snapshot: taking the read lock for each would cost half of a point read. `refresh` ends it
   * early, after a commit of this process, so that who was answered reads what they wrote.
   */
  snapshot(): void;
  refresh(): void;
  close(): void;
}

export function openConnection(path: string, options: { readonly readOnly: boolean }): Connection {
  const db = new DatabaseSync(path, {
    timeout: 10_000,
    readOnly: options.readOnly,
    enableForeignKeyConstraints: false,
  });
  db.enableDefensive(true);
  db.exec(
    'PRAGMA trusted_schema = OFF; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -65536; PRAGMA mmap_size = 1073741824;',
  );
  if (!options.readOnly) {
    // A fresh file gets 8 KiB pages (measured faster for this layout); on an old one the pragma does nothing.
    db.exec(
      'PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4000;',
    );
  }
  const end = (): void => {
    if (db.isOpen && db.isTransaction) db.exec('COMMIT');
  };
  const statements = new Map<string, StatementSync>();
  const lists = new Map<string, StatementSync>();
  function prepared(kept: Map<string, StatementSync>, text: string, asArrays: boolean): StatementSync {
    const known = kept.get(text);
    if (known) return known;
    if (kept.size >= MAX_STATEMENTS) {
      const oldest = kept.keys().next().value;
      if (oldest !== undefined) kept.delete(oldest);
    }
    const fresh = db.prepare(text);
    fresh.setReturnArrays(asArrays);
    kept.set(text, fresh);
    return fresh;
  }
  return {
    db,
    statement: (text) => prepared(statements, text, false),
    rows: (text, values) => prepared(lists, text, true).all(...values) as unknown as SqlValue[][],
    snapshot() {
      if (db.isTransaction) return;
      db.exec('BEGIN');
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
