/** The way to the writer: in a thread of this process, or in the process that started this one as one of several. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { SMALL_YOUNG_GENERATION } from '../../heap.ts';
import { jobOf, jobText, type SentJob } from './job-text.ts';
import type { Job, Outcome } from './jobs.ts';
import type { OpenWriter } from './writer.ts';

export interface Asked {
  readonly id: number;
  readonly job: SentJob;
}

export interface Answered {
  readonly id: number;
  readonly outcome: Outcome;
}

/** A thread that can't be started is not tried again at once. */
const RESTART_MS = 1000;

const GONE: Outcome = { failed: 'the writer has ended' };

/** The writer's side: takes what is asked, and gives the answers of one commit together. */
export function answerJobs(
  writer: Pick<OpenWriter, 'submit'>,
  send: (answered: readonly Answered[]) => void,
): (asked: readonly Asked[]) => void {
  let ready: Answered[] = [];
  const flush = (): void => {
    const answered = ready;
    ready = [];
    send(answered);
  };
  return (asked) => {
    for (const { id, job } of asked) {
      void writer.submit(jobOf(job)).then((outcome) => {
        if (ready.length === 0) queueMicrotask(flush);
        ready.push({ id, outcome });
      });
    }
  };
}

interface Line {
  submit(job: Job): Promise<Outcome>;
  take(answered: readonly Answered[]): void;
  /** Nobody answers any more. Whether the last jobs were done can't be known. */
  cut(): void;
}

/** The asker's side: jobs of one turn go together. */
function createLine(send: (asked: readonly Asked[]) => void): Line {
  const waiting = new Map<number, (outcome: Outcome) => void>();
  let isCut = false;
  let last = 0;
  let asked: Asked[] = [];
  const flush = (): void => {
    const ready = asked;
    asked = [];
    send(ready);
  };
  return {
    submit: (job) =>
      new Promise((resolve) => {
        if (isCut) return resolve(GONE);
        last += 1;
        waiting.set(last, resolve);
        if (asked.length === 0) queueMicrotask(flush);
        asked.push({ id: last, job: jobText(job) });
      }),
    take(answered) {
      for (const { id, outcome } of answered) {
        waiting.get(id)?.(outcome);
        waiting.delete(id);
      }
    },
    cut() {
      isCut = true;
      for (const resolve of waiting.values()) resolve(GONE);
      waiting.clear();
    },
  };
}

type FromThread =
  | { readonly answered: readonly Answered[] }
  | { readonly isIndexLost: boolean }
  | { readonly diskFailed: string }
  | { readonly failed: string };

interface Thread {
  readonly line: Line;
  readonly worker: Worker;
  readonly isIndexLost: boolean;
  /** Resolves when it has ended, for whatever reason. */
  readonly ended: Promise<unknown>;
}

/** A thread that ends by a fault is started anew: what it was asked is answered as failed, and what is asked meanwhile. */
export async function startWriterThread(
  path: string,
  diskFailed: (message: string) => void = () => undefined,
): Promise<OpenWriter> {
  let closing = false;
  let restarting: Promise<void> = Promise.resolve();
  let started = await start();

  function start(): Promise<Thread> {
    const worker = new Worker(new URL('./write-worker.ts', import.meta.url), {
      workerData: { path },
      resourceLimits: SMALL_YOUNG_GENERATION,
    });
    const line = createLine((asked) => worker.postMessage({ asked }));
    return new Promise((resolve, reject) => {
      const ended = new Promise<void>((end) => {
        worker.once('exit', () => {
          line.cut();
          end();
          reject(new Error('the writer has ended'));
        });
      });
      worker.on('message', (message: FromThread) => {
        if ('answered' in message) line.take(message.answered);
        else if ('diskFailed' in message) diskFailed(message.diskFailed);
        else if ('failed' in message) reject(new Error(message.failed));
        else resolve({ line, worker, isIndexLost: message.isIndexLost, ended });
      });
      worker.once('error', reject);
    });
  }

  function watch({ ended }: Thread): void {
    void ended.then(() => {
      if (!closing) restarting = restart();
    });
  }
  watch(started);

  async function restart(): Promise<void> {
    while (!closing) {
      try {
        started = await start();
        // Readers go by the file that is gone, and only a start makes it anew before anybody is answered.
        if (started.isIndexLost) diskFailed('the index was lost while the writer was away');
        watch(started);
        return;
      } catch {
        await sleep(RESTART_MS);
      }
    }
  }

  return {
    isIndexLost: started.isIndexLost,
    submit: (job) => started.line.submit(job),
    async close() {
      closing = true;
      await restarting;
      started.worker.postMessage('close');
      await started.ended;
    },
  };
}

interface WriterMessage {
  readonly writer: readonly Asked[] | readonly Answered[];
}

const isWriterMessage = (message: unknown): message is WriterMessage =>
  typeof message === 'object' && message !== null && 'writer' in message;

export interface WriterPeer {
  send(message: WriterMessage): unknown;
  on(event: 'message', listener: (message: unknown) => void): unknown;
}

/** In the process that writes, for each that asks it. */
export function serveWriter(writer: Pick<OpenWriter, 'submit'>, peer: WriterPeer): void {
  const answer = answerJobs(writer, (answered) => peer.send({ writer: answered }));
  peer.on('message', (message) => {
    if (isWriterMessage(message)) answer(message.writer as readonly Asked[]);
  });
}

/** In a process that asks the one that started it. */
export function joinWriter(): OpenWriter {
  const line = createLine((asked) => process.send?.({ writer: asked } satisfies WriterMessage));
  const take = (message: unknown): void => {
    if (isWriterMessage(message)) line.take(message.writer as readonly Answered[]);
  };
  process.on('message', take);
  process.once('disconnect', () => line.cut());
  return {
    isIndexLost: false,
    submit: (job) => line.submit(job),
    async close() {
      process.off('message', take);
    },
  };
}
