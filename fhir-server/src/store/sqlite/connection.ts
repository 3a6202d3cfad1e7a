/** Opens one connection with the settings the store relies on, and keeps its prepared statements. */
import { DatabaseSync, type StatementSync } from 'node:sqlite';

/** Statements kept prepared; a search's text depends on its shape only, so a few hundred cover a workload. */
const MAX_STATEMENTS = 500;

export interface Connection {
  readonly db: DatabaseSync;
  /** Prepared once for each text. */
  statement(sql: string): StatementSync;
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
  const statements = new Map<string, StatementSync>();
  return {
    db,
    statement(sql) {
      const known = statements.get(sql);
      if (known) return known;
      if (statements.size >= MAX_STATEMENTS) {
        const oldest = statements.keys().next().value;
        if (oldest !== undefined) statements.delete(oldest);
      }
      const prepared = db.prepare(sql);
      statements.set(sql, prepared);
      return prepared;
    },
    close() {
      statements.clear();
      if (db.isOpen) db.close();
    },
  };
}
