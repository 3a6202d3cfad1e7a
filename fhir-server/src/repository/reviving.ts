/**
 * A Patient that was merged into another keeps the link that says so: only $undo-merge takes it away. Where the other one does not say so too (a link that somebody wrote by
 * hand, and by mistake) there was no merge, and an update may take it away.
 */
import { linkedPatients } from '../search/replaced.ts';
import { type ResourceStore, StoreError, type WriteOperation, type WriteResult } from '../store/store.ts';
import { storedResource } from './own-writes.ts';

export async function transactReviving(
  store: Pick<ResourceStore, 'transact' | 'read'>,
  operations: readonly WriteOperation[],
  by: string | undefined,
): Promise<readonly WriteResult[]> {
  try {
    return await store.transact(operations, by);
  } catch (error) {
    if (!(error instanceof StoreError) || error.fault !== 'replaced') throw error;
    const revived = await revivedIn(store, operations, error.index);
    if (!revived) throw error;
    return transactReviving(store, revived, by);
  }
}

async function revivedIn(
  store: Pick<ResourceStore, 'read'>,
  operations: readonly WriteOperation[],
  index: number,
): Promise<readonly WriteOperation[] | undefined> {
  const operation = operations[index];
  if (operation?.kind !== 'update' || operation.revives) return undefined;
  const stored = await storedResource(store, `Patient/${operation.id}`);
  if (!stored || (await isMerged(store, operation.id, linkedPatients(stored.resource, 'replaced-by'))))
    return undefined;
  const { version: expectedVersion } = stored;
  return operations.map((each) =>
    each === operation
      ? { ...operation, expectedVersion: operation.expectedVersion ?? expectedVersion, revives: true }
      : each,
  );
}

async function isMerged(
  store: Pick<ResourceStore, 'read'>,
  id: string,
  successors: readonly string[],
): Promise<boolean> {
  for (const other of successors) {
    const stored = await storedResource(store, `Patient/${other}`);
    if (stored && linkedPatients(stored.resource, 'replaces').includes(id)) return true;
  }
  return false;
}
