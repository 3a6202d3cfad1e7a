/**
 * Of a store without transactions: what the server writes beside comes after what was asked for, which stands by then and is written again by whoever is refused. So it is no
 * refusal that a colleague was quicker: an item of work is written over, for somebody waits for it; a slot stays as the other one wrote it, and the visit says who has it.
 */
import type { ResourceStore, WriteOperation, WriteResult } from '../../store/store.ts';
import { transactReviving } from '../reviving.ts';
import { isOvertaken, overtaken, writeError } from '../store-faults.ts';

/** `leftOut`: called where it was not written. Throws what a writer is told. */
export async function writeAfter(
  store: Pick<ResourceStore, 'transact' | 'read'>,
  operation: WriteOperation,
  by: string | undefined,
  leftOut: ((operation: WriteOperation) => void) | undefined,
): Promise<readonly WriteResult[]> {
  try {
    return await transactReviving(store, [operation], by);
  } catch (error) {
    if (!isOvertaken(error, 0) || operation.kind !== 'update') throw writeError(error, [operation]);
    if (operation.type === 'Slot') {
      leftOut?.(operation);
      return [{ outcome: 'absent', version: undefined }];
    }
    // Labels are not given up, nor put over what another has written.
    if (operation.type !== 'Task') throw overtaken();
    const { expectedVersion: _, ...anyVersion } = operation;
    return writeAfter(store, anyVersion, by, leftOut);
  }
}
