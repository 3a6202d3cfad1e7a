/** The whole of Wellspring as `npm start` runs it, on free ports, with its data in a temporary folder; and a real browser. */
import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { importJWK, type JWK, SignJWT } from 'jose';
import { type Browser, chromium } from 'playwright-core';
import { buildApps } from '../scripts/build-apps.ts';
import { prepareDataFolder } from '../scripts/first-start.ts';
import {
  runScript,
  type ServerProcess,
  startProcess,
  stopProcesses,
  waitUntilHealthy,
} from '../scripts/processes.ts';
import { takeSeeded } from './seeded-clinic.ts';

export const PASSWORD = 'Wellspring-Demo-1';

export interface World {
  readonly portal: string;
  readonly desk: string;
  readonly fhir: string;
  readonly issuer: string;
  readonly dataDir: string;
  /** What the servers were started with. */
  readonly env: Readonly<Record<string, string>>;
  readonly fhirServer: ServerProcess;
  /** Lines the servers wrote. */
  readonly log: readonly string[];
  /** Kills the FHIR server as a power cut would, and starts it again on the same data. */
  killFhirServer(): Promise<void>;
  restartFhirServer(): Promise<void>;
  /** A Backend Services token of the seed client. */
  systemToken(): Promise<string>;
  /** Ends the servers; the data stays. */
  stop(): Promise<void>;
  /** Ends them, and removes the data. */
  close(): Promise<void>;
}

export interface WorldOptions {
  /** Load the demonstration clinic and its accounts. */
  readonly seeded: boolean;
  readonly env?: Readonly<Record<string, string>>;
}

export async function openWorld({ seeded, env: extra = {} }: WorldOptions): Promise<World> {
  const dataDir = mkdtempSync(join(tmpdir(), 'wellspring-e2e-'));
  const [fhirPort, authPort, portalPort, deskPort] = await freePorts(4);
  const env = {
    FHIR_PORT: String(fhirPort),
    AUTH_PORT: String(authPort),
    PORTAL_PORT: String(portalPort),
    DESK_PORT: String(deskPort),
    FHIR_BASE_URL: `http://localhost:${fhirPort}/fhir`,
    AUTH_ISSUER: `http://localhost:${authPort}/oauth2`,
    PORTAL_URL: `http://localhost:${portalPort}`,
    DESK_URL: `http://localhost:${deskPort}`,
    DATA_DIR: dataDir,
    LOG_LEVEL: 'info',
    CLINIC_ORGANIZATION: 'wellspring-clinic',
    ...extra,
  };
  await prepareDataFolder(dataDir, env);
  const isLoaded = seeded && takeSeeded(dataDir);
  buildApps();
  const log: string[] = [];
  const launch = (name: string, script: string): ServerProcess =>
    startProcess(name, script, env, (line) => log.push(line));
  const auth = launch('auth-server', 'auth-server/src/main.ts');
  const portal = launch('portal-app', 'portal-app/serve/main.ts');
  let fhir = launch('fhir-server', 'fhir-server/src/main.ts');
  const healthy = (server: ServerProcess, port: number | undefined) =>
    waitUntilHealthy(server, `http://localhost:${port}/healthz`);
  await Promise.all([healthy(auth, authPort), healthy(portal, portalPort), healthy(fhir, fhirPort)]);
  if (seeded && !isLoaded) {
    await runScript('seed/src/main.ts', ['--if-empty'], env);
    await runScript(
      'auth-server/src/admin/main.ts',
      ['accounts', 'import', join(dataDir, 'demo-accounts.json'), '--demo'],
      env,
    );
  }
  const stop = (): Promise<void> => stopProcesses([portal, fhir, auth]);
  return {
    portal: env.PORTAL_URL,
    desk: env.DESK_URL,
    fhir: env.FHIR_BASE_URL,
    issuer: env.AUTH_ISSUER,
    dataDir,
    env,
    get fhirServer() {
      return fhir;
    },
    log,
    async killFhirServer() {
      const ended = new Promise((resolve) => fhir.child.once('exit', resolve));
      fhir.child.kill('SIGKILL');
      await ended;
    },
    async restartFhirServer() {
      fhir = launch('fhir-server', 'fhir-server/src/main.ts');
      await healthy(fhir, fhirPort);
    },
    systemToken: () => systemToken(env.AUTH_ISSUER, dataDir),
    stop,
    async close() {
      await stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** The same engine without the browser's own windows: the same walks cost a third less of the processor. */
const HEADLESS_SHELL = '/usr/bin/chromium-headless-shell';
const CHROMIUM = '/usr/bin/chromium';

/** `isWhole`: with what is the browser's own rather than the engine's, as its viewer of PDFs and its camera. */
export function openBrowser({ isWhole = false } = {}): Promise<Browser> {
  const [first, second] = isWhole ? [CHROMIUM, HEADLESS_SHELL] : [HEADLESS_SHELL, CHROMIUM];
  return chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? (existsSync(first) ? first : second),
    args: ['--no-sandbox', '--use-fake-device-for-media-stream'],
  });
}

async function systemToken(issuer: string, dataDir: string): Promise<string> {
  const jwk = JSON.parse(readFileSync(join(dataDir, 'keys', 'seed.jwk.json'), 'utf8')) as JWK;
  const assertion = await new SignJWT({})
    .setProtectedHeader({ alg: 'ES384', kid: jwk.kid ?? '', typ: 'JWT' })
    .setIssuer('seed')
    .setSubject('seed')
    .setAudience(`${issuer}/token`)
    .setJti(randomUUID())
    .setIssuedAt()
    .setExpirationTime('1m')
    .sign(await importJWK(jwk, 'ES384'));
  const response = await fetch(`${issuer}/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      scope: 'system/*.cruds',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: assertion,
    }),
  });
  const { access_token: token } = (await response.json()) as { access_token: string };
  return token;
}

async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise<ReturnType<typeof createServer>>((resolve) => {
          const server = createServer().listen(0, '127.0.0.1', () => resolve(server));
        }),
    ),
  );
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
