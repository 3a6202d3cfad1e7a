/**
 * The MongoDB store. On a replica set or a sharded cluster every transact is one multi-document transaction, acknowledged by a majority and
 * journaled. On a standalone server, which has no transactions, one operation at a time is made safe by ordered writes and compare-and-set, and
 * more than one is refused.
 */
import { isDeepStrictEqual } from 'node:util';
import {
  type ClientSession,
  type Collection,
  type Db,
  MongoClient,
  ReadConcern,
  ReadPreference,
  type TransactionOptions,
  WriteConcern,
} from 'mongodb';
import {
  type Change,
  type HistoryPage,
  type HistoryQuery,
  type ResourceStore,
  type ScanPage,
  StoreError,
  type WriteOperation,
  type WriteResult,
} from '../store.ts';
import { openCollections } from './collections.ts';
import { indexFields, type VersionDocument } from './documents.ts';
import { storeError } from './errors.ts';
import { historyFilter } from './history.ts';
import { createNotes } from './notes.ts';
import { bodiesOf, findCurrent, findVersion, searchPage, versionOf } from './search.ts';
import { applyOperations } from './write.ts';

export interface MongodbStoreOptions {
  readonly url: string;
  readonly database?: string;
  /** Milliseconds that a search may take on the server (maxTimeMS). */
  readonly searchDeadlineMs?: number;
  /** Milliseconds since the epoch; for tests. */
  readonly clock?: () => number;
}

const MAJORITY = new WriteConcern('majority', undefined, true);
const TRANSACTION: TransactionOptions = {
  readConcern: new ReadConcern('snapshot'),
  writeConcern: MAJORITY,
  readPreference: ReadPreference.primary,
};
/** Attempts at one operation on a standalone server, where a lost race is tried again by us. */
const MAX_ATTEMPTS = 20;

export async function openMongodbStore(options: MongodbStoreOptions): Promise<ResourceStore> {
  const client = new MongoClient(options.url, {
    serverSelectionTimeoutMS: 5000,
    retryWrites: true,
    writeConcern: MAJORITY,
    readConcern: { level: 'majority' },
    readPreference: 'primary',
    ignoreUndefined: true,
  });
  await client.connect();
  const db = client.db(options.database ?? 'wellspring');
  const transactions = await hasTransactions(db);
  const collections = await openCollections(db);
  const notes = createNotes(collections.notes);
  const now = monotonicClock(options.clock ?? Date.now, await lastTime(collections.versions));
  const reader = { collections, maxTimeMS: options.searchDeadlineMs };

  async function inTransaction(operations: readonly WriteOperation[]): Promise<readonly WriteResult[]> {
    return client.withSession({ causalConsistency: true }, (session: ClientSession) =>
      // The driver repeats the callback on TransientTransactionError and the commit on UnknownTransactionCommitResult.
      session.withTransaction(() => applyOperations({ collections, session, now }, operations), TRANSACTION),
    );
  }

  async function alone(operations: readonly WriteOperation[]): Promise<readonly WriteResult[]> {
    if (operations.length > 1) throw new StoreError('unsupported');
    for (let attempt = 1; ; attempt++) {
      try {
        return await queue(() => applyOperations({ collections, session: undefined, now }, operations));
      } catch (error) {
        if (attempt === MAX_ATTEMPTS || !(error instanceof StoreError) || error.fault !== 'transient')
          throw error;
      }
    }
  }

  /** Without transactions a check and its write are two steps: within this process nobody comes between them. */
  let last: Promise<unknown> = Promise.resolve();
  function queue<T>(work: () => Promise<T>): Promise<T> {
    const next = last.then(work, work);
    last = next.catch(() => undefined);
    return next;
  }

  const translated = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw storeError(error);
    }
  };

  return {
    supports: { transactions },
    read: (type, id, visible) =>
      translated(async () => {
        const current = await findCurrent(reader, type, id, visible);
        return current && findVersion(reader, type, id, current.version);
      }),
    vread: (type, id, version, visible) =>
      translated(async () => {
        if (!(await findCurrent(reader, type, id, visible))) return undefined;
        return findVersion(reader, type, id, version);
      }),
    search: (query) => translated(() => searchPage(reader, query)),
    history: (query) => translated(() => readHistory(query)),
    transact: (operations) =>
      translated(async () => {
        if (operations.length === 0) return [];
        return transactions ? inTransaction(operations) : alone(operations);
      }),
    changes: (after, limit) => translated(() => readChanges(after, limit)),
    scan: (after, limit) => translated(() => scan(after, limit)),
    isIndexed: (type, id, entries) =>
      translated(async () => {
        const found = await findCurrent(reader, type, id);
        if (!found || found.deleted) return false;
        const { own, k, dt, n, s, w, o } = found;
        const wanted = { d: entries.mainDate ?? found.lastUpdated, ...indexFields(entries) };
        return isDeepStrictEqual({ d: found.d, own, k, dt, n, s, w, o }, wanted);
      }),
    getNote: (name) => translated(() => notes.getNote(name)),
    setNote: (name, value) => translated(() => notes.setNote(name, value)),
    swapNote: (name, expected, value) => translated(() => notes.swapNote(name, expected, value)),
    notes: (from, to, limit) => translated(() => notes.notes(from, to, limit)),
    ping: () =>
      translated(async () => {
        await db.command({ ping: 1 });
      }),
    close: () => client.close(),
  };

  async function readHistory(query: HistoryQuery): Promise<HistoryPage> {
    const filter = await historyFilter(reader, query);
    const byVersion = query.id !== undefined;
    const field = byVersion ? 'version' : 'seq';
    const after = query.after ? { [field]: { $lt: Number(query.after[0]) } } : {};
    const [found, total] = await Promise.all([
      collections.versions
        .find({ $and: [filter, after] })
        .sort({ [field]: -1 })
        .limit(query.count + 1)
        .toArray(),
      collections.versions.countDocuments(filter),
    ]);
    const shown = found.slice(0, query.count);
    const end = shown.at(-1);
    return {
      versions: shown.map(versionOf),
      next: found.length > query.count && end ? [byVersion ? end.version : end.seq] : undefined,
      total,
    };
  }

  async function scan(after: string | undefined, limit: number): Promise<ScanPage> {
    const found = await collections.resources
      .find({ deleted: false, ...(after === undefined ? {} : { _id: { $gt: after } }) })
      .sort({ _id: 1 })
      .limit(limit)
      .toArray();
    const last = found.at(-1);
    return {
      versions: await bodiesOf(reader, found),
      next: found.length === limit && last ? last._id : undefined,
    };
  }

  async function readChanges(after: string | undefined, limit: number): Promise<Change[]> {
    const found = await collections.versions
      .find({ seq: { $gt: Number(after ?? 0) } })
      .sort({ seq: 1 })
      .limit(limit)
      .toArray();
    return found.map((document) => ({ ...versionOf(document), position: String(document.seq) }));
  }
}

/** Replica sets and sharded clusters say so in `hello` (MongoDB manual, "hello"). */
async function hasTransactions(db: Db): Promise<boolean> {
  const hello = await db.command({ hello: 1 });
  return typeof hello.setName === 'string' || hello.msg === 'isdbgrid';
}

async function lastTime(versions: Collection<VersionDocument>): Promise<number> {
  const [newest] = await versions.find().sort({ seq: -1 }).limit(1).toArray();
  return newest?.lastUpdated ?? 0;
}

function monotonicClock(clock: () => number, start: number): () => number {
  let last = start;
  return () => {
    last = Math.max(last, clock());
    return last;
  };
}
