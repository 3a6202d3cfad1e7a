/**
 * Threads for searches that may take long. One that is not done in time is refused, and told to stop (reader-thread.ts); until it has, another thread may take
 * its place. Searches wait in line when all threads are busy; a long line is refused, and so is who waited in it for as long as a search may take.
 */
import type { SearchQuery } from '../../search/query.ts';
import { type SearchPage, StoreError, type WalkPage, type WalkQuery } from '../store.ts';
import { type Page, type Reader, type ReadJob, startReader } from './reader-thread.ts';

interface Job {
  readonly asked: ReadJob;
  readonly resolve: (page: Page) => void;
  readonly reject: (error: StoreError) => void;
  /** In line, then at work. */
  late?: NodeJS.Timeout;
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
  /** Each with what it is at. */
  const all = new Map<Reader, Job | undefined>();
  /** Told to stop, and still at work. */
  const stopping = new Set<Reader>();
  const waiting = new Set<Job>();
  let closed = false;

  function start(): Reader | undefined {
    // As many again where all of them are late: no more, whatever is asked.
    if (all.size - stopping.size >= threads || all.size >= 2 * threads) return undefined;
    const reader = startReader(path, (error) => {
      const job = all.get(reader);
      forget(reader);
      if (job) refuse(job, failed(error));
      next();
    });
    return reader;
  }

  function forget(reader: Reader): void {
    all.delete(reader);
    stopping.delete(reader);
  }

  const idle = (): Reader | undefined => {
    for (const [reader, job] of all) if (!job) return reader;
    return undefined;
  };

  function next(): void {
    const [job] = waiting;
    if (closed || !job) return;
    const reader = idle() ?? start();
    if (!reader) return;
    waiting.delete(job);
    run(reader, job);
  }

  function run(reader: Reader, job: Job): void {
    all.set(reader, job);
    clearTimeout(job.late);
    job.late = setTimeout(() => {
      reader.stop();
      stopping.add(reader);
      job.reject(new StoreError('too-slow'));
      next();
    }, deadlineMs);
    reader.ask(job.asked, ({ page, error }) => {
      clearTimeout(job.late);
      if (page) job.resolve(page);
      else job.reject(failed(new Error(error)));
      free(reader);
      next();
    });
  }

  /** Those that stood in for others go when these are back. */
  function free(reader: Reader): void {
    stopping.delete(reader);
    if (all.size <= threads) {
      all.set(reader, undefined);
      return;
    }
    forget(reader);
    void reader.end();
  }

  function ask(asked: ReadJob): Promise<Page> {
    if (closed) return Promise.reject(new StoreError('unavailable'));
    if (waiting.size >= MAX_WAITING) return Promise.reject(new StoreError('too-slow'));
    return new Promise((resolve, reject) => {
      const job: Job = { asked, resolve, reject };
      job.late = setTimeout(() => {
        waiting.delete(job);
        reject(new StoreError('too-slow'));
      }, deadlineMs);
      waiting.add(job);
      next();
    });
  }

  return {
    search: (query) => ask({ kind: 'search', query }) as Promise<SearchPage>,
    walk: (query) => ask({ kind: 'walk', query }) as Promise<WalkPage>,
    async close() {
      closed = true;
      for (const job of [...waiting, ...all.values()]) if (job) refuse(job, new StoreError('unavailable'));
      waiting.clear();
      await Promise.all([...all.keys()].map((reader) => reader.end()));
    },
  };
}

const failed = (cause: Error): StoreError => new StoreError('unavailable', 0, undefined, { cause });

function refuse(job: Job, error: StoreError): void {
  clearTimeout(job.late);
  job.reject(error);
}
