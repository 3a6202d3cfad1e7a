/**
 * Values put into a resource and taken out of it, a primitive together with its twin: `given[1]` and `_given[1]` are one name with its extensions
 * (https://hl7.org/fhir/R4/json.html#primitive).
 */
import type { Location } from '@wellspring/profiles';
import { moveNumber, spliceNumbers } from '../repository/text/resource-text.ts';
import type { Container } from './emptied.ts';

type Json = Record<string, unknown>;

/** A value on its way into a resource. */
export interface Given {
  /** undefined: a primitive that only has extensions. */
  readonly value: unknown;
  /** The `_value[x]` beside it. */
  readonly twin: unknown;
  /** As in the name of the member: `Quantity`, `String`. */
  readonly type: string;
  /** Where the value stood, for its number's spelling. */
  readonly source: Json | undefined;
  readonly member: string;
}

/** Sets `owner[property]`, or its item `index`; an older twin does not stay behind. */
export function putAt(owner: Json, property: string, index: number | undefined, given: Given): void {
  if (index === undefined) {
    setOrDelete(owner, property, given.value);
    setOrDelete(owner, `_${property}`, given.twin);
    if (given.source) moveNumber(given.source, given.member, owner, property);
    return;
  }
  const list = listOf(owner, property, index + 1);
  list[index] = given.value ?? null;
  if (given.source) moveNumber(given.source, given.member, list, String(index));
  const twins = owner[`_${property}`];
  if (given.twin !== undefined) listOf(owner, `_${property}`, list.length)[index] = given.twin;
  else if (Array.isArray(twins) && index < twins.length) twins[index] = null;
  tidy(owner, property);
}

export function insertAt(owner: Json, property: string, index: number, given: Given): void {
  const list = listOf(owner, property, 0);
  pad(list, index);
  spliceNumbers(list, index, 0, 1);
  list.splice(index, 0, given.value ?? null);
  if (given.source) moveNumber(given.source, given.member, list, String(index));
  const twins = owner[`_${property}`];
  if (Array.isArray(twins)) {
    pad(twins, index);
    twins.splice(index, 0, given.twin ?? null);
  } else if (given.twin !== undefined) listOf(owner, `_${property}`, list.length)[index] = given.twin;
  tidy(owner, property);
}

/** `emptied` is told of what lost something. */
export function removeAt({ owner, property, index }: Location, emptied: Set<Container>): void {
  if (!owner) return;
  if (index === undefined) {
    delete owner[property];
    delete owner[`_${property}`];
    emptied.add(owner);
    return;
  }
  for (const key of [property, `_${property}`]) {
    const list = owner[key];
    if (!Array.isArray(list) || index >= list.length) continue;
    spliceNumbers(list, index, 1, 0);
    list.splice(index, 1);
    emptied.add(list);
  }
  tidy(owner, property);
}

export function moveItem(owner: Json, property: string, from: number, to: number): void {
  for (const key of [property, `_${property}`]) {
    const list = owner[key];
    if (!Array.isArray(list)) continue;
    pad(list, Math.max(from, to) + 1);
    const holder = { value: list[from] };
    moveNumber(list, String(from), holder, 'value');
    spliceNumbers(list, from, 1, 0);
    list.splice(from, 1);
    spliceNumbers(list, to, 0, 1);
    list.splice(to, 0, holder.value);
    moveNumber(holder, 'value', list, String(to));
  }
  tidy(owner, property);
}

function listOf(owner: Json, key: string, length: number): unknown[] {
  const list = Array.isArray(owner[key]) ? (owner[key] as unknown[]) : [];
  owner[key] = list;
  pad(list, length);
  return list;
}

function pad(list: unknown[], length: number): void {
  while (list.length < length) list.push(null);
}

/** Twins of nothing are not written, and neither list has nothing at its end that the other has nothing for. */
function tidy(owner: Json, property: string): void {
  const key = `_${property}`;
  const twins = owner[key];
  if (Array.isArray(twins) && twins.every((each) => each === null)) delete owner[key];
}

function setOrDelete(owner: Json, key: string, value: unknown): void {
  if (value === undefined) delete owner[key];
  else owner[key] = value;
}
