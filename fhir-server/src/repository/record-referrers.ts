/** Everything that refers to a Patient, as somebody may read it. */
import type { AccessContext } from '../access/access-context.ts';
import type { ResourceStore, StoredVersion } from '../store/store.ts';
import type { Find } from './references.ts';

const AT_ONCE = 500;

/** `unseen`: how many there are that the caller may not read. */
export async function referrersOf(
  store: Pick<ResourceStore, 'referrers'>,
  find: Find,
  access: AccessContext,
  patient: string,
  limit: number,
): Promise<{ readonly found: readonly StoredVersion[]; readonly unseen: number }> {
  const names = await store.referrers('Patient', patient, limit);
  const found: StoredVersion[] = [];
  for (const [type, some] of Map.groupBy(names, (each) => each.type)) {
    for (let from = 0; from < some.length; from += AT_ONCE) {
      const ids = some.slice(from, from + AT_ONCE).map(({ id }) => id);
      found.push(...(await find(access, type, { kind: 'id', ids }, AT_ONCE)));
    }
  }
  const seen = new Set(found.map(nameOf));
  const missing = new Set(names.map(nameOf).filter((name) => !seen.has(name)));
  if (missing.size === 0) return { found, unseen: 0 };
  // What was deleted between the two questions is hidden from nobody.
  const still = await store.referrers('Patient', patient, limit);
  return { found, unseen: still.filter((each) => missing.has(nameOf(each))).length };
}

const nameOf = ({ type, id }: { readonly type: string; readonly id: string }): string => `${type}/${id}`;
