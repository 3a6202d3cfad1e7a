/** Rows of the fault table (docs/SECURITY.md) that concern this server: F03 (what is acknowledged is on the disk), F09 (clocks), F16 (idle connections). */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { prepareDataFolder } from '../../scripts/first-start.ts';
import { openFilesLimit, openMany, residentMebibytes, timesOfNew } from '../../scripts/idle-connections.ts';
import {
  type ServerProcess,
  startProcess,
  stopProcesses,
  waitUntilHealthy,
} from '../../scripts/processes.ts';
import { startConfig } from '../../scripts/start-config.ts';
import { CALLBACK, launch, openWorld, pkce, type World } from './world.ts';

const hasStrace = spawnSync('strace', ['-V']).status === 0;
const root = join(import.meta.dirname, '..', '..');

describe('F03 what is acknowledged', () => {
  const script = `
    import { openSqliteStorage } from '${root}/auth-server/src/storage/sqlite/sqlite-storage.ts';
    const storage = await openSqliteStorage(process.argv[1]);
    process.stdout.write('READY');
    for (let i = 0; i < 20; i++) {
      await storage.insertAccount({ id: 'a' + i, username: 'a' + i, email: i + '@x', displayName: '', passwordHash: '', role: 'patient', persons: [], createdAt: 0 });
      await storage.appendAudit({ at: i, event: 'e' });
    }
    await storage.close();`;
  const run = (inject: readonly string[]) => {
    const folder = mkdtempSync(join(tmpdir(), 'wellspring-f03-'));
    const log = join(folder, 'trace');
    const { status, stderr } = spawnSync(
      'strace',
      [
        '-f',
        '-o',
        log,
        '-e',
        'trace=fdatasync,fsync',
        ...inject,
        process.execPath,
        '--input-type=module',
        '-e',
        script,
        join(folder, 'auth.sqlite'),
      ],
      { encoding: 'utf8', cwd: root },
    );
    const syncs = readFileSync(log, 'utf8')
      .split('\n')
      .filter((line) => /f(data)?sync\(/.test(line)).length;
    rmSync(folder, { recursive: true, force: true });
    return { status, stderr, syncs };
  };

  it.skipIf(!hasStrace)('is synced before it is: an account and an audit row each', () => {
    const { status, syncs } = run([]);
    expect(status).toBe(0);
    expect(syncs).toBeGreaterThanOrEqual(40);
  });

  it.skipIf(!hasStrace)('is not acknowledged where the disk fails', () => {
    const { status, stderr } = run(['-e', 'inject=fdatasync,fsync:error=EIO:when=12+']);
    expect(status).not.toBe(0);
    expect(stderr).toMatch(/disk I\/O error/);
  });
});

describe('F09 a clock that jumps', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld({ fhir: false });
  });
  afterAll(async () => {
    vi.useRealTimers();
    await world?.close();
  });
  const jump = (ms: number): void => {
    const at = Date.now() + ms;
    vi.useFakeTimers({ toFake: ['Date'] });
    vi.setSystemTime(at);
  };

  it('forward ends what its time is over for, backward gives nothing a second life, and nothing is refused for a minute more or less', async () => {
    const browser = world.browser();
    const { verifier, challenge } = pkce();
    const members = { client_id: 'third-party', scope: 'openid offline_access' };
    let page = await browser.signIn(
      await browser.authorize(launch(world.fhir, challenge, members)),
      'nobody',
    );
    const groups = [...page.html.matchAll(/name="group" value="([^"]+)"/g)].map(
      ([, value]) => ['group', value ?? ''] as [string, string],
    );
    page = await browser.submit(page, 'consent', groups);
    const { body } = await world.token({
      grant_type: 'authorization_code',
      client_id: 'third-party',
      code: new URL(page.url).searchParams.get('code') ?? '',
      redirect_uri: CALLBACK,
      code_verifier: verifier,
    });
    const refresh = (token: string) =>
      world.token({ grant_type: 'refresh_token', client_id: 'third-party', refresh_token: token });
    const isActive = async () => (await world.introspect(body.access_token)).active;
    expect(await isActive()).toBe(true);
    jump(-10 * 60_000);
    expect(await isActive()).toBe(true);
    jump(10 * 60_000 + 61 * 60_000);
    expect(await isActive()).toBe(false);
    // A token that was used stays used, on whichever side of now.
    const next = await refresh(body.refresh_token);
    expect(next.status).toBe(200);
    jump(20_000);
    jump(-10 * 60_000);
    jump(10 * 60_000);
    expect((await refresh(body.refresh_token)).body.error).toBe('invalid_grant');
    // An assertion by a clock that is a quarter of a minute ahead or behind is taken, one of minutes is not.
    const service = async (seconds: number) => {
      const now = Math.floor(Date.now() / 1000) + seconds;
      return world.token({
        grant_type: 'client_credentials',
        scope: 'system/Patient.rs',
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: await world.assertion('reader', { iat: now, nbf: now, exp: now + 60 }),
      });
    };
    for (const seconds of [-10, 0, 10]) expect((await service(seconds)).status).toBe(200);
    for (const seconds of [-120, 120]) expect((await service(seconds)).status).toBe(401);
  });
});

describe('F16 idle connections', () => {
  const limit = openFilesLimit();
  const COUNT = 10_000;
  let server: ServerProcess;
  let folder: string;
  let port: number;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'wellspring-f16-'));
    port = 21_160 + (process.pid % 30);
    const config = startConfig({ AUTH_PORT: String(port), DATA_DIR: folder });
    await prepareDataFolder(config.dataDir, config.env);
    server = startProcess(
      'auth-server',
      'auth-server/src/main.ts',
      { ...config.env, LOG_LEVEL: 'error', MONGODB_URL: '' },
      () => {},
    );
    await waitUntilHealthy(server, `http://localhost:${port}/healthz`);
  });
  afterAll(async () => {
    if (server) await stopProcesses([server]);
    rmSync(folder, { recursive: true, force: true });
  });

  it.skipIf(limit < COUNT + 3000)(
    'ten thousand of them cost little, and keep nobody else waiting',
    async () => {
      const sockets = await openMany(port, COUNT);
      const pid = server.child.pid as number;
      const { worked, taken } = await timesOfNew(port, 100, pid);
      const rss = residentMebibytes(pid);
      for (const socket of sockets) socket.destroy();
      expect(rss).toBeLessThan(500);
      expect(worked[98]).toBeLessThan(100);
      expect(taken[98]).toBeLessThan(100);
    },
    60_000,
  );
});
