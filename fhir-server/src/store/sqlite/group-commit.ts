/**
 * Gathers writes that arrive together into one commit, and nobody is answered before it is on disk: doubles throughput at unchanged
 * durability. First without savepoints; where one request fails, all is rolled back and done again with a savepoint for each, so that it
 * takes nobody along. A savepoint round a large transaction is dear: SQLite keeps a copy of every page it touches in a list, and walks it
 * for each statement (measured: 35,000 Synthea resources in transactions at 1,375/s, 950/s at the end and falling; without 3,000/s).
 */
import { StoreError, type WriteOperation, type WriteResult } from '../store.ts';
import { applyOperations, type Writer } from './write.ts';

/** A commit takes at most this many operations, so that one turn of the event loop stays short. */
const MAX_OPERATIONS = 200;

interface Waiting {
  readonly operations: readonly WriteOperation[];
  readonly by: string | undefined;
  readonly resolve: (results: readonly WriteResult[]) => void;
  readonly reject: (error: unknown) => void;
}

interface Outcome {
  readonly waiting: Waiting;
  readonly results?: readonly WriteResult[];
  readonly error?: unknown;
}

export interface GroupCommit {
  submit(operations: readonly WriteOperation[], by?: string): Promise<readonly WriteResult[]>;
  /** Resolves when nothing waits. */
  drained(): Promise<void>;
}

/** `committed` is called after each commit, before anybody is answered. */
export function createGroupCommit(writer: Writer, committed: () => void): GroupCommit {
  let queue: Waiting[] = [];
  let scheduled = false;

  const apply = ({ operations, by }: Waiting): readonly WriteResult[] =>
    applyOperations({ ...writer, by }, operations);

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
    let outcomes: readonly Outcome[];
    try {
      outcomes = commitTogether(batch) ?? commitApart(batch);
    } catch (error) {
      rollBack();
      const fault = new StoreError('unavailable', 0, undefined, { cause: error });
      for (const waiting of batch) waiting.reject(fault);
      return;
    }
    for (const { waiting, results, error } of outcomes) {
      if (results) waiting.resolve(results);
      else waiting.reject(error);
    }
  }

  /** undefined when one of several failed: nothing is written then. */
  function commitTogether(batch: readonly Waiting[]): readonly Outcome[] | undefined {
    const { db } = writer.connection;
    db.exec('BEGIN IMMEDIATE');
    const outcomes: Outcome[] = [];
    for (const waiting of batch) {
      try {
        outcomes.push({ waiting, results: apply(waiting) });
      } catch (error) {
        if (!(error instanceof StoreError)) throw error;
        rollBack();
        return batch.length === 1 ? [{ waiting, error }] : undefined;
      }
    }
    commit();
    return outcomes;
  }

  function commitApart(batch: readonly Waiting[]): readonly Outcome[] {
    writer.connection.db.exec('BEGIN IMMEDIATE');
    const outcomes = batch.map((waiting) => ({ waiting, ...attempt(waiting) }));
    commit();
    return outcomes;
  }

  function commit(): void {
    writer.connection.db.exec('COMMIT');
    writer.keys.committed();
    committed();
  }

  function rollBack(): void {
    const { db } = writer.connection;
    if (db.isTransaction) db.exec('ROLLBACK');
    writer.keys.forgetUncommitted();
  }

  /** One request's operations under a savepoint; an engine fault (disk full …) ends the whole commit. */
  function attempt(waiting: Waiting): Omit<Outcome, 'waiting'> {
    const { db } = writer.connection;
    db.exec('SAVEPOINT request');
    try {
      const results = apply(waiting);
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
    submit(operations, by) {
      return new Promise((resolve, reject) => {
        queue.push({ operations, by, resolve, reject });
        schedule();
      });
    },
    async drained() {
      while (queue.length > 0 || scheduled) await new Promise((resolve) => setImmediate(resolve));
    },
  };
}
