/**
 * A reader's thread as the pool sees it. It is never torn down while it may be within SQLite (that ended the whole process once, with SIGSEGV): it is told to stop, by memory that both
 * see, which its statements look at row by row (stop-sign.ts), and ends itself between two jobs.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { SMALL_YOUNG_GENERATION } from '../../heap.ts';
import type { SearchQuery } from '../../search/query.ts';
import type { SearchPage, WalkPage, WalkQuery } from '../store.ts';

/** What a thread is asked. */
export type ReadJob =
  | { readonly kind: 'search'; readonly query: SearchQuery }
  | { readonly kind: 'walk'; readonly query: WalkQuery };

export type Page = SearchPage | WalkPage;

/** What it answers; `error` of a job that was told to stop, too. */
export interface Read {
  readonly page?: Page;
  readonly error?: string;
}

export interface ReaderData {
  readonly path: string;
  readonly stop: Int32Array;
}

/** Instead of a job. */
export const END = 'end';

/** Where no row is passed by for so long, the end of the process is not held up any longer. */
const END_MS = 5000;

export interface Reader {
  /** One job at a time. */
  ask(job: ReadJob, answered: (read: Read) => void): void;
  /** The job at hand is answered soon, with an error. */
  stop(): void;
  /** Stops, and resolves when the thread has ended. */
  end(): Promise<void>;
}

/** `lost`: the thread ended by itself, and answers nothing any more. */
export function startReader(path: string, lost: (error: Error) => void): Reader {
  const stop = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const data: ReaderData = { path, stop };
  const worker = new Worker(new URL('./read-worker.ts', import.meta.url), {
    workerData: data,
    resourceLimits: SMALL_YOUNG_GENERATION,
  });
  const gone = new Promise<unknown>((resolve) => worker.once('exit', resolve));
  worker.unref();
  worker.once('error', lost);
  return {
    ask(job, answered) {
      // What was meant for the job before.
      Atomics.store(stop, 0, 0);
      worker.once('message', answered);
      worker.postMessage(job);
    },
    stop: () => void Atomics.store(stop, 0, 1),
    async end() {
      Atomics.store(stop, 0, 1);
      worker.postMessage(END);
      worker.ref();
      await Promise.race([gone, sleep(END_MS, undefined, { ref: false })]);
      worker.unref();
    },
  };
}
