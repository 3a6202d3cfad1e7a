/** The embedded storage: node:sqlite, WAL. Several processes of one machine may share the file. */
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { checkChain, type Link } from '@wellspring/serving/hash-chain';
import { closeDatabase } from '@wellspring/serving/private-files';
import { auditText, BEFORE, createAuditChain } from '../audit-links.ts';
import { type Account, AddressTaken, type Artifact, type AuditEvent, type Storage } from '../storage.ts';

const TABLES = `
CREATE TABLE IF NOT EXISTS artifact (
  model TEXT NOT NULL, id TEXT NOT NULL, payload TEXT NOT NULL, grant_id TEXT, uid TEXT, account_id TEXT, consumed_at INTEGER, expires_at INTEGER,
  PRIMARY KEY (model, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS artifact_grant ON artifact (grant_id, model) WHERE grant_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS artifact_uid ON artifact (uid, model) WHERE uid IS NOT NULL;
CREATE INDEX IF NOT EXISTS artifact_account ON artifact (account_id, model) WHERE account_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS artifact_expiry ON artifact (expires_at) WHERE expires_at IS NOT NULL;
CREATE TABLE IF NOT EXISTS person (
  id TEXT PRIMARY KEY, username TEXT NOT NULL UNIQUE, email TEXT NOT NULL UNIQUE, body TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS person_reference (
  reference TEXT NOT NULL, account_id TEXT NOT NULL REFERENCES person (id) ON DELETE CASCADE, PRIMARY KEY (reference, account_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS person_reference_account ON person_reference (account_id);
CREATE TABLE IF NOT EXISTS hit (key TEXT PRIMARY KEY, count INTEGER NOT NULL, until INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS hit_until ON hit (until);
CREATE TABLE IF NOT EXISTS audit (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, event TEXT NOT NULL, account_id TEXT, client_id TEXT, detail TEXT
) STRICT;
`;

/** Steps from one layout to the next, by PRAGMA user_version. */
const MIGRATIONS: readonly ((db: DatabaseSync) => void)[] = [
  // 0.1: accounts had a column each, launch contexts a table of their own, and the audit log did not say where from.
  (db) => {
    db.exec(
      `ALTER TABLE audit ADD COLUMN address TEXT; CREATE INDEX audit_account ON audit (account_id, seq);`,
    );
    const tables = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all() as {
      name: string;
    }[];
    if (!tables.some(({ name }) => name === 'account')) return;
    db.exec(`
      INSERT INTO person (id, username, email, body) SELECT id, username, email, json_object('id', id, 'username', username, 'email', email,
        'displayName', display_name, 'passwordHash', password_hash, 'role', role, 'persons', json_array(fhir_user), 'createdAt', 0) FROM account;
      INSERT INTO person_reference (reference, account_id) SELECT fhir_user, id FROM account;
      INSERT INTO artifact (model, id, payload, grant_id, account_id) SELECT 'LaunchContext', grant_id, json_object('grantId', grant_id,
        'accountId', account_id, 'clientId', client_id, 'patient', patient, 'scope', scope, 'at', at), grant_id, account_id FROM launch_context;
      DROP TABLE account; DROP TABLE launch_context;`);
  },
  // 0.2: the audit log is a chain.
  (db) => {
    db.exec(`ALTER TABLE audit ADD COLUMN stream TEXT NOT NULL DEFAULT ''; ALTER TABLE audit ADD COLUMN n INTEGER NOT NULL DEFAULT 0;
      ALTER TABLE audit ADD COLUMN previous TEXT NOT NULL DEFAULT ''; ALTER TABLE audit ADD COLUMN hash TEXT NOT NULL DEFAULT '';`);
    const chain = createAuditChain('', BEFORE);
    const update = db.prepare('UPDATE audit SET stream = ?, n = ?, previous = ?, hash = ? WHERE seq = ?');
    for (const row of db.prepare('SELECT * FROM audit ORDER BY seq').all() as Row[]) {
      const link = chain.next(toAudit(row));
      update.run(link.stream, link.n, link.previous, link.hash, Number(row.seq));
      chain.keep(link);
    }
    db.exec('CREATE UNIQUE INDEX audit_link ON audit (stream, n)');
  },
];

type Row = Record<string, string | number | null>;

export async function openSqliteStorage(path: string): Promise<Storage> {
  closeDatabase(path);
  const db = new DatabaseSync(path, { timeout: 10_000 });
  db.enableDefensive(true);
  db.exec(
    `PRAGMA trusted_schema = OFF; PRAGMA foreign_keys = ON; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;`,
  );
  migrate(db);
  // Counters need not outlive a power cut, and a flood of wrong passwords must not be a flood of waits for the disk.
  const counters = new DatabaseSync(path, { timeout: 10_000 });
  counters.exec('PRAGMA trusted_schema = OFF; PRAGMA synchronous = NORMAL;');
  const statements = new Map<string, ReturnType<DatabaseSync['prepare']>>();
  const prepared = (sql: string) => {
    const statement = statements.get(sql) ?? db.prepare(sql);
    statements.set(sql, statement);
    return statement;
  };
  const run = (sql: string, ...values: SQLInputValue[]) => Number(prepared(sql).run(...values).changes);
  const get = (sql: string, ...values: SQLInputValue[]) => prepared(sql).get(...values) as Row | undefined;
  const all = (sql: string, ...values: SQLInputValue[]) => prepared(sql).all(...values) as Row[];
  const readArtifact = (model: string, id: string) =>
    toArtifact(get(`SELECT * FROM artifact WHERE model = ? AND id = ? AND ${ALIVE}`, model, id, Date.now()));
  const readAccount = (id: string) => toAccount(get('SELECT body FROM person WHERE id = ?', id));

  const count = counters.prepare(
    `INSERT INTO hit (key, count, until) VALUES (?, max(?, 0), ?)
     ON CONFLICT (key) DO UPDATE SET count = CASE WHEN until > ? THEN max(count + ?, 0) ELSE excluded.count END,
       until = CASE WHEN until > ? THEN until ELSE excluded.until END RETURNING count`,
  );
  const forget = counters.prepare('DELETE FROM hit WHERE key = ?');

  const newest = get('SELECT hash FROM audit ORDER BY seq DESC LIMIT 1');
  const chain = createAuditChain(text(newest?.hash) ?? '');

  function* links(): Generator<Link> {
    for (const row of db.prepare('SELECT * FROM audit ORDER BY stream, n').iterate() as Iterable<Row>)
      yield {
        stream: String(row.stream),
        n: Number(row.n),
        previous: String(row.previous),
        hash: String(row.hash),
        texts: [auditText(toAudit(row))],
      };
  }

  function write(artifact: Artifact): void {
    run(
      'INSERT OR REPLACE INTO artifact (model, id, payload, grant_id, uid, account_id, consumed_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
      ...artifactValues(artifact),
    );
  }

  function writeReferences({ id, persons }: Account): void {
    run('DELETE FROM person_reference WHERE account_id = ?', id);
    for (const reference of persons)
      run('INSERT OR IGNORE INTO person_reference (reference, account_id) VALUES (?, ?)', reference, id);
  }

  return {
    async saveArtifact(artifact) {
      write(artifact);
    },
    async insertArtifact(artifact) {
      return transaction(db, () => {
        const { model, id } = artifact;
        run('DELETE FROM artifact WHERE model = ? AND id = ? AND expires_at <= ?', model, id, Date.now());
        const added = run(
          'INSERT OR IGNORE INTO artifact (model, id, payload, grant_id, uid, account_id, consumed_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
          ...artifactValues(artifact),
        );
        return added === 1;
      });
    },
    async changeArtifact(model, id, change) {
      return transaction(db, () => {
        const before = readArtifact(model, id);
        const after = before && change(before);
        if (after) write(after);
        return after ?? before;
      });
    },
    async findArtifact(model, id) {
      return readArtifact(model, id);
    },
    async findArtifactByUid(model, uid) {
      return toArtifact(
        get(`SELECT * FROM artifact WHERE model = ? AND uid = ? AND ${ALIVE}`, model, uid, Date.now()),
      );
    },
    async listArtifacts(model, accountId) {
      const rows =
        accountId === undefined
          ? all(`SELECT * FROM artifact WHERE model = ? AND ${ALIVE} ORDER BY id`, model, Date.now())
          : all(
              `SELECT * FROM artifact WHERE account_id = ? AND model = ? AND ${ALIVE} ORDER BY id`,
              accountId,
              model,
              Date.now(),
            );
      return rows.map((row) => toArtifact(row) as Artifact);
    },
    async consumeArtifact(model, id, at, staleBefore = Number.MIN_SAFE_INTEGER) {
      return (
        run(
          'UPDATE artifact SET consumed_at = ? WHERE model = ? AND id = ? AND (consumed_at IS NULL OR consumed_at <= ?)',
          at,
          model,
          id,
          staleBefore,
        ) === 1
      );
    },
    async removeArtifact(model, id) {
      const row = get('DELETE FROM artifact WHERE model = ? AND id = ? RETURNING expires_at', model, id);
      return row !== undefined && (row.expires_at === null || Number(row.expires_at) > Date.now());
    },
    async removeArtifactsOfGrant(model, grantId) {
      run('DELETE FROM artifact WHERE model = ? AND grant_id = ?', model, grantId);
    },
    async removeArtifactsOfAccount(model, accountId) {
      run('DELETE FROM artifact WHERE model = ? AND account_id = ?', model, accountId);
    },
    async insertAccount(account) {
      return transaction(db, () => {
        const added = run(
          'INSERT OR IGNORE INTO person (id, username, email, body) VALUES (?, ?, ?, ?)',
          account.id,
          account.username,
          account.email,
          JSON.stringify(account),
        );
        if (added === 1) writeReferences(account);
        return added === 1;
      });
    },
    async updateAccount(id, change) {
      return transaction(db, () => {
        const before = readAccount(id);
        const after = before && change(before);
        if (!after) return before;
        taken(() =>
          run(
            'UPDATE person SET username = ?, email = ?, body = ? WHERE id = ?',
            after.username,
            after.email,
            JSON.stringify(after),
            id,
          ),
        );
        writeReferences(after);
        return after;
      });
    },
    async findAccount(id) {
      return readAccount(id);
    },
    async findAccountByLogin(login) {
      return toAccount(get('SELECT body FROM person WHERE username = ? OR email = ?', login, login));
    },
    async listAccounts({ person, after = '', limit = 1000 } = {}) {
      const rows =
        person === undefined
          ? all('SELECT body FROM person WHERE username > ? ORDER BY username LIMIT ?', after, limit)
          : all(
              'SELECT body FROM person_reference JOIN person ON id = account_id WHERE reference = ? AND username > ? ORDER BY username LIMIT ?',
              person,
              after,
              limit,
            );
      return rows.map((row) => toAccount(row) as Account);
    },
    async countHit(key, now, windowMs, by = 1) {
      const row = count.get(key, by, now + windowMs, now, by, now) as Row | undefined;
      return Number(row?.count);
    },
    async clearHits(key) {
      forget.run(key);
    },
    async appendAudit(entry) {
      const { at, event, accountId, clientId, address, detail } = entry;
      const link = chain.next(entry);
      run(
        'INSERT INTO audit (at, event, account_id, client_id, address, detail, stream, n, previous, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
        at,
        event,
        accountId ?? null,
        clientId ?? null,
        address ?? null,
        detail ?? null,
        link.stream,
        link.n,
        link.previous,
        link.hash,
      );
      chain.keep(link);
    },
    async verifyAudit(anchors) {
      const firsts = all('SELECT stream, previous FROM audit WHERE n = 1');
      const beginnings = firsts.map(({ stream, previous }) => [String(stream), String(previous)] as const);
      return checkChain(links(), beginnings, anchors);
    },
    auditHeads: chain.heads,
    async listAudit({ accountId, limit }) {
      const rows =
        accountId === undefined
          ? all('SELECT * FROM audit ORDER BY seq DESC LIMIT ?', limit)
          : all('SELECT * FROM audit WHERE account_id = ? ORDER BY seq DESC LIMIT ?', accountId, limit);
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
      counters.close();
      db.close();
    },
  };
}

function migrate(db: DatabaseSync): void {
  transaction(db, () => {
    db.exec(TABLES);
    const { user_version: version } = db.prepare('PRAGMA user_version').get() as { user_version: number };
    for (const step of MIGRATIONS.slice(version)) step(db);
    db.exec(`PRAGMA user_version = ${MIGRATIONS.length}`);
  });
}

function transaction<T>(db: DatabaseSync, work: () => T): T {
  db.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    db.exec('COMMIT');
    return result;
  } catch (error) {
    // A disk that fails has ended the transaction already.
    if (db.isTransaction) db.exec('ROLLBACK');
    throw error;
  }
}

const SQLITE_CONSTRAINT_UNIQUE = 2067;

function taken(write: () => void): void {
  try {
    write();
  } catch (error) {
    if ((error as { errcode?: number }).errcode === SQLITE_CONSTRAINT_UNIQUE) throw new AddressTaken();
    throw error;
  }
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
  return row && (JSON.parse(String(row.body)) as Account);
}

function toAudit(row: Row): AuditEvent {
  return {
    at: Number(row.at),
    event: String(row.event),
    accountId: text(row.account_id),
    clientId: text(row.client_id),
    address: text(row.address),
    detail: text(row.detail),
  };
}
