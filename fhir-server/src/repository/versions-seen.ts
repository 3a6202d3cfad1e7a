/**
 * What whoever asks may be told of versions now, of many in one go: a store that is asked by commands is asked by few. Judged as a read and a `vread` of each (R8): by what the
 * resource is now, and by the version itself.
 */
import type { AccessContext } from '../access/access-context.ts';
import { seenCondition } from '../access/read-condition.ts';
import type { ResourceStore, StoredVersion } from '../store/store.ts';
import { isVisible, type OwnersAnswers } from './version-visibility.ts';

export type NamedVersion = Pick<StoredVersion, 'type' | 'id' | 'version'>;

/** undefined, each for itself: they may not see it, or it is not there. */
export async function versionsSeen(
  store: ResourceStore,
  access: AccessContext,
  named: readonly NamedVersion[],
  baseUrl: string,
): Promise<(StoredVersion | undefined)[]> {
  const answers: OwnersAnswers = new Map();
  return Promise.all(named.map(seen));

  async function seen({ type, id, version }: NamedVersion): Promise<StoredVersion | undefined> {
    const visible = seenCondition(access, type);
    if (!visible) return undefined;
    const [current, found] = await Promise.all([store.read(type, id), store.vread(type, id, version)]);
    if (!current || !found) return undefined;
    if (!(await isVisible(store, current, visible, baseUrl, answers))) return undefined;
    const isSame = found.version === current.version;
    return isSame || (await isVisible(store, found, visible, baseUrl, answers)) ? found : undefined;
  }
}
