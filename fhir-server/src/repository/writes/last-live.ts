import type { ResourceStore, StoredVersion } from '../../store/store.ts';

/** The newest version with a text: also of what was deleted, and comes back. */
export async function lastLive(
  store: Pick<ResourceStore, 'vread'>,
  found: StoredVersion | undefined,
): Promise<StoredVersion | undefined> {
  if (!found || found.body !== undefined) return found;
  const before = found.version > 1 ? await store.vread(found.type, found.id, found.version - 1) : undefined;
  return before?.body === undefined ? undefined : before;
}
