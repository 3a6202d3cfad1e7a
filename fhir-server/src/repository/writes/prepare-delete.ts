import { checkWrite, requireWriteScope } from '../../access/check-write.ts';
import { changeable, checkStaffChange } from '../../access/staff-writes.ts';
import type { WriteOperation } from '../../store/store.ts';
import { unlessReferenced } from '../referrers.ts';
import { DIARIES, requireOwnDiary } from '../visits/diary.ts';
import { aboutToGo, liveSubscription } from './live-version.ts';
import type { Preparation } from './preparation.ts';
import { visibleTo } from './visible-to.ts';
import type { Deletion } from './write.ts';

/** A deletion that is this caller's to make; what still refers to the resource keeps it. */
export async function prepareDelete(preparation: Preparation, write: Deletion): Promise<WriteOperation> {
  const { access, options } = preparation;
  const { type, id } = write;
  const scope = requireWriteScope(access, 'd', type);
  if (scope !== 'unrestricted') checkWrite(access, 'd', { resourceType: type, id }, undefined);
  const visible = changeable(access, 'd', type);
  const before = await aboutToGo(preparation, visible, write);
  if (visible && before) checkStaffChange(access, before);
  if (visible && DIARIES.has(type)) await requireOwnDiary(preparation.store, access, before);
  if (type === 'Subscription') await liveSubscription(preparation.store, access, id);
  return {
    kind: 'delete',
    type,
    id,
    ...(write.expectedVersion === undefined ? {} : { expectedVersion: write.expectedVersion }),
    ...(options.referenceIntegrity ? await unlessReferenced(access, preparation.reach, before) : {}),
    ...visibleTo(access, type, visible),
  };
}
