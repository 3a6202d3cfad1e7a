/** The measured processes: fhir-server as it runs, with an issuer that knows one token, and the bare server beside it. */
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportJWK, generateKeyPair } from 'jose';
import { type ServerProcess, startProcess, stopProcesses, waitUntilHealthy } from '../processes.ts';

export const TOKEN = 'bench-token';
/** Of a nurse: Practitioner/bench-nurse. */
export const STAFF_TOKEN = 'bench-staff-token';
export const STAFF = 'bench-nurse';
export const authorization = { Authorization: `Bearer ${TOKEN}`, 'Content-Type': 'application/fhir+json' };

const ISSUER_IDLE_MS = 600_000;

export interface FhirUnderTest {
  readonly base: string;
  readonly dataDir: string;
  readonly token: string;
  /** Seconds from the last start to healthy. */
  startSeconds(): number;
  /** Megabytes now: all that is resident; without what the kernel holds for files. */
  memory(): { readonly resident: number; readonly own: number };
  /** Microseconds of processor time up to now. */
  cpu(): number;
  /** Bytes that the kernel counts as written to disks by it up to now. */
  written(): number;
  /** What it was started with. */
  readonly settings: Readonly<Record<string, string>>;
  /** Ends it in good order, where it runs, and starts it on the same data. */
  restart(): Promise<void>;
  /** `kill -9`; resolves when it is gone. */
  kill(): Promise<void>;
  close(): Promise<void>;
}

export async function startFhir(env: Record<string, string> = {}): Promise<FhirUnderTest> {
  const dataDir = mkdtempSync(join(tmpdir(), 'wellspring-bench-'));
  const { privateKey } = await generateKeyPair('ES384', { extractable: true });
  const keyFile = join(dataDir, 'key.json');
  writeFileSync(keyFile, JSON.stringify({ ...(await exportJWK(privateKey)), kid: 'bench', alg: 'ES384' }));
  const port = await freePort();
  const base = `http://127.0.0.1:${port}/fhir`;
  const common = { active: true, aud: base, client_id: 'bench' };
  const system = JSON.stringify({ ...common, scope: 'system/*.cruds' });
  const staff = JSON.stringify({
    ...common,
    scope: 'user/*.cruds',
    sub: STAFF,
    fhirUser: `${base}/Practitioner/${STAFF}`,
  });
  const issuer = await listen(
    createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => {
        body += chunk.toString();
      });
      request.on('end', () =>
        response
          .setHeader('Content-Type', 'application/json')
          .end(body.includes(STAFF_TOKEN) ? staff : system),
      );
    }),
  );
  // A busy machine lets a server stand still for longer than Node's 5 s: what is measured then asks on a connection that is gone.
  issuer.keepAliveTimeout = ISSUER_IDLE_MS;
  const settings: Record<string, string> = {
    FHIR_PORT: String(port),
    FHIR_BASE_URL: base,
    AUTH_ISSUER: `http://127.0.0.1:${(issuer.address() as AddressInfo).port}/oauth2`,
    DATA_DIR: dataDir,
    FHIR_CLIENT_KEY_FILE: keyFile,
    LOG_LEVEL: 'warn',
    ...env,
  };
  const start = async (): Promise<{ server: ServerProcess; seconds: number }> => {
    const begin = performance.now();
    const server = startProcess('fhir-server', 'fhir-server/src/main.ts', settings, (line) =>
      console.error(line),
    );
    await waitUntilHealthy(server, `http://127.0.0.1:${port}/healthz`);
    return { server, seconds: (performance.now() - begin) / 1000 };
  };
  let running = await start();
  const pid = (): number => running.server.child.pid ?? 0;
  return {
    base,
    dataDir,
    token: TOKEN,
    startSeconds: () => running.seconds,
    memory: () => ({
      resident: kilobytes(pid(), 'VmRSS') / 1024,
      own: kilobytes(pid(), 'RssAnon') / 1024,
    }),
    cpu: () => processorTime(pid()),
    written: () => Number(/write_bytes: (\d+)/.exec(ofProcess(pid(), 'io'))?.[1]),
    settings,
    async restart() {
      await stopProcesses([running.server]);
      running = await start();
    },
    async kill() {
      const { child } = running.server;
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
    async close() {
      await stopProcesses([running.server]);
      issuer.closeAllConnections();
      issuer.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** `fhir_store_total` of /metrics, by name. */
export async function countsOf(fhir: FhirUnderTest): Promise<Record<string, number>> {
  const text = await (await fetch(`${new URL(fhir.base).origin}/metrics`)).text();
  const found = text.matchAll(/^fhir_store_total\{what="(\w+)"\} (\d+)/gm);
  return Object.fromEntries([...found].map(([, what, value]) => [what, Number(value)]));
}

export interface Bare {
  /** Where payload i is sent from; the root takes POSTs. */
  readonly base: string;
  /** Microseconds of processor time up to now. */
  cpu(): number;
  close(): Promise<void>;
}

export async function startBare(payloads: readonly string[]): Promise<Bare> {
  const folder = mkdtempSync(join(tmpdir(), 'wellspring-bare-'));
  const files = payloads.map((payload, i) => {
    const file = join(folder, `${i}.json`);
    writeFileSync(file, payload);
    return file;
  });
  const port = await freePort();
  const script = join(import.meta.dirname, 'bare.ts');
  const server = startProcess('bare', script, {}, (line) => console.error(line), [
    String(port),
    join(folder, 'bare.sqlite'),
    ...files,
  ]);
  const base = `http://127.0.0.1:${port}`;
  await waitUntilHealthy(server, `${base}/healthz`);
  return {
    base,
    cpu: () => processorTime(server.child.pid ?? 0),
    async close() {
      await stopProcesses([server]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Linux only; what is read from it is NaN elsewhere. */
function ofProcess(pid: number, file: 'status' | 'stat' | 'io'): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}

const kilobytes = (pid: number, name: string): number =>
  Number(new RegExp(`${name}:\\s+(\\d+)`).exec(ofProcess(pid, 'status'))?.[1]);

/** User and system time of all threads; the kernel counts in hundredths of a second. */
function processorTime(pid: number): number {
  const fields = ofProcess(pid, 'stat').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10_000;
}

export async function freePort(): Promise<number> {
  const server = await listen(createServer());
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function listen(server: Server): Promise<Server> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(server));
  });
}
