/** One code system in a SQLite file of its own: its layout, and each question to it as one statement. Knows no threads. */
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type {
  Hierarchy,
  NumberedRows,
  Position,
  SystemHead,
  TableConcept,
  TableSystem,
  TextRow,
} from './tables.ts';

const TABLES = `
CREATE TABLE IF NOT EXISTS about (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS concept (code TEXT PRIMARY KEY, definition TEXT, inactive INTEGER NOT NULL, abstract INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS text (n INTEGER PRIMARY KEY, code TEXT NOT NULL, value TEXT NOT NULL, language TEXT, use TEXT, rank INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS property (code TEXT NOT NULL, name TEXT NOT NULL, kind TEXT NOT NULL, value TEXT NOT NULL);`;
/** Made when all rows are there: that is many times faster. */
const INDEXES = [
  'CREATE INDEX IF NOT EXISTS text_code ON text (code, rank)',
  'CREATE INDEX IF NOT EXISTS property_code ON property (code)',
  'CREATE INDEX IF NOT EXISTS property_value ON property (name, value COLLATE NOCASE, code)',
  "CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5 (value, content = 'text', content_rowid = 'n', detail = none, columnsize = 0, prefix = '1 2 3', tokenize = 'unicode61 remove_diacritics 2')",
  "INSERT INTO words (words) VALUES ('rebuild')",
  'ANALYZE',
];

/** Rows of an answer. */
const PAGE = 500;

export interface SystemFile {
  about(): TableSystem;
  find(codes: readonly string[]): TableConcept[];
  parents(codes: readonly string[], by: Hierarchy): [string, string][];
  /** After a code, or of words after a row. */
  all(after: string): string[];
  withProperty(name: string, value: string, after: string): string[];
  hasProperty(name: string): boolean;
  withWords(query: string, after: number): { readonly codes: string[]; readonly last: number };
  close(): void;
}

export function openSystemFile(path: string): SystemFile {
  const db = new DatabaseSync(path, { readOnly: true });
  db.exec('PRAGMA trusted_schema = OFF; PRAGMA mmap_size = 1073741824; PRAGMA cache_size = -4096;');
  const statements = new Map<string, StatementSync>();
  const rows = (text: string, ...values: (string | number)[]): Record<string, unknown>[] => {
    const statement = statements.get(text) ?? db.prepare(text);
    statements.set(text, statement);
    return statement.all(...values) as Record<string, unknown>[];
  };
  const codesOf = (found: Record<string, unknown>[]): string[] => found.map(({ code }) => String(code));
  /** Long lists are bound as one JSON text: the statement stays the same. */
  const among = (codes: readonly string[]): string => JSON.stringify(codes);
  return {
    about: () =>
      JSON.parse(String(rows("SELECT value FROM about WHERE key = 'system'")[0]?.value)) as TableSystem,
    find(codes) {
      const list = among(codes);
      const concepts = rows('SELECT * FROM concept WHERE code IN (SELECT value FROM json_each(?))', list);
      const texts = Map.groupBy(
        rows(
          'SELECT * FROM text WHERE code IN (SELECT value FROM json_each(?)) ORDER BY code, rank, n',
          list,
        ),
        ({ code }) => code,
      );
      const properties = Map.groupBy(
        rows('SELECT * FROM property WHERE code IN (SELECT value FROM json_each(?))', list),
        ({ code }) => code,
      );
      return concepts.map(({ code, definition, inactive, abstract }) => ({
        code: String(code),
        ...(definition === null ? {} : { definition: String(definition) }),
        inactive: inactive === 1,
        abstract: abstract === 1,
        texts: (texts.get(code) ?? []).map(textOf),
        properties: (properties.get(code) ?? []) as never,
      }));
    },
    parents: (codes, by) =>
      rows(
        'SELECT code, value FROM property WHERE code IN (SELECT value FROM json_each(?)) AND name = ?',
        among(codes),
        by,
      ).map(({ code, value }) => [String(code), String(value)]),
    all: (after) =>
      codesOf(rows(`SELECT code FROM concept WHERE code > ? ORDER BY code LIMIT ${PAGE}`, after)),
    withProperty: (name, value, after) =>
      codesOf(
        rows(
          `SELECT code FROM property WHERE name = ? AND value = ? COLLATE NOCASE AND code > ? ORDER BY code LIMIT ${PAGE}`,
          name,
          value,
          after,
        ),
      ),
    hasProperty: (name) => rows('SELECT 1 FROM property WHERE name = ? LIMIT 1', name).length > 0,
    withWords(query, after) {
      const found = rows(
        `SELECT n, code FROM words JOIN text ON n = words.rowid WHERE words MATCH ? AND words.rowid > ? ORDER BY words.rowid LIMIT ${PAGE}`,
        query,
        after,
      );
      return { codes: codesOf(found), last: Number(found.at(-1)?.n ?? after) };
    },
    close: () => db.close(),
  };
}

function textOf({ code, value, language, use, rank }: Record<string, unknown>): TextRow {
  return {
    code: String(code),
    value: String(value),
    ...(language === null ? {} : { language: String(language) }),
    ...(use === null ? {} : { use: JSON.parse(String(use)) }),
    rank: rank as TextRow['rank'],
  };
}

/** What a file says of itself; undefined for one that is damaged, or none of ours. */
export function aboutFile(path: string): TableSystem | undefined {
  try {
    const file = openSystemFile(path);
    try {
      return file.about();
    } finally {
      file.close();
    }
  } catch {
    return undefined;
  }
}

export interface SystemWriter {
  readonly position: Position | undefined;
  add(rows: readonly NumberedRows[], position: Position): void;
  finish(id: string): TableSystem;
  close(): void;
}

/** Of one process, which nobody reads from yet: what a crash leaves is where the last transaction ended. */
export function openSystemWriter(path: string, head: SystemHead): SystemWriter {
  const db = new DatabaseSync(path);
  // Nobody else writes it, nor reads it yet.
  db.exec(
    'PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -65536; PRAGMA temp_store = FILE;',
  );
  db.exec(TABLES);
  const setAbout = db.prepare('INSERT OR REPLACE INTO about VALUES (?, ?)');
  const concept = db.prepare('INSERT OR IGNORE INTO concept VALUES (?, ?, ?, ?)');
  const text = db.prepare('INSERT INTO text (code, value, language, use, rank) VALUES (?, ?, ?, ?, ?)');
  const property = db.prepare('INSERT INTO property VALUES (?, ?, ?, ?)');
  const kept = db.prepare("SELECT value FROM about WHERE key = 'position'").get();

  function write({ concepts = [], texts = [], properties = [] }: NumberedRows): void {
    for (const { code, definition, inactive, abstract } of concepts)
      concept.run(code, definition ?? null, inactive ? 1 : 0, abstract ? 1 : 0);
    for (const { code, value, language, use, rank } of texts)
      text.run(code, value, language ?? null, use ? JSON.stringify(use) : null, rank);
    for (const { code, name, kind, value } of properties) property.run(code, name, kind, value);
  }

  return {
    position: kept ? (JSON.parse(String(kept.value)) as Position) : undefined,
    add(rows, position) {
      db.exec('BEGIN');
      for (const each of rows) write(each);
      setAbout.run('position', JSON.stringify(position));
      db.exec('COMMIT');
    },
    finish(id) {
      for (const statement of INDEXES) db.exec(statement);
      const { n } = db.prepare('SELECT count(*) AS n FROM concept').get() as { n: number };
      const system: TableSystem = { ...head, id, concepts: n, loaded: Date.now() };
      setAbout.run('system', JSON.stringify(system));
      // One file, that readers open without a journal.
      db.exec('PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = DELETE;');
      return system;
    },
    close() {
      if (db.isOpen) db.close();
    },
  };
}
