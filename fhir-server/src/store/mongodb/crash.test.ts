/** Processes that write are killed (`kill -9`) while others read the change log and write on: nothing is lost, doubled or passed by, and nobody waits for the dead. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { create, update } from '../contract/resources.ts';
import type { Change, StoredVersion } from '../store.ts';
import { type MongodbStore, openMongodbStore } from './mongodb-store.ts';

const url = process.env.CONTRACT_MONGODB_URL;
const hasTransactions = url !== undefined && process.env.CONTRACT_MONGODB_KIND !== 'ferretdb';
const nameOf = ({ type, id, version }: StoredVersion): string => `${type}/${id}/${version}`;
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Others leave a process out after three seconds of silence (clock.ts). */
const DEAD_UNKNOWN_MS = 2000;

describe.runIf(hasTransactions)('while processes die', () => {
  const database = `crash_${randomUUID().slice(0, 8)}`;
  let store: MongodbStore;
  beforeAll(async () => {
    // The dead are waited for as long as the server keeps their transactions: 2 s here, so that the test need not wait for a minute.
    store = await openMongodbStore({ url: url as string, database, lifetimeMs: 2000 });
  });
  afterAll(async () => {
    await store.close();
    const client = await new MongoClient(url as string).connect();
    await client.db(database).dropDatabase();
    await client.close();
  });

  it('the log has every acknowledged write once, in order, and goes on; writers beside them are not held up', async () => {
    const acknowledged = new Set<string>();
    const children: ChildProcess[] = [];
    const spawnWriter = (name: string): ChildProcess => {
      const script = join(import.meta.dirname, 'writer-process.ts');
      const child = spawn(process.execPath, [script, url as string, database, name], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let rest = '';
      child.stdout?.on('data', (chunk: Buffer) => {
        const lines = (rest + chunk.toString()).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) acknowledged.add(line);
      });
      children.push(child);
      return child;
    };
    const seen: Change[] = [];
    let reading = true;
    const reader = (async () => {
      while (reading) {
        const found = await store.changes(seen.at(-1)?.position, 50);
        seen.push(...found);
        if (found.length === 0) await sleep(30);
      }
    })();
    /** When writes of something else were done. */
    const alone: number[] = [];
    const alike: number[] = [];
    let writing = true;
    const besides = (async () => {
      for (let i = 0; writing; i++) {
        const [one] = await store.transact([create('Basic', `alone-${i}`)]);
        acknowledged.add(nameOf(one?.version as StoredVersion));
        alone.push(performance.now());
        await sleep(20);
      }
    })();
    const writer = (async () => {
      for (let i = 0; writing; i++) {
        const then = performance.now();
        const results = await store.transact([
          create('Basic', `here-${i}`),
          update('Patient', `shared${i % 4}`),
        ]);
        for (const { version } of results) acknowledged.add(nameOf(version as StoredVersion));
        alike.push(performance.now() - then);
      }
    })();
    let meanwhile = 0;
    for (let round = 0; round < 3; round++) {
      const pair = [spawnWriter(`a${round}`), spawnWriter(`b${round}`)];
      const before = acknowledged.size;
      await expect.poll(() => acknowledged.size - before, { timeout: 40_000 }).toBeGreaterThan(60);
      await Promise.all(
        pair.map((child) => {
          const ended = once(child, 'close');
          child.kill('SIGKILL');
          return ended;
        }),
      );
      const died = performance.now();
      // As long as nobody can know yet that they are dead.
      await sleep(DEAD_UNKNOWN_MS);
      meanwhile += alone.filter((time) => time > died).length;
    }
    writing = false;
    await Promise.all([writer, besides]);
    const [last] = await store.transact([create('Basic', 'last')]);
    acknowledged.add(nameOf(last?.version as StoredVersion));
    await expect.poll(() => seen.some(({ id }) => id === 'last'), { timeout: 40_000 }).toBe(true);
    reading = false;
    await reader;
    const names = seen.map(nameOf);
    expect(new Set(names).size).toBe(names.length);
    expect([...acknowledged].filter((name) => !names.includes(name))).toEqual([]);
    // What was committed and not acknowledged in time is there too, and nothing else: the log is what the histories are.
    const { total } = await store.history({ count: 1 });
    expect(names).toHaveLength(total);
    for (let i = 0; i < 4; i++) {
      const versions = seen.filter(({ id }) => id === `shared${i}`).map(({ version }) => version);
      expect(versions).toEqual(versions.map((_, n) => n + 1));
    }
    // Nobody's time is measured: on a busy machine any one write may take seconds. One that waited for the dead would be done in none of these.
    expect(meanwhile).toBeGreaterThan(3);
    // A resource that a dead process was writing is free when the others have ended its transactions, not when the server does: after a minute.
    expect(Math.max(...alike)).toBeLessThan(30_000);
  }, 180_000);
});
