/** Faults by their numbers: what is acknowledged stays, nothing is half there, the server goes on. F01: e2e/kill-nine; F12, F17: service; F22: backup. */
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { create } from '../src/store/contract/resources.ts';
import { openSqliteStore } from '../src/store/sqlite/sqlite-store.ts';
import { openWorld, type World } from './world.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'wellspring-faults-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('F02: a write-ahead log that is cut, or has a bit turned, anywhere', () => {
  it('leaves a prefix of the committed transactions, each whole, and a sound file', async () => {
    const path = join(folder, 'wal.sqlite');
    const store = await openSqliteStore({ path });
    for (let i = 0; i < 25; i++) await store.transact([create('Basic', `a-${i}`), create('Basic', `b-${i}`)]);
    const log = readFileSync(`${path}-wal`);
    expect(log.length).toBeGreaterThan(100_000);
    let random = 12_345;
    const next = (most: number): number => {
      random = (random * 1_103_515_245 + 12_345) % 2_147_483_648;
      return random % most;
    };
    for (let round = 0; round < 60; round++) {
      const copy = join(folder, `cut-${round}.sqlite`);
      copyFileSync(path, copy);
      const at = next(log.length);
      const damaged = round % 2 ? log.subarray(0, at) : Buffer.from(log);
      if (round % 2 === 0) damaged[at] = (damaged[at] ?? 0) ^ (1 << next(8));
      writeFileSync(`${copy}-wal`, damaged);
      const db = new DatabaseSync(copy);
      expect(db.prepare('PRAGMA quick_check').get()).toEqual({ quick_check: 'ok' });
      const hasTables =
        db.prepare("SELECT 1 AS yes FROM sqlite_master WHERE name = 'version'").get() !== undefined;
      const ids = hasTables
        ? (db.prepare('SELECT id FROM version ORDER BY seq').all() as { id: string }[])
        : [];
      db.close();
      expect(ids.map(({ id }) => id)).toEqual(
        Array.from({ length: ids.length }, (_, i) => `${i % 2 ? 'b' : 'a'}-${Math.floor(i / 2)}`),
      );
      expect(ids.length % 2).toBe(0);
    }
    await store.close();
  });
});

describe('F08: a full disk', () => {
  it('refuses writes with 503, goes on reading, and loses and halves nothing', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'wellspring-full-'));
    let world: World = await openWorld({}, { spawned: true, fileLimitKilobytes: 3000, dataDir });
    const send = (i: number) =>
      world.ask('POST', '', {
        token: world.system,
        body: {
          resourceType: 'Bundle',
          type: 'transaction',
          entry: ['a', 'b'].map((half) => ({
            resource: { resourceType: 'Basic', id: `${half}-${i}`, code: { text: 'x'.repeat(20_000) } },
            request: { method: 'PUT', url: `Basic/${half}-${i}` },
          })),
        },
      });
    const kept: number[] = [];
    let refused = 0;
    for (let i = 0; i < 200 && refused < 3; i++) {
      const { status } = await send(i);
      if (status === 200) kept.push(i);
      else {
        expect(status).toBe(503);
        refused += 1;
      }
    }
    expect(refused).toBe(3);
    expect(kept.length).toBeGreaterThan(5);
    expect((await world.ask('GET', `/Basic/a-${kept[0]}`, { token: world.system })).status).toBe(200);
    await world.close();
    world = await openWorld({}, { spawned: true, dataDir });
    const { body } = await world.ask('GET', '/Basic?_summary=count', { token: world.system });
    for (const i of kept)
      expect((await world.ask('GET', `/Basic/b-${i}?_elements=id`, { token: world.system })).status).toBe(
        200,
      );
    expect(body.total % 2).toBe(0);
    expect(body.total).toBe(kept.length * 2);
    expect((await send(999)).status).toBe(200);
    await world.close();
    rmSync(dataDir, { recursive: true, force: true });
  }, 60_000);
});

describe('F15: clients that send their request drop by drop', () => {
  it('are cut off, and others are answered meanwhile', async () => {
    const world = await openWorld();
    const { hostname, port } = new URL(world.base);
    const start = performance.now();
    const drips = Array.from(
      { length: 200 },
      () =>
        new Promise<number>((resolve) => {
          const socket = connect(Number(port), hostname, () =>
            socket.write('GET /fhir/Patient HTTP/1.1\r\nHost: x\r\n'),
          );
          const drop = setInterval(() => socket.write('X'), 500);
          socket.on('error', () => undefined);
          socket.on('close', () => {
            clearInterval(drop);
            resolve(performance.now() - start);
          });
        }),
    );
    for (let i = 0; i < 20; i++) {
      const begin = performance.now();
      expect((await world.ask('GET', '/Patient', { token: world.system })).status).toBe(200);
      expect(performance.now() - begin).toBeLessThan(5000);
    }
    expect(Math.max(...(await Promise.all(drips)))).toBeLessThan(25_000);
    await world.close();
  }, 45_000);
});
