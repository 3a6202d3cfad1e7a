/** The embedded storage: node:sqlite, WAL. Several processes of one machine may share the file. */
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import type { Account, Artifact, AuditEvent, LaunchContext, Storage } from '../storage.ts';

const TABLES = `
CREATE TABLE IF NOT EXISTS artifact (
  model TEXT NOT NULL, id TEXT NOT NULL, payload TEXT NOT NULL, grant_id TEXT, uid TEXT, account_id TEXT, consumed_at INTEGER, expires_at INTEGER,
  PRIMARY KEY (model, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS artifact_grant ON artifact (grant_id, model) WHERE grant_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS artifact_uid ON artifact (uid, model) WHERE uid IS NOT NULL;
CREATE INDEX IF NOT EXISTS artifact_expiry ON artifact (expires_at) WHERE expires_at IS NOT NULL;
CREATE TABLE IF NOT EXISTS account (
  id TEXT PRIMARY KEY, username TEXT NOT NULL UNIQUE, email TEXT NOT NULL UNIQUE, display_name TEXT NOT NULL, password_hash TEXT NOT NULL,
  fhir_user TEXT NOT NULL, role TEXT NOT NULL, patients TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS launch_context (
  grant_id TEXT PRIMARY KEY, account_id TEXT NOT NULL, client_id TEXT NOT NULL, patient TEXT, scope TEXT NOT NULL, at INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS hit (key TEXT PRIMARY KEY, count INTEGER NOT NULL, until INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS audit (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, event TEXT NOT NULL, account_id TEXT, client_id TEXT, detail TEXT
) STRICT;
`;

type Row = Record<string, string | number | null>;

export async function openSqliteStorage(path: string): Promise<Storage> {
  mkdirSync(dirname(path), { recursive: true });
  const db = new DatabaseSync(path, { timeout: 10_000 });
  db.enableDefensive(true);
  db.exec(
    `PRAGMA trusted_schema = OFF; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; BEGIN IMMEDIATE; ${TABLES} COMMIT;`,
  );
  const statements = new Map<string, ReturnType<DatabaseSync['prepare']>>();
  const prepared = (sql: string) => {
    const statement = statements.get(sql) ?? db.prepare(sql);
    statements.set(sql, statement);
    return statement;
  };
  const run = (sql: string, ...values: SQLInputValue[]) => Number(prepared(sql).run(...values).changes);
  const get = (sql: string, ...values: SQLInputValue[]) => prepared(sql).get(...values) as Row | undefined;

  return {
    async saveArtifact(artifact) {
      run(
        'INSERT OR REPLACE INTO artifact (model, id, payload, grant_id, uid, account_id, consumed_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
        ...artifactValues(artifact),
      );
    },
    async insertArtifact(artifact) {
      const added = run(
        'INSERT OR IGNORE INTO artifact (model, id, payload, grant_id, uid, account_id, consumed_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
        ...artifactValues(artifact),
      );
      return added === 1;
    },
    async findArtifact(model, id) {
      return toArtifact(
        get(`SELECT * FROM artifact WHERE model = ? AND id = ? AND ${ALIVE}`, model, id, Date.now()),
      );
    },
    async findArtifactByUid(model, uid) {
      return toArtifact(
        get(`SELECT * FROM artifact WHERE model = ? AND uid = ? AND ${ALIVE}`, model, uid, Date.now()),
      );
    },
    async consumeArtifact(model, id, at) {
      return (
        run(
          'UPDATE artifact SET consumed_at = ? WHERE model = ? AND id = ? AND consumed_at IS NULL',
          at,
          model,
          id,
        ) === 1
      );
    },
    async removeArtifact(model, id) {
      run('DELETE FROM artifact WHERE model = ? AND id = ?', model, id);
    },
    async removeArtifactsOfGrant(model, grantId) {
      run('DELETE FROM artifact WHERE model = ? AND grant_id = ?', model, grantId);
    },
    async saveAccount(account) {
      run(
        `INSERT INTO account (id, username, email, display_name, password_hash, fhir_user, role, patients) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (username) DO UPDATE SET email = excluded.email, display_name = excluded.display_name, password_hash = excluded.password_hash,
           fhir_user = excluded.fhir_user, role = excluded.role, patients = excluded.patients`,
        account.id,
        account.username,
        account.email,
        account.displayName,
        account.passwordHash,
        account.fhirUser,
        account.role,
        JSON.stringify(account.patients),
      );
    },
    async findAccount(id) {
      return toAccount(get('SELECT * FROM account WHERE id = ?', id));
    },
    async findAccountByLogin(login) {
      return toAccount(get('SELECT * FROM account WHERE username = ? OR email = ?', login, login));
    },
    async listAccounts() {
      return (prepared('SELECT * FROM account ORDER BY username').all() as Row[]).map(
        (row) => toAccount(row) as Account,
      );
    },
    async saveLaunchContext(context) {
      run(
        'INSERT OR REPLACE INTO launch_context (grant_id, account_id, client_id, patient, scope, at) VALUES (?, ?, ?, ?, ?, ?)',
        context.grantId,
        context.accountId,
        context.clientId,
        context.patient ?? null,
        context.scope,
        context.at,
      );
    },
    async findLaunchContext(grantId) {
      return toLaunchContext(get('SELECT * FROM launch_context WHERE grant_id = ?', grantId));
    },
    async countHit(key, now, windowMs) {
      const row = get(
        `INSERT INTO hit (key, count, until) VALUES (?, 1, ?)
         ON CONFLICT (key) DO UPDATE SET count = CASE WHEN until > ? THEN count + 1 ELSE 1 END, until = excluded.until RETURNING count`,
        key,
        now + windowMs,
        now,
      );
      return Number(row?.count);
    },
    async clearHits(key) {
      run('DELETE FROM hit WHERE key = ?', key);
    },
    async appendAudit({ at, event, accountId, clientId, detail }) {
      run(
        'INSERT INTO audit (at, event, account_id, client_id, detail) VALUES (?, ?, ?, ?, ?)',
        at,
        event,
        accountId ?? null,
        clientId ?? null,
        detail ?? null,
      );
    },
    async listAudit(limit) {
      const rows = prepared('SELECT * FROM audit ORDER BY seq DESC LIMIT ?').all(limit) as Row[];
      return rows.map(toAudit);
    },
    async removeExpired(now) {
      run('DELETE FROM artifact WHERE expires_at IS NOT NULL AND expires_at <= ?', now);
      run('DELETE FROM hit WHERE until <= ?', now);
    },
    async ping() {
      get('SELECT 1 AS one');
    },
    async close() {
      statements.clear();
      db.close();
    },
  };
}

const ALIVE = '(expires_at IS NULL OR expires_at > ?)';

function artifactValues(artifact: Artifact): SQLInputValue[] {
  return [
    artifact.model,
    artifact.id,
    JSON.stringify(artifact.payload),
    artifact.grantId ?? null,
    artifact.uid ?? null,
    artifact.accountId ?? null,
    artifact.consumedAt ?? null,
    artifact.expiresAt ?? null,
  ];
}

const text = (value: Row[string] | undefined): string | undefined =>
  typeof value === 'string' ? value : undefined;
const number = (value: Row[string] | undefined): number | undefined =>
  typeof value === 'number' ? value : undefined;

function toArtifact(row: Row | undefined): Artifact | undefined {
  if (!row) return undefined;
  return {
    model: String(row.model),
    id: String(row.id),
    payload: JSON.parse(String(row.payload)) as Artifact['payload'],
    grantId: text(row.grant_id),
    uid: text(row.uid),
    accountId: text(row.account_id),
    consumedAt: number(row.consumed_at),
    expiresAt: number(row.expires_at),
  };
}

function toAccount(row: Row | undefined): Account | undefined {
  if (!row) return undefined;
  return {
    id: String(row.id),
    username: String(row.username),
    email: String(row.email),
    displayName: String(row.display_name),
    passwordHash: String(row.password_hash),
    fhirUser: String(row.fhir_user),
    role: row.role as Account['role'],
    patients: JSON.parse(String(row.patients)) as string[],
  };
}

function toLaunchContext(row: Row | undefined): LaunchContext | undefined {
  if (!row) return undefined;
  return {
    grantId: String(row.grant_id),
    accountId: String(row.account_id),
    clientId: String(row.client_id),
    patient: text(row.patient),
    scope: String(row.scope),
    at: Number(row.at),
  };
}

function toAudit(row: Row): AuditEvent {
  return {
    at: Number(row.at),
    event: String(row.event),
    accountId: text(row.account_id),
    clientId: text(row.client_id),
    detail: text(row.detail),
  };
}
