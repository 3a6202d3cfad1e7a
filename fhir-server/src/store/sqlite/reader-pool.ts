/**
 * Threads for searches that may take long. node:sqlite can't be interrupted: a search that is not done in time is ended with its thread, and
 * a new thread takes its place. Searches wait in line when all threads are busy; a long line is refused.
 */
import { Worker } from 'node:worker_threads';
import type { SearchQuery } from '../../search/query.ts';
import { type SearchPage, StoreError, type WalkPage, type WalkQuery } from '../store.ts';

/** What a thread is asked. */
export type ReadJob =
  | { readonly kind: 'search'; readonly query: SearchQuery }
  | { readonly kind: 'walk'; readonly query: WalkQuery };

type Page = SearchPage | WalkPage;

interface Job {
  readonly asked: ReadJob;
  readonly resolve: (page: Page) => void;
  readonly reject: (error: unknown) => void;
}

export interface ReaderPool {
  /** StoreError `too-slow` after the deadline, or when too many wait. */
  search(query: SearchQuery): Promise<SearchPage>;
  walk(query: WalkQuery): Promise<WalkPage>;
  close(): Promise<void>;
}

export interface ReaderPoolOptions {
  readonly path: string;
  readonly threads: number;
  readonly deadlineMs: number;
}

const MAX_WAITING = 200;

/** Threads are started when they are first needed. */
export function createReaderPool({ path, threads, deadlineMs }: ReaderPoolOptions): ReaderPool {
  const idle: Worker[] = [];
  const all = new Set<Worker>();
  const waiting: Job[] = [];
  let closed = false;

  function start(): Worker {
    const worker = new Worker(new URL('./read-worker.ts', import.meta.url), { workerData: { path } });
    worker.unref();
    all.add(worker);
    return worker;
  }

  function next(): void {
    if (closed || waiting.length === 0) return;
    const worker = idle.pop() ?? (all.size < threads ? start() : undefined);
    const job = worker && waiting.shift();
    if (worker && job) run(worker, job);
  }

  function run(worker: Worker, job: Job): void {
    const late = setTimeout(() => {
      done(new StoreError('too-slow'));
      end();
    }, deadlineMs);
    function onMessage({ page, error }: { page?: Page; error?: string }): void {
      done(page ?? new StoreError('unavailable', 0, undefined, { cause: new Error(error) }));
      idle.push(worker);
      next();
    }
    function onError(error: unknown): void {
      done(new StoreError('unavailable', 0, undefined, { cause: error }));
      end();
    }
    function done(outcome: Page | StoreError): void {
      clearTimeout(late);
      worker.off('message', onMessage);
      worker.off('error', onError);
      if (outcome instanceof StoreError) job.reject(outcome);
      else job.resolve(outcome);
    }
    function end(): void {
      all.delete(worker);
      void worker.terminate();
      next();
    }
    worker.on('message', onMessage);
    worker.on('error', onError);
    worker.postMessage(job.asked);
  }

  function ask(asked: ReadJob): Promise<Page> {
    if (waiting.length >= MAX_WAITING) return Promise.reject(new StoreError('too-slow'));
    return new Promise((resolve, reject) => {
      waiting.push({ asked, resolve, reject });
      next();
    });
  }

  return {
    search: (query) => ask({ kind: 'search', query }) as Promise<SearchPage>,
    walk: (query) => ask({ kind: 'walk', query }) as Promise<WalkPage>,
    async close() {
      closed = true;
      for (const { reject } of waiting) reject(new StoreError('unavailable'));
      await Promise.all([...all].map((worker) => worker.terminate()));
    },
  };
}
