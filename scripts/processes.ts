/** Child processes that belong together: started on this very Node, waited for, stopped together. */
import { type ChildProcess, spawn } from 'node:child_process';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';

export interface ServerProcess {
  readonly name: string;
  readonly child: ChildProcess;
}

/** Output of the servers goes to `onLine`, a line at a time. */
export function startProcess(
  name: string,
  script: string,
  env: Readonly<Record<string, string | undefined>>,
  onLine: (line: string) => void,
  args: readonly string[] = [],
): ServerProcess {
  const child = spawn(process.execPath, [script, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [child.stdout, child.stderr]) {
    let rest = '';
    stream.setEncoding('utf8');
    stream.on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) onLine(line);
    });
  }
  return { name, child };
}

/** Resolves when the address answers 200; rejects when the process ends first, or after `timeoutMs`. */
export async function waitUntilHealthy(
  server: ServerProcess,
  url: string,
  timeoutMs = 60_000,
): Promise<void> {
  const end = Date.now() + timeoutMs;
  while (Date.now() < end) {
    if (server.child.exitCode !== null)
      throw new Error(`${server.name} ended with code ${server.child.exitCode}`);
    if (await answers(url)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${server.name} did not become healthy at ${url}`);
}

const PROBE_MS = 2000;

/** A certificate is not looked at: the process on this machine was started here, and nothing is told it. */
function answers(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const ask = url.startsWith('https:') ? httpsRequest : httpRequest;
    const asked = ask(url, { rejectUnauthorized: false, timeout: PROBE_MS, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    asked.once('timeout', () => asked.destroy());
    asked.once('error', () => resolve(false));
    asked.end();
  });
}

/** SIGTERM, and SIGKILL for whoever is still there after ten seconds. */
export async function stopProcesses(servers: readonly ServerProcess[]): Promise<void> {
  await Promise.all(
    servers.map(({ child }) => {
      if (child.exitCode !== null || child.signalCode !== null) return undefined;
      return new Promise<void>((resolve) => {
        const cut = setTimeout(() => child.kill('SIGKILL'), 10_000);
        child.once('exit', () => {
          clearTimeout(cut);
          resolve();
        });
        child.kill('SIGTERM');
      });
    }),
  );
}

/** Runs a script to its end; its output is shown. */
export function runScript(
  script: string,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script, ...args], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    child.once('error', reject);
    child.once('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`${script} ended with code ${code}`)),
    );
  });
}
