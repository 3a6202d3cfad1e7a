import { checkWrite, requireWriteScope } from '../../access/check-write.ts';
import { isSystem } from '../../access/read-condition.ts';
import { changeable, checkStaffChange } from '../../access/staff-writes.ts';
import { subscriptionsOf } from '../../access/subscriber.ts';
import { all, type QueryNode } from '../../search/query.ts';
import type { WriteOperation } from '../../store/store.ts';
import { unlessReferenced } from '../referrers.ts';
import { DIARIES, requireOwnDiary } from '../visits/diary.ts';
import { aboutToGo, requireLive } from './live-version.ts';
import type { Preparation } from './preparation.ts';
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
  const among = type === 'Subscription' ? await deletable(preparation, id) : visible;
  return {
    kind: 'delete',
    type,
    id,
    ...(write.expectedVersion === undefined ? {} : { expectedVersion: write.expectedVersion }),
    ...(options.referenceIntegrity ? await unlessReferenced(access, preparation.reach, before) : {}),
    ...(among ? { visible: among } : {}),
  };
}

/** Of Subscriptions: a client of a system scope may clear away anybody's, unread; everybody else their own. Throws 404. */
async function deletable(preparation: Preparation, id: string): Promise<QueryNode> {
  const { access } = preparation;
  if (isSystem(access)) return all;
  const own = subscriptionsOf(access);
  await requireLive(preparation, own, 'Subscription', id);
  return own;
}
