/** Many writers at once: those of different resources do not meet, those of the same one wait for each other. */
import { randomUUID } from 'node:crypto';
import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { create, update } from '../contract/resources.ts';
import { type MongodbStore, openMongodbStore } from './mongodb-store.ts';

const url = process.env.CONTRACT_MONGODB_URL;
const hasTransactions = url !== undefined && process.env.CONTRACT_MONGODB_KIND !== 'ferretdb';

describe.runIf(hasTransactions)('128 writers', () => {
  const database = `contention_${randomUUID().slice(0, 8)}`;
  let stores: MongodbStore[] = [];
  const counted = () => ({
    begun: stores.reduce((sum, { counts }) => sum + counts.begun, 0),
    aborted: stores.reduce((sum, { counts }) => sum + counts.aborted, 0),
  });
  beforeAll(async () => {
    stores = [];
    for (let i = 0; i < 2; i++) stores.push(await openMongodbStore({ url: url as string, database }));
    await stores[0]?.transact([create('Patient', 'p', { owners: ['p'] }), create('Organization', 'o')]);
  });
  afterAll(async () => {
    for (const store of stores) await store.close();
    const client = await new MongoClient(url as string).connect();
    await client.db(database).dropDatabase();
    await client.close();
  });
  const everyone = (work: (store: MongodbStore, i: number) => Promise<unknown>) =>
    Promise.all(Array.from({ length: 128 }, (_, i) => work(stores[i % 2] as MongodbStore, i)));

  it('of different resources of one patient, in two processes: less than one transaction in a hundred is aborted', async () => {
    await everyone(async (store, i) => {
      for (let n = 0; n < 4; n++) {
        const id = `${i}-${n}`;
        await store.transact([
          create('Observation', id, { owners: ['p'] }, { requires: ['Patient/p', 'Organization/o'] }),
        ]);
      }
    });
    const { begun, aborted } = counted();
    expect(begun).toBeGreaterThanOrEqual(512);
    expect(aborted / begun).toBeLessThan(0.01);
  });

  it('of one resource, in two processes: none is lost', async () => {
    await everyone((store) => store.transact([update('Patient', 'busy')]));
    const { versions, total } = await (stores[0] as MongodbStore).history({
      type: 'Patient',
      id: 'busy',
      count: 200,
    });
    expect(total).toBe(128);
    expect(versions.map(({ version }) => version)).toEqual(Array.from({ length: 128 }, (_, i) => 128 - i));
  });

  it('are not held up by one who writes a thousand resources', async () => {
    const [first, second] = stores as [MongodbStore, MongodbStore];
    let isDone = false;
    const large = first
      .transact(Array.from({ length: 1000 }, (_, i) => create('Basic', `large-${i}`)))
      .finally(() => {
        isDone = true;
      });
    let small = 0;
    while (!isDone) {
      await second.transact([create('Basic', `small-${small}`)]);
      small += 1;
    }
    await large;
    expect(small).toBeGreaterThan(10);
  });

  it('who want more in one transaction than it may live for are refused before it begins', async () => {
    const store = await openMongodbStore({ url: url as string, database, lifetimeMs: 1000 });
    const { begun } = store.counts;
    const writes = Array.from({ length: 1001 }, (_, i) => create('Basic', `never-${i}`));
    await expect(store.transact(writes)).rejects.toMatchObject({
      fault: 'too-large',
      subject: /1 s, \d+ at most/,
    });
    expect(store.counts.begun).toBe(begun);
    await store.close();
  });
});
