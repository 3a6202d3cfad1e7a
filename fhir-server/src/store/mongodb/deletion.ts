/**
 * Deleting what others might refer to at the same moment. Two transactions under snapshot isolation, of which one makes a reference to what the other
 * deletes, write different documents: the database would let both through. So a deletion is announced first, by a mark on the document; then every write
 * that began before the mark could be seen is waited for; from then on whoever refers there sees the mark, and waits (write.ts).
 */
import { randomUUID } from 'node:crypto';
import type { WriteOperation } from '../store.ts';
import type { WriteClock } from './clock.ts';
import type { Collections } from './collections.ts';
import type { LeavingError } from './write.ts';
import { nameOf } from './writer.ts';

/** A mark that stays this long is that of a process that died. */
const STALE_MS = 5000;

export const namesToLeave = (operations: readonly WriteOperation[]): string[] =>
  operations.flatMap((operation) =>
    operation.kind === 'delete' && operation.unlessReferenced ? [nameOf(operation)] : [],
  );

/** The mark. Whoever sees it waits until the deletion is done or given up. */
export async function announce(
  { resources }: Collections,
  clock: WriteClock,
  names: readonly string[],
): Promise<string> {
  const mark = randomUUID();
  const { matchedCount } = await resources.updateMany(
    { _id: { $in: [...names] }, deleted: false },
    { $set: { leaving: mark } },
  );
  if (matchedCount > 0) await clock.settled();
  return mark;
}

export async function giveUp(
  { resources }: Collections,
  names: readonly string[],
  mark: string,
): Promise<void> {
  await resources.updateMany({ _id: { $in: [...names] }, leaving: mark }, { $unset: { leaving: '' } });
}

/** How long each mark has been seen by one transaction that waits for it. */
export function createPatience({ resources }: Collections): (error: LeavingError) => Promise<void> {
  const since = new Map<string, number>();
  return async ({ target, leaving }) => {
    const now = performance.now();
    const first = since.get(leaving) ?? now;
    since.set(leaving, first);
    // Should it live after all, its deletion finds the mark gone and begins anew.
    if (now - first > STALE_MS)
      await resources.updateOne({ _id: target, leaving }, { $unset: { leaving: '' } });
  };
}
