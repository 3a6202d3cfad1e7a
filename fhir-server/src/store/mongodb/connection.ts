/** What the server behind the connection can do, and what is asked of it beside reads and writes. */
import type { Db, Document, MongoClient, UUID } from 'mongodb';
import { StoreError } from '../store.ts';

export interface ServerAbilities {
  readonly transactions: boolean;
  /** An id is not unique by itself: each shard knows its own. */
  readonly sharded: boolean;
  /** How long it keeps a transaction open. */
  readonly lifetimeMs: number;
}

/** MongoDB's own default of transactionLifetimeLimitSeconds, where the server does not say or may not be asked. */
const LIFETIME_SECONDS = 60;

export async function abilitiesOf(db: Db): Promise<ServerAbilities> {
  // Replica sets and sharded clusters say so in `hello` (MongoDB manual, "hello").
  const hello = await db.command({ hello: 1 });
  const transactions = typeof hello.setName === 'string' || hello.msg === 'isdbgrid';
  const parameter: Document = await db
    .admin()
    .command({ getParameter: 1, transactionLifetimeLimitSeconds: 1 })
    .catch(() => ({}));
  const seconds = Number(parameter.transactionLifetimeLimitSeconds ?? LIFETIME_SECONDS);
  return { transactions, sharded: hello.msg === 'isdbgrid', lifetimeMs: 1000 * seconds };
}

/** Whoever opened them: a user may end their own sessions (MongoDB manual, "killSessions"). */
export async function endTransactions(client: MongoClient, sessions: readonly UUID[]): Promise<void> {
  if (sessions.length > 0) await client.db('admin').command({ killSessions: sessions.map((id) => ({ id })) });
}

export class StandaloneError extends StoreError {
  constructor() {
    super('unsupported');
    this.message =
      'MONGODB_URL names a standalone server, which has no transactions. Make it a replica set of one: start mongod with --replSet rs0, run rs.initiate() once in mongosh, and add ?replicaSet=rs0 to the URL.';
  }
}

/** Before watermarks, positions came from a counter, and versions lay apart from their resources. */
class OldLayoutError extends StoreError {
  constructor(database: string) {
    super('unsupported');
    this.message = `The database ${database} was written by an earlier version, whose layout this one does not read. Name another by MONGODB_DATABASE and load the data again.`;
  }
}

/** One line, before anything is made. */
export async function refuseOldLayout(db: Db): Promise<void> {
  const counter = await db.collection<{ _id: string }>('counter').findOne({ _id: 'seq' });
  if (counter) throw new OldLayoutError(db.databaseName);
}

export interface ServerTime {
  now(): number;
  close(): void;
}

const MEASURE_MS = 30_000;

/**
 * The server's clock, carried on by this machine's steady timer: what this machine believes the time to be does not matter. Measured again now and
 * then; while the server can't be asked it goes on.
 */
export async function openServerTime(db: Db): Promise<ServerTime> {
  let base = { server: Date.now(), steady: performance.now() };
  async function measure(): Promise<void> {
    const before = performance.now();
    const { localTime } = await db.command({ hello: 1 });
    if (localTime instanceof Date)
      base = { server: localTime.getTime(), steady: (before + performance.now()) / 2 };
  }
  await measure();
  const timer = setInterval(() => measure().catch(() => undefined), MEASURE_MS);
  timer.unref();
  return {
    now: () => Math.floor(base.server + performance.now() - base.steady),
    close: () => clearInterval(timer),
  };
}
