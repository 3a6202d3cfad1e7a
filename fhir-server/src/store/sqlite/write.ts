/** Applies write operations inside an open transaction of the writer connection. */
import { REPLACED } from '../../search/index-entry.ts';
import { all, and, inUse, type QueryNode } from '../../search/query.ts';
import {
  type CreateOperation,
  type DeleteOperation,
  type ReindexOperation,
  type ResourceText,
  type StoredVersion,
  StoreError,
  type UpdateOperation,
  type WriteOperation,
  type WriteResult,
} from '../store.ts';
import { compileCondition } from './compile-condition.ts';
import { planSearch } from './compile-search.ts';
import type { Connection } from './connection.ts';
import { removeIndexRows, sortValues, writeIndexRows } from './index-rows.ts';
import { createKeyRows, type KeyRows } from './key-rows.ts';
import { targetKey } from './key-texts.ts';
import type { Keys } from './keys.ts';
import { isReferredTo, referrersOf } from './referrers.ts';
import { pageRows } from './search-page.ts';
import { readVersionAt } from './versions.ts';

export interface Writer {
  readonly connection: Connection;
  readonly keys: Keys;
  /** Milliseconds, never less than before. */
  readonly now: () => number;
  /** The next place in the log. */
  readonly place: () => number;
}

/** A writer in the middle of one transaction: `by` as transact was given it. */
interface Writing extends Writer {
  readonly by: string | undefined;
  readonly keyRows: KeyRows;
}

interface CurrentRow {
  readonly rid: number;
  readonly version: number;
  readonly seq: number;
  readonly deleted: number;
  readonly d: number;
  readonly keys: Uint8Array;
  readonly rk: number;
  readonly owners: string;
  readonly replaced: number;
}

/** All operations in order, then the checks that need the end state. Throws StoreError; the caller rolls back. */
export function applyOperations(
  given: Writer,
  by: string | undefined,
  operations: readonly WriteOperation[],
): WriteResult[] {
  const keyRows = createKeyRows(given.connection);
  const writer: Writing = { ...given, by, keyRows };
  const results = operations.map((operation, index) => {
    switch (operation.kind) {
      case 'create':
        return create(writer, operation, index);
      case 'update':
        return update(writer, operation, index);
      case 'delete':
        return remove(writer, operation, index);
      case 'reindex':
        return reindex(writer, operation);
      default:
        return operation satisfies never;
    }
  });
  keyRows.write();
  const stateOf = createStates(writer);
  operations.forEach((operation, index) => {
    if (operation.kind !== 'delete' && operation.kind !== 'reindex' && results[index]?.outcome !== 'found') {
      checkReferences(stateOf, operation.requires ?? [], index);
      checkUses(stateOf, operation.uses ?? [], index);
    }
    if (operation.kind === 'update') checkUnused(writer, operation, operations, index);
  });
  operations.forEach((operation, index) => {
    if (operation.kind === 'delete') checkUnreferenced(writer, operation, index);
  });
  return results;
}

function current(writer: Writer, type: string, id: string): CurrentRow | undefined {
  return writer.connection
    .statement(
      'SELECT rid, version, seq, deleted, d, keys, rk, owners, instr(present, ?) > 0 AS replaced FROM resource WHERE type = ? AND id = ?',
    )
    .get(` ${REPLACED} `, type, id) as CurrentRow | undefined;
}

function create(writer: Writing, operation: CreateOperation, index: number): WriteResult {
  if (operation.ifNoneExist) {
    const found = findMatches(writer, operation);
    // Of several, those that another stands for do not count.
    const matches = found.length > 1 ? findMatches(writer, operation, inUse) : found;
    if (matches.length > 1) throw new StoreError('multiple-matches', index);
    if (matches[0]) return { outcome: 'found', version: matches[0] };
  }
  if (current(writer, operation.type, operation.id)) throw new StoreError('exists', index);
  return { outcome: 'created', version: insert(writer, operation) };
}

function findMatches(
  writer: Writing,
  operation: CreateOperation | UpdateOperation,
  beside: QueryNode = all,
): StoredVersion[] {
  writer.keyRows.write();
  const condition = operation.ifNoneExist as NonNullable<(typeof operation)['ifNoneExist']>;
  const plan = planSearch(writer.connection, writer.keys, {
    type: operation.type,
    where: and(condition, beside),
    sort: [{ by: 'mainDate', descending: true }],
    count: 1,
    total: 'none',
  });
  if (!plan) return [];
  return pageRows(plan).map(([seq]) => readVersionAt(writer.connection, seq as number));
}

function update(writer: Writing, operation: UpdateOperation, index: number): WriteResult {
  if (operation.ifNoneExist && findMatches(writer, operation).length > 0)
    throw new StoreError('matched', index);
  const found = current(writer, operation.type, operation.id);
  const live = found && !found.deleted ? found : undefined;
  if (live && !isVisible(writer, operation, live)) throw new StoreError('not-found', index);
  if (operation.expectedVersion !== undefined && (live?.version ?? 0) !== operation.expectedVersion) {
    throw new StoreError('version-mismatch', index);
  }
  if (live && operation.ifNoneExist) throw new StoreError('exists', index);
  if (live?.replaced && !operation.revives && !operation.entries.present.includes(REPLACED))
    throw new StoreError('replaced', index, `${operation.type}/${operation.id}`);
  if (!found) return { outcome: 'created', version: insert(writer, operation) };
  const version = replace(writer, operation, found);
  return { outcome: live ? 'updated' : 'created', version };
}

function remove(writer: Writing, operation: DeleteOperation, index: number): WriteResult {
  const found = current(writer, operation.type, operation.id);
  const live = found && !found.deleted ? found : undefined;
  if (live && !isVisible(writer, operation, live)) throw new StoreError('not-found', index);
  if (operation.expectedVersion !== undefined && (live?.version ?? 0) !== operation.expectedVersion) {
    throw new StoreError('version-mismatch', index);
  }
  if (!live) return { outcome: 'absent', version: undefined };
  const version: StoredVersion = {
    type: operation.type,
    id: operation.id,
    version: live.version + 1,
    lastUpdated: writer.now(),
    method: 'delete',
    body: undefined,
  };
  const seq = insertVersion(writer, live.rid, version, toldText(operation, live.owners));
  writer.connection
    .statement('UPDATE resource SET version = ?, seq = ?, last_updated = ?, deleted = 1 WHERE rid = ?')
    .run(version.version, seq, version.lastUpdated, live.rid);
  return { outcome: 'deleted', version };
}

function reindex(writer: Writing, operation: ReindexOperation): WriteResult {
  const { connection } = writer;
  const row = current(writer, operation.type, operation.id);
  if (!row || row.deleted || row.version !== operation.version)
    return { outcome: 'absent', version: undefined };
  writer.keyRows.write();
  removeIndexRows(connection, row, row.keys);
  const { last_updated: lastUpdated } = connection
    .statement('SELECT last_updated FROM resource WHERE rid = ?')
    .get(row.rid) as { last_updated: number };
  const d = operation.entries.mainDate ?? lastUpdated;
  const packed = writeIndexRows(writer, { type: operation.type, rid: row.rid, d }, operation.entries);
  connection
    .statement('UPDATE resource SET d = ?, present = ?, sort = ?, keys = ?, owners = ? WHERE rid = ?')
    .run(d, presentText(operation), sortValues(operation.entries), packed, ownersText(operation), row.rid);
  return { outcome: 'reindexed', version: undefined };
}

function isVisible(writer: Writing, operation: UpdateOperation | DeleteOperation, row: CurrentRow): boolean {
  if (!operation.visible) return true;
  writer.keyRows.write();
  const condition = compileCondition(writer.keys, operation.type, operation.visible, {
    rid: 'r.rid',
    d: 'r.d',
    alias: 'r',
  });
  const found = writer.connection
    .statement(`SELECT 1 AS yes FROM resource r WHERE r.rid = ? AND ${condition.text}`)
    .get(row.rid, ...condition.values);
  return found !== undefined;
}

function insert(writer: Writing, operation: CreateOperation | UpdateOperation): StoredVersion {
  const { connection, keys } = writer;
  const lastUpdated = writer.now();
  const version = versionFor(operation, 1, lastUpdated, firstMethod(operation));
  const d = operation.entries.mainDate ?? lastUpdated;
  const { rid } = connection.statement('SELECT coalesce(max(rid), 0) + 1 AS rid FROM resource').get() as {
    rid: number;
  };
  const seq = insertVersion(writer, rid, version, toldText(operation, ownersText(operation)));
  const packed = writeIndexRows(writer, { type: operation.type, rid, d }, operation.entries);
  // Where it was referred to before it was there (by itself, too), those references have a key.
  const rk = keys.find(targetKey(`${operation.type}/${operation.id}`)) ?? -rid;
  connection
    .statement(
      'INSERT INTO resource (rid, type, id, rk, version, seq, last_updated, deleted, d, present, sort, keys, owners) VALUES (?, ?, ?, ?, 1, ?, ?, 0, ?, ?, ?, ?, ?)',
    )
    .run(
      rid,
      operation.type,
      operation.id,
      rk,
      seq,
      lastUpdated,
      d,
      presentText(operation),
      sortValues(operation.entries),
      packed,
      ownersText(operation),
    );
  return version;
}

const firstMethod = ({ kind }: CreateOperation | UpdateOperation): StoredVersion['method'] =>
  kind === 'update' ? 'update-create' : 'create';

function replace(
  writer: Writing,
  operation: CreateOperation | UpdateOperation,
  row: CurrentRow,
): StoredVersion {
  const { connection } = writer;
  const lastUpdated = writer.now();
  const method = row.deleted ? firstMethod(operation) : 'update';
  const version = versionFor(operation, row.version + 1, lastUpdated, method);
  writer.keyRows.write();
  removeIndexRows(connection, row, row.keys);
  const d = operation.entries.mainDate ?? lastUpdated;
  const seq = insertVersion(writer, row.rid, version, toldText(operation, ownersText(operation)));
  const packed = writeIndexRows(writer, { type: operation.type, rid: row.rid, d }, operation.entries);
  connection
    .statement(
      'UPDATE resource SET version = ?, seq = ?, last_updated = ?, deleted = 0, d = ?, present = ?, sort = ?, keys = ?, owners = ? WHERE rid = ?',
    )
    .run(
      version.version,
      seq,
      lastUpdated,
      d,
      presentText(operation),
      sortValues(operation.entries),
      packed,
      ownersText(operation),
      row.rid,
    );
  return version;
}

function versionFor(
  operation: CreateOperation | UpdateOperation,
  version: number,
  lastUpdated: number,
  method: StoredVersion['method'],
): StoredVersion {
  return {
    type: operation.type,
    id: operation.id,
    version,
    lastUpdated,
    method,
    body: bodyOf(operation.text, version, lastUpdated),
  };
}

export function bodyOf({ before, after }: ResourceText, version: number, lastUpdated: number): string {
  return `${before}"versionId":"${version}","lastUpdated":"${new Date(lastUpdated).toISOString()}"${after}`;
}

function insertVersion(writer: Writing, rid: number, version: StoredVersion, patients: string): number {
  const { connection } = writer;
  const seq = writer.place();
  connection
    .statement(
      'INSERT INTO version (seq, rid, version, last_updated, method, body, patients, written_by, type, id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
    )
    .run(
      seq,
      rid,
      version.version,
      version.lastUpdated,
      version.method,
      version.body ?? null,
      writer.by === undefined ? null : patients,
      writer.by ?? null,
      version.type,
      version.id,
    );
  connection
    .statement('INSERT INTO past (rid, version, seq) VALUES (?, ?, ?)')
    .run(rid, version.version, seq);
  return seq;
}

/** Whose record a version is written in, for the audit log. */
const toldText = ({ patients }: Pick<CreateOperation, 'patients'>, owners: string): string =>
  patients === undefined ? owners : JSON.stringify(patients);

/** ` code status ` with spaces round each, so that instr() finds whole words. */
export function presentText(operation: Pick<CreateOperation, 'entries'>): string {
  return ` ${operation.entries.present.join(' ')} `;
}

/** Ids as a JSON array, for conditions on the Patients that own it. */
export function ownersText({ entries }: Pick<CreateOperation, 'entries'>): string {
  return JSON.stringify(entries.owners);
}

/** What references lead to, by `Type/id`, when all is written. undefined: nothing is there. */
type StateOf = (name: string) => 'live' | 'replaced' | undefined;

/** Each is asked for once: what is written together refers to a few, over and over. */
function createStates({ connection }: Writer): StateOf {
  const known = new Map<string, ReturnType<StateOf>>();
  const select = connection.statement(
    'SELECT instr(present, ?) > 0 AS replaced FROM resource WHERE type = ? AND id = ? AND deleted = 0',
  );
  const read = (name: string): ReturnType<StateOf> => {
    const slash = name.indexOf('/');
    const row = select.get(` ${REPLACED} `, name.slice(0, slash), name.slice(slash + 1)) as
      | { replaced: number }
      | undefined;
    return row && (row.replaced ? 'replaced' : 'live');
  };
  return (name) => {
    if (!known.has(name)) known.set(name, read(name));
    return known.get(name);
  };
}

function checkReferences(stateOf: StateOf, requires: readonly string[], index: number): void {
  for (const reference of requires)
    if (stateOf(reference) === undefined) throw new StoreError('reference-missing', index, reference);
}

function checkUses(stateOf: StateOf, uses: readonly string[], index: number): void {
  for (const name of uses)
    if (stateOf(name) === 'replaced') throw new StoreError('reference-replaced', index, name);
}

/** Whoever takes a resource out of use has seen all that used it. */
function checkUnused(
  writer: Writer,
  { type, id, unlessReferredToBeside: seen }: UpdateOperation,
  operations: readonly WriteOperation[],
  index: number,
): void {
  if (!seen) return;
  const known = new Set(seen.map((each) => `${each.type}/${each.id}/${each.version}`));
  const written = new Set(operations.map((each) => `${each.type}/${each.id}`));
  for (const each of referrersOf(writer.connection, type, id))
    if (!written.has(`${each.type}/${each.id}`) && !known.has(`${each.type}/${each.id}/${each.version}`))
      throw new StoreError('still-referenced', index, `${type}/${id}`);
}

function checkUnreferenced(writer: Writer, operation: DeleteOperation, index: number): void {
  if (!operation.unlessReferenced) return;
  const row = current(writer, operation.type, operation.id);
  if (!row?.deleted) return;
  if (isReferredTo(writer.connection, row, { owners: operation.referrersOf, except: [] }))
    throw new StoreError('still-referenced', index, `${operation.type}/${operation.id}`);
}
