/** Faults by their numbers: what is acknowledged stays, nothing is half there, the server goes on. F01: e2e/kill-nine; F12, F17: service; F22: backup. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openFilesLimit, openMany, residentMebibytes, timesOfNew } from '../../scripts/idle-connections.ts';
import { create, update } from '../src/store/contract/resources.ts';
import { openSqliteStore } from '../src/store/sqlite/sqlite-store.ts';
import { type Ask, historyOf, runClients, violations } from './version-checker.ts';
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

describe('F09: a clock that jumps', () => {
  const MINUTE = 60_000;

  it('never turns a time of the log back: what was told as its end is passed by no later write, over a restart too', async () => {
    const path = join(folder, 'clock.sqlite');
    let clock = 1_800_000_000_000;
    const open = () => openSqliteStore({ path, clock: () => clock });
    let store = await open();
    const seen: number[] = [];
    let ended = 0;
    for (const jump of [0, 10 * MINUTE, -20 * MINUTE, 1, -10 * MINUTE, 30 * MINUTE]) {
      clock += jump;
      for (const id of ['a', 'b']) {
        const [result] = await store.transact([seen.length < 2 ? create('Basic', id) : update('Basic', id)]);
        seen.push(result?.version?.lastUpdated ?? 0);
        expect(seen.at(-1)).toBeGreaterThan(ended);
      }
      clock += 5;
      ended = (await store.logEnd()).time;
      expect(ended).toBeGreaterThanOrEqual(seen.at(-1) as number);
      await store.close();
      clock -= 15 * MINUTE;
      store = await open();
    }
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    await store.close();
  });

  it('keeps no token longer: forward it expires, backward it is asked for again as soon as ever', async () => {
    const world = await openWorld({ INTROSPECTION_CACHE_SECONDS: '1' });
    const status = async (token: string) => (await world.ask('GET', '/Basic', { token })).status;
    const now = Date.now();
    const token = world.token({ scope: 'system/*.rs', exp: Math.floor(now / 1000) + 300 });
    const other = world.token({ scope: 'system/*.rs' });
    expect([await status(token), await status(other)]).toEqual([200, 200]);
    vi.useFakeTimers({ toFake: ['Date'], now: now - 10 * MINUTE });
    world.revoke(other);
    await expect.poll(() => status(other), { timeout: 3000 }).toBe(401);
    expect(await status(token)).toBe(200);
    vi.setSystemTime(now + 10 * MINUTE);
    await expect.poll(() => status(token), { timeout: 3000 }).toBe(401);
    vi.useRealTimers();
    await world.close();
  });
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

describe('F03: what is acknowledged is on the disk', () => {
  const hasStrace = spawnSync('strace', ['-V']).status === 0;

  /** Watches the syncs of a running process, its threads too. */
  async function watch(pid: number, ...more: string[]): Promise<{ end(): Promise<string[]> }> {
    const trace = spawn('strace', ['-f', '-p', String(pid), '-e', 'trace=fsync,fdatasync', ...more]);
    let said = '';
    await new Promise<void>((resolve) =>
      trace.stderr.on('data', (chunk: Buffer) => {
        said += chunk.toString();
        if (/attached/.test(said)) resolve();
      }),
    );
    return {
      async end() {
        if (trace.exitCode === null) {
          const ended = once(trace, 'exit');
          trace.kill('SIGINT');
          await ended;
        }
        return said.split('\n').filter((line) => /f(data)?sync\(|resumed/.test(line));
      },
    };
  }

  it.skipIf(!hasStrace)(
    'each write is synced before it is answered; what the disk refuses is not acknowledged, and the server ends',
    async () => {
      const dataDir = mkdtempSync(join(tmpdir(), 'wellspring-f03-'));
      const put = (world: World, id: string) =>
        world.ask('PUT', `/Basic/${id}`, {
          token: world.system,
          body: { resourceType: 'Basic', id, code: { text: 'x' } },
        });
      let world = await openWorld({}, { spawned: true, dataDir });
      await put(world, 'first');
      const watched = await watch(world.pid as number);
      for (let i = 0; i < 20; i++) expect((await put(world, `kept-${i}`)).status).toBe(201);
      expect((await watched.end()).length).toBeGreaterThanOrEqual(20);
      const failing = await watch(world.pid as number, '-e', 'inject=fsync,fdatasync:error=EIO');
      const refused = await Promise.all(['r1', 'r2'].map((id) => put(world, id)));
      expect(refused.map(({ status }) => status)).toEqual([503, 503]);
      expect(refused[0]?.body.resourceType).toBe('OperationOutcome');
      expect(await world.exit).toBe(1);
      await failing.end();
      await world.close();
      world = await openWorld({}, { spawned: true, dataDir });
      for (let i = 0; i < 20; i++)
        expect((await world.ask('GET', `/Basic/kept-${i}`, { token: world.system })).status).toBe(200);
      expect((await put(world, 'after')).status).toBe(201);
      await world.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
    60_000,
  );
});

describe('F16: idle connections', () => {
  const COUNT = 10_000;

  it.skipIf(openFilesLimit() < COUNT + 3000)(
    'ten thousand of them cost little, and keep nobody else waiting',
    async () => {
      const world = await openWorld({}, { spawned: true });
      const port = Number(new URL(world.base).port);
      const sockets = await openMany(port, COUNT);
      const { worked, taken } = await timesOfNew(port, 100, world.pid as number);
      const { status } = await world.ask('GET', '/Patient', { token: world.system });
      const rss = residentMebibytes(world.pid as number);
      for (const socket of sockets) socket.destroy();
      expect(status).toBe(200);
      expect(rss).toBeLessThan(500);
      expect(worked[98]).toBeLessThan(100);
      expect(taken[98]).toBeLessThan(100);
      await world.close();
    },
    60_000,
  );
});

describe('F13: many clients at once', () => {
  const RESOURCES = 4;

  it('are answered as by one copy with numbered versions, also while the process that answers is killed', async () => {
    const world = await openWorld({ WORKERS: '2' }, { spawned: true });
    const { system: token } = world;
    const ask: Ask = (method, path, options) => world.ask(method, path, options);
    const running = runClients(ask, {
      token,
      clients: 32,
      resources: RESOURCES,
      milliseconds: 5000,
      writes: 101,
    });
    await sleep(1500);
    process.kill(childOf(world.pid as number), 'SIGKILL');
    const run = await running;
    const writes = run.done.filter(({ kind }) => kind === 'write');
    expect(writes.length).toBeGreaterThan(100);
    expect(writes.some(({ expected }) => expected !== undefined)).toBe(true);
    // The other one may still be starting.
    await vi.waitFor(() => ask('GET', '/metadata'), 20_000);
    expect(violations(run, await historyOf(ask, token, RESOURCES))).toEqual([]);
    await world.close();
  }, 60_000);

  it('several processes do not share a port that somebody has', async () => {
    const world = await openWorld({ WORKERS: '2' }, { spawned: true });
    const main = join(import.meta.dirname, '../src/main.ts');
    const DATA_DIR = mkdtempSync(join(tmpdir(), 'wellspring-fhir-'));
    const { status, stderr } = spawnSync(process.execPath, [main], {
      timeout: 30_000,
      env: {
        ...process.env,
        WORKERS: '2',
        FHIR_PORT: new URL(world.base).port,
        FHIR_CLIENT_KEY_FILE: join(world.dataDir, 'key.json'),
        DATA_DIR,
      },
    });
    expect(status).toBe(1);
    expect(String(stderr)).toMatch(/^fhir-server: .*EADDRINUSE.*\n$/);
    rmSync(DATA_DIR, { recursive: true, force: true });
    await world.close();
  }, 60_000);

  it('the check sees what is wrong', () => {
    const done = {
      kind: 'write',
      id: 'a',
      began: 1,
      ended: 2,
      version: 1,
      text: 'x',
      expected: undefined,
    } as const;
    const check = (...more: object[]) =>
      violations({ done: [done, ...more] as never, refused: {} }, new Map([['a', ['x', 'y']]]));
    const later = { ...done, began: 5, ended: 6, version: 2, text: 'y' };
    expect(check(later)).toEqual([]);
    expect(check({ ...later, kind: 'read' }, { ...done, kind: 'read', began: 7, ended: 8 })).toHaveLength(1);
    expect(check(later, { ...later, began: 5, ended: 7 })).toHaveLength(1);
    expect(check({ ...later, expected: 2 })).toHaveLength(1);
    expect(check({ ...later, text: 'z' })).toHaveLength(1);
    expect(violations({ done: [], refused: { 500: 1 } }, new Map())).toHaveLength(1);
  });
});

/** One of the processes that this one started. */
function childOf(pid: number): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').match(/\d+/g) ?? [];
  if (!children[0]) throw new Error('it has started no other process');
  return Number(children[0]);
}
