/** FHIRPath Patch (https://hl7.org/fhir/R4/fhirpatch.html): operations in a Parameters resource. */
import {
  choiceProperties,
  elementType,
  invalid,
  isPrimitive,
  type Location,
  locate,
  unprocessable,
  whyRefused,
} from '@wellspring/profiles';
import { cloneJson, type ResourceJson } from '../repository/text/resource-text.ts';
import { type Budget, checkSize, createBudget, REQUEST_STEPS } from './budget.ts';
import { type Container, dropEmptied } from './emptied.ts';
import { choiceOf, givenValue } from './given-value.ts';
import { type Given, insertAt, moveItem, putAt, removeAt } from './place.ts';

type Json = Record<string, unknown>;

interface Operation {
  readonly kind: string;
  readonly place: string;
  readonly parts: ReadonlyMap<string, Json>;
}

interface Work {
  readonly resource: ResourceJson;
  readonly budget: Budget;
  readonly emptied: Set<Container>;
}

const MAX_OPERATIONS = 1000;
/** Members and items of a result. */
const MAX_RESULT = 500_000;
const KINDS: ReadonlySet<string> = new Set(['add', 'insert', 'delete', 'replace', 'move']);
const FORBIDDEN: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype', 'resourceType']);

/** Changes `resource`, and nothing of the Parameters: a patch that lost a race is applied again. 400 for what is no FHIRPath Patch, 422 where an operation finds no place or several, 413 when it costs too much. */
export function applyFhirPathPatch(
  resource: ResourceJson,
  parameters: ResourceJson,
  budget: Budget = createBudget(REQUEST_STEPS),
): void {
  const work: Work = { resource, budget, emptied: new Set() };
  for (const operation of parse(parameters)) apply(work, operation);
  checkSize(resource, createBudget(MAX_RESULT));
  dropEmptied(resource, work.emptied, createBudget(MAX_RESULT));
}

/** Parameters without operations change nothing. */
function parse(parameters: ResourceJson): Operation[] {
  const list = parameters.parameter ?? [];
  if (parameters.resourceType !== 'Parameters' || !Array.isArray(list))
    throw invalid('A FHIRPath Patch is a Parameters resource with operations.', 'Parameters.parameter');
  if (list.length > MAX_OPERATIONS) throw invalid(`A patch may have ${MAX_OPERATIONS} operations at most.`);
  return list.map((each: Json, i) => {
    const place = `Parameters.parameter[${i}]`;
    if (each?.name !== 'operation' || !Array.isArray(each.part))
      throw invalid("Each parameter must be an 'operation' with parts.", place);
    const parts = new Map((each.part as Json[]).map((part) => [String(part?.name), part]));
    const kind = text(parts.get('type'));
    if (kind === undefined || !KINDS.has(kind))
      throw invalid('type must be add, insert, delete, replace or move.', place);
    return { kind, place, parts };
  });
}

function apply(work: Work, { kind, place, parts }: Operation): void {
  const path = text(parts.get('path'));
  if (path === undefined) throw invalid('An operation needs a path.', place);
  const value = () => givenPart(work, parts);
  switch (kind) {
    case 'add': {
      const name = text(parts.get('name'));
      if (!name || FORBIDDEN.has(name)) throw invalid('add needs the name of an element.', place);
      const at = one(work, path, place);
      requireFree(work, at.value, name, place);
      addMember(at, name, value(), place);
      return;
    }
    case 'replace': {
      const at = one(work, path, place);
      requireFree(work, at.owner, at.property, place);
      replace(at, value(), place);
      return;
    }
    case 'delete': {
      const found = find(work, path, place);
      if (found.length > 1) throw unprocessable('The path leads to several elements.', place);
      const [at] = found;
      if (!at) return;
      if (!at.owner) throw unprocessable('A patch can not delete the resource.', place);
      requireFree(work, at.owner, at.property, place);
      removeAt(at, work.emptied);
      return;
    }
    case 'insert': {
      const { owner, property, length, type } = listAt(work, path, place);
      const index = position(parts.get('index'), length, place);
      insertAt(owner, property, index, givenValue(value(), type, place));
      return;
    }
    default: {
      const { owner, property, length } = listAt(work, path, place);
      const from = position(parts.get('source'), length - 1, place);
      moveItem(owner, property, from, position(parts.get('destination'), length - 1, place));
    }
  }
}

function givenPart({ budget }: Work, parts: Operation['parts']): Json | undefined {
  const part = parts.get('value');
  return part && (cloneJson(part, budget.spend) as Json);
}

/** What names the resource is the URL's and the server's to say, by whatever path it is reached. */
function requireFree({ resource }: Work, owner: unknown, name: string, place: string): void {
  const isFixed =
    (owner === resource && name === 'id') ||
    (owner === resource.meta && owner !== undefined && (name === 'versionId' || name === 'lastUpdated'));
  if (isFixed) throw unprocessable('A patch may not change this element.', place);
}

function find({ resource, budget }: Work, path: string, place: string): Location[] {
  try {
    budget.spend(1 + path.length);
    return locate(resource, path, budget.spend);
  } catch (error) {
    if (error instanceof SyntaxError)
      throw invalid(`The path is not one that a patch may have: ${whyRefused(error)}.`, place);
    throw error;
  }
}

function one(work: Work, path: string, place: string): Location {
  const found = find(work, path, place);
  const [location] = found;
  if (!location || found.length > 1)
    throw unprocessable(`The path leads to ${found.length === 0 ? 'nothing' : 'several elements'}.`, place);
  return location;
}

interface List {
  readonly owner: Json;
  readonly property: string;
  readonly length: number;
  readonly type: string;
}

/** All items of one list. */
function listAt(work: Work, path: string, place: string): List {
  const found = find(work, path, place);
  const [first] = found;
  const isOneList = found.every((each) => each.owner === first?.owner && each.property === first?.property);
  const isWhole = first?.owner !== undefined && found.length === lengthOf(first.owner, first.property);
  // Places are counted in the whole list.
  if (!first?.owner || first.index === undefined || !isOneList || !isWhole)
    throw unprocessable('The path does not lead to a whole list.', place);
  return { owner: first.owner, property: first.property, length: found.length, type: first.type };
}

function addMember(at: Location, name: string, part: Json | undefined, place: string): void {
  if (isPrimitive(at.type)) {
    addToTwin(at, name, part, place);
    return;
  }
  if (typeof at.value !== 'object' || at.value === null)
    throw unprocessable('The path does not lead to an object.', place);
  const target = at.value as Json;
  const element = elementType(at.type, name);
  const given = givenValue(part, element?.type, place);
  const property = element ? name : choiceOf(at.type, name, given.type, place);
  if (elementType(at.type, property)?.array) {
    insertAt(target, property, lengthOf(target, property), given);
    return;
  }
  const isThere = [property, ...choiceProperties(at.type, name)].some(
    (each) => target[each] !== undefined || target[`_${each}`] !== undefined,
  );
  if (isThere) throw unprocessable('The element is there already.', place);
  putAt(target, property, undefined, given);
}

/** An extension of a primitive stands beside it. */
function addToTwin(at: Location, name: string, part: Json | undefined, place: string): void {
  if (!at.owner || name !== 'extension') throw unprocessable('A primitive has extensions only.', place);
  const given = givenValue(part, 'Extension', place);
  const key = `_${at.property}`;
  if (at.index === undefined) {
    const twin = (at.owner[key] ?? {}) as Json;
    at.owner[key] = twin;
    insertAt(twin, 'extension', lengthOf(twin, 'extension'), given);
    return;
  }
  const twins = Array.isArray(at.owner[key]) ? (at.owner[key] as unknown[]) : [];
  const values = at.owner[at.property];
  while (twins.length < (Array.isArray(values) ? values.length : at.index + 1)) twins.push(null);
  const twin = (twins[at.index] ?? {}) as Json;
  twins[at.index] = twin;
  at.owner[key] = twins;
  insertAt(twin, 'extension', lengthOf(twin, 'extension'), given);
}

function lengthOf(owner: Json, property: string): number {
  const lengths = [owner[property], owner[`_${property}`]].map((each) =>
    Array.isArray(each) ? each.length : 0,
  );
  return Math.max(...lengths);
}

function replace(at: Location, part: Json | undefined, place: string): void {
  if (!at.owner) throw unprocessable('The resource itself can not be replaced.', place);
  const given = givenValue(part, at.type, place);
  const property = at.name === at.property ? at.property : propertyOf(at, given, place);
  if (property !== at.property) {
    delete at.owner[at.property];
    delete at.owner[`_${at.property}`];
  }
  putAt(at.owner, property, at.index, given);
}

/** A choice may become another of its types. */
function propertyOf(at: Location, given: Given, place: string): string {
  if (given.member === '') return at.property;
  const property = at.name + given.type;
  // The properties of a choice are the same wherever it stands: base name and type.
  if (!/^[A-Z]/.test(given.type)) throw unprocessable('The value has no type.', place);
  return property;
}

function text(part: Json | undefined): string | undefined {
  const value = part?.valueCode ?? part?.valueString;
  return typeof value === 'string' ? value : undefined;
}

function position(part: Json | undefined, most: number, place: string): number {
  const value = part?.valueInteger ?? part?.valueUnsignedInt;
  if (!Number.isInteger(value) || (value as number) < 0 || (value as number) > most)
    throw unprocessable('There is no such place in the list.', place);
  return value as number;
}
