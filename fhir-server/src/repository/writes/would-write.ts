/** Whether a write would be accepted, found out by preparing it and writing nothing: by what a write is refused, `$validate` of its mode is. */
import { FhirError, type Issue } from '@wellspring/profiles';
import { type DeleteOperation, StoreError, type WriteOperation } from '../../store/store.ts';
import { writeError } from '../store-faults.ts';
import { parseJson, type ResourceJson, stringifyJson } from '../text/resource-text.ts';
import { isLive } from './live-version.ts';
import type { Preparation } from './preparation.ts';
import { prepareWrites } from './prepare-writes.ts';
import type { Write } from './write.ts';

/** What it would be refused for; [] for nothing. Throws what is a fault of the server, and no answer. */
export async function refusal(preparation: Preparation, write: Write): Promise<readonly Issue[]> {
  const { store } = preparation;
  try {
    const operations = await prepareWrites(preparation, [copied(write)]);
    await requireTargets(store, operations);
    await requireUnreferenced(store, operations);
    return [];
  } catch (error) {
    if (error instanceof FhirError && error.status < 500) return error.issues;
    throw error;
  }
}

/** Preparing changes what it prepares. */
function copied(write: Write): Write {
  if (write.interaction === 'delete') return write;
  return { ...write, resource: parseJson(stringifyJson(write.resource)) as ResourceJson };
}

/** As the store would when it writes. */
async function requireTargets(
  store: Preparation['store'],
  operations: readonly WriteOperation[],
): Promise<void> {
  const made = new Set(operations.map(nameOf));
  for (const [index, operation] of operations.entries()) {
    if (operation.kind !== 'create' && operation.kind !== 'update') continue;
    for (const name of operation.requires ?? []) {
      const [type = '', id = ''] = name.split('/');
      if (!made.has(name) && !(await isLive(store, type, id)))
        throw writeError(new StoreError('reference-missing', index, name), operations);
    }
  }
}

/** As the store would: what is written beside the deletion counts as it will be then. */
async function requireUnreferenced(
  store: Preparation['store'],
  operations: readonly WriteOperation[],
): Promise<void> {
  for (const [index, operation] of operations.entries()) {
    if (operation.kind !== 'delete' || !operation.unlessReferenced) continue;
    const beside = operations.filter((each) => each !== operation);
    if (beside.some((each) => refersTo(each, operation)) || (await isReferredTo(store, operation, beside)))
      throw writeError(new StoreError('still-referenced', index, nameOf(operation)), operations);
  }
}

const refersTo = (operation: WriteOperation, deleted: DeleteOperation): boolean =>
  'entries' in operation && operation.entries.references.some(({ target }) => target === nameOf(deleted));

const isReferredTo = (
  store: Preparation['store'],
  { type, id, referrersOf }: DeleteOperation,
  beside: readonly WriteOperation[],
): Promise<boolean> => store.isReferredTo(type, id, { owners: referrersOf, except: beside.map(nameOf) });

const nameOf = ({ type, id }: { readonly type: string; readonly id: string }): string => `${type}/${id}`;
