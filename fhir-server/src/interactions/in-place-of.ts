/**
 * Whom a condition means, where records were merged: a Patient that is `replaced-by` another must no longer be used (https://hl7.org/fhir/R4/valueset-link-type.html), so
 * among others it does not count, and by itself it means the one that stands for it.
 */
import type { AccessContext } from '../access/access-context.ts';
import type { Repository } from '../repository/repository.ts';
import { resourceOf } from '../repository/text/resource-text.ts';
import { isReplaced, linkedPatients } from '../search/replaced.ts';
import type { StoredVersion } from '../store/store.ts';

/** Whoever was merged more often is told of as far as this. */
const MOST_STEPS = 10;

const isOut = (version: StoredVersion): boolean => isReplaced(resourceOf(version));

/** `others`: what satisfies the condition and is in use, where more than `found` may. */
export async function whoIsMeant(
  repository: Pick<Repository, 'find'>,
  access: AccessContext,
  found: readonly StoredVersion[],
  others: () => Promise<readonly StoredVersion[]> = async () => found.filter((each) => !isOut(each)),
): Promise<readonly StoredVersion[]> {
  if (!found.some((each) => each.type === 'Patient' && isOut(each))) return found;
  const inUse = found.length > 1 ? await others() : [];
  if (inUse.length > 0) return inUse;
  const successors = new Map<string, StoredVersion>();
  for (const each of found) {
    const last = await successorOf(repository, access, each);
    successors.set(last.id, last);
  }
  return [...successors.values()];
}

/** Itself, where nobody stands for it whom the caller may see. */
export async function successorOf(
  repository: Pick<Repository, 'find'>,
  access: AccessContext,
  version: StoredVersion,
): Promise<StoredVersion> {
  let last = version;
  for (let step = 0; step < MOST_STEPS && last.type === 'Patient' && isOut(last); step++) {
    const ids = linkedPatients(resourceOf(last), 'replaced-by').slice(0, 1);
    const [next] = await repository.find(access, 'Patient', { kind: 'id', ids }, 1);
    if (!next) break;
    last = next;
  }
  return last;
}
