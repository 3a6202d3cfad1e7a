/**
 * JSON Patch (RFC 6902) on a resource (https://hl7.org/fhir/R4/http.html#patch). Our own, because a patch comes from outside: members are
 * looked up as own properties only, the names that reach an object's prototype are refused, and numbers keep their spelling.
 */
import { deepEqual, invalid, unprocessable } from '@wellspring/profiles';
import { moveNumber, type ResourceJson } from '../repository/resource-text.ts';

interface Operation {
  readonly op: 'add' | 'remove' | 'replace' | 'move' | 'copy' | 'test';
  readonly path: readonly string[];
  readonly from: readonly string[];
  /** The operation as it came: holds `value`, and how its number was spelled. */
  readonly source: Record<string, unknown>;
  readonly place: string;
}

type Container = Record<string, unknown> | unknown[];

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
  return value.map((each: unknown, i) => parseOperation(each, `[${i}]`));
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

/** RFC 6901. */
function parsePointer(value: unknown, place: string, writes: boolean): string[] {
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

/** Changes `resource`. 422 where an operation finds no place, or a test fails; the caller then drops the whole. */
export function applyJsonPatch(resource: ResourceJson, operations: readonly Operation[]): void {
  for (const operation of operations) apply(resource, operation);
}

function apply(root: ResourceJson, operation: Operation): void {
  const { op, path, from, source, place } = operation;
  switch (op) {
    case 'add':
      add(root, path, place, source, 'value');
      return;
    case 'remove':
      remove(root, path, place);
      return;
    case 'replace':
      remove(root, path, place, false);
      replace(root, path, place, source);
      return;
    case 'test':
      if (!deepEqual(get(root, path, `${place}.path`), source.value))
        throw unprocessable('The test does not hold.', place);
      return;
    case 'copy':
      add(root, path, place, { value: structuredClone(get(root, from, `${place}.from`)) }, 'value');
      return;
    case 'move': {
      if (from.length < path.length && from.every((part, i) => part === path[i]))
        throw unprocessable('A value can not be moved into itself.', place);
      const holder: Record<string, unknown> = { value: get(root, from, `${place}.from`) };
      remove(root, from, place);
      add(root, path, place, holder, 'value');
      return;
    }
    default:
      op satisfies never;
  }
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

function add(root: Container, path: readonly string[], place: string, from: object, member: string): void {
  const parent = parentOf(root, path, `${place}.path`);
  const name = path.at(-1) as string;
  const value = (from as Record<string, unknown>)[member];
  if (Array.isArray(parent)) {
    if (name !== '-' && !isIndex(name, parent.length))
      throw unprocessable('There is no such place in the array.', `${place}.path`);
    parent.splice(name === '-' ? parent.length : Number(name), 0, value);
    return;
  }
  parent[name] = value;
  moveNumber(from, member, parent, name);
}

function replace(root: Container, path: readonly string[], place: string, source: object): void {
  const parent = parentOf(root, path, `${place}.path`);
  const name = path.at(-1) as string;
  const value = (source as Record<string, unknown>).value;
  if (Array.isArray(parent)) parent[Number(name)] = value;
  else {
    parent[name] = value;
    moveNumber(source, 'value', parent, name);
  }
}

/** With `cut` false only checks that there is something to replace. */
function remove(root: Container, path: readonly string[], place: string, cut = true): void {
  get(root, path, `${place}.path`);
  if (!cut) return;
  const parent = parentOf(root, path, `${place}.path`);
  const name = path.at(-1) as string;
  if (Array.isArray(parent)) parent.splice(Number(name), 1);
  else delete parent[name];
  if (Array.isArray(parent) && parent.length === 0) dropEmpty(root, path.slice(0, -1));
}

/** FHIR knows no empty arrays: one whose last item is removed goes with it. */
function dropEmpty(root: Container, path: readonly string[]): void {
  const parent = get(root, path.slice(0, -1), '');
  if (isContainer(parent) && !Array.isArray(parent)) delete parent[path.at(-1) as string];
}

function isContainer(value: unknown): value is Container {
  return typeof value === 'object' && value !== null;
}

function isIndex(text: string, most: number): boolean {
  return /^(?:0|[1-9]\d{0,8})$/.test(text) && Number(text) <= most;
}
