/**
 * F06: the primary of a replica set is killed, or stops without a word, while many write. The members are doubles in front of a database with real transactions
 * (scripts/documentdb/replica-set.ts), the election takes the ten seconds of MongoDB's default (electionTimeoutMillis): what is tried is the driver as it is
 * configured here, and what this server says meanwhile.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openReplicaSet, type ReplicaSet } from '../../scripts/documentdb/replica-set.ts';
import { type Ask, historyOf, type Run, runClients, violations } from './version-checker.ts';
import { openWorld, type World } from './world.ts';

const url = process.env.CONTRACT_MONGODB_URL;
const hasTransactions = url !== undefined && process.env.CONTRACT_MONGODB_KIND === 'documentdb';
const ELECTION_MS = 10_000;
/** Transactions that the ill primary had open are over before there is another: with a real one they are gone at once. */
const LIFETIME_SECONDS = 4;

/** The longest time without a write that was acknowledged, in seconds. */
function longestWithoutWrites({ done }: Run): number {
  const ends = done.filter(({ kind }) => kind === 'write').map(({ ended }) => ended);
  const sorted = ends.sort((a, b) => a - b);
  return Math.max(...sorted.map((end, i) => end - (sorted[i - 1] ?? end))) / 1000;
}

describe.runIf(hasTransactions)('a replica set', () => {
  const database = `failover_${randomUUID().slice(0, 8)}`;
  let direct: MongoClient;
  let set: ReplicaSet;
  let world: World;
  beforeAll(async () => {
    set = await openReplicaSet(Number(new URL(url as string).port) + 1);
    direct = await new MongoClient(set.direct).connect();
    const limit = { setParameter: 1, transactionLifetimeLimitSeconds: LIFETIME_SECONDS };
    await direct.db('admin').command(limit);
    world = await openWorld({ MONGODB_URL: set.url, MONGODB_DATABASE: database });
  }, 60_000);
  afterAll(async () => {
    await world.close();
    await direct.db(database).dropDatabase();
    await direct.close();
    set.close();
  });

  it.each(['SIGKILL', 'SIGSTOP'] as const)(
    'F06: whose primary gets %s takes writes again within fifteen seconds, and has lost none that was acknowledged',
    async (signal) => {
      const token = world.system;
      const ask: Ask = (method, path, options) => world.ask(method, path, options);
      const running = runClients(ask, { token, clients: 16, resources: 4, milliseconds: 21_000 });
      await sleep(2000);
      await set.failOver(signal, ELECTION_MS);
      await sleep(5000);
      // What comes back finds that another was elected, and follows.
      await set.heal();
      const run = await running;
      expect(run.refused[503]).toBeGreaterThan(0);
      expect(longestWithoutWrites(run)).toBeGreaterThan(ELECTION_MS / 1000 - 1);
      expect(longestWithoutWrites(run)).toBeLessThan(15);
      expect(violations(run, await historyOf(ask, token, 4))).toEqual([]);
    },
    90_000,
  );
});
