/**
 * Tables of the embedded store, in two files. The log is what was written: it only grows, and each commit to it is waited for. The index is what the log
 * amounts to: which resources there are and what they are found by; it is made from the log, so nobody waits for the disk to have it
 * (docs/decisions/0016).
 */
import { DatabaseSync } from 'node:sqlite';

const LOG_VERSION = 5;
const INDEX_VERSION = 5;

const NOTES = `
-- The server's own small notes.
CREATE TABLE note (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
`;

const INDEX_STATE = `
-- Whether the index file may be believed: one row (index-state.ts).
CREATE TABLE index_state (one INTEGER PRIMARY KEY CHECK (one = 1), trusted TEXT NOT NULL) STRICT;
`;

const LOG_TABLES = `
-- Every version once, in commit order: history and change log are the same rows. rid is the number of the resource. What has a written_by goes into
-- the audit log from here, with the ids of the patients in whose record it stood (a JSON array).
CREATE TABLE version (
  seq INTEGER PRIMARY KEY, rid INTEGER NOT NULL, version INTEGER NOT NULL, last_updated INTEGER NOT NULL,
  method TEXT NOT NULL, body TEXT, patients TEXT, written_by TEXT, type TEXT NOT NULL, id TEXT NOT NULL
) STRICT;
${NOTES} ${INDEX_STATE}`;

const INDEX_TABLES = `
-- How much of the log is in here, the next number for a text, how often something was committed, and what tells this index from any other: one row.
CREATE TABLE meta (
  one INTEGER PRIMARY KEY CHECK (one = 1), applied INTEGER NOT NULL, next_key INTEGER NOT NULL, commits INTEGER NOT NULL, token TEXT NOT NULL
) STRICT;
INSERT INTO meta VALUES (1, 0, 1, 0, hex(randomblob(16)));

-- Interned texts, numbered as they come: what is new goes to the end of every list. Equal text means equal k, so no match needs a second look. A token has two texts: by its system, and by
-- its code (key-texts.ts).
CREATE TABLE key (text TEXT PRIMARY KEY, k INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE param (p INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;

-- One row a resource; seq is its newest version. A deleted one keeps its index rows: who may see its history is asked of its last live version. rk is
-- what references to it stand under: the key of its name where that was referred to before it was there, else -rid.
CREATE TABLE resource (
  rid INTEGER PRIMARY KEY, type TEXT NOT NULL, id TEXT NOT NULL, rk INTEGER NOT NULL, version INTEGER NOT NULL, seq INTEGER NOT NULL,
  last_updated INTEGER NOT NULL, deleted INTEGER NOT NULL, d INTEGER NOT NULL, present TEXT NOT NULL, sort TEXT NOT NULL, keys BLOB NOT NULL,
  owners TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX resource_id ON resource (type, id);
CREATE INDEX resource_updated ON resource (type, last_updated, rid);
CREATE TABLE past (rid INTEGER, version INTEGER, seq INTEGER NOT NULL, PRIMARY KEY (rid, version)) STRICT, WITHOUT ROWID;

CREATE TABLE idx (k INTEGER, d INTEGER, rid INTEGER, PRIMARY KEY (k, d, rid)) STRICT, WITHOUT ROWID;
CREATE TABLE ref (tk INTEGER, p INTEGER, d INTEGER, rid INTEGER, PRIMARY KEY (tk, p, d, rid)) STRICT, WITHOUT ROWID;
CREATE TABLE dat (rid INTEGER, p INTEGER, low REAL, high REAL, PRIMARY KEY (rid, p, low, high)) STRICT, WITHOUT ROWID;
CREATE INDEX dat_low ON dat (p, low, high, rid);
CREATE TABLE num (
  rid INTEGER, p INTEGER, low REAL, high REAL, system TEXT, code TEXT, unit TEXT, PRIMARY KEY (rid, p, low, high, system, code, unit)
) STRICT, WITHOUT ROWID;
CREATE INDEX num_low ON num (p, low, rid);
CREATE TABLE str (rid INTEGER, p INTEGER, text TEXT, exact TEXT, PRIMARY KEY (rid, p, text, exact)) STRICT, WITHOUT ROWID;
CREATE INDEX str_text ON str (p, text, rid);

-- Which commit last wrote something of a type, or changed what it is found by; and something with a security label (labelled.ts).
CREATE TABLE touched (type TEXT PRIMARY KEY, commits INTEGER NOT NULL) STRICT, WITHOUT ROWID;

-- Full-text index: no text of its own, words and where they stand. They come folded and parted by spaces, so the plain tokenizer does.
CREATE VIRTUAL TABLE words USING fts5(text, content, content='', contentless_delete=1, tokenize='ascii');
`;

/** Up to version 4 everything lay in one file, the index beside the versions. It is made anew in its own. */
const APART = `
ALTER TABLE version ADD COLUMN type TEXT NOT NULL DEFAULT '';
ALTER TABLE version ADD COLUMN id TEXT NOT NULL DEFAULT '';
UPDATE version SET (type, id) = (SELECT type, id FROM resource WHERE resource.rid = version.rid);
DROP INDEX version_of;
DROP TABLE IF EXISTS words;
${['key', 'param', 'resource', 'idx', 'ref', 'dat', 'num', 'str'].map((table) => `DROP TABLE ${table};`).join(' ')}
${INDEX_STATE}`;

/** From each older version of the log to the next. */
const UPGRADES: Readonly<Record<number, string>> = {
  1: NOTES,
  2: '',
  // What was written before had its audit rows in the log already.
  3: 'ALTER TABLE version ADD COLUMN patients TEXT; ALTER TABLE version ADD COLUMN written_by TEXT;',
  4: APART,
};

const versionOf = (db: DatabaseSync): number =>
  (db.prepare('PRAGMA user_version').get() as { user_version: number }).user_version;

/** Makes the tables in an empty file, upgrades an older one; refuses one of a newer server with one clear line. */
export function prepareLog(db: DatabaseSync): void {
  const found = versionOf(db);
  if (found === LOG_VERSION) return;
  if (found > LOG_VERSION)
    throw new Error(`The database has schema version ${found}; this server knows ${LOG_VERSION}.`);
  db.exec('BEGIN IMMEDIATE');
  // Another process may have been quicker.
  const again = versionOf(db);
  if (again === 0) db.exec(LOG_TABLES);
  else for (let version = again; version < LOG_VERSION; version++) db.exec(UPGRADES[version] as string);
  db.exec(`PRAGMA user_version = ${LOG_VERSION}; COMMIT`);
}

/** Makes the tables in an empty index file. False: it is of another version of this server, and has to be made anew. */
export function prepareIndex(file: string): boolean {
  const db = new DatabaseSync(file, { timeout: 10_000 });
  try {
    db.exec('PRAGMA page_size = 4096; PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; BEGIN IMMEDIATE');
    const found = versionOf(db);
    if (found === 0) db.exec(`${INDEX_TABLES} PRAGMA user_version = ${INDEX_VERSION};`);
    db.exec('COMMIT');
    return found === 0 || found === INDEX_VERSION;
  } finally {
    db.close();
  }
}
