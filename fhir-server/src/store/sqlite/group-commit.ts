/**
 * Gathers writes that arrive together into one commit: each has its own savepoint, so that one that fails takes nobody along, and
 * nobody is answered before the commit is on disk. Doubles throughput at unchanged durability.
 */
import { StoreError, type WriteOperation, type WriteResult } from '../store.ts';
import { applyOperations, type Writer } from './write.ts';

/** A commit takes at most this many operations, so that one turn of the event loop stays short. */
const MAX_OPERATIONS = 200;

interface Waiting {
  readonly operations: readonly WriteOperation[];
  readonly resolve: (results: readonly WriteResult[]) => void;
  readonly reject: (error: unknown) => void;
}

export interface GroupCommit {
  submit(operations: readonly WriteOperation[]): Promise<readonly WriteResult[]>;
  /** Resolves when nothing waits. */
  drained(): Promise<void>;
}

/** `committed` is called after each commit, before anybody is answered. */
export function createGroupCommit(writer: Writer, committed: () => void): GroupCommit {
  let queue: Waiting[] = [];
  let scheduled = false;

  function schedule(): void {
    if (scheduled) return;
    scheduled = true;
    setImmediate(() => {
      scheduled = false;
      commitNext();
      if (queue.length > 0) schedule();
    });
  }

  function takeBatch(): Waiting[] {
    let operations = 0;
    let taken = 0;
    for (const waiting of queue) {
      if (taken > 0 && operations + waiting.operations.length > MAX_OPERATIONS) break;
      operations += waiting.operations.length;
      taken += 1;
    }
    const batch = queue.slice(0, taken);
    queue = queue.slice(taken);
    return batch;
  }

  function commitNext(): void {
    const batch = takeBatch();
    if (batch.length === 0) return;
    const { db } = writer.connection;
    const outcomes: { waiting: Waiting; results?: readonly WriteResult[]; error?: unknown }[] = [];
    try {
      db.exec('BEGIN IMMEDIATE');
      for (const waiting of batch) outcomes.push({ waiting, ...attempt(waiting.operations) });
      db.exec('COMMIT');
      writer.keys.committed();
      committed();
    } catch (error) {
      if (db.isTransaction) db.exec('ROLLBACK');
      writer.keys.forgetUncommitted();
      const fault = new StoreError('unavailable', 0, undefined, { cause: error });
      for (const waiting of batch) waiting.reject(fault);
      return;
    }
    for (const { waiting, results, error } of outcomes) {
      if (results) waiting.resolve(results);
      else waiting.reject(error);
    }
  }

  /** One request's operations under a savepoint; an engine fault (disk full …) ends the whole commit. */
  function attempt(operations: readonly WriteOperation[]): {
    results?: readonly WriteResult[];
    error?: unknown;
  } {
    const { db } = writer.connection;
    db.exec('SAVEPOINT request');
    try {
      const results = applyOperations(writer, operations);
      db.exec('RELEASE request');
      return { results };
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      db.exec('ROLLBACK TO request; RELEASE request');
      // Keys interned under the savepoint are gone; those of the requests before it would only be looked up again.
      writer.keys.forgetUncommitted();
      return { error };
    }
  }

  return {
    submit(operations) {
      return new Promise((resolve, reject) => {
        queue.push({ operations, resolve, reject });
        schedule();
      });
    },
    async drained() {
      while (queue.length > 0 || scheduled) await new Promise((resolve) => setImmediate(resolve));
    },
  };
}
