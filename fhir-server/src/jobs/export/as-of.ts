/** What a resource was at a time: the newest version at or before it. */
import type { ResourceStore, StoredVersion } from '../../store/store.ts';

/** `changed`: a version later than the time. undefined: it was not there yet. Versions are in the order of time, so the place is found by halving. */
export async function versionAsOf(
  store: Pick<ResourceStore, 'vread'>,
  { type, id, version }: StoredVersion,
  time: number,
): Promise<StoredVersion | undefined> {
  let found: StoredVersion | undefined;
  for (let [low, high] = [0, version]; high - low > 1; ) {
    const middle = Math.floor((low + high) / 2);
    const each = await store.vread(type, id, middle);
    if (!each) throw new Error('a version is missing');
    if (each.lastUpdated <= time) {
      found = each;
      low = middle;
    } else high = middle;
  }
  return found;
}
