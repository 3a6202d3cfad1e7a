/** Writing to MongoDB: the operations of one transaction, in order, and the checks that need its end state. */
import { REPLACED } from '../../search/index-entry.ts';
import type { QueryNode } from '../../search/query.ts';
import {
  type CreateOperation,
  type DeleteOperation,
  type ReindexOperation,
  StoreError,
  type UpdateOperation,
  type WriteOperation,
  type WriteResult,
} from '../store.ts';
import { asksOthers, conditionFor, conditionOfOne } from './chains.ts';
import { type Conditions, loadConditions } from './conditions.ts';
import { type Head, indexFields, type ResourceDocument, recordOf, WITHOUT_INDEX } from './documents.ts';
import { options } from './reader.ts';
import { keeping, keepsIt, referrersOf } from './referrers.ts';
import { createWorkspace, versionOfHead, type Workspace } from './workspace.ts';
import { nameOf, type Writer } from './writer.ts';

interface Work extends Writer {
  readonly space: Workspace;
  readonly conditions: Conditions;
  readonly operations: readonly WriteOperation[];
  /** Names of what more than one operation is about. */
  readonly repeated: ReadonlySet<string>;
  /** By what must be seen: those of the transaction's that are, before any of it was written. */
  readonly seen: Map<QueryNode, Promise<ReadonlySet<string>>>;
}

export async function applyOperations(
  writer: Writer,
  operations: readonly WriteOperation[],
): Promise<WriteResult[]> {
  const space = createWorkspace(writer.collections, writer.session);
  await load(writer, space, operations);
  const conditions = await loadConditions(writer, space, operations);
  const work: Work = {
    ...writer,
    space,
    conditions,
    operations,
    repeated: repeatedOf(operations),
    seen: new Map(),
  };
  const results: WriteResult[] = [];
  for (const [index, operation] of operations.entries()) results.push(await apply(work, operation, index));
  checkReferences(work, operations, results);
  await checkUnreferenced(work, operations);
  await checkUnused(work, operations);
  await space.flush();
  return results;
}

/** Everything that is about to be changed or referred to, in one command; what does not lie where it is expected, in a second one. */
async function load(writer: Writer, space: Workspace, operations: readonly WriteOperation[]): Promise<void> {
  const changed = new Set<string>();
  const required = new Set<string>();
  const records = new Set<string>();
  for (const operation of operations) {
    const name = nameOf(operation);
    if (operation.kind !== 'create' || writer.attempt > 1 || !writer.session) changed.add(name);
    if (operation.kind !== 'delete') records.add(recordOf(name, operation.entries.owners));
    if (operation.kind === 'create' || operation.kind === 'update')
      for (const reference of [...(operation.requires ?? []), ...(operation.uses ?? [])])
        required.add(reference);
  }
  const wanted = new Set([...changed, ...required]);
  if (wanted.size === 0) return;
  for (const reference of required) for (const record of likelyRecords(reference)) records.add(record);
  const projection =
    changed.size > 0
      ? WITHOUT_INDEX
      : { type: 1, id: 1, rec: 1, version: 1, deleted: 1, leaving: 1, held: 1, replaced: 1 };
  const read = async (filter: object): Promise<void> => {
    const found = await writer.collections.resources
      .find(filter, { projection, ...options(writer) })
      .toArray();
    space.read(found);
    for (const { _id } of found) wanted.delete(_id);
  };
  if (records.size > 0) await read({ _id: { $in: [...wanted] }, rec: { $in: [...records] } });
  if (wanted.size > 0) await read({ _id: { $in: [...wanted] } });
}

/** Where it lies when it belongs to nobody, and where a Patient lies. */
function likelyRecords(name: string): string[] {
  const [type, id = ''] = name.split('/');
  return type === 'Patient' ? [id] : [name];
}

function apply(work: Work, operation: WriteOperation, index: number): Promise<WriteResult> {
  switch (operation.kind) {
    case 'create':
      return create(work, operation, index);
    case 'update':
      return update(work, operation, index);
    case 'delete':
      return remove(work, operation, index);
    case 'reindex':
      return reindex(work, operation, index);
    default:
      return operation satisfies never;
  }
}

async function create(work: Work, operation: CreateOperation, index: number): Promise<WriteResult> {
  const found = await work.conditions.match(operation, index);
  if (found) return { outcome: 'found', version: found };
  if (work.space.head(nameOf(operation))) throw new StoreError('exists', index);
  return { outcome: 'created', version: versionOfHead(store(work, operation, undefined, index)) };
}

async function update(work: Work, operation: UpdateOperation, index: number): Promise<WriteResult> {
  if (await work.conditions.match(operation, index)) throw new StoreError('matched', index);
  const current = work.space.head(nameOf(operation));
  const live = await checkLive(work, operation, current, index);
  if (live && operation.ifNoneExist) throw new StoreError('exists', index);
  if (live?.replaced && !operation.revives && !isReplaced(operation))
    throw new StoreError('replaced', index, nameOf(operation));
  if (live && operation.unlessReferredToBeside) requireAnnounced(work, live, index);
  const head = store(work, operation, current, index);
  return { outcome: live ? 'updated' : 'created', version: versionOfHead(head) };
}

async function reindex(work: Work, operation: ReindexOperation, index: number): Promise<WriteResult> {
  const found = work.space.head(nameOf(operation));
  if (!found || found.deleted || found.version !== operation.version)
    return { outcome: 'absent', version: undefined };
  const { entries } = operation;
  const rec = recordOf(found._id, entries.owners);
  work.space.put({
    before: found,
    head: marked({ ...found, rec, own: [...entries.owners] }, operation),
    index: indexFields(entries, found.lastUpdated),
    operation: index,
  });
  return { outcome: 'reindexed', version: undefined };
}

async function remove(work: Work, operation: DeleteOperation, index: number): Promise<WriteResult> {
  const current = work.space.head(nameOf(operation));
  const live = await checkLive(work, operation, current, index);
  if (!live) return { outcome: 'absent', version: undefined };
  if (operation.unlessReferenced) requireAnnounced(work, live, index);
  const head: Head = {
    ...live,
    version: live.version + 1,
    lastUpdated: Math.max(work.time, live.lastUpdated),
    method: 'delete',
    deleted: true,
    body: null,
    told: toldOf(operation),
    by: work.by ?? null,
  };
  delete head.leaving;
  work.space.supersede(live, head.lastUpdated);
  // What it was found by stays: who may see its history is asked of its last live version.
  work.space.put({ before: live, head, index: undefined, operation: index });
  return { outcome: 'deleted', version: versionOfHead(head) };
}

/** `transient` where it was announced anew by another, or was not there when it was announced. */
function requireAnnounced(work: Work, live: Head, index: number): void {
  const isOwn = work.space.pending.has(live._id);
  if (work.session && !isOwn && live.leaving !== work.leaving) throw new StoreError('transient', index);
}

const isReplaced = ({ entries }: Pick<CreateOperation, 'entries'>): boolean =>
  entries.present.includes(REPLACED);

/** With the mark that its entries have, or without it. */
function marked({ replaced: _, ...head }: Head, operation: Pick<CreateOperation, 'entries'>): Head {
  return isReplaced(operation) ? { ...head, replaced: true } : head;
}

/** The live version, after visibility and If-Match were checked. */
async function checkLive(
  work: Work,
  operation: UpdateOperation | DeleteOperation,
  current: Head | undefined,
  index: number,
): Promise<Head | undefined> {
  const live = current && !current.deleted ? current : undefined;
  if (live && operation.visible && !(await isVisible(work, operation)))
    throw new StoreError('not-found', index);
  if (operation.expectedVersion !== undefined && (live?.version ?? 0) !== operation.expectedVersion) {
    throw new StoreError('version-mismatch', index);
  }
  return live;
}

async function isVisible(work: Work, operation: UpdateOperation | DeleteOperation): Promise<boolean> {
  const { visible } = operation;
  if (!visible || visible.kind === 'all') return true;
  const _id = nameOf(operation);
  if (!work.repeated.has(_id) && !asksOthers(visible)) return (await seenBy(work, visible)).has(_id);
  // What this transaction has changed itself is looked at as it is now.
  if (work.space.pending.has(_id)) await work.space.flush();
  const found = await work.collections.resources.findOne(
    { $and: [{ _id }, await conditionOfOne(work, _id, visible)] },
    { projection: { _id: 1 }, ...options(work) },
  );
  return found !== null;
}

function repeatedOf(operations: readonly WriteOperation[]): ReadonlySet<string> {
  const [once, repeated] = [new Set<string>(), new Set<string>()];
  for (const name of operations.map(nameOf)) (once.has(name) ? repeated : once).add(name);
  return repeated;
}

/** One command for all that the same must be seen of: the system's writes of a Bundle ask as much of each. */
function seenBy(work: Work, visible: QueryNode): Promise<ReadonlySet<string>> {
  const known = work.seen.get(visible);
  if (known) return known;
  const look = async (): Promise<ReadonlySet<string>> => {
    const names = work.operations.flatMap((each) =>
      'visible' in each && each.visible === visible ? [nameOf(each)] : [],
    );
    const found = await work.collections.resources
      .find(
        { $and: [{ _id: { $in: names } }, await conditionFor(work, visible)] },
        { projection: { _id: 1 }, ...options(work) },
      )
      .toArray();
    return new Set(found.map(({ _id }) => _id));
  };
  const seen = look();
  work.seen.set(visible, seen);
  return seen;
}

const toldOf = ({ patients }: Pick<CreateOperation, 'patients'>): string[] | null =>
  patients ? [...patients] : null;

function store(
  work: Work,
  operation: CreateOperation | UpdateOperation,
  before: Head | undefined,
  index: number,
): Head {
  const { type, id, text, entries } = operation;
  const lastUpdated = Math.max(work.time, before?.lastUpdated ?? 0);
  const version = (before?.version ?? 0) + 1;
  const stamp = `"versionId":"${version}","lastUpdated":"${new Date(lastUpdated).toISOString()}"`;
  const name = nameOf(operation);
  const plain: Head = {
    _id: name,
    rec: recordOf(name, entries.owners),
    own: [...entries.owners],
    told: toldOf(operation),
    by: work.by ?? null,
    type,
    id,
    version,
    lastUpdated,
    deleted: false,
    method: before && !before.deleted ? 'update' : operation.kind === 'update' ? 'update-create' : 'create',
    body: text.before + stamp + text.after,
  };
  const takesOut = operation.kind === 'update' && operation.unlessReferredToBeside !== undefined;
  const held = takesOut ? undefined : before?.held;
  const head = marked(held === undefined ? plain : { ...plain, held }, operation);
  if (before) work.space.supersede(before, lastUpdated);
  work.space.put({
    before,
    head,
    index: indexFields(entries, lastUpdated),
    operation: index,
    isAnnounced: takesOut,
  });
  return head;
}

/** At the end of the transaction: what was created later in it counts, what was deleted in it does not. */
function checkReferences(
  { space }: Work,
  operations: readonly WriteOperation[],
  results: readonly WriteResult[],
): void {
  const takesOut = operations.some(
    (each) => each.kind === 'update' && each.unlessReferredToBeside !== undefined,
  );
  for (const [index, operation] of operations.entries()) {
    if (operation.kind === 'delete' || operation.kind === 'reindex') continue;
    if (results[index]?.outcome === 'found') continue;
    for (const reference of operation.requires ?? []) {
      const target = space.head(reference);
      if (!target || target.deleted) throw new StoreError('reference-missing', index, reference);
      // Whether it will be there is about to be decided.
      if (target.leaving !== undefined) throw new LeavingError(index, reference, 'leaving', target.leaving);
    }
    for (const name of operation.uses ?? []) {
      const used = space.head(name);
      if (!used || used.deleted) continue;
      if (used.replaced) throw new StoreError('reference-replaced', index, name);
      if (used.leaving !== undefined) throw new LeavingError(index, name, 'leaving', used.leaving);
      // Of two that look at all that uses two, neither would come to an end.
      if (used.held !== undefined && !takesOut) throw new LeavingError(index, name, 'held', used.held);
    }
  }
}

/** Somebody announced that they will delete what this transaction refers to. */
export class LeavingError extends StoreError {
  readonly target: string;
  readonly field: 'leaving' | 'held';
  readonly mark: string;

  constructor(index: number, target: string, field: 'leaving' | 'held', mark: string) {
    super('transient', index);
    this.target = target;
    this.field = field;
    this.mark = mark;
  }
}

async function checkUnreferenced(work: Work, operations: readonly WriteOperation[]): Promise<void> {
  const kept = new Map<string, number>();
  for (const [index, operation] of operations.entries())
    if (operation.kind === 'delete' && operation.unlessReferenced) kept.set(nameOf(operation), index);
  for (const name of kept.keys()) if (!work.space.head(name)?.deleted) kept.delete(name);
  if (kept.size === 0) return;
  const refuse = (targets: readonly string[], itself: string): void => {
    for (const target of targets) {
      const index = target === itself ? undefined : kept.get(target);
      if (index !== undefined) throw new StoreError('still-referenced', index, target);
    }
  };
  for (const { head, index } of work.space.pending.values())
    if (!head.deleted && index)
      refuse(
        index.r.filter((name) => keepsIt(head.type, index.k, name)),
        head._id,
      );
  const changed = [...work.space.pending.keys()];
  const anybodys = [...kept].filter(([, index]) => !ownersAt(operations, index)).map(([name]) => name);
  const referring: object[] = anybodys.map((name) => keeping(name));
  for (const [name, index] of kept) {
    const owners = ownersAt(operations, index);
    if (owners) referring.push({ $and: [keeping(name), { own: { $in: [...owners] } }] });
  }
  const referrers = await work.collections.resources
    .find(
      {
        $or: referring,
        deleted: false,
        _id: { $nin: [...new Set([...changed, ...kept.keys()])] },
      },
      { projection: { r: 1 }, limit: 1, ...options(work) },
    )
    .toArray();
  for (const { _id, r } of referrers as ResourceDocument[]) refuse(r, _id);
}

/** Whoever takes a resource out of use has seen all that used it. */
async function checkUnused(work: Work, operations: readonly WriteOperation[]): Promise<void> {
  const written = new Set(operations.map(nameOf));
  for (const [index, operation] of operations.entries()) {
    if (operation.kind !== 'update' || !operation.unlessReferredToBeside) continue;
    const seen = new Set(operation.unlessReferredToBeside.map((each) => `${nameOf(each)}/${each.version}`));
    const { type, id } = operation;
    for (const each of await referrersOf(work, type, id))
      if (!written.has(nameOf(each)) && !seen.has(`${nameOf(each)}/${each.version}`))
        throw new StoreError('still-referenced', index, nameOf(operation));
  }
}

function ownersAt(operations: readonly WriteOperation[], index: number): readonly string[] | undefined {
  const operation = operations[index];
  return operation?.kind === 'delete' ? operation.referrersOf : undefined;
}
