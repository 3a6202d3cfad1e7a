/** What is stored where something is about to be written, as far as the writer may know of it. */
import { notFound } from '@wellspring/profiles';
import type { AccessContext } from '../../access/access-context.ts';
import { requireWriteScope } from '../../access/check-write.ts';
import { isSystem, requireReadCondition } from '../../access/read-condition.ts';
import { WATCHED } from '../../access/staff-writes.ts';
import { subscriptionsOf } from '../../access/subscriber.ts';
import type { Json } from '../../access/write-rules.ts';
import type { QueryNode } from '../../search/query.ts';
import type { ResourceStore, StoredVersion } from '../../store/store.ts';
import type { Preparation } from './preparation.ts';
import type { Deletion } from './write.ts';

type Reader = Pick<Preparation, 'store' | 'access'>;

export interface LiveVersion {
  readonly version: number;
  readonly json: Json;
}

/** Only where a rule compares with what is stored: a patient's own changes, and some of staff. `ofStaff`: what these may change. */
export async function liveVersion(
  { store, access }: Reader,
  ofStaff: QueryNode | undefined,
  type: string,
  id: string,
): Promise<LiveVersion | undefined> {
  if (type === 'Subscription') return liveSubscription(store, access, id);
  const isStaffWrite = requireWriteScope(access, 'u', type) === 'unrestricted';
  if (isStaffWrite && !(access.staff && WATCHED.has(type))) return undefined;
  const visible = isStaffWrite ? ofStaff : requireReadCondition(access, type, 'r');
  const found = parsed(await store.read(type, id, visible));
  if (!found && visible) throw notFound(type, id);
  return found;
}

/** undefined where there is none; of a person there must be one, theirs: nobody learns which ids others have. */
async function liveSubscription(
  store: ResourceStore,
  access: AccessContext,
  id: string,
): Promise<LiveVersion | undefined> {
  const found = parsed(await store.read('Subscription', id, subscriptionsOf(access)));
  if (!found && !isSystem(access)) throw notFound('Subscription', id);
  return found;
}

/** Of staff with a bound: what is out of their reach and what is not there answer alike, so they name no new ids. */
export async function requireLive(
  { store }: Reader,
  visible: QueryNode,
  type: string,
  id: string,
): Promise<Json> {
  const found = parsed(await store.read(type, id, visible));
  if (!found) throw notFound(type, id);
  return found.json;
}

/** Whoever may see it. */
export const isLive = async (store: ResourceStore, type: string, id: string): Promise<boolean> =>
  parsed(await store.read(type, id)) !== undefined;

/** What a member of staff is about to delete; of a system, or where there is nothing: undefined. */
export async function aboutToGo(
  reader: Reader,
  visible: QueryNode | undefined,
  { type, id }: Deletion,
): Promise<Json | undefined> {
  if (visible) return requireLive(reader, visible, type, id);
  if (!reader.access.staff) return undefined;
  return parsed(await reader.store.read(type, id))?.json;
}

const parsed = (found: StoredVersion | undefined): LiveVersion | undefined =>
  found?.body ? { version: found.version, json: JSON.parse(found.body) as Json } : undefined;
