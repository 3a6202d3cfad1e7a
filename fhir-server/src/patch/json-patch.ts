/**
 * JSON Patch (RFC 6902) on a resource (https://hl7.org/fhir/R4/http.html#patch). Our own, because a patch comes from outside: members are
 * looked up as own properties only, the names that reach an object's prototype are refused, and numbers keep their spelling.
 */
import { deepEqual, invalid, unprocessable } from '@wellspring/profiles';
import { cloneJson, moveNumber, type ResourceJson, spliceNumbers } from '../repository/text/resource-text.ts';
import { textLength } from '../repository/text/text-length.ts';
import { type Budget, checkSize, createBudget, REQUEST_STEPS } from './budget.ts';
import { type Container, dropEmptied, isContainer } from './emptied.ts';

interface Operation {
  readonly op: 'add' | 'remove' | 'replace' | 'move' | 'copy' | 'test';
  readonly path: readonly string[];
  readonly from: readonly string[];
  /** The operation as it came: holds `value`, and how its number was spelled. */
  readonly source: Record<string, unknown>;
  readonly place: string;
}

const MAX_OPERATIONS = 1000;
const NEEDS_VALUE: ReadonlySet<string> = new Set(['add', 'replace', 'test']);
const NAMES: ReadonlySet<string> = new Set(['add', 'remove', 'replace', 'move', 'copy', 'test']);
const FORBIDDEN: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);
/** What names the resource is the URL's and the server's to say. */
const FIXED = /^\/(?:id|resourceType|meta\/(?:versionId|lastUpdated))(?:\/|$)/;

/** 400 where the document is no JSON Patch, with the place of the fault. */
export function parseJsonPatch(value: unknown): Operation[] {
  if (!Array.isArray(value)) throw invalid('A JSON Patch is an array of operations.');
  if (value.length > MAX_OPERATIONS) throw invalid(`A patch may have ${MAX_OPERATIONS} operations at most.`);
  return value.map((each: unknown, i) => parseOperation(each, `$this[${i}]`));
}

function parseOperation(value: unknown, place: string): Operation {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw invalid('An operation must be an object.', place);
  const source = value as Record<string, unknown>;
  const { op, path, from } = source;
  if (typeof op !== 'string' || !NAMES.has(op)) throw invalid('op is not one of RFC 6902.', `${place}.op`);
  if (NEEDS_VALUE.has(op) && !Object.hasOwn(source, 'value'))
    throw invalid(`'${op}' needs a value.`, `${place}.value`);
  const needsFrom = op === 'move' || op === 'copy';
  return {
    op: op as Operation['op'],
    path: parsePointer(path, `${place}.path`, op !== 'test'),
    from: needsFrom ? parsePointer(from, `${place}.from`, op === 'move') : [],
    source,
    place,
  };
}

/** RFC 6901; the empty one is the whole resource. */
function parsePointer(value: unknown, place: string, writes: boolean): string[] {
  if (value === '' && writes)
    throw unprocessable('A patch can not be of the whole resource: use an update.', place);
  if (value === '') return [];
  if (typeof value !== 'string' || !value.startsWith('/'))
    throw invalid('A JSON Pointer begins with a slash.', place);
  if (writes && FIXED.test(value)) throw unprocessable('A patch may not change this element.', place);
  if (/~(?![01])/.test(value)) throw invalid('In a JSON Pointer ~ is written ~0, and / is ~1.', place);
  const parts = value
    .slice(1)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  if (parts.some((part) => FORBIDDEN.has(part))) throw unprocessable('There is no such element.', place);
  return parts;
}

/** Changes `resource`, and nothing of the operations: a patch that lost a race is applied again. 422 where an operation finds no place, or a test fails; 413 when it costs too much; the caller then drops the whole. */
export function applyJsonPatch(
  resource: ResourceJson,
  operations: readonly Operation[],
  budget: Budget = createBudget(REQUEST_STEPS),
): void {
  const work: Work = { root: resource, budget, emptied: new Set() };
  for (const operation of operations) apply(work, operation);
  checkSize(resource, createBudget(MAX_RESULT));
  dropEmptied(resource, work.emptied, createBudget(MAX_RESULT));
}

/** What is copied is validated, indexed and stored, too. */
const COPY_STEPS = 4;

/** Members and items of a result: as many as fit into the largest body. */
const MAX_RESULT = 500_000;

interface Work {
  readonly root: ResourceJson;
  readonly budget: Budget;
  readonly emptied: Set<Container>;
}

function apply(work: Work, operation: Operation): void {
  const { op, path, from, source, place } = operation;
  work.budget.spend(1 + path.length + from.length);
  switch (op) {
    case 'add':
      add(work.root, path, place, copied(work, source));
      return;
    case 'remove':
      remove(work, path, place);
      return;
    case 'replace':
      replace(work.root, path, place, copied(work, source));
      return;
    case 'test':
      if (!deepEqual(get(work.root, path, `${place}.path`), source.value))
        throw unprocessable('The test does not hold.', place);
      return;
    case 'copy':
      add(work.root, path, place, copy(work, held(work.root, from, `${place}.from`)));
      return;
    case 'move': {
      if (from.length < path.length && from.every((part, i) => part === path[i]))
        throw unprocessable('A value can not be moved into itself.', place);
      const holder = held(work.root, from, `${place}.from`);
      remove(work, from, place);
      add(work.root, path, place, holder);
      return;
    }
    default:
      op satisfies never;
  }
}

/** A value as a member of an object, so that a number keeps its spelling on the way. */
interface Holder {
  readonly value?: unknown;
}

function held(root: Container, path: readonly string[], place: string): Holder {
  const holder = { value: get(root, path, place) };
  if (path.length === 0) return holder;
  moveNumber(parentOf(root, path, place), path.at(-1) as string, holder, 'value');
  return holder;
}

/** Text is what a copy is long by: a letter of 400 kB, copied nine hundred times, held everybody up for three seconds. */
const CHARACTERS_A_STEP = 8;

function copy(work: Work, holder: Holder): Holder {
  work.budget.spend(Math.ceil(textLength(holder.value) / CHARACTERS_A_STEP));
  return copied(work, holder, COPY_STEPS);
}

/** What is taken from the resource or the patch stays there as it is. */
function copied({ budget }: Work, holder: Holder, stepsEach = 1): Holder {
  return isContainer(holder.value)
    ? { value: cloneJson(holder.value, (steps) => budget.spend(stepsEach * steps)) }
    : holder;
}

function get(root: Container, path: readonly string[], place: string): unknown {
  let value: unknown = root;
  for (const part of path) {
    if (Array.isArray(value) && isIndex(part, value.length - 1)) value = value[Number(part)];
    else if (isContainer(value) && !Array.isArray(value) && Object.hasOwn(value, part)) value = value[part];
    else throw unprocessable('There is no such element.', place);
  }
  return value;
}

function parentOf(root: Container, path: readonly string[], place: string): Container {
  const parent = get(root, path.slice(0, -1), place);
  if (!isContainer(parent)) throw unprocessable('There is no such element.', place);
  return parent;
}

function add(root: Container, path: readonly string[], place: string, holder: Holder): void {
  const parent = parentOf(root, path, `${place}.path`);
  const name = path.at(-1) as string;
  const { value } = holder;
  if (!Array.isArray(parent)) {
    parent[name] = value;
    moveNumber(holder, 'value', parent, name);
    return;
  }
  if (name !== '-' && !isIndex(name, parent.length))
    throw unprocessable('There is no such place in the array.', `${place}.path`);
  const at = name === '-' ? parent.length : Number(name);
  spliceNumbers(parent, at, 0, 1);
  parent.splice(at, 0, value);
  moveNumber(holder, 'value', parent, String(at));
}

function replace(root: Container, path: readonly string[], place: string, holder: Holder): void {
  get(root, path, `${place}.path`);
  const parent = parentOf(root, path, `${place}.path`);
  const name = path.at(-1) as string;
  (parent as Record<string, unknown>)[name] = holder.value;
  moveNumber(holder, 'value', parent, name);
}

function remove({ root, emptied }: Work, path: readonly string[], place: string): void {
  get(root, path, `${place}.path`);
  const parent = parentOf(root, path, `${place}.path`);
  const name = path.at(-1) as string;
  if (Array.isArray(parent)) {
    spliceNumbers(parent, Number(name), 1, 0);
    parent.splice(Number(name), 1);
  } else delete parent[name];
  emptied.add(parent);
}

function isIndex(text: string, most: number): boolean {
  return /^(?:0|[1-9]\d{0,8})$/.test(text) && Number(text) <= most;
}
