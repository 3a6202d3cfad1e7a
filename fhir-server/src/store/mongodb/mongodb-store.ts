/**
 * The MongoDB store. Every transact is one multi-document transaction, acknowledged by a majority and journaled; where in the change log it
 * comes, and when readers may pass it, clock.ts says.
 */
import { isDeepStrictEqual } from 'node:util';
import { createPulse } from '@wellspring/serving/pulse';
import {
  type MongoClient,
  ReadConcern,
  type ReadConcernLevel,
  ReadPreference,
  type ReadPreferenceMode,
} from 'mongodb';
import { connect, prepare, UNANSWERED_MS } from '../../mongodb/connect.ts';
import type { QueryNode } from '../../search/query.ts';
import { type LogEnd, type ResourceStore, type ScanPage, StoreError } from '../store.ts';
import { openWriteClock, type ProcessDocument } from './clock.ts';
import { codesOf } from './codes-of.ts';
import { collectionsOf, makeIndexes } from './collections.ts';
import {
  abilitiesOf,
  endTransactions,
  openServerTime,
  refuseOldLayout,
  StandaloneError,
} from './connection.ts';
import { holdName } from './deletion.ts';
import { indexFields, type ResourceDocument, type VersionDocument, WITHOUT_INDEX } from './documents.ts';
import { storeError } from './errors.ts';
import { positionBefore, readChanges, readHistory, readWrites } from './log.ts';
import { createNotes } from './notes.ts';
import { createReadTogether } from './read-together.ts';
import { options as readOptions } from './reader.ts';
import { isReferredTo, referrersOf } from './referrers.ts';
import { findCurrent, findVersion, searchPage, versionOf } from './search.ts';
import { type Counts, createTransactor } from './transaction.ts';
import { walkPage } from './walk.ts';

export interface MongodbStoreOptions {
  readonly url: string;
  readonly database?: string;
  /** Milliseconds that a search may take on the server (maxTimeMS). */
  readonly searchDeadlineMs?: number;
  /** Where searches and histories may read, and what. Default: what a majority has, from the primary. */
  readonly searchReadPreference?: ReadPreferenceMode;
  readonly searchReadConcern?: ReadConcernLevel;
  /** Take a server without transactions, for one process alone and one write at a time. */
  readonly standalone?: boolean;
  /** Milliseconds since the epoch; for tests. Default: the server's. */
  readonly clock?: () => number;
  /** For tests: how long the server keeps a transaction open, where it is not to be asked. */
  readonly lifetimeMs?: number;
  /** For tests: milliseconds after which a connection is given up on which a command has had no answer. */
  readonly unansweredMs?: number;
}

export interface MongodbStore extends ResourceStore {
  readonly counts: Readonly<Record<keyof Counts, number>>;
  /** For tests, which count its commands. */
  readonly client: MongoClient;
}

const SEARCH_MS = 10_000;
/** Of any other read. */
const READ_MS = 4000;
/** What the server ends by itself (maxTimeMS) is waited for this much longer. */
const GRACE_MS = 500;
/** Whatever is no search is answered by then. */
const ANSWER_MS = READ_MS + GRACE_MS;
/** How long the end of the log is waited for: an answer is to be there before a silent database would be noticed. */
const END_MS = 3500;

/** No condition. */
const isAnything = (visible: QueryNode | undefined): boolean =>
  visible === undefined || visible.kind === 'all';

export async function openMongodbStore(options: MongodbStoreOptions): Promise<MongodbStore> {
  const searchMs = options.searchDeadlineMs ?? SEARCH_MS;
  const client = await connect(options.url, {
    monitorCommands: true,
    socketTimeoutMS: options.unansweredMs ?? Math.max(UNANSWERED_MS, searchMs + 2 * GRACE_MS),
  });
  // Its own connections: a full pool must not look like a dead server, nor keep this process from telling others that it lives.
  const beats = await connect(options.url, { maxPoolSize: 2, socketTimeoutMS: READ_MS });
  const name = options.database ?? 'wellspring';
  const db = client.db(name);
  const { transactions, sharded, lifetimeMs: itsLifetimeMs } = await abilitiesOf(db);
  try {
    if (!transactions && !options.standalone) throw new StandaloneError();
    await refuseOldLayout(db);
  } catch (error) {
    await Promise.all([client.close(), beats.close()]);
    throw error;
  }
  const lifetimeMs = options.lifetimeMs ?? itsLifetimeMs;
  const collections = collectionsOf(db);
  await prepare(options.url, (one) => makeIndexes(collectionsOf(one.db(name))));
  const notes = createNotes(collections.notes);
  const time = await openServerTime(db);
  const pulse = createPulse(() => new StoreError('unavailable'));
  const clock = await openWriteClock(beats.db(name).collection<ProcessDocument>('process'), {
    clock: options.clock ?? time.now,
    lifetimeMs,
    answered: pulse.felt,
    fence: (sessions) => endTransactions(beats, sessions),
  });
  const counts: Counts = { begun: 0, committed: 0, aborted: 0, commands: 0 };
  client.on('commandStarted', () => {
    counts.commands += 1;
  });
  const transactor = createTransactor({
    client,
    counts,
    collections,
    clock,
    transactions,
    sharded,
    lifetimeMs,
    maxTimeMS: READ_MS,
  });
  const reader = { collections, maxTimeMS: READ_MS };
  const readTogether = createReadTogether(reader);
  const searchDb = client.db(name, {
    readPreference: new ReadPreference(options.searchReadPreference ?? 'primary'),
    readConcern: new ReadConcern(options.searchReadConcern ?? 'majority'),
  });
  const searcher = {
    collections: {
      ...collections,
      resources: searchDb.collection<ResourceDocument>('resource'),
      versions: searchDb.collection<VersionDocument>('version'),
    },
    maxTimeMS: searchMs,
  };

  /** An answer in a few seconds, whatever the database does; what is wrong is told by the port's words. */
  const told = async <T>(work: () => Promise<T>, limitMs?: number): Promise<T> => {
    try {
      return await pulse.guard(work, limitMs);
    } catch (error) {
      throw storeError(error);
    }
  };

  return {
    client,
    counts,
    supports: { transactions, accounts: true },
    read: (type, id, visible) =>
      told(async () => {
        if (isAnything(visible)) return readTogether.current(type, id);
        const found = await findCurrent(reader, type, id, visible);
        return found && versionOf(found);
      }, ANSWER_MS),
    vread: (type, id, version, visible) =>
      told(
        () =>
          isAnything(visible)
            ? readTogether.version(type, id, version)
            : findVersion(reader, type, id, version, visible),
        ANSWER_MS,
      ),
    isReferredTo: (type, id, by) => told(() => isReferredTo(reader, `${type}/${id}`, by), ANSWER_MS),
    referrers: (type, id, limit) => told(() => referrersOf(reader, type, id, limit), searchMs + GRACE_MS),
    hold: (type, id) => told(() => holdName(collections, clock, `${type}/${id}`)),
    search: (query) => told(() => searchPage(searcher, query), searchMs + GRACE_MS),
    codesOf: (type, param, most) => told(() => codesOf(searcher, type, param, most), searchMs + GRACE_MS),
    history: (query) => told(() => readHistory(searcher, query), searchMs + GRACE_MS),
    transact: (operations, by) => told(() => transactor.transact(operations, by)),
    changes: (after, limit) => told(async () => readChanges(reader, after, limit, await clock.watermark())),
    writes: (after, limit) => told(async () => readWrites(reader, after, limit, await clock.watermark())),
    logEnd: () => told(logEnd),
    scan: (after, limit) => told(() => scan(after, limit)),
    walk: (query) => told(() => walkPage(reader, query)),
    isIndexed: (type, id, entries) =>
      told(async () => {
        const found = await collections.resources.findOne({ _id: `${type}/${id}` }, readOptions(reader));
        if (!found || found.deleted) return false;
        const { d, k, r, p, dt, n, s, w, f, o } = found;
        const wanted = indexFields(entries, found.lastUpdated);
        if (!isDeepStrictEqual(found.own, [...entries.owners])) return false;
        return isDeepStrictEqual({ d, k, r, p, dt, n, s, w, f, o }, wanted);
      }),
    getNote: (name) => told(() => notes.getNote(name), ANSWER_MS),
    setNote: (name, value) => told(() => notes.setNote(name, value), ANSWER_MS),
    swapNote: (name, expected, value) => told(() => notes.swapNote(name, expected, value), ANSWER_MS),
    notes: (from, to, limit) => told(() => notes.notes(from, to, limit), ANSWER_MS),
    ping: () =>
      told(async () => {
        await db.command({ ping: 1 });
      }, ANSWER_MS),
    async close() {
      // A database that is away is not waited for.
      await Promise.race([clock.close(), new Promise((done) => setTimeout(done, READ_MS).unref())]).catch(
        () => undefined,
      );
      await transactor.close().catch(() => undefined);
      time.close();
      pulse.close();
      await Promise.all([client.close(), beats.close()]);
    },
  };

  async function logEnd(): Promise<LogEnd> {
    const late = new Promise((resolve) => setTimeout(resolve, END_MS).unref());
    await Promise.race([clock.complete(), late]);
    const watermark = await clock.watermark();
    return { time: watermark - 1, position: positionBefore(watermark) };
  }

  async function scan(after: string | undefined, limit: number): Promise<ScanPage> {
    const found = await collections.resources
      .find(
        { deleted: false, ...(after === undefined ? {} : { _id: { $gt: after } }) },
        { projection: WITHOUT_INDEX, limit, ...readOptions(reader) },
      )
      .sort({ _id: 1 })
      .toArray();
    const last = found.at(-1);
    return {
      versions: found.map(versionOf),
      next: found.length === limit && last ? last._id : undefined,
    };
  }
}
