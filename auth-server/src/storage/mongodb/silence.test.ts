/** A database server that hangs: a proxy before it stops passing bytes, and keeps the connections. */
import { randomUUID } from 'node:crypto';
import { MongoClient } from 'mongodb';
import { describe, expect, it } from 'vitest';
import { Gate } from '../../../test/gate.ts';
import { openMongodbStorage } from './mongodb-storage.ts';

const url = process.env.CONTRACT_MONGODB_URL;

describe.runIf(url)('a MongoDB that hangs', () => {
  it('is an error in five seconds, and is used again when it goes on', async () => {
    const proxy = new Gate(new URL(url as string));
    await proxy.open();
    const database = `silence_${randomUUID().slice(0, 8)}`;
    const storage = await openMongodbStorage(
      `mongodb://127.0.0.1:${proxy.port}/?directConnection=true`,
      database,
    );
    expect(await storage.findAccount('nobody')).toBeUndefined();
    proxy.freeze();
    const begin = performance.now();
    await expect(storage.findAccount('nobody')).rejects.toThrow('silent');
    expect(performance.now() - begin).toBeLessThan(5000);
    proxy.thaw();
    await expect
      .poll(() => storage.findAccount('nobody').catch(() => 'silent'), { timeout: 15_000 })
      .toBeUndefined();
    await storage.close();
    const client = await new MongoClient(url as string).connect();
    await client.db(database).dropDatabase();
    await client.close();
    proxy.close();
  }, 40_000);
});
