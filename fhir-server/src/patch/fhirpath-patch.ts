/** FHIRPath Patch (https://hl7.org/fhir/R4/fhirpatch.html): operations in a Parameters resource. */
import {
  choiceProperties,
  elementType,
  invalid,
  type Location,
  locate,
  unprocessable,
} from '@wellspring/profiles';
import { moveNumber, type ResourceJson } from '../repository/resource-text.ts';

type Json = Record<string, unknown>;

interface Operation {
  readonly kind: string;
  readonly place: string;
  readonly parts: ReadonlyMap<string, Json>;
}

const MAX_OPERATIONS = 1000;
const KINDS: ReadonlySet<string> = new Set(['add', 'insert', 'delete', 'replace', 'move']);
const FIXED = /^\w+\.(?:id|meta\.(?:versionId|lastUpdated))$/;
const FORBIDDEN: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype', 'resourceType']);

/** Changes `resource`. 400 for what is no FHIRPath Patch, 422 where an operation finds no place or several. */
export function applyFhirPathPatch(resource: ResourceJson, parameters: ResourceJson): void {
  for (const operation of parse(parameters)) apply(resource, operation);
}

function parse(parameters: ResourceJson): Operation[] {
  const list = parameters.parameter;
  if (parameters.resourceType !== 'Parameters' || !Array.isArray(list) || list.length === 0)
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

function apply(resource: ResourceJson, { kind, place, parts }: Operation): void {
  const path = text(parts.get('path'));
  if (path === undefined) throw invalid('An operation needs a path.', place);
  if (FIXED.test(path)) throw unprocessable('A patch may not change this element.', place);
  switch (kind) {
    case 'add': {
      const name = text(parts.get('name'));
      if (!name || FORBIDDEN.has(name)) throw invalid('add needs the name of an element.', place);
      if (FIXED.test(`${path}.${name}`)) throw unprocessable('A patch may not change this element.', place);
      addMember(one(resource, path, place), name, parts.get('value'), place);
      return;
    }
    case 'replace':
      replace(one(resource, path, place), parts.get('value'), place);
      return;
    case 'delete': {
      const found = find(resource, path, place);
      if (found.length > 1) throw unprocessable('The path leads to several elements.', place);
      if (found[0]) cut(resource, path, found[0], place);
      return;
    }
    case 'insert': {
      const list = listAt(resource, path, place);
      list.splice(
        position(parts.get('index'), list.length, place),
        0,
        givenValue(parts.get('value'), undefined, place).value,
      );
      return;
    }
    default: {
      const list = listAt(resource, path, place);
      const [from] = list.splice(position(parts.get('source'), list.length - 1, place), 1);
      list.splice(position(parts.get('destination'), list.length, place), 0, from);
    }
  }
}

function find(resource: ResourceJson, path: string, place: string): Location[] {
  try {
    return locate(resource, path);
  } catch (error) {
    if (error instanceof SyntaxError) throw invalid('The path is not one that a patch may have.', place);
    throw error;
  }
}

function one(resource: ResourceJson, path: string, place: string): Location {
  const found = find(resource, path, place);
  const [location] = found;
  if (!location || found.length > 1)
    throw unprocessable(`The path leads to ${found.length === 0 ? 'nothing' : 'several elements'}.`, place);
  return location;
}

function listAt(resource: ResourceJson, path: string, place: string): unknown[] {
  const holder = find(resource, path, place)[0]?.holder;
  if (!Array.isArray(holder)) throw unprocessable('The path does not lead to a list.', place);
  return holder;
}

function addMember(at: Location, name: string, part: Json | undefined, place: string): void {
  if (typeof at.value !== 'object' || at.value === null)
    throw unprocessable('The path does not lead to an object.', place);
  const target = at.value as Json;
  const element = elementType(at.type, name);
  const given = givenValue(part, element?.type, place);
  const property = element ? name : choiceOf(at.type, name, given.type, place);
  const isList = elementType(at.type, property)?.array ?? false;
  if (isList) {
    const list = Array.isArray(target[property]) ? (target[property] as unknown[]) : [];
    target[property] = [...list, given.value];
    return;
  }
  if (target[property] !== undefined) throw unprocessable('The element is there already.', place);
  target[property] = given.value;
  if (given.source) moveNumber(given.source, given.member, target, property);
}

function choiceOf(type: string, name: string, valueType: string, place: string): string {
  const property = name + valueType;
  if (choiceProperties(type, name).includes(property)) return property;
  throw unprocessable(`${type} has no element '${name.slice(0, 64)}'.`, place);
}

function replace(at: Location, part: Json | undefined, place: string): void {
  if (!at.holder) throw unprocessable('The resource itself can not be replaced.', place);
  const given = givenValue(part, at.type, place);
  if (Array.isArray(at.holder)) {
    at.holder[at.key as number] = given.value;
    return;
  }
  at.holder[at.key] = given.value;
  if (given.source) moveNumber(given.source, given.member, at.holder, at.key as string);
}

function cut(resource: ResourceJson, path: string, at: Location, place: string): void {
  if (!at.holder) throw unprocessable('A patch can not delete the resource.', place);
  if (!Array.isArray(at.holder)) {
    delete at.holder[at.key];
    return;
  }
  at.holder.splice(at.key as number, 1);
  if (at.holder.length === 0) dropEmpty(resource, at.holder, path);
}

/** FHIR knows no empty arrays. */
function dropEmpty(value: unknown, list: unknown[], path: string): boolean {
  if (typeof value !== 'object' || value === null) return false;
  for (const [name, child] of Object.entries(value)) {
    if (child === list) {
      delete (value as Json)[name];
      return true;
    }
    if (dropEmpty(child, list, path)) return true;
  }
  return false;
}

interface Given {
  readonly value: unknown;
  readonly type: string;
  /** Where the value stood, for its number's spelling. */
  readonly source: Json | undefined;
  readonly member: string;
}

/** `value[x]`, or parts that make an object of a type that has no value[x]. */
function givenValue(part: Json | undefined, type: string | undefined, place: string): Given {
  if (!part) throw invalid('The operation needs a value.', place);
  const member = Object.keys(part).find((key) => key.startsWith('value'));
  if (member !== undefined) {
    return { value: part[member], type: member.slice('value'.length), source: part, member };
  }
  if (part.resource !== undefined)
    return { value: part.resource, type: 'Resource', source: undefined, member: '' };
  if (!Array.isArray(part.part)) throw invalid('The value has neither value[x] nor parts.', place);
  const made: Json = {};
  for (const each of part.part as Json[]) {
    const name = String(each?.name);
    if (FORBIDDEN.has(name)) throw invalid('There is no such element.', place);
    const element = type === undefined ? undefined : elementType(type, name);
    const inner = givenValue(each, element?.type, place);
    const isChoice = type !== undefined && !element && choiceProperties(type, name).length > 0;
    const property = isChoice ? choiceOf(type, name, inner.type, place) : name;
    if (element?.array) made[property] = [...((made[property] as unknown[]) ?? []), inner.value];
    else made[property] = inner.value;
    if (inner.source) moveNumber(inner.source, inner.member, made, property);
  }
  return { value: made, type: type ?? 'Element', source: undefined, member: '' };
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
