import { type ChildProcess, spawn } from 'node:child_process';
import { afterEach, describe, expect, it } from 'vitest';
import { timesOfNew } from './idle-connections.ts';

let child: ChildProcess | undefined;
afterEach(() => void child?.kill());

/** A server of its own process that does this before each answer. */
async function serverThat(does: string): Promise<{ readonly port: number; readonly pid: number }> {
  const program = `require('node:http').createServer(async (_, answer) => { ${does}; answer.end('x'); })
    .listen(0, '127.0.0.1', function () { console.log(this.address().port); });`;
  const started = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  child = started;
  const port = await new Promise<number>((resolve) => {
    started.stdout.once('data', (line: Buffer) => resolve(Number(line.toString())));
  });
  return { port, pid: started.pid as number };
}

describe('how long a new connection takes', () => {
  it.each<[string, boolean, string]>([
    ['works', true, 'for (const end = process.cpuUsage().user + 60_000; process.cpuUsage().user < end; );'],
    ['sleeps', false, 'await new Promise((resolve) => setTimeout(resolve, 300))'],
  ])('counts all that the server %s', async (_, isWork, does) => {
    const { port, pid } = await serverThat(does);
    const { worked, taken } = await timesOfNew(port, 5, pid);
    expect(taken[2]).toBeGreaterThan(50);
    if (isWork) expect(worked[0]).toBeGreaterThan(50);
    else expect(worked[4]).toBeLessThan(50);
  });
});
