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

/** Milliseconds, each in order. */
interface Times {
  /** That the server's main thread worked: what it is asked for is all its own. */
  readonly worked: readonly number[];
  /** On the wall, without what that thread and the one that asks stood in line for a processor. What the kernel and other threads let them wait on a busy machine is still in it: of 300 at a load of 30 some three in a hundred took 110 to 370, of which the server worked 5. */
  readonly taken: readonly number[];
}

/** Of new connections with one request each. */
export async function timesOfNew(port: number, count: number, pid: number): Promise<Times> {
  const worked: number[] = [];
  const taken: number[] = [];
  for (let i = 0; i < count; i++) {
    const [begin, before] = [performance.now(), scheduled(pid)];
    (await openUsed(port))?.destroy();
    const [end, after] = [performance.now(), scheduled(pid)];
    worked.push(after.worked - before.worked);
    taken.push(end - begin - (after.inLine - before.inLine));
  }
  const inOrder = (times: readonly number[]) => times.toSorted((a, b) => a - b);
  return { worked: inOrder(worked), taken: inOrder(taken) };
}

function scheduled(pid: number): { readonly worked: number; readonly inLine: number } {
  const server = schedule(`/proc/${pid}/task/${pid}/schedstat`);
  return {
    worked: server.worked,
    inLine: server.inLine + schedule('/proc/thread-self/schedstat').inLine,
  };
}

/** https://docs.kernel.org/scheduler/sched-stats.html: the first two numbers, in nanoseconds. 0 where the system does not tell. */
function schedule(file: string): { readonly worked: number; readonly inLine: number } {
  try {
    const [worked, inLine] = readFileSync(file, 'utf8').split(' ');
    return { worked: Number(worked) / 1e6, inLine: Number(inLine) / 1e6 };
  } catch {
    return { worked: 0, inLine: 0 };
  }
}

/** MiB that a process holds in memory. */
export const residentMebibytes = (pid: number): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
