/**
 * From a list of operations to a commit. The driver's `withTransaction` is not used: servers that are compatible with MongoDB leave error labels out, writes of
 * one process on the same resource need not collide, and what the change log promises hangs on when a commit may be sent.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Binary,
  type ClientSession,
  type MongoClient,
  ReadConcern,
  ReadPreference,
  type TransactionOptions,
  type UUID,
} from 'mongodb';
import { MAJORITY } from '../../mongodb/connect.ts';
import { StoreError, type WriteOperation, type WriteResult } from '../store.ts';
import type { Stamp, WriteClock } from './clock.ts';
import type { Collections } from './collections.ts';
import { announce, createPatience, giveUp, namesToLeave } from './deletion.ts';
import { isCommitUnknown, isGivenUp, isTransient, isUnanswered } from './errors.ts';
import { identityOf, isConditional } from './identity.ts';
import { createGate, createLanes } from './lanes.ts';
import { applyOperations, LeavingError } from './write.ts';
import { nameOf } from './writer.ts';

/** Counted since the start. An aborted one was tried again, or told as a fault. */
export interface Counts {
  begun: number;
  committed: number;
  aborted: number;
  /** Everything that was sent to the server but heartbeats. */
  commands: number;
}

export interface Transactor {
  transact(operations: readonly WriteOperation[], by: string | undefined): Promise<readonly WriteResult[]>;
  close(): Promise<void>;
}

interface Attempt {
  readonly operations: readonly WriteOperation[];
  readonly attempt: number;
  readonly leaving: string | undefined;
  readonly by: string | undefined;
}

export interface TransactorOptions {
  readonly client: MongoClient;
  readonly collections: Collections;
  readonly clock: WriteClock;
  readonly counts: Counts;
  /** False: a server without transactions; one operation at a time is made safe by the order of its writes, compare-and-set and lanes. */
  readonly transactions: boolean;
  readonly sharded: boolean;
  /** How long the server keeps a transaction open. */
  readonly lifetimeMs: number;
  /** Of each read that is not part of a transaction. */
  readonly maxTimeMS: number;
}

const TRANSACTION: TransactionOptions = {
  readConcern: new ReadConcern('snapshot'),
  writeConcern: MAJORITY,
  readPreference: ReadPreference.primary,
};

/** What even a slow server writes in one transaction (docs/SCALING.md has the measurements). */
const OPERATIONS_PER_SECOND = 200;
/** A transaction that meets others again and again is given up after this long. */
const PATIENCE_MS = 30_000;
/** So many transactions of one process are open at a time; more would wait for each other inside the database instead of here. */
const MAX_OPEN = 32;
const BACKOFF_MS = { first: 4, most: 250 };

export function createTransactor(options: TransactorOptions): Transactor {
  const { client, collections, clock, counts, transactions, sharded, lifetimeMs, maxTimeMS } = options;
  const lanes = createLanes();
  const gate = createGate(MAX_OPEN);
  const sessions = transactions ? createSessions(client) : undefined;

  async function attemptOnce(about: Attempt): Promise<readonly WriteResult[]> {
    const session = sessions?.take();
    let settle = (): void => undefined;
    try {
      const stamp = await clock.begin(session && idOf(session));
      settle = stamp.end;
      return await inTransaction(about, stamp, session);
    } catch (error) {
      if (error instanceof UnknownOutcome) settle = error.settle;
      throw error;
    } finally {
      settle();
      if (session) sessions?.giveBack(session);
    }
  }

  async function inTransaction(
    { operations, ...about }: Attempt,
    stamp: Stamp,
    session: ClientSession | undefined,
  ): Promise<readonly WriteResult[]> {
    counts.begun += 1;
    session?.startTransaction(TRANSACTION);
    const begun = performance.now();
    try {
      const writer = { collections, session, maxTimeMS, sharded, time: stamp.time, ...about };
      const results = await applyOperations(writer, operations);
      for (const { version } of results) if (version) clock.saw(version.lastUpdated);
      // Others may have stopped waiting for this process: then what it would commit now comes too late for the change log.
      if (!(await clock.mayCommit())) throw new StoreError('transient');
      if (session) await commit(session, stamp);
      counts.committed += 1;
      return results;
    } catch (error) {
      counts.aborted += 1;
      if (session?.inTransaction()) await session.abortTransaction().catch(() => undefined);
      if (isGivenUp(error) && performance.now() - begun > lifetimeMs)
        throw new StoreError('too-slow', 0, undefined, { cause: error });
      throw error;
    }
  }

  /** Sent again while its outcome is not known: the server keeps count of it. */
  async function commit(session: ClientSession, stamp: Stamp): Promise<void> {
    const until = performance.now() + PATIENCE_MS;
    for (let wait = BACKOFF_MS.first; ; wait = Math.min(2 * wait, BACKOFF_MS.most)) {
      try {
        return await session.commitTransaction();
      } catch (error) {
        if (!isCommitUnknown(error)) throw error;
        // The driver has sent it twice by itself.
        if (isUnanswered(error) || performance.now() > until) throw new UnknownOutcome(error, stamp.lost);
        await sleep(wait);
      }
    }
  }

  async function tryUntilDone(
    operations: readonly WriteOperation[],
    by: string | undefined,
  ): Promise<readonly WriteResult[]> {
    const leavingNames = transactions ? namesToLeave(operations) : [];
    const wait = createPatience(collections);
    const until = performance.now() + PATIENCE_MS;
    let unanswered = 0;
    for (let attempt = 1; ; attempt++) {
      const leaving =
        leavingNames.length === 0 ? undefined : await announce(collections, clock, leavingNames);
      try {
        return await gate.run(() => attemptOnce({ operations, attempt, leaving, by }));
      } catch (error) {
        if (leaving && !(error instanceof UnknownOutcome))
          await giveUp(collections, leavingNames, leaving).catch(() => undefined);
        // Once may be the connection alone.
        if (isUnanswered(error)) unanswered += 1;
        if (!isTransient(error) || unanswered > 1 || performance.now() > until) throw error;
        if (error instanceof LeavingError) await wait(error);
      }
      const most = Math.min(BACKOFF_MS.most, BACKOFF_MS.first * 1.7 ** attempt);
      await sleep(Math.random() * most);
    }
  }

  function lanesOf(operations: readonly WriteOperation[]): string[] {
    return operations.flatMap((operation) => {
      const names = [nameOf(operation)];
      if (isConditional(operation)) names.push(identityOf(operation.type, operation.ifNoneExist));
      // Without transactions, what is referred to must stay while it is looked at.
      if (!transactions && (operation.kind === 'create' || operation.kind === 'update'))
        names.push(...(operation.requires ?? []));
      return names;
    });
  }

  return {
    close: async () => sessions?.close(),
    async transact(operations, by) {
      if (operations.length === 0) return [];
      if (!transactions && operations.length > 1) throw new StoreError('unsupported');
      const most = Math.floor((lifetimeMs / 1000) * OPERATIONS_PER_SECOND);
      if (operations.length > most) {
        throw new StoreError(
          'too-large',
          0,
          `${operations.length} writes in one transaction; the database ends one after ${lifetimeMs / 1000} s, ${most} at most`,
        );
      }
      return lanes.run(lanesOf(operations), () => tryUntilDone(operations, by));
    },
  };
}

interface Sessions {
  take(): ClientSession;
  giveBack(session: ClientSession): void;
  close(): Promise<void>;
}

/** The same few sessions serve one transaction after the other: others know them by then (clock.ts). They end where the client had to be made anew. */
function createSessions(client: MongoClient): Sessions {
  const free: ClientSession[] = [];
  return {
    take() {
      for (let session = free.pop(); session; session = free.pop()) if (!session.hasEnded) return session;
      return client.startSession({ causalConsistency: true });
    },
    giveBack: (session) => void free.push(session),
    close: async () => void (await Promise.all(free.map((session) => session.endSession()))),
  };
}

const idOf = (session: ClientSession): UUID => (session.id as { id: Binary }).id.toUUID();

/** The commit was sent, and whether it was done can't be found out. */
class UnknownOutcome extends StoreError {
  readonly settle: () => void;

  constructor(cause: unknown, settle: () => void) {
    super('unavailable', 0, undefined, { cause });
    this.settle = settle;
  }
}
