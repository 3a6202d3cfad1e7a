/** For the F16 tests of the servers: connections that were used once and are kept. */
import { execSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';

/** Files that one process may have open here. */
export const openFilesLimit = (): number =>
  Number(execSync('ulimit -n', { shell: '/bin/bash', encoding: 'utf8' }).trim()) || 0;

/** After its first answer; undefined where it was refused. */
export const openUsed = (port: number): Promise<Socket | undefined> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n');
      socket.once('data', () => resolve(socket));
    });
    socket.on('error', () => resolve(undefined));
    socket.on('close', () => resolve(undefined));
  });

export async function openMany(port: number, count: number): Promise<Socket[]> {
  const sockets: Socket[] = [];
  while (sockets.length < count) {
    const some = await Promise.all(Array.from({ length: 500 }, () => openUsed(port)));
    sockets.push(...some.flatMap((each) => each ?? []));
  }
  return sockets;
}

/** Milliseconds of new connections with one request each, in order. */
export async function timesOfNew(port: number, count: number): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < count; i++) {
    const begin = performance.now();
    (await openUsed(port))?.destroy();
    times.push(performance.now() - begin);
  }
  return times.sort((a, b) => a - b);
}

/** MiB that a process holds in memory. */
export const residentMebibytes = (pid: number): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
