/**
 * Gathers jobs that arrive together into one commit, and nobody is answered before it is on disk: doubles throughput at unchanged
 * durability. First without savepoints; where one job fails, all is rolled back and done again with a savepoint for each, so that it
 * takes nobody along. A savepoint round a large transaction is dear: SQLite keeps a copy of every page it touches in a list, and walks it
 * for each statement (measured: 35,000 Synthea resources in transactions at 1,375/s, 950/s at the end and falling; without 3,000/s).
 */
import type { DatabaseSync } from 'node:sqlite';
import { StoreError } from '../store.ts';

/** A commit takes at most this much, so that nobody waits long for it. */
const MAX_WEIGHT = 500;
/** Where so many shared the last commit, the next one waits this long for more, unless it has enough: it writes the same pages whether few or many share it. */
const SEVERAL = 3;
const ENOUGH = 32;
const LINGER_MS = 2;

interface Waiting<J, A> {
  readonly job: J;
  readonly resolve: (answer: A) => void;
  readonly reject: (error: unknown) => void;
}

interface Done<J, A> {
  readonly waiting: Waiting<J, A>;
  readonly result: { readonly answer: A } | { readonly error: unknown };
}

export interface GroupCommit<J, A> {
  submit(job: J): Promise<A>;
  /** Resolves when nothing waits. */
  drained(): Promise<void>;
}

export interface Transactions {
  readonly db: DatabaseSync;
  begin(): void;
  commit(): void;
  rollBack(): void;
  /** What was done since the last savepoint is gone. */
  forget(): void;
}

/** `apply` throws a StoreError where a job can't be done; any other error ends the whole commit. */
export function createGroupCommit<J, A>(
  transactions: Transactions,
  weightOf: (job: J) => number,
  apply: (job: J) => A,
): GroupCommit<J, A> {
  let queue: Waiting<J, A>[] = [];
  /** How much waits. */
  let weight = 0;
  /** How many shared the last commit. */
  let shared = 0;
  let scheduled = false;
  let lingering: NodeJS.Timeout | undefined;

  function schedule(): void {
    if (scheduled) return;
    // Where several came together a moment ago, more are on their way.
    if (shared >= SEVERAL && weight < ENOUGH) {
      lingering ??= setTimeout(run, LINGER_MS);
      return;
    }
    clearTimeout(lingering);
    scheduled = true;
    setImmediate(run);
  }

  function run(): void {
    scheduled = false;
    lingering = undefined;
    commitNext();
    if (queue.length > 0) schedule();
  }

  function takeBatch(): Waiting<J, A>[] {
    let taken = 0;
    let together = 0;
    for (const { job } of queue) {
      const each = weightOf(job);
      if (taken > 0 && together + each > MAX_WEIGHT) break;
      together += each;
      taken += 1;
    }
    const batch = queue.slice(0, taken);
    queue = queue.slice(taken);
    weight -= together;
    shared = taken;
    return batch;
  }

  function commitNext(): void {
    const batch = takeBatch();
    if (batch.length === 0) return;
    let done: readonly Done<J, A>[];
    try {
      done = commitTogether(batch) ?? commitApart(batch);
    } catch (error) {
      rollBack();
      const fault = new StoreError('unavailable', 0, undefined, { cause: error });
      for (const waiting of batch) waiting.reject(fault);
      return;
    }
    for (const { waiting, result } of done) {
      if ('answer' in result) waiting.resolve(result.answer);
      else waiting.reject(result.error);
    }
  }

  /** A failing disk may fail here as well. */
  function rollBack(): void {
    try {
      transactions.rollBack();
    } catch {
      // SQLite has rolled back by itself.
    }
  }

  /** undefined when one of several failed: nothing is written then. */
  function commitTogether(batch: readonly Waiting<J, A>[]): readonly Done<J, A>[] | undefined {
    transactions.begin();
    const done: Done<J, A>[] = [];
    for (const waiting of batch) {
      try {
        done.push({ waiting, result: { answer: apply(waiting.job) } });
      } catch (error) {
        if (!(error instanceof StoreError)) throw error;
        transactions.rollBack();
        return batch.length === 1 ? [{ waiting, result: { error } }] : undefined;
      }
    }
    transactions.commit();
    return done;
  }

  function commitApart(batch: readonly Waiting<J, A>[]): readonly Done<J, A>[] {
    transactions.begin();
    const done = batch.map((waiting) => ({ waiting, result: attempt(waiting.job) }));
    transactions.commit();
    return done;
  }

  /** One job under a savepoint; an engine fault (disk full …) ends the whole commit. */
  function attempt(job: J): Done<J, A>['result'] {
    const { db } = transactions;
    db.exec('SAVEPOINT job');
    try {
      const answer = apply(job);
      db.exec('RELEASE job');
      return { answer };
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      db.exec('ROLLBACK TO job; RELEASE job');
      // Keys interned under the savepoint are gone; those of the jobs before it would only be looked up again.
      transactions.forget();
      return { error };
    }
  }

  return {
    submit(job) {
      return new Promise((resolve, reject) => {
        queue.push({ job, resolve, reject });
        weight += weightOf(job);
        schedule();
      });
    },
    async drained() {
      while (queue.length > 0) await new Promise((resolve) => setImmediate(resolve));
    },
  };
}
