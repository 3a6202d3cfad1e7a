/** Whether a write would be accepted, found out by preparing it and writing nothing: by what a write is refused, `$validate` of its mode is. */
import { FhirError, type Issue } from '@wellspring/profiles';
import { StoreError, type WriteOperation } from '../../store/store.ts';
import { writeError } from '../store-faults.ts';
import { parseJson, type ResourceJson, stringifyJson } from '../text/resource-text.ts';
import { isLive } from './live-version.ts';
import type { Preparation } from './preparation.ts';
import { prepareWrites } from './prepare-writes.ts';
import type { Writing } from './write.ts';

/** What it would be refused for; [] for nothing. Throws what is a fault of the server, and no answer. */
export async function refusal(preparation: Preparation, write: Writing): Promise<readonly Issue[]> {
  // Preparing changes what it prepares.
  const resource = parseJson(stringifyJson(write.resource)) as ResourceJson;
  try {
    await requireTargets(preparation, await prepareWrites(preparation, [{ ...write, resource }]));
    return [];
  } catch (error) {
    if (error instanceof FhirError && error.status < 500) return error.issues;
    throw error;
  }
}

/** As the store would when it writes. */
async function requireTargets({ store }: Preparation, operations: readonly WriteOperation[]): Promise<void> {
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

const nameOf = ({ type, id }: WriteOperation): string => `${type}/${id}`;
