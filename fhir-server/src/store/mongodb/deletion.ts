/**
 * Deleting, or taking out of use, what others might refer to at the same moment. Two transactions under snapshot isolation, of which one makes a reference to what the other
 * deletes, write different documents: the database would let both through. So a deletion is announced first, by a mark on the document; then every write
 * that began before the mark could be seen is waited for; from then on whoever refers there sees the mark, and waits (write.ts).
 */
import { randomUUID } from 'node:crypto';
import type { WriteOperation } from '../store.ts';
import type { WriteClock } from './clock.ts';
import type { Collections } from './collections.ts';
import type { LeavingError } from './write.ts';
import { nameOf } from './writer.ts';

/** A mark that stays this long is that of a process that died; of a hold, of one that takes too long. */
const STALE_MS = { leaving: 5000, held: 20_000 } as const;

export const namesToLeave = (operations: readonly WriteOperation[]): string[] =>
  operations.flatMap((operation) =>
    (operation.kind === 'delete' && operation.unlessReferenced) ||
    (operation.kind === 'update' && operation.unlessReferredToBeside)
      ? [nameOf(operation)]
      : [],
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
  return async ({ target, field, mark }) => {
    const now = performance.now();
    const first = since.get(mark) ?? now;
    since.set(mark, first);
    // Should it live after all, its deletion finds the mark gone and begins anew.
    if (now - first > STALE_MS[field])
      await resources.updateOne({ _id: target, [field]: mark }, { $unset: { [field]: '' } });
  };
}

/**
 * Whatever uses it waits while those that do are looked at; what did so before is done. For that alone: the write that then takes it out of use announces that by itself, and
 * waits for nobody's hold.
 */
export async function holdName(
  { resources }: Collections,
  clock: WriteClock,
  name: string,
): Promise<{ letGo(): Promise<void> }> {
  const held = randomUUID();
  const { matchedCount } = await resources.updateOne({ _id: name, deleted: false }, { $set: { held } });
  if (matchedCount > 0) await clock.settled();
  return {
    letGo: async () => void (await resources.updateOne({ _id: name, held }, { $unset: { held: '' } })),
  };
}
