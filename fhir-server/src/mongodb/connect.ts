/** How both adapters, the store and the audit log, hold on to a MongoDB deployment. */
import { reviveStuck } from '@wellspring/serving/revive';
import { MongoClient, type MongoClientOptions, WriteConcern } from 'mongodb';

/** Acknowledged by a majority, journaled. */
export const MAJORITY = new WriteConcern('majority', undefined, true);

/**
 * Milliseconds after which a connection is given up on which a command has had no answer: one that a firewall has forgotten says nothing more, while others go on. Longer than
 * any command takes by itself, and than locks of a process that died are held.
 */
export const UNANSWERED_MS = 12_000;

/** The driver's own `timeoutMS` has no effect in this version: serving/pulse.ts is what answers for a server that hangs. */
const OPTIONS: MongoClientOptions = {
  serverSelectionTimeoutMS: 4000,
  connectTimeoutMS: 2000,
  // A server that hangs is found by its heartbeat, and what waits for it is cut.
  heartbeatFrequencyMS: 1000,
  socketTimeoutMS: UNANSWERED_MS,
  // A request waits for a connection no longer than it may take.
  waitQueueTimeoutMS: 4000,
  retryReads: true,
  retryWrites: true,
  writeConcern: MAJORITY,
  readConcern: { level: 'majority' },
  readPreference: 'primary',
  ignoreUndefined: true,
};

/** What the URL says comes first. */
export async function connect(url: string, more: MongoClientOptions = {}): Promise<MongoClient> {
  const client = new MongoClient(url, { ...OPTIONS, ...more });
  await client.connect();
  reviveStuck(client);
  return client;
}

/** With a connection of its own, which waits as long as it takes: making an index of what is there already. */
export async function prepare(url: string, work: (client: MongoClient) => Promise<void>): Promise<void> {
  const client = await connect(url, { socketTimeoutMS: 0 });
  try {
    await work(client);
  } finally {
    await client.close();
  }
}
