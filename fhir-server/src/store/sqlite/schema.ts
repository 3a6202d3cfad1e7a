/**
 * Tables of the embedded store. Layout D of docs/decisions (measured): one b-tree of (key, date, resource) answers "this token, newest
 * first" without a sort, and AND is a probe of the same b-tree with another key.
 */
import type { DatabaseSync } from 'node:sqlite';

const VERSION = 4;

const SINCE_2 = `-- The server's own small notes.
CREATE TABLE note (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

-- Full-text index: no text of its own, words only. They come folded and parted by spaces, so the plain tokenizer does.
CREATE VIRTUAL TABLE words USING fts5(text, content, content='', contentless_delete=1, detail=column, tokenize='ascii');
`;

const TABLES = `
-- Interned texts. k is a hash of the text, moved on by one until free: equal k means equal text, so no match needs a second look.
CREATE TABLE key (k INTEGER PRIMARY KEY, text TEXT NOT NULL, ranged INTEGER NOT NULL) STRICT;
CREATE INDEX key_text ON key (text, k) WHERE ranged = 1;
CREATE TABLE param (p INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;

-- One row a resource. A deleted one keeps its index rows: who may see its history is asked of its last live version.
CREATE TABLE resource (
  rid INTEGER PRIMARY KEY, type TEXT NOT NULL, id TEXT NOT NULL, rk INTEGER NOT NULL, version INTEGER NOT NULL, seq INTEGER NOT NULL,
  last_updated INTEGER NOT NULL, deleted INTEGER NOT NULL, d INTEGER NOT NULL, present TEXT NOT NULL, sort TEXT NOT NULL, keys BLOB NOT NULL,
  owners TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX resource_id ON resource (type, id);
CREATE INDEX resource_updated ON resource (type, last_updated, rid);

-- Every version once, in commit order: history and change log are the same rows. What has a written_by goes into the audit log from here, with the
-- ids of the patients in whose record it stood (a JSON array).
CREATE TABLE version (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, rid INTEGER NOT NULL, version INTEGER NOT NULL, last_updated INTEGER NOT NULL,
  method TEXT NOT NULL, body TEXT, patients TEXT, written_by TEXT
) STRICT;
CREATE UNIQUE INDEX version_of ON version (rid, version);

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

${SINCE_2}`;

/** From each older version to the next. Index entries that are new are made by the reindex that the note asks for (jobs/reindex.ts). */
const REINDEX_ALL = `INSERT OR REPLACE INTO note (name, value) VALUES ('reindex', '{"types":[],"done":0}');`;
const UPGRADES: Readonly<Record<number, string>> = {
  1: `${SINCE_2} ${REINDEX_ALL}`,
  // Ids of the Patients that own it, as a JSON array. 'null', until it is indexed anew: not known, so neither anybody's nor nobody's.
  2: `ALTER TABLE resource ADD COLUMN owners TEXT NOT NULL DEFAULT 'null'; ${REINDEX_ALL}`,
  // What was written before had its audit rows in the log already.
  3: 'ALTER TABLE version ADD COLUMN patients TEXT; ALTER TABLE version ADD COLUMN written_by TEXT;',
};

/** Makes the tables in an empty file, upgrades an older one; refuses one of a newer server with one clear line. */
export function prepareSchema(db: DatabaseSync): void {
  const found = (db.prepare('PRAGMA user_version').get() as { user_version: number }).user_version;
  if (found === VERSION) return;
  if (found > VERSION)
    throw new Error(`The database has schema version ${found}; this server knows ${VERSION}.`);
  db.exec('BEGIN IMMEDIATE');
  // Another process may have been quicker.
  const again = (db.prepare('PRAGMA user_version').get() as { user_version: number }).user_version;
  if (again === 0) db.exec(TABLES);
  else for (let version = again; version < VERSION; version++) db.exec(UPGRADES[version] as string);
  db.exec(`PRAGMA user_version = ${VERSION}; COMMIT`);
}
