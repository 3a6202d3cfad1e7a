/** The way to the thread that keeps the audit log. */
import { Worker } from 'node:worker_threads';
import { SMALL_YOUNG_GENERATION } from '../heap.ts';
import type { Keeper, KeeperAnswer, KeeperJob } from './audit-keeper.ts';
import type { SourceElsewhere } from './audit-log.ts';
import type { AuditNews, Tell } from './audit-news.ts';

export interface KeeperStart {
  readonly path: string;
  readonly keepsUp: boolean;
  readonly elsewhere: SourceElsewhere;
}

export interface Asked {
  readonly id: number;
  readonly job: KeeperJob;
}

export type FromKeeper =
  | { readonly ready: true }
  | { readonly news: AuditNews }
  /** Without an id: it could not begin. */
  | { readonly id?: number; readonly failed: string }
  | { readonly id: number; readonly answer: KeeperAnswer };

interface Thread {
  ask(job: KeeperJob): Promise<KeeperAnswer>;
  readonly isGone: () => boolean;
}

/** A thread that ended by a fault is started anew, once, when something is asked: what it was to store is in the journals still. After `close` nothing is. */
export async function startKeeperThread(options: KeeperStart, tell: Tell): Promise<Keeper> {
  let thread = startThread(options, tell);
  let isClosed = false;
  await thread;
  return {
    async ask(job) {
      if (isClosed) throw new Error('the keeper of the audit log is closed');
      isClosed = job.kind === 'close';
      const asked = thread;
      const isGone = (await asked.catch(() => undefined))?.isGone() !== false;
      // Of several that find it gone the first starts the next one.
      if (isGone && thread === asked) thread = startThread(options, tell);
      return (await thread).ask(job);
    },
  };
}

function startThread(options: KeeperStart, tell: Tell): Promise<Thread> {
  const worker = new Worker(new URL('./keeper-thread.ts', import.meta.url), {
    workerData: options,
    resourceLimits: SMALL_YOUNG_GENERATION,
  });
  const waiting = new Map<number, PromiseWithResolvers<KeeperAnswer>>();
  let isGone = false;
  let last = 0;
  return new Promise((resolve, reject) => {
    const thread: Thread = {
      isGone: () => isGone,
      ask(job) {
        last += 1;
        const asked = Promise.withResolvers<KeeperAnswer>();
        waiting.set(last, asked);
        worker.postMessage({ id: last, job } satisfies Asked);
        return asked.promise;
      },
    };
    worker.on('message', (message: FromKeeper) => {
      if ('ready' in message) return resolve(thread);
      if ('news' in message) return tell(message.news);
      if (message.id === undefined) return reject(new Error((message as { failed: string }).failed));
      const asked = waiting.get(message.id);
      waiting.delete(message.id);
      if ('answer' in message) asked?.resolve(message.answer);
      else asked?.reject(new Error(message.failed));
    });
    worker.once('error', reject);
    worker.once('exit', () => {
      isGone = true;
      const gone = new Error('the keeper of the audit log has ended');
      reject(gone);
      for (const asked of waiting.values()) asked.reject(gone);
      waiting.clear();
    });
  });
}
