/** Child processes that belong together: started on this very Node, waited for, stopped together. */
import { type ChildProcess, spawn } from 'node:child_process';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';

export interface ServerProcess {
  readonly name: string;
  readonly child: ChildProcess;
  /** How it came to its end, in words: `ended with code 1`. Resolves when it does, and never rejects. */
  readonly ended: Promise<string>;
}

/**
 * What is new in memory stands in two halves of this many megabytes at most; left alone, V8 takes 120 MB for it in each server and 60 in each of its threads, and
 * nothing that was measured is the quicker for it (docs/PERFORMANCE.md).
 */
const YOUNG_GENERATION = '--max-semi-space-size=8';

/** Output of the servers goes to `onLine`, a line at a time. */
export function startProcess(
  name: string,
  script: string,
  env: Readonly<Record<string, string | undefined>>,
  onLine: (line: string) => void,
  args: readonly string[] = [],
): ServerProcess {
  const child = spawn(process.execPath, [YOUNG_GENERATION, script, ...args], {
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
  return { name, child, ended: endOf(child) };
}

function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(`could not be started: ${error.message}`));
    // When all it said has been read.
    child.once('close', (code, signal) =>
      resolve(signal ? `was ended by ${signal}` : `ended with code ${code}`),
    );
  });
}

export interface Patience {
  /** Given up then. Without it a busy machine is waited for as long as the process lives. */
  readonly timeoutMs?: number;
  /** Is told what is waited for, every so often. */
  readonly tell?: (line: string) => void;
  readonly tellEveryMs?: number;
}

const POLL_MS = 50;
const PROBE_MS = 2000;

/** Resolves when the address answers 200; rejects as soon as the process ends. */
export async function waitUntilHealthy(
  { name, ended }: ServerProcess,
  url: string,
  { timeoutMs = Number.POSITIVE_INFINITY, tell, tellEveryMs = 10_000 }: Patience = {},
): Promise<void> {
  let end: string | undefined;
  void ended.then((how) => {
    end = how;
  });
  const since = performance.now();
  let told = 0;
  for (let state = await stateOf(url); state !== 'ready'; state = await stateOf(url)) {
    if (end !== undefined) throw new Error(`${name} ${end}`);
    const waited = performance.now() - since;
    if (waited > timeoutMs) throw new Error(`${name} was not ready at ${url} in time: it ${state}`);
    if (waited > (told + 1) * tellEveryMs) {
      told += 1;
      tell?.(
        `${name} is not ready yet after ${Math.round(waited / 1000)} s: ${url} ${state}. Still waiting.`,
      );
    }
    await Promise.race([ended, sleep(POLL_MS)]);
  }
}

/** In words what the address does; `ready` where that is answering 200. A certificate is not looked at: the process on this machine was started here, and nothing is told it. */
function stateOf(url: string): Promise<string> {
  return new Promise((resolve) => {
    const ask = url.startsWith('https:') ? httpsRequest : httpRequest;
    const asked = ask(url, { rejectUnauthorized: false, timeout: PROBE_MS, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode === 200 ? 'ready' : `answers ${response.statusCode}`);
    });
    asked.once('timeout', () => {
      resolve('takes connections and does not answer');
      asked.destroy();
    });
    asked.once('error', () => resolve('takes no connections'));
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
    const child = spawn(process.execPath, [YOUNG_GENERATION, script, ...args], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    child.once('error', reject);
    child.once('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`${script} ended with code ${code}`)),
    );
  });
}
