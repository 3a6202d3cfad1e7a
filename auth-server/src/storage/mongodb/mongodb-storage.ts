/** The same storage in MongoDB. Every operation touches one document, so it needs no transactions; writes wait for the majority. */
import { checkChain, type Link } from '@wellspring/serving/hash-chain';
import { isAway } from '@wellspring/serving/mongodb-away';
import { createPulse, type Pulse } from '@wellspring/serving/pulse';
import { reviveStuck } from '@wellspring/serving/revive';
import { type Collection, type Document, MongoClient, MongoServerError, type WithId } from 'mongodb';
import { auditText, BEFORE, createAuditChain } from '../audit-links.ts';
import {
  type Account,
  AddressTaken,
  type Artifact,
  type AuditEvent,
  type Storage,
  StorageUnavailable,
} from '../storage.ts';

interface ArtifactDocument extends Document {
  _id: string;
  model: string;
  artifactId: string;
  /** JSON text: oidc-provider's member names may hold characters that have a meaning to MongoDB. */
  payload: string;
  grantId: string | null;
  uid: string | null;
  accountId: string | null;
  consumedAt: number | null;
  expiresAt: Date | null;
}

/** `version` makes an update a compare-and-set. */
interface AccountDocument extends Document {
  _id: string;
  username: string;
  email: string;
  persons: readonly string[];
  version: number;
  /** JSON text, the account itself; the members above are for indexes. */
  body: string;
}

interface AuditDocument extends AuditEvent, Document, Omit<Link, 'texts'> {}

export async function openMongodbStorage(url: string, database: string): Promise<Storage> {
  const client = new MongoClient(url, {
    serverSelectionTimeoutMS: 4000,
    connectTimeoutMS: 2000,
    // A server that hangs is found by its heartbeat, and what waits for it is cut.
    heartbeatFrequencyMS: 1000,
    // A connection that a firewall has forgotten says nothing more, while others go on.
    socketTimeoutMS: 10_000,
    waitQueueTimeoutMS: 4000,
    writeConcern: { w: 'majority', journal: true },
    readConcern: { level: 'majority' },
  });
  await client.connect();
  reviveStuck(client);
  const pulse = createPulse(() => new StorageUnavailable());
  client.on('serverHeartbeatSucceeded', pulse.felt);
  const db = client.db(database);
  const artifacts = db.collection<ArtifactDocument>('artifact');
  const accounts = db.collection<AccountDocument>('account');
  const hits = db.collection<{ _id: string; count: number; until: Date }>('hit');
  const audit = db.collection<AuditDocument>('audit');
  await artifacts.createIndex({ grantId: 1, model: 1 });
  await artifacts.createIndex({ uid: 1, model: 1 });
  await artifacts.createIndex({ accountId: 1, model: 1 });
  await artifacts.createIndex({ model: 1 });
  await expireAt(artifacts, 'expiresAt');
  await accounts.createIndex({ username: 1 }, { unique: true });
  await accounts.createIndex({ email: 1 }, { unique: true });
  await accounts.createIndex({ persons: 1 });
  await expireAt(hits, 'until');
  await audit.createIndex({ at: -1 });
  await audit.createIndex({ accountId: 1, at: -1 });
  await linkOldEvents(audit);
  await audit.createIndex({ stream: 1, n: 1 }, { unique: true });
  const [newest] = await audit.find().sort({ at: -1, _id: -1 }).limit(1).toArray();
  const chain = createAuditChain(newest?.hash ?? '');
  let lastAppend: Promise<unknown> = Promise.resolve();
  async function append(event: AuditEvent): Promise<void> {
    const link = chain.next(event);
    try {
      await audit.insertOne({ ...event, ...link } as AuditDocument, { ignoreUndefined: true });
      chain.keep(link);
    } catch (error) {
      chain.lose();
      throw error;
    }
  }

  const storage: Storage = {
    async saveArtifact(artifact) {
      const document = toDocument(artifact);
      await artifacts.replaceOne({ _id: document._id }, document, { upsert: true });
    },
    async insertArtifact(artifact) {
      const document = toDocument(artifact);
      if (await inserted(artifacts.insertOne(document))) return true;
      // One that has expired is there until it is swept up. Of several that take it away at once one does, and one inserts.
      await artifacts.deleteOne({ _id: document._id, expiresAt: { $lte: new Date() } });
      return inserted(artifacts.insertOne(document));
    },
    async changeArtifact(model, id, change) {
      for (;;) {
        const document = await artifacts.findOne({ _id: key(model, id) });
        const before = alive(document);
        const after = before && change(before);
        if (!document || !after) return before;
        const { _id, payload, consumedAt, expiresAt } = document;
        const read = { _id, payload, consumedAt, expiresAt };
        const { matchedCount } = await artifacts.replaceOne(read, toDocument(after));
        if (matchedCount === 1) return after;
      }
    },
    async findArtifact(model, id) {
      return alive(await artifacts.findOne({ _id: key(model, id) }));
    },
    async findArtifactByUid(model, uid) {
      return alive(await artifacts.findOne({ uid, model }));
    },
    async listArtifacts(model, accountId) {
      const where = accountId === undefined ? { model } : { model, accountId };
      const found = await artifacts.find(where).sort({ _id: 1 }).toArray();
      return found.flatMap((document) => alive(document) ?? []);
    },
    async consumeArtifact(model, id, at, staleBefore) {
      const _id = key(model, id);
      const unconsumed = await artifacts.updateOne({ _id, consumedAt: null }, { $set: { consumedAt: at } });
      if (unconsumed.modifiedCount === 1) return true;
      if (staleBefore === undefined) return false;
      const stale = await artifacts.updateOne(
        { _id, consumedAt: { $lte: staleBefore } },
        { $set: { consumedAt: at } },
      );
      return stale.modifiedCount === 1;
    },
    async removeArtifact(model, id) {
      return alive(await artifacts.findOneAndDelete({ _id: key(model, id) })) !== undefined;
    },
    async removeArtifactsOfGrant(model, grantId) {
      await artifacts.deleteMany({ grantId, model });
    },
    async removeArtifactsOfAccount(model, accountId) {
      await artifacts.deleteMany({ accountId, model });
    },
    async insertAccount(account) {
      return inserted(accounts.insertOne(accountDocument(account, 1)));
    },
    async updateAccount(id, change) {
      for (;;) {
        const document = await accounts.findOne({ _id: id });
        const before = toAccount(document);
        const after = before && change(before);
        if (!document || !after) return before;
        const { _id, version } = document;
        const { modifiedCount } = await accounts
          .replaceOne({ _id, version }, accountDocument(after, version + 1))
          .catch((error: unknown) => {
            throw isDuplicate(error) ? new AddressTaken() : error;
          });
        if (modifiedCount === 1) return after;
      }
    },
    async findAccount(id) {
      return toAccount(await accounts.findOne({ _id: id }));
    },
    async findAccountByLogin(login) {
      return toAccount(await accounts.findOne({ $or: [{ username: login }, { email: login }] }));
    },
    async listAccounts({ person, after, limit = 1000 } = {}) {
      const where = {
        ...(person === undefined ? {} : { persons: person }),
        ...(after === undefined ? {} : { username: { $gt: after } }),
      };
      const found = await accounts.find(where).sort({ username: 1 }).limit(limit).toArray();
      return found.map((each) => toAccount(each) as Account);
    },
    async countHit(name, now, windowMs, by = 1) {
      const at = new Date(now);
      const until = new Date(now + windowMs);
      const first = Math.max(by, 0);
      for (;;) {
        const running = await hits.findOneAndUpdate(
          { _id: name, until: { $gt: at } },
          { $inc: { count: by } },
          { returnDocument: 'after' },
        );
        if (running) return Math.max(running.count, 0);
        // Each step is for one caller only; whoever comes too late finds a running counter in the next round.
        const restarted = await hits.updateOne(
          { _id: name, until: { $lte: at } },
          { $set: { count: first, until } },
        );
        if (restarted.modifiedCount === 1) return first;
        if (await inserted(hits.insertOne({ _id: name, count: first, until }))) return first;
      }
    },
    async clearHits(name) {
      await hits.deleteOne({ _id: name });
    },
    appendAudit(event) {
      // One after the other: each holds the hash of the one before.
      const next = lastAppend.then(() => append(event));
      lastAppend = next.catch(() => undefined);
      return next;
    },
    async verifyAudit(anchors) {
      const found = await audit.find().sort({ stream: 1, n: 1 }).toArray();
      const firsts = found.filter(({ n }) => n === 1);
      const beginnings = firsts.map(({ stream, previous }) => [stream, previous] as const);
      return checkChain(
        found.map((each) => ({ ...linkOf(each), texts: [auditText(each)] })),
        beginnings,
        anchors,
      );
    },
    auditHeads: chain.heads,
    async listAudit({ accountId, limit }) {
      const where = accountId === undefined ? {} : { accountId };
      const found = await audit.find(where).sort({ at: -1, _id: -1 }).limit(limit).toArray();
      return found.map(({ _id, stream: _s, n: _n, previous: _p, hash: _h, ...event }) => event as AuditEvent);
    },
    async removeExpired(now) {
      await artifacts.deleteMany({ expiresAt: { $lte: new Date(now) } });
      await hits.deleteMany({ until: { $lte: new Date(now) } });
    },
    async ping() {
      await db.command({ ping: 1 });
    },
    async close() {
      pulse.close();
      await client.close();
    },
  };
  return guarded(storage, pulse);
}

/** An answer, or an error, in a few seconds, whatever the database does. */
function guarded(storage: Storage, pulse: Pulse): Storage {
  const { auditHeads, close, ...asked } = storage;
  const methods = Object.entries(asked) as [string, (...given: unknown[]) => Promise<unknown>][];
  const told = methods.map(([name, method]) => [
    name,
    (...given: unknown[]) => pulse.guard(() => method(...given)).catch(sayWhetherAway),
  ]);
  return { ...(Object.fromEntries(told) as typeof asked), auditHeads, close };
}

/** Those of before the log was a chain; several processes that do so at once come to the same links. */
async function linkOldEvents(audit: Collection<AuditDocument>): Promise<void> {
  if ((await audit.findOne({ stream: { $exists: false } })) === null) return;
  const chain = createAuditChain('', BEFORE);
  for (const event of await audit
    .find({ stream: { $in: [BEFORE, null as never] } })
    .sort({ at: 1, _id: 1 })
    .toArray()) {
    const link = chain.next(event);
    await audit.updateOne({ _id: event._id }, { $set: link });
    chain.keep(link);
  }
}

/** A write whose answer was lost is neither done nor not done: whoever asked tries again. */
function sayWhetherAway(error: unknown): never {
  throw isAway(error) ? new StorageUnavailable(error) : error;
}

/** One that has no link was put in by somebody else. */
const linkOf = ({ stream = '', n = 0, previous = '', hash = '' }: Partial<Omit<Link, 'texts'>>) => ({
  stream,
  n,
  previous,
  hash,
});

const NOT_IMPLEMENTED = 238;

/** The server removes what is past this date by itself; one that can't leaves it to removeExpired. */
async function expireAt<T extends Document>(collection: Collection<T>, field: string): Promise<void> {
  // A collection that is not there yet has no indexes: the server says that as an error.
  if (await collection.indexExists(`${field}_1`).catch(() => false)) return;
  try {
    await collection.createIndex({ [field]: 1 }, { expireAfterSeconds: 0 });
  } catch (error) {
    if (!(error instanceof MongoServerError) || error.code !== NOT_IMPLEMENTED) throw error;
    await collection.createIndex({ [field]: 1 });
  }
}

/** false where there was one of that key already. */
async function inserted(insertion: Promise<unknown>): Promise<boolean> {
  try {
    await insertion;
    return true;
  } catch (error) {
    if (isDuplicate(error)) return false;
    throw error;
  }
}

const isDuplicate = (error: unknown): boolean => error instanceof MongoServerError && error.code === 11_000;

const key = (model: string, id: string): string => `${model}:${id}`;

function toDocument(artifact: Artifact): ArtifactDocument {
  return {
    _id: key(artifact.model, artifact.id),
    model: artifact.model,
    artifactId: artifact.id,
    payload: JSON.stringify(artifact.payload),
    grantId: artifact.grantId ?? null,
    uid: artifact.uid ?? null,
    accountId: artifact.accountId ?? null,
    consumedAt: artifact.consumedAt ?? null,
    expiresAt: artifact.expiresAt === undefined ? null : new Date(artifact.expiresAt),
  };
}

/** The TTL monitor runs once a minute: what has expired since is already gone for readers. */
function alive(document: WithId<ArtifactDocument> | null): Artifact | undefined {
  if (!document || (document.expiresAt && document.expiresAt.getTime() <= Date.now())) return undefined;
  return {
    model: document.model,
    id: document.artifactId,
    payload: JSON.parse(document.payload) as Artifact['payload'],
    grantId: document.grantId ?? undefined,
    uid: document.uid ?? undefined,
    accountId: document.accountId ?? undefined,
    consumedAt: document.consumedAt ?? undefined,
    expiresAt: document.expiresAt?.getTime(),
  };
}

function accountDocument(account: Account, version: number): AccountDocument {
  const { id, username, email, persons } = account;
  return { _id: id, username, email, persons, version, body: JSON.stringify(account) };
}

function toAccount(document: WithId<AccountDocument> | null): Account | undefined {
  return document ? (JSON.parse(document.body) as Account) : undefined;
}
