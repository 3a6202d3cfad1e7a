/** For tests only: a replica set of three processes (member.ts) in front of one database. What it is not: a mongod; its elections are the test's to call. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface ReplicaSet {
  readonly url: string;
  /** The database itself, whatever becomes of its members. */
  readonly direct: string;
  /** The primary gets this signal; `electionMs` later another member that is well is the primary. Until then there is none. */
  failOver(signal: 'SIGKILL' | 'SIGSTOP', electionMs: number): Promise<void>;
  /** Members that were stopped go on, members that were killed are there again. */
  heal(): Promise<void>;
  close(): void;
}

const MEMBERS = 3;

/** `postgres`: its port on 127.0.0.1, the one after that of .ci/documentdb. Sessions and parameters are those of a front of its own. */
export async function openReplicaSet(postgres: number): Promise<ReplicaSet> {
  const folder = mkdtempSync(join(tmpdir(), 'wellspring-replica-set-'));
  const primaryFile = join(folder, 'primary');
  const ports = (await Promise.all(Array.from({ length: MEMBERS }, freePort))).map(String);
  const database = String(await freePort());
  const members = new Map<string, ChildProcess>();
  const ill = new Set<string>();
  let primary = ports[0] as string;
  const elect = (port: string): void => writeFileSync(primaryFile, port);

  async function start(port: string): Promise<void> {
    members.set(port, await started('member.ts', port, database, primaryFile, ports.join()));
  }
  const front = await started('front.ts', database, String(postgres));
  elect(primary);
  await Promise.all(ports.map(start));

  return {
    direct: `mongodb://127.0.0.1:${database}`,
    url: `mongodb://${ports.map((port) => `127.0.0.1:${port}`).join()}/?replicaSet=three`,
    async failOver(signal, electionMs) {
      // Named first: a real primary that is ill acknowledges nothing more, as no majority follows it.
      elect('');
      members.get(primary)?.kill(signal);
      ill.add(primary);
      await new Promise((resolve) => setTimeout(resolve, electionMs));
      primary = ports.find((port) => !ill.has(port)) as string;
      elect(primary);
    },
    async heal() {
      for (const port of ill) {
        if (members.get(port)?.signalCode === 'SIGKILL') await start(port);
        else members.get(port)?.kill('SIGCONT');
      }
      ill.clear();
    },
    close() {
      for (const child of [...members.values(), front]) child.kill('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function started(script: string, ...parameters: readonly string[]): Promise<ChildProcess> {
  const child = spawn(process.execPath, [join(import.meta.dirname, script), ...parameters], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout as NodeJS.ReadableStream, 'data');
  return child;
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });
}
