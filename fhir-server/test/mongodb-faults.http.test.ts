/** F04, F05: a database server that is not there at the start, or goes away. A proxy between the server and the database is opened and closed. */
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Gate } from '../../auth-server/test/gate.ts';
import { type Ask, historyOf, runClients, violations } from './version-checker.ts';
import { openWorld, type World } from './world.ts';

const url = process.env.CONTRACT_MONGODB_URL;
/** FerretDB has no transactions. */
const standalone = process.env.CONTRACT_MONGODB_KIND === 'ferretdb' ? { MONGODB_STANDALONE: 'allow' } : {};

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });
}

describe.runIf(url)('a database server', () => {
  let proxy: Gate;
  let starting: Promise<World>;
  let origin: string;
  beforeAll(async () => {
    proxy = new Gate(new URL(url as string), await freePort());
    const port = String(await freePort());
    origin = `http://127.0.0.1:${port}`;
    starting = openWorld({
      MONGODB_URL: `mongodb://127.0.0.1:${proxy.port}/?directConnection=true`,
      MONGODB_DATABASE: `faults_${randomUUID().slice(0, 8)}`,
      ...standalone,
      FHIR_PORT: port,
      FHIR_BASE_URL: `${origin}/fhir`,
    });
  });
  afterAll(async () => {
    await (await starting).close();
    proxy.close();
  });

  it('F04: that is not there at the start is waited for: alive, not ready, 503; then served', async () => {
    const status = async (path: string) => (await fetch(origin + path).catch(() => undefined))?.status;
    await expect.poll(() => status('/healthz'), { timeout: 15_000 }).toBe(200);
    expect(await status('/readyz')).toBe(503);
    const refused = await fetch(`${origin}/fhir/Patient`);
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBe('2');
    expect(((await refused.json()) as { resourceType: string }).resourceType).toBe('OperationOutcome');
    await proxy.open();
    await starting;
    expect(await status('/readyz')).toBe(200);
  });

  it('F05: that goes away is 503, neither failure nor success made up, and is used again when it is back', async () => {
    const world = await starting;
    const ask = (method: string, path: string, body?: object) =>
      world.ask(method, `${origin}/fhir${path}`, {
        token: world.token({ aud: `${origin}/fhir`, scope: 'system/*.cruds' }),
        ...(body ? { body } : {}),
      });
    expect(
      (await ask('PUT', '/Basic/b', { resourceType: 'Basic', id: 'b', code: { text: 'x' } })).status,
    ).toBe(201);
    proxy.close();
    const [read, write] = await Promise.all([
      ask('GET', '/Basic/b'),
      ask('POST', '/Basic', { resourceType: 'Basic', code: { text: 'y' } }),
    ]);
    expect([read.status, write.status]).toEqual([503, 503]);
    expect((await fetch(`${origin}/readyz`)).status).toBe(503);
    await proxy.open();
    await expect.poll(async () => (await ask('GET', '/Basic/b')).status, { timeout: 15_000 }).toBe(200);
  });

  it('F13: that goes away twice while many write leaves answers as of one copy with numbered versions', async () => {
    const world = await starting;
    const token = world.token({ aud: `${origin}/fhir`, scope: 'system/*.cruds' });
    const ask: Ask = (method, path, options) =>
      world.ask(method, path.startsWith('http') ? path : `${origin}/fhir${path}`, options);
    const running = runClients(ask, { token, clients: 32, resources: 4, milliseconds: 10_000 });
    for (let i = 0; i < 2; i++) {
      await sleep(1500);
      proxy.close();
      await sleep(500);
      await proxy.open();
    }
    const run = await running;
    expect(run.refused[503]).toBeGreaterThan(0);
    await expect
      .poll(async () => (await ask('GET', '/Basic/one-0', { token })).status, { timeout: 25_000 })
      .toBe(200);
    // How many is the machine's affair: a busy one had 17.
    expect(run.done.filter(({ kind }) => kind === 'write').length).toBeGreaterThan(0);
    expect(violations(run, await historyOf(ask, token, 4))).toEqual([]);
  }, 60_000);

  it('that hangs is 503 in five seconds, for reads, writes and searches, and is used again when it goes on', async () => {
    const world = await starting;
    const token = world.token({ aud: `${origin}/fhir`, scope: 'system/*.cruds' });
    const ask = (method: string, path: string, body?: object) =>
      world.ask(method, `${origin}/fhir${path}`, { token, ...(body ? { body } : {}) });
    expect((await ask('GET', '/Basic/b')).status).toBe(200);
    proxy.freeze();
    const begin = performance.now();
    const answers = await Promise.all([
      ask('GET', '/Basic/b'),
      ask('GET', '/Basic?code=x'),
      ask('POST', '/Basic', { resourceType: 'Basic', code: { text: 'z' } }),
      ask('GET', '/AuditEvent'),
    ]);
    const seconds = (performance.now() - begin) / 1000;
    proxy.thaw();
    expect(answers.map(({ status }) => status)).toEqual([503, 503, 503, 503]);
    expect(seconds).toBeLessThan(5);
    await expect.poll(async () => (await ask('GET', '/Basic/b')).status, { timeout: 15_000 }).toBe(200);
  }, 60_000);
});
