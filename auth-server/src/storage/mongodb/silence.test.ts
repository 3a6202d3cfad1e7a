/** A database server that hangs: a proxy before it stops passing bytes, and keeps the connections. */
import { randomUUID } from 'node:crypto';
import { connect, createServer, type Socket } from 'node:net';
import { MongoClient } from 'mongodb';
import { describe, expect, it } from 'vitest';
import { openMongodbStorage } from './mongodb-storage.ts';

const url = process.env.CONTRACT_MONGODB_URL;

describe.runIf(url)('a MongoDB that hangs', () => {
  it('is an error in five seconds, and is used again when it goes on', async () => {
    const target = new URL(url as string);
    const sockets = new Set<Socket>();
    const proxy = createServer((from) => {
      const to = connect(Number(target.port), target.hostname);
      for (const socket of [from, to]) {
        sockets.add(socket);
        socket.on('error', () => undefined);
        socket.on('close', () => {
          from.destroy();
          to.destroy();
        });
      }
      from.pipe(to);
      to.pipe(from);
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const { port } = proxy.address() as { port: number };
    const database = `silence_${randomUUID().slice(0, 8)}`;
    const storage = await openMongodbStorage(`mongodb://127.0.0.1:${port}/?directConnection=true`, database);
    expect(await storage.findAccount('nobody')).toBeUndefined();
    for (const socket of sockets) socket.pause();
    const begin = performance.now();
    await expect(storage.findAccount('nobody')).rejects.toThrow('silent');
    expect(performance.now() - begin).toBeLessThan(5000);
    for (const socket of sockets) socket.resume();
    await expect
      .poll(() => storage.findAccount('nobody').catch(() => 'silent'), { timeout: 15_000 })
      .toBeUndefined();
    await storage.close();
    const client = await new MongoClient(url as string).connect();
    await client.db(database).dropDatabase();
    await client.close();
    for (const socket of sockets) socket.destroy();
    proxy.close();
  }, 40_000);
});
