/** Where the tests of `npm run mutate` run: one thread that is kept from one change to the next, since loading the code takes many times as long as a test. */
import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { PoolOptions, PoolRunnerInitializer, PoolWorker } from 'vitest/node';

type Listener = Parameters<PoolWorker['on']>[1];

export class KeptThread implements PoolRunnerInitializer {
  readonly name = 'kept-thread';
  #thread: Worker | undefined;

  readonly createPoolWorker = ({ execArgv, env }: PoolOptions): PoolWorker => {
    const listening: [event: string, listener: Listener][] = [];
    const thread = (): Worker => {
      if (!this.#thread) throw new Error('the thread of the tests has ended');
      return this.#thread;
    };
    return {
      name: this.name,
      start: async () => {
        this.#thread ??= this.#begin({ execArgv, env });
      },
      // The next run has it.
      stop: async () => {
        for (const [event, listener] of listening.splice(0)) this.#thread?.off(event, listener);
      },
      on: (event, listener) => {
        listening.push([event, listener]);
        thread().on(event, listener);
      },
      off: (event, listener) => void this.#thread?.off(event, listener),
      send: (message) => this.#thread?.postMessage(message),
      deserialize: (data) => data,
    };
  };

  #begin({ execArgv, env }: Pick<PoolOptions, 'execArgv' | 'env'>): Worker {
    const thread = new Worker(join(import.meta.dirname, 'mutate-thread.ts'), {
      env,
      execArgv,
      stdout: true,
      stderr: true,
    });
    thread.stdout.resume();
    thread.stderr.resume();
    thread.once('exit', () => {
      if (this.#thread === thread) this.#thread = undefined;
    });
    return thread;
  }

  /** The next run has a new one. */
  async end(): Promise<void> {
    const thread = this.#thread;
    if (!thread) return;
    const ended = once(thread, 'exit');
    await thread.terminate();
    await ended;
  }
}
