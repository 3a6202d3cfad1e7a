/** What this server says of a subscription in its resource: in force, in error, ended. Only of the version that was looked at; a newer one speaks for itself. */
import { ownUpdate } from '../../repository/own-writes.ts';
import { parseJson, type ResourceJson } from '../../repository/text/resource-text.ts';
import { type ResourceStore, type StoredVersion, StoreError } from '../../store/store.ts';
import type { Status } from '../../subscriptions/plan.ts';

/** `error`: in words for the subscriber. False when there is a newer version by now. */
export async function setStatus(
  store: Pick<ResourceStore, 'transact'>,
  { id, version, body }: StoredVersion,
  status: Status,
  error?: string,
): Promise<boolean> {
  const { error: _, ...resource } = parseJson(body ?? '{}') as ResourceJson;
  const next: ResourceJson = {
    ...resource,
    resourceType: 'Subscription',
    status,
    ...(error ? { error } : {}),
  };
  try {
    await store.transact([ownUpdate(next, id, version)]);
    return true;
  } catch (failure) {
    if (
      failure instanceof StoreError &&
      (failure.fault === 'version-mismatch' || failure.fault === 'not-found')
    )
      return false;
    throw failure;
  }
}
