/** Q19 of issue 14: what is started is waited for while it lives, and its end is told at once. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type ServerProcess, startProcess, stopProcesses, waitUntilHealthy } from './processes.ts';

let folder: string;
const running: ServerProcess[] = [];
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'wellspring-processes-'));
});
afterEach(() => stopProcesses(running.splice(0)));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((done) => probe.listen(0, '127.0.0.1', done));
  const { port } = probe.address() as { port: number };
  await new Promise((done) => probe.close(done));
  return port;
}

function started(name: string, script: string): { server: ServerProcess; lines: string[] } {
  const file = join(folder, `${name}.mjs`);
  writeFileSync(file, script);
  const lines: string[] = [];
  const server = startProcess(name, file, {}, (line) => lines.push(line));
  running.push(server);
  return { server, lines };
}

describe('Q19: a server that is started', () => {
  it('is waited for while it lives, and what is waited for is said', async () => {
    const port = await freePort();
    const { server } = started(
      'slow',
      `import { createServer } from 'node:http';
       let ready = false;
       setTimeout(() => createServer((_, response) => { response.statusCode = ready ? 200 : 503; response.end(); }).listen(${port}, '127.0.0.1'), 400);
       setTimeout(() => { ready = true; }, 900);`,
    );
    const told: string[] = [];
    await waitUntilHealthy(server, `http://127.0.0.1:${port}/healthz`, {
      tell: (line) => told.push(line),
      tellEveryMs: 100,
    });
    expect(told[0]).toMatch(/^slow is not ready yet after \d+ s: http:\S+ takes no connections/);
    expect(told.at(-1)).toContain('answers 503');
  });

  it.each([
    ['fails', "console.error('FHIR_PORT: must be a number'); process.exitCode = 1;", 'ended with code 1'],
    [
      'is-killed',
      "process.kill(process.pid, 'SIGKILL'); setInterval(() => {}, 1000);",
      'was ended by SIGKILL',
    ],
    ['leaves', '', 'ended with code 0'],
  ])('and %s is no longer waited for', async (name, script, how) => {
    const { server, lines } = started(name, script);
    const begun = performance.now();
    await expect(waitUntilHealthy(server, `http://127.0.0.1:${await freePort()}/healthz`)).rejects.toThrow(
      `${name} ${how}`,
    );
    expect(performance.now() - begun).toBeLessThan(5000);
    // What it said of itself was shown before.
    if (name === 'fails') expect(lines).toEqual(['FHIR_PORT: must be a number']);
  });

  it('is given up where that is asked for', async () => {
    const { server } = started('idle', 'setInterval(() => {}, 1000);');
    await expect(
      waitUntilHealthy(server, `http://127.0.0.1:${await freePort()}/healthz`, { timeoutMs: 150 }),
    ).rejects.toThrow('was not ready');
  });
});
