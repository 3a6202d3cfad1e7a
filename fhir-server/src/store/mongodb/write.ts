/** Writing to MongoDB: the operations of one transaction, in order, and the checks that need its end state. */
import type { ClientSession } from 'mongodb';
import {
  type CreateOperation,
  type DeleteOperation,
  type ReindexOperation,
  type StoredVersion,
  StoreError,
  type UpdateOperation,
  type WriteOperation,
  type WriteResult,
} from '../store.ts';
import type { Collections } from './collections.ts';
import { indexFields, keys, type ResourceDocument } from './documents.ts';
import { isDuplicateKey } from './errors.ts';
import { conditionFor, findCurrent, findVersion, type Reader } from './search.ts';

export interface Writer {
  readonly collections: Collections;
  readonly session: ClientSession | undefined;
  readonly now: () => number;
}

const sessionOf = ({ session }: Pick<Writer, 'session'>): { session?: ClientSession } =>
  session ? { session } : {};

export async function applyOperations(
  writer: Writer,
  operations: readonly WriteOperation[],
): Promise<WriteResult[]> {
  if (!writer.session) await checkBefore(writer, operations);
  // One counter document is written by every transaction: two that overlap conflict, one of them is tried again, and so positions in the
  // change log are given out in commit order, without gaps that fill up later. MongoDB has no other order that a reader could resume by.
  let seq = await takePositions(writer, operations.length);
  const time = writer.now();
  const results: WriteResult[] = [];
  for (const [index, operation] of operations.entries()) {
    seq += 1;
    results.push(await apply(writer, operation, index, seq, time));
  }
  for (const [index, operation] of operations.entries()) {
    if (operation.kind === 'delete') await checkUnreferenced(writer, operation, index);
    else if (operation.kind !== 'reindex' && results[index]?.outcome !== 'found')
      await checkReferences(writer, operation.requires ?? [], index);
  }
  return results;
}

/** Without a transaction nothing can be taken back: what can be refused is refused before the first write. */
async function checkBefore(writer: Writer, operations: readonly WriteOperation[]): Promise<void> {
  for (const [index, operation] of operations.entries()) {
    if (operation.kind === 'delete') await checkUnreferenced(writer, operation, index);
    else if (operation.kind !== 'reindex') {
      const itself = `${operation.type}/${operation.id}`;
      await checkReferences(writer, operation.requires?.filter((name) => name !== itself) ?? [], index);
    }
  }
}

/** Returns the position before the first one taken. Also the latest time: it never goes back. */
async function takePositions(writer: Writer, count: number): Promise<number> {
  const counter = await writer.collections.counters.findOneAndUpdate(
    { _id: 'seq' },
    { $inc: { value: count } },
    { upsert: true, returnDocument: 'after', ...sessionOf(writer) },
  );
  return (counter?.value ?? count) - count;
}

function apply(
  writer: Writer,
  operation: WriteOperation,
  index: number,
  seq: number,
  time: number,
): Promise<WriteResult> {
  switch (operation.kind) {
    case 'create':
      return create(writer, operation, index, seq, time);
    case 'update':
      return update(writer, operation, index, seq, time);
    case 'delete':
      return remove(writer, operation, index, seq, time);
    case 'reindex':
      return reindex(writer, operation);
    default:
      return operation satisfies never;
  }
}

async function create(
  writer: Writer,
  operation: CreateOperation,
  index: number,
  seq: number,
  time: number,
): Promise<WriteResult> {
  if (operation.ifNoneExist) {
    const found = await findMatch(writer, operation, index);
    if (found) return { outcome: 'found', version: found };
  }
  if (await findCurrent(writer, operation.type, operation.id)) throw new StoreError('exists', index);
  return { outcome: 'created', version: await store(writer, operation, undefined, index, seq, time) };
}

async function findMatch(
  writer: Writer,
  operation: CreateOperation,
  index: number,
): Promise<StoredVersion | undefined> {
  const reader: Reader = writer;
  const condition = await conditionFor(
    reader,
    operation.ifNoneExist as NonNullable<CreateOperation['ifNoneExist']>,
  );
  const found = await writer.collections.resources
    .find({ $and: [{ type: operation.type, deleted: false }, condition] }, { limit: 2, ...sessionOf(writer) })
    .toArray();
  if (found.length > 1) throw new StoreError('multiple-matches', index);
  const [match] = found;
  return match && findVersion(reader, match.type, match.id, match.version);
}

async function reindex(writer: Writer, operation: ReindexOperation): Promise<WriteResult> {
  const found = await findCurrent(writer, operation.type, operation.id);
  if (!found || found.deleted || found.version !== operation.version)
    return { outcome: 'absent', version: undefined };
  const { matchedCount } = await writer.collections.resources.updateOne(
    { _id: found._id, version: operation.version, deleted: false },
    { $set: { d: operation.entries.mainDate ?? found.lastUpdated, ...indexFields(operation.entries) } },
    sessionOf(writer),
  );
  return { outcome: matchedCount === 1 ? 'reindexed' : 'absent', version: undefined };
}

async function update(
  writer: Writer,
  operation: UpdateOperation,
  index: number,
  seq: number,
  time: number,
): Promise<WriteResult> {
  const current = await findCurrent(writer, operation.type, operation.id);
  const live = await checkLive(writer, operation, current, index);
  const version = await store(writer, operation, current, index, seq, time);
  return { outcome: live ? 'updated' : 'created', version };
}

/** The live document, after visibility and If-Match were checked. */
async function checkLive(
  writer: Writer,
  operation: UpdateOperation | DeleteOperation,
  current: ResourceDocument | undefined,
  index: number,
): Promise<ResourceDocument | undefined> {
  const live = current && !current.deleted ? current : undefined;
  if (
    live &&
    operation.visible &&
    !(await findCurrent(writer, operation.type, operation.id, operation.visible))
  ) {
    throw new StoreError('not-found', index);
  }
  if (operation.expectedVersion !== undefined && (live?.version ?? 0) !== operation.expectedVersion) {
    throw new StoreError('version-mismatch', index);
  }
  return live;
}

async function store(
  writer: Writer,
  operation: CreateOperation | UpdateOperation,
  before: ResourceDocument | undefined,
  index: number,
  seq: number,
  time: number,
): Promise<StoredVersion> {
  const { type, id, text, entries } = operation;
  const lastUpdated = Math.max(time, before?.lastUpdated ?? 0);
  const version = (before?.version ?? 0) + 1;
  const stamp = `"versionId":"${version}","lastUpdated":"${new Date(lastUpdated).toISOString()}"`;
  const stored: StoredVersion = {
    type,
    id,
    version,
    lastUpdated,
    method: before && !before.deleted ? 'update' : 'create',
    body: text.before + stamp + text.after,
  };
  await insertVersion(writer, stored, seq, index);
  const document: ResourceDocument = {
    _id: `${type}/${id}`,
    type,
    id,
    version,
    seq,
    lastUpdated,
    deleted: false,
    d: entries.mainDate ?? lastUpdated,
    ...indexFields(entries),
  };
  await putCurrent(writer, document, before, index);
  return stored;
}

async function remove(
  writer: Writer,
  operation: DeleteOperation,
  index: number,
  seq: number,
  time: number,
): Promise<WriteResult> {
  const current = await findCurrent(writer, operation.type, operation.id);
  const live = await checkLive(writer, operation, current, index);
  if (!live) return { outcome: 'absent', version: undefined };
  const stored: StoredVersion = {
    type: live.type,
    id: live.id,
    version: live.version + 1,
    lastUpdated: Math.max(time, live.lastUpdated),
    method: 'delete',
    body: undefined,
  };
  await insertVersion(writer, stored, seq, index);
  // What it was found by stays: who may see its history is asked of its last live version.
  const document = { ...live, version: stored.version, seq, lastUpdated: stored.lastUpdated, deleted: true };
  await putCurrent(writer, document, live, index);
  return { outcome: 'deleted', version: stored };
}

/** The version's name is its id: whoever loses a race for the next version finds it taken. */
async function insertVersion(
  writer: Writer,
  stored: StoredVersion,
  seq: number,
  index: number,
): Promise<void> {
  const { type, id, version, lastUpdated, method, body } = stored;
  const document = {
    _id: `${type}/${id}/${version}`,
    type,
    id,
    version,
    seq,
    lastUpdated,
    method,
    body: body ?? null,
  };
  try {
    await writer.collections.versions.insertOne(document, sessionOf(writer));
  } catch (error) {
    if (!isDuplicateKey(error) || writer.session) throw error;
    throw new StoreError('transient', index, undefined, { cause: error });
  }
}

/** Compare-and-set on the version: with transactions a second safety, without them the only one. */
async function putCurrent(
  writer: Writer,
  document: ResourceDocument,
  before: ResourceDocument | undefined,
  index: number,
): Promise<void> {
  const { resources } = writer.collections;
  if (!before) {
    await resources.insertOne(document, sessionOf(writer));
    return;
  }
  const { modifiedCount } = await resources.replaceOne(
    { _id: document._id, version: before.version },
    document,
    sessionOf(writer),
  );
  if (modifiedCount !== 1) throw new StoreError('transient', index);
}

async function checkReferences(writer: Writer, requires: readonly string[], index: number): Promise<void> {
  if (requires.length === 0) return;
  const found = await writer.collections.resources
    .find({ _id: { $in: [...requires] }, deleted: false }, { projection: { _id: 1 }, ...sessionOf(writer) })
    .toArray();
  const there = new Set(found.map(({ _id }) => _id));
  const missing = requires.find((reference) => !there.has(reference));
  if (missing !== undefined) throw new StoreError('reference-missing', index, missing);
}

async function checkUnreferenced(writer: Writer, operation: DeleteOperation, index: number): Promise<void> {
  if (!operation.unlessReferenced) return;
  const name = `${operation.type}/${operation.id}`;
  const referrer = await writer.collections.resources.findOne(
    { k: keys.target(name), deleted: false, _id: { $ne: name } },
    { projection: { _id: 1 }, ...sessionOf(writer) },
  );
  if (referrer) throw new StoreError('still-referenced', index, name);
}
