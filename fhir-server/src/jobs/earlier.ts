/** What changes of the log followed: read for some that come one after the other in one go, as a walk comes to the first of them. */
import type { Change, ResourceStore, StoredVersion } from '../store/store.ts';

export type Earlier = StoredVersion | undefined;

/** What these followed may be long, whatever they are themselves. */
const AT_ONCE = 25;

/** `changes`: in the order in which they are asked for. `isAsked`: which of them will be. undefined: it followed nothing. */
export function earlierVersions(
  store: Pick<ResourceStore, 'vread'>,
  changes: readonly Change[],
  isAsked: (change: Change) => boolean,
): (change: Change) => Promise<Earlier> {
  const known = new Map<Change, Promise<Earlier>>();

  function readFrom(change: Change): void {
    known.clear();
    const at = changes.indexOf(change);
    for (const each of changes.slice(at, at + AT_ONCE)) if (each === change || isAsked(each)) read(each);
  }

  function read(change: Change): void {
    const { type, id, version } = change;
    if (version <= 1) return;
    const found = store.vread(type, id, version - 1, { kind: 'all' });
    // Who walks may end before it comes to this one.
    found.catch(() => undefined);
    known.set(change, found);
  }

  return async (change) => {
    if (change.version <= 1) return undefined;
    if (!known.has(change)) readFrom(change);
    return known.get(change);
  };
}
