/** Resources that somebody is about to take out of use, having looked at all that uses them: what would use them newly waits, outside of the queue of commits. */
import type { WriteOperation } from '../store.ts';
import type { Job } from './jobs.ts';

export interface Holds {
  hold(name: string, mark: string): void;
  letGo(mark: string): void;
  /** undefined: it need not wait. */
  waitOf(job: Job): Promise<void> | undefined;
}

/** Whoever holds longer has died, or finds out when it writes. */
const LONGEST_MS = 20_000;

interface Held {
  readonly name: string;
  readonly over: Promise<void>;
  readonly end: () => void;
}

export function createHolds(): Holds {
  const held = new Map<string, Held>();

  function letGo(mark: string): void {
    held.get(mark)?.end();
    held.delete(mark);
  }

  return {
    hold(name, mark) {
      const { promise: over, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(() => letGo(mark), LONGEST_MS).unref();
      const end = (): void => {
        clearTimeout(timer);
        resolve();
      };
      held.set(mark, { name, over, end });
    },
    letGo,
    waitOf(job) {
      if (held.size === 0 || job.kind !== 'transact') return undefined;
      const used = usedBy(job.operations);
      const waits = [...held.values()].filter(({ name }) => used.has(name)).map(({ over }) => over);
      return waits.length === 0 ? undefined : Promise.all(waits).then(() => undefined);
    },
  };
}

/** Of two that look at all that uses two, neither would come to an end if it waited; and what the transaction writes itself can't be taken out of use beside it: one of the two finds another version. */
function usedBy(operations: readonly WriteOperation[]): Set<string> {
  const used = new Set<string>();
  if (operations.some((each) => each.kind === 'update' && each.unlessReferredToBeside)) return used;
  for (const operation of operations)
    if (operation.kind === 'create' || operation.kind === 'update')
      for (const name of operation.uses ?? []) used.add(name);
  for (const { type, id } of operations) used.delete(`${type}/${id}`);
  return used;
}
