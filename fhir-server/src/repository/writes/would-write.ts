/** Whether a write would be accepted, found out by preparing it and writing nothing: by what a write is refused, `$validate` of its mode is. */
import { FhirError, type Issue, type OriginOf } from '@wellspring/profiles';
import { onlyTells, REPLACED } from '../../search/index-entry.ts';
import { and, inUse, type QueryNode } from '../../search/query.ts';
import { isReplaced } from '../../search/replaced.ts';
import {
  type CreateOperation,
  type DeleteOperation,
  StoreError,
  type WriteOperation,
} from '../../store/store.ts';
import { storedResource } from '../own-writes.ts';
import { originAmong, writeError } from '../store-faults.ts';
import { parseJson, type ResourceJson, stringifyJson } from '../text/resource-text.ts';
import { isLive } from './live-version.ts';
import type { Preparation } from './preparation.ts';
import { prepareWrites } from './prepare-writes.ts';
import type { Write } from './write.ts';

/** Throws what it would be refused for. */
export async function requireAccepted(
  preparation: Preparation,
  writes: readonly Write[],
  originOf?: OriginOf,
): Promise<void> {
  const { store } = preparation;
  const operations = await prepareWrites(preparation, writes.map(copied), originOf);
  const origin = originAmong(writes.length, originOf);
  await requireStates(store, operations, origin);
  await requireTargets(store, operations, origin);
  await requireUnreferenced(store, operations, origin);
}

/** What it would be refused for; [] for nothing. Throws what is a fault of the server, and no answer. */
export async function refusal(
  preparation: Preparation,
  writes: readonly Write[],
  originOf?: OriginOf,
): Promise<readonly Issue[]> {
  try {
    await requireAccepted(preparation, writes, originOf);
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

/** As the store would: of the version that is asked for, and of none where a new one is made. */
async function requireStates(
  store: Preparation['store'],
  operations: readonly WriteOperation[],
  originOf: OriginOf | undefined,
): Promise<void> {
  for (const [index, operation] of operations.entries()) {
    if (operation.kind === 'create' && (await matchesOf(store, operation)) > 1)
      throw writeError(new StoreError('multiple-matches', index), operations, originOf);
    if (operation.kind !== 'update' && operation.kind !== 'delete') continue;
    const { type, id, visible, expectedVersion } = operation;
    const isNew = operation.kind === 'update' && operation.ifNoneExist !== undefined;
    if (expectedVersion === undefined && !isNew && !visible) continue;
    const found = await store.read(type, id);
    const version = found?.body === undefined ? 0 : found.version;
    if (version > 0 && visible && !(await store.read(type, id, visible)))
      throw writeError(new StoreError('not-found', index), operations, originOf);
    if (expectedVersion !== undefined && expectedVersion !== version)
      throw writeError(new StoreError('version-mismatch', index), operations, originOf);
    if (isNew && version > 0) throw writeError(new StoreError('exists', index), operations, originOf);
  }
}

/** Of the condition of a create: two are as good as more. Of several, those that another stands for do not count, as in the stores. */
async function matchesOf(
  store: Preparation['store'],
  { type, ifNoneExist }: CreateOperation,
): Promise<number> {
  if (!ifNoneExist) return 0;
  const sort = [{ by: 'id', descending: false }] as const;
  const count = async (where: QueryNode): Promise<number> =>
    (await store.search({ type, where, sort, count: 2, total: 'none' })).matches.length;
  const found = await count(ifNoneExist);
  return found > 1 ? count(and(ifNoneExist, inUse)) : found;
}

/** As the store would when it writes. */
async function requireTargets(
  store: Preparation['store'],
  operations: readonly WriteOperation[],
  originOf: OriginOf | undefined,
): Promise<void> {
  const isMade = new Map(operations.map((operation) => [nameOf(operation), operation.kind !== 'delete']));
  for (const [index, operation] of operations.entries()) {
    if (operation.kind !== 'create' && operation.kind !== 'update') continue;
    // What is there already is not written, and leads nowhere.
    if (operation.kind === 'create' && (await matchesOf(store, operation)) > 0) continue;
    for (const name of operation.requires ?? []) {
      const [type = '', id = ''] = name.split('/');
      if (!(isMade.get(name) ?? (await isLive(store, type, id))))
        throw writeError(new StoreError('reference-missing', index, name), operations, originOf);
    }
    for (const name of operation.uses ?? [])
      if (await isMarked(store, operations, name))
        throw writeError(new StoreError('reference-replaced', index, name), operations, originOf);
  }
}

async function isMarked(
  store: Preparation['store'],
  operations: readonly WriteOperation[],
  name: string,
): Promise<boolean> {
  const beside = operations.find((each) => nameOf(each) === name);
  if (beside && 'entries' in beside) return beside.entries.present.includes(REPLACED);
  const stored = await storedResource(store, name);
  return stored !== undefined && isReplaced(stored.resource);
}

/** As the store would: what is written beside the deletion counts as it will be then. */
async function requireUnreferenced(
  store: Preparation['store'],
  operations: readonly WriteOperation[],
  originOf: OriginOf | undefined,
): Promise<void> {
  for (const [index, operation] of operations.entries()) {
    if (operation.kind !== 'delete' || !operation.unlessReferenced) continue;
    const beside = operations.filter((each) => each !== operation);
    if (beside.some((each) => refersTo(each, operation)) || (await isReferredTo(store, operation, beside)))
      throw writeError(new StoreError('still-referenced', index, nameOf(operation)), operations, originOf);
  }
}

const refersTo = (operation: WriteOperation, deleted: DeleteOperation): boolean =>
  'entries' in operation &&
  operation.entries.references.some(
    ({ param, target }) => target === nameOf(deleted) && !onlyTells(operation.type, param),
  );

const isReferredTo = (
  store: Preparation['store'],
  { type, id, referrersOf }: DeleteOperation,
  beside: readonly WriteOperation[],
): Promise<boolean> => store.isReferredTo(type, id, { owners: referrersOf, except: beside.map(nameOf) });

const nameOf = ({ type, id }: { readonly type: string; readonly id: string }): string => `${type}/${id}`;
