/** `$validate` of what is large, or by definitions that people stored, runs in a thread of its own, with a deadline: nobody else waits for it. */
import { Worker } from 'node:worker_threads';
import { type Answers, type Definition, type Issue, tookTooLong, type Unchecked } from '@wellspring/profiles';
import { createBreath } from '../breath.ts';
import type { ValidationJob } from './validate-worker.ts';

/** Issues of the resource, then, where there are none, of these profiles and, where asked for, of a closer look, with these definitions beside those of the packages. Throws 503 when it takes too long, or too many wait. */
export type Validate = (
  resource: unknown,
  profiles: readonly string[],
  definitions: readonly Definition[],
  look: ValidationJob['look'],
  answers: Answers,
) => Promise<readonly Issue[]>;

export interface ApartValidation {
  readonly validate: Validate;
  close(): Promise<void>;
}

const MAX_WAITING = 20;

interface Waiting {
  readonly job: ValidationJob;
  resolve(issues: readonly Issue[]): void;
  reject(error: unknown): void;
}

/** `folder`: of the packages. The thread starts with the first job. */
export function createApartValidation(
  folder: string,
  unchecked: Unchecked,
  deadlineMs: number,
): ApartValidation {
  const waiting: Waiting[] = [];
  let worker: Worker | undefined;
  let current: Waiting | undefined;
  let late: NodeJS.Timeout | undefined;

  function next(): void {
    if (current || waiting.length === 0) return;
    current = waiting.shift() as Waiting;
    worker ??= started();
    late = setTimeout(giveUp, deadlineMs);
    worker.postMessage(current.job);
  }

  function started(): Worker {
    const thread = new Worker(new URL('./validate-worker.ts', import.meta.url), {
      workerData: { folder, unchecked },
    });
    thread.unref();
    thread.on('message', (issues: Issue[]) => settle((job) => job.resolve(issues)));
    thread.on('error', (error) => {
      worker = undefined;
      settle((job) => job.reject(error));
    });
    return thread;
  }

  /** A thread can't be interrupted, only ended. */
  function giveUp(): void {
    const ended = worker;
    worker = undefined;
    void ended?.terminate();
    settle((job) => job.reject(tookTooLong()));
  }

  function settle(how: (job: Waiting) => void): void {
    clearTimeout(late);
    const done = current;
    current = undefined;
    if (done) how(done);
    next();
  }

  function requireRoom(): void {
    if (waiting.length >= MAX_WAITING) throw tookTooLong();
  }

  return {
    async validate(resource, profiles, definitions, look, answers) {
      requireRoom();
      // A text is handed over at once, whatever its length; what it says would be copied member by member, all of it while everybody waits.
      const texts: string[] = [];
      const breath = createBreath();
      for (const each of definitions) {
        await breath();
        texts.push(JSON.stringify(each));
      }
      requireRoom();
      return new Promise((resolve, reject) => {
        waiting.push({ job: { resource, profiles, definitions: texts, look, answers }, resolve, reject });
        next();
      });
    },
    async close() {
      clearTimeout(late);
      await worker?.terminate();
    },
  };
}
