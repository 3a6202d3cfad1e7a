/** The server as a service: health, readiness, metrics, rate limits, several workers, an orderly end. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openWorld, spawned, type World } from './world.ts';

const origin = (world: World): string => new URL(world.base).origin;

describe('a running server', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld({ RATE_LIMIT_PER_SECOND: '2' });
  });
  afterAll(() => world.close());

  it('says that it lives and that it is ready', async () => {
    expect((await fetch(`${origin(world)}/healthz`)).status).toBe(200);
    expect(await (await fetch(`${origin(world)}/readyz`)).json()).toEqual({ status: 'ready' });
  });

  it('counts requests by route pattern, never by id', async () => {
    await world.ask('GET', '/Patient/secret-id-1', { token: world.system });
    const text = await (await fetch(`${origin(world)}/metrics`)).text();
    expect(text).toMatch(/fhir_requests_total\{method="GET",route=":type\/:id",status="404"\} [1-9]/);
    expect(text).toContain('fhir_request_duration_seconds_bucket');
    expect(text).toContain('nodejs_eventloop_lag');
    expect(text).not.toContain('secret-id-1');
  });

  it('shows metrics to this machine only, not to what a proxy forwards', async () => {
    const { status } = await fetch(`${origin(world)}/metrics`, {
      headers: { 'X-Forwarded-For': '10.0.0.1' },
    });
    expect(status).toBe(404);
  });

  it('slows down a person who asks too often, and nobody else', async () => {
    await world.ask('PUT', '/Patient/ana', {
      token: world.system,
      body: { resourceType: 'Patient', id: 'ana' },
    });
    const token = world.patient('ana');
    const answers = await Promise.all(
      Array.from({ length: 12 }, () => world.ask('GET', '/Patient/ana', { token })),
    );
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(4);
    expect(refused[0]?.body).toMatchObject({
      resourceType: 'OperationOutcome',
      issue: [{ code: 'throttled' }],
    });
    expect(Number(refused[0]?.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await world.ask('GET', '/Patient/ana', { token: world.system })).status).toBe(200);
  });

  it('gives every answer a request id: the one it was given, or its own', async () => {
    const given = await world.ask('GET', '/metadata', { headers: { 'X-Request-Id': 'abc-1' } });
    expect(given.headers.get('x-request-id')).toBe('abc-1');
    const made = await world.ask('GET', '/metadata', { headers: { 'X-Request-Id': 'a b\tc' } });
    expect(made.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe('metrics with a token', () => {
  it('are shown to who has it', async () => {
    const world = await openWorld({ METRICS_TOKEN: 'sixteen-letters-x' });
    const get = (headers: Record<string, string>) => fetch(`${origin(world)}/metrics`, { headers });
    expect((await get({})).status).toBe(404);
    expect((await get({ Authorization: 'Bearer wrong-letters-xx' })).status).toBe(404);
    expect((await get({ Authorization: 'Bearer sixteen-letters-x' })).status).toBe(200);
    await world.close();
  });
});

describe('several workers on one store', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld({ WORKERS: '2' }, spawned);
  }, 30_000);
  afterAll(() => world.close());

  it('make one resource of 64 identical conditional creates at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 64 }, () =>
        world.ask('POST', '/Patient', {
          token: world.system,
          body: { resourceType: 'Patient', identifier: [{ system: 'urn:mrn', value: '1' }] },
          headers: { 'If-None-Exist': 'identifier=urn:mrn|1' },
        }),
      ),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(63);
  });

  it('S14: see at once what terminology one of them stored', async () => {
    const system = (code: string) => ({
      resourceType: 'CodeSystem',
      id: 'mine',
      url: 'urn:cs:mine',
      status: 'active',
      content: 'complete',
      concept: [{ code }],
    });
    for (const code of ['a', 'b']) {
      await world.ask('PUT', '/CodeSystem/mine', { token: world.system, body: system(code) });
      const answers = await Promise.all(
        // Each by a connection of its own, which may lead to either.
        Array.from({ length: 8 }, () =>
          world.ask('GET', `/CodeSystem/$lookup?system=urn:cs:mine&code=${code}`, {
            token: world.system,
            headers: { Connection: 'close' },
          }),
        ),
      );
      expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(200));
    }
  });

  it('lose no update', async () => {
    await world.ask('PUT', '/Basic/counter', {
      token: world.system,
      body: { resourceType: 'Basic', id: 'counter', code: { text: '0' } },
    });
    const raise = async (): Promise<void> => {
      for (;;) {
        const { body, headers } = await world.ask('GET', '/Basic/counter', { token: world.system });
        const { status } = await world.ask('PUT', '/Basic/counter', {
          token: world.system,
          body: { ...body, code: { text: String(Number(body.code.text) + 1) } },
          headers: { 'If-Match': headers.get('etag') ?? '' },
        });
        if (status === 200) return;
        expect(status).toBe(412);
      }
    };
    await Promise.all(Array.from({ length: 8 }, () => raise()));
    const { body } = await world.ask('GET', '/Basic/counter', { token: world.system });
    expect(body).toMatchObject({ code: { text: '8' }, meta: { versionId: '9' } });
  });
});

describe('a stop signal', () => {
  let world: World | undefined;
  afterEach(() => world?.close());

  it('lets what is under way end, and takes nothing new', async () => {
    const own = await openWorld({}, spawned);
    world = own;
    const body = JSON.stringify({ resourceType: 'Patient', active: true });
    const slow = new Promise<number>((resolve, reject) => {
      const asked = httpRequest(`${own.base}/Patient`, {
        method: 'POST',
        headers: {
          Authorization: `Bearer ${own.system}`,
          'Content-Type': 'application/fhir+json',
          'Content-Length': body.length,
        },
      });
      asked.on('response', (response) => resolve(response.statusCode ?? 0));
      asked.on('error', reject);
      asked.write(body.slice(0, 10));
      setTimeout(() => asked.end(body.slice(10)), 600);
    });
    await new Promise((resolve) => setTimeout(resolve, 200));
    const closed = own.close();
    world = undefined;
    expect(await slow).toBe(201);
    await closed;
    await expect(fetch(`${new URL(own.base).origin}/healthz`)).rejects.toThrow();
  }, 20_000);
});

describe('a start that can not succeed', () => {
  const start = (environment: Record<string, string>, dataDir: string) => {
    const main = join(import.meta.dirname, '../src/main.ts');
    const { status, stderr } = spawnSync(process.execPath, [main], {
      env: { ...process.env, DATA_DIR: dataDir, FHIR_PORT: '0', LOG_LEVEL: 'silent', ...environment },
      encoding: 'utf8',
      timeout: 20_000,
    });
    return { status, stderr };
  };

  it('ends with one clear line: a damaged store, wrong settings, a key that is not there', async () => {
    const world = await openWorld();
    const folder = mkdtempSync(join(tmpdir(), 'wellspring-start-'));
    const key = { FHIR_CLIENT_KEY_FILE: join(world.dataDir, 'key.json') };
    writeFileSync(join(folder, 'fhir.sqlite'), 'this is no database, whatever its name says'.repeat(100));
    const damaged = start(key, folder);
    expect(damaged).toMatchObject({ status: 1 });
    expect(damaged.stderr).toMatch(/fhir\.sqlite is damaged .*npm run restore/);
    for (const [variable, value] of [
      ['FHIR_BASE_URL', 'http://clinic.example/fhir'],
      ['MAX_COUNT', 'many'],
      ['METRICS_TOKEN', 'short'],
      ['REQUIRED_PROFILES', 'Patient'],
      ['PACKAGES_DIR', join(folder, 'nowhere')],
      ['MONGODB_URL', 'http://x'],
    ] as const) {
      const { status, stderr } = start({ ...key, [variable]: value }, folder);
      expect(status, variable).toBe(1);
      expect(stderr).toContain(variable);
      expect(stderr).not.toMatch(/at \w+ \(/);
    }
    expect(start({}, folder).stderr).toContain('FHIR_CLIENT_KEY_FILE');
    await world.close();
    rmSync(folder, { recursive: true, force: true });
  }, 60_000);

  it('ends with that line whether compiled code is kept for it, is there, or is damaged', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'wellspring-start-'));
    const compiled = join(folder, 'compiled');
    const wrong = { FHIR_PORT: 'x', NODE_COMPILE_CACHE: compiled };
    const ended = {
      status: 1,
      stderr: expect.stringMatching(/^fhir-server: wrong configuration\nFHIR_PORT: .*\n$/),
    };
    expect(start(wrong, folder)).toEqual(ended);
    const files = readdirSync(compiled, { recursive: true, encoding: 'utf8' })
      .map((name) => join(compiled, name))
      .filter((file) => statSync(file).isFile());
    expect(files.length).toBeGreaterThan(100);
    expect(start(wrong, folder)).toEqual(ended);
    // As a full disk, and a process that was killed, may leave them.
    for (const [i, file] of files.entries())
      if (i % 2 === 0) truncateSync(file, (i * 37) % 2000);
      else writeFileSync(file, Buffer.alloc(200, i), { flag: 'r+' });
    expect(start(wrong, folder)).toEqual(ended);
    expect(start(wrong, folder)).toEqual(ended);
    rmSync(folder, { recursive: true, force: true });
  }, 60_000);
});
