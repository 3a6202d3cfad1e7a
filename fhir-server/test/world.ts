/**
 * The server as it runs, on a socket of its own, with a store in a temporary folder. Tokens are introspected over HTTP at a small
 * authorization server that knows the tokens a test gives out; the real one is tried end to end in ../../e2e.
 */
import {
  type ChildProcess,
  type SpawnOptionsWithStdioTuple,
  type StdioNull,
  type StdioPipe,
  spawn,
} from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportJWK, generateKeyPair } from 'jose';
import { afterAll } from 'vitest';
import type { Introspection } from '../src/access/access-context.ts';
import { loadConfig } from '../src/config.ts';
import { createLog } from '../src/log.ts';
import { startServer } from '../src/server.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests read answers of every shape
  readonly body: any;
  readonly text: string;
}

export interface AskOptions {
  readonly token?: string | undefined;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

export interface World {
  readonly base: string;
  readonly dataDir: string;
  /** A new token with these introspection members over the defaults. */
  token(members: Partial<Introspection>): string;
  /** `system/*.cruds` */
  readonly system: string;
  /** Everything a patient may read of themself. */
  patient(id: string, scope?: string): string;
  /** A token of somebody who works here in this role (role-policy.json), at an Organization; their PractitionerRole is `[id]-role`. */
  staff(id: string, role: string, scope?: string, organization?: string): Promise<string>;
  revoke(token: string): void;
  /** What this subject's things rest on (account, relation, app) is over; `scope`: of those alone that were made with a scope that begins so. */
  endStanding(subject: string, scope?: string): void;
  ask(method: string, path: string, options?: AskOptions): Promise<Answer>;
  /** From now on so many questions whether something stands are answered, and the next ones wait; undefined: all are, and those that waited. */
  answerStanding(count: number | undefined): void;
  /** How often introspection was asked. */
  introspections(): number;
  /** Of the server's process; undefined where it runs in this one. */
  readonly pid: number | undefined;
  /** The code with which the server's process ends, when it does. */
  readonly exit: Promise<number | null> | undefined;
  close(): Promise<void>;
}

/** As a process of its own, by main.ts: for what only a process shows (workers, signals). */
export const spawned = { spawned: true } as const;

export async function openWorld(
  environment: Record<string, string> = {},
  options: {
    readonly spawned?: boolean;
    readonly fileLimitKilobytes?: number;
    readonly dataDir?: string;
    /** That of a world before, so that it is the same server to others. */
    readonly port?: number;
    /** Subjects whose things rest on nothing from the beginning. */
    readonly ended?: readonly string[];
  } = {},
): Promise<World> {
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'wellspring-fhir-'));
  const { privateKey } = await generateKeyPair('ES384', { extractable: true });
  const keyFile = join(dataDir, 'key.json');
  writeFileSync(keyFile, JSON.stringify({ ...(await exportJWK(privateKey)), kid: 'test', alg: 'ES384' }));
  const tokens = new Map<string, Introspection>();
  const ended = new Map((options.ended ?? []).map((subject) => [subject, '']));
  const stands = (handle: string): boolean => {
    const { sub, scope = '' }: { sub: string; scope?: string } = JSON.parse(
      Buffer.from(handle, 'base64url').toString(),
    );
    const of = ended.get(sub);
    return of === undefined || !scope.split(' ').some((word) => word.startsWith(of));
  };
  let asked = 0;
  let standingLeft = Number.POSITIVE_INFINITY;
  const waiting: (() => void)[] = [];
  const issuer = await listen(
    createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => {
        body += chunk.toString();
      });
      request.on('end', () => {
        asked += 1;
        const form = new URLSearchParams(body);
        const token = form.get('token') ?? '';
        const isStanding = form.get('token_type_hint') === 'urn:wellspring:standing';
        response.setHeader('Content-Type', 'application/json');
        const reply = (): void => {
          const answer = isStanding ? { active: stands(token) } : (tokens.get(token) ?? { active: false });
          response.end(JSON.stringify(answer));
        };
        if (isStanding && --standingLeft < 0) waiting.push(reply);
        else reply();
      });
    }),
  );
  // The base URL names the port, so a free one is taken first.
  const port = options.port ?? (await freePort());
  const base = `http://127.0.0.1:${port}/fhir`;
  const variables = {
    FHIR_PORT: String(port),
    FHIR_BASE_URL: base,
    AUTH_ISSUER: `http://127.0.0.1:${portOf(issuer)}/oauth2`,
    DATA_DIR: dataDir,
    FHIR_CLIENT_KEY_FILE: keyFile,
    LOG_LEVEL: 'silent',
    ...environment,
  };
  const server = options.spawned
    ? await spawnServer(variables, options.fileLimitKilobytes)
    : await startServer(loadConfig(variables), createLog('silent'));
  let made = 0;
  const token = (members: Partial<Introspection>): string => {
    made += 1;
    const name = `token-${made}`;
    tokens.set(name, { active: true, aud: base, client_id: 'test', sub: 'test', ...members });
    return name;
  };
  return {
    base,
    dataDir,
    token,
    system: token({ scope: 'system/*.cruds' }),
    patient: (id, scope = 'openid fhirUser launch/patient patient/*.rs') =>
      token({ scope, patient: id, fhirUser: `${base}/Patient/${id}`, sub: id }),
    async staff(id, role, scope = 'openid fhirUser user/*.cruds', organization = 'clinic') {
      const system = token({ scope: 'system/*.cruds' });
      const put = (resource: { resourceType: string; id: string; [element: string]: unknown }) =>
        ask(base, 'PUT', `/${resource.resourceType}/${resource.id}`, { token: system, body: resource });
      await put({ resourceType: 'Organization', id: organization, name: organization });
      await put({ resourceType: 'Practitioner', id, name: [{ family: id }] });
      const written = await put({
        resourceType: 'PractitionerRole',
        id: `${id}-role`,
        active: true,
        practitioner: { reference: `Practitioner/${id}` },
        organization: { reference: `Organization/${organization}` },
        code: [{ coding: [{ system: 'urn:wellspring:staff-role', code: role }] }],
      });
      if (written.status >= 400) throw new Error(written.text);
      return token({ scope, fhirUser: `${base}/Practitioner/${id}`, sub: id });
    },
    revoke: (name) => {
      tokens.delete(name);
    },
    endStanding: (subject, scope = '') => {
      ended.set(subject, scope);
    },
    answerStanding: (count) => {
      standingLeft = count ?? Number.POSITIVE_INFINITY;
      if (count === undefined) for (const reply of waiting.splice(0)) reply();
    },
    ask: (method, path, options) => ask(base, method, path, options),
    introspections: () => asked,
    pid: 'pid' in server ? server.pid : undefined,
    exit: 'exit' in server ? server.exit : undefined,
    async close() {
      await server.close();
      await closeServer(issuer);
      if (!options.dataDir) rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** The same server again on what it left, after it was killed. `options`: what it was opened with. */
export async function killed(
  world: World,
  environment: Record<string, string>,
  options: Parameters<typeof openWorld>[1],
): Promise<World> {
  process.kill(world.pid as number, 'SIGKILL');
  await world.close().catch(() => undefined);
  return openWorld(environment, { ...options, port: Number(new URL(world.base).port) });
}

/** A second by itself; many times that beside other tests on a busy machine. */
const START_MS = 60_000;

/** What a test that failed did not close ends with its file. */
const running = new Set<ChildProcess>();
afterAll(() => {
  for (const child of running) child.kill('SIGKILL');
});

/** No file may grow beyond the limit: a disk that is full, as the process sees it. */
async function spawnServer(
  variables: Record<string, string>,
  fileLimitKilobytes?: number,
): Promise<Pick<World, 'pid' | 'exit' | 'close'>> {
  const main = join(import.meta.dirname, '../src/main.ts');
  const env = { ...process.env, ...variables };
  // Of pipes of its own: one that a failed test left running would hold those of the test run open, which would never end.
  const options: SpawnOptionsWithStdioTuple<StdioNull, StdioPipe, StdioPipe> = {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  };
  const child =
    fileLimitKilobytes === undefined
      ? spawn(process.execPath, [main], options)
      : spawn(
          'bash',
          ['-c', `trap '' XFSZ; ulimit -f ${fileLimitKilobytes}; exec "$0" "$1"`, process.execPath, main],
          options,
        );
  child.stdout.pipe(process.stdout, { end: false });
  child.stderr.pipe(process.stderr, { end: false });
  running.add(child);
  child.once('exit', () => running.delete(child));
  const exit = once(child, 'exit').then(([code]) => code as number | null);
  const url = `http://127.0.0.1:${variables.FHIR_PORT}/readyz`;
  const given = performance.now() + START_MS;
  while (!(await fetch(url).catch(() => undefined))?.ok) {
    if (child.exitCode !== null || child.signalCode !== null || performance.now() > given) {
      child.kill('SIGKILL');
      throw new Error('The server did not come up.');
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return {
    pid: child.pid,
    exit,
    async close() {
      child.kill('SIGTERM');
      await exit;
    },
  };
}

async function ask(base: string, method: string, path: string, options: AskOptions = {}): Promise<Answer> {
  const { token, body, headers } = options;
  const init: RequestInit = {
    method,
    headers: {
      ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'Content-Type': 'application/fhir+json' }),
      ...headers,
    },
  };
  if (body !== undefined)
    init.body = typeof body === 'string' || body instanceof Buffer ? body : JSON.stringify(body);
  const response = await fetch(path.startsWith('http') ? path : `${base}${path}`, init);
  const text = await response.text();
  let parsed: unknown;
  try {
    parsed = text === '' ? undefined : JSON.parse(text);
  } catch {
    parsed = undefined;
  }
  return { status: response.status, headers: response.headers, body: parsed, text };
}

async function freePort(): Promise<number> {
  const probe = await listen(createServer());
  const port = portOf(probe);
  await closeServer(probe);
  return port;
}

function listen(server: Server): Promise<Server> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(server));
  });
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.closeAllConnections();
    server.close(() => resolve());
  });
}

const portOf = (server: Server): number => (server.address() as AddressInfo).port;
