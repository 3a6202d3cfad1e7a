/** The same storage in MongoDB. Every operation touches one document, so it needs no transactions; writes wait for the majority. */
import { type Collection, type Document, MongoClient, MongoServerError, type WithId } from 'mongodb';
import type { Account, Artifact, AuditEvent, LaunchContext, Storage } from '../storage.ts';

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

export async function openMongodbStorage(url: string, database: string): Promise<Storage> {
  const client = new MongoClient(url, {
    serverSelectionTimeoutMS: 5000,
    writeConcern: { w: 'majority', journal: true },
    readConcern: { level: 'majority' },
  });
  await client.connect();
  const db = client.db(database);
  const artifacts = db.collection<ArtifactDocument>('artifact');
  const accounts = db.collection<Account & { _id: string }>('account');
  const contexts = db.collection<LaunchContext & { _id: string }>('launch_context');
  const hits = db.collection<{ _id: string; count: number; until: Date }>('hit');
  const audit = db.collection<AuditEvent>('audit');
  await artifacts.createIndex({ grantId: 1, model: 1 });
  await artifacts.createIndex({ uid: 1, model: 1 });
  await expireAt(artifacts, 'expiresAt');
  await accounts.createIndex({ username: 1 }, { unique: true });
  await accounts.createIndex({ email: 1 }, { unique: true });
  await expireAt(hits, 'until');
  await audit.createIndex({ at: -1 });

  return {
    async saveArtifact(artifact) {
      const document = toDocument(artifact);
      await artifacts.replaceOne({ _id: document._id }, document, { upsert: true });
    },
    async insertArtifact(artifact) {
      return inserted(artifacts.insertOne(toDocument(artifact)));
    },
    async findArtifact(model, id) {
      return alive(await artifacts.findOne({ _id: key(model, id) }));
    },
    async findArtifactByUid(model, uid) {
      return alive(await artifacts.findOne({ uid, model }));
    },
    async consumeArtifact(model, id, at) {
      const { modifiedCount } = await artifacts.updateOne(
        { _id: key(model, id), consumedAt: null },
        { $set: { consumedAt: at } },
      );
      return modifiedCount === 1;
    },
    async removeArtifact(model, id) {
      await artifacts.deleteOne({ _id: key(model, id) });
    },
    async removeArtifactsOfGrant(model, grantId) {
      await artifacts.deleteMany({ grantId, model });
    },
    async saveAccount({ id, ...account }) {
      const known = await accounts.findOne({ username: account.username });
      const _id = known?._id ?? id;
      await accounts.replaceOne({ _id }, { id: _id, ...account }, { upsert: true });
    },
    async findAccount(id) {
      return withoutKey(await accounts.findOne({ _id: id }));
    },
    async findAccountByLogin(login) {
      return withoutKey(await accounts.findOne({ $or: [{ username: login }, { email: login }] }));
    },
    async listAccounts() {
      const found = await accounts.find().sort({ username: 1 }).toArray();
      return found.map((each) => withoutKey(each) as Account);
    },
    async saveLaunchContext(context) {
      await contexts.replaceOne(
        { _id: context.grantId },
        { ...context },
        { upsert: true, ignoreUndefined: true },
      );
    },
    async findLaunchContext(grantId) {
      const found = withoutKey(await contexts.findOne({ _id: grantId }));
      return found && { ...found, patient: found.patient ?? undefined };
    },
    async countHit(name, now, windowMs) {
      const at = new Date(now);
      const until = new Date(now + windowMs);
      for (;;) {
        const running = await hits.findOneAndUpdate(
          { _id: name, until: { $gt: at } },
          { $inc: { count: 1 }, $set: { until } },
          { returnDocument: 'after' },
        );
        if (running) return running.count;
        // Each step is for one caller only; whoever comes too late finds a running counter in the next round.
        const restarted = await hits.updateOne(
          { _id: name, until: { $lte: at } },
          { $set: { count: 1, until } },
        );
        if (restarted.modifiedCount === 1) return 1;
        if (await inserted(hits.insertOne({ _id: name, count: 1, until }))) return 1;
      }
    },
    async clearHits(name) {
      await hits.deleteOne({ _id: name });
    },
    async appendAudit(event) {
      await audit.insertOne({ ...event }, { ignoreUndefined: true });
    },
    async listAudit(limit) {
      const found = await audit.find().sort({ at: -1, _id: -1 }).limit(limit).toArray();
      return found.map(({ _id, ...event }) => event);
    },
    async removeExpired(now) {
      await artifacts.deleteMany({ expiresAt: { $lte: new Date(now) } });
      await hits.deleteMany({ until: { $lte: new Date(now) } });
    },
    async ping() {
      await db.command({ ping: 1 });
    },
    async close() {
      await client.close();
    },
  };
}

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
    if (error instanceof MongoServerError && error.code === 11_000) return false;
    throw error;
  }
}

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

function withoutKey<T extends { _id: string }>(document: T | null): Omit<T, '_id'> | undefined {
  if (!document) return undefined;
  const { _id, ...rest } = document;
  return rest;
}
