/** The value of a FHIRPath Patch operation: `value[x]`, a resource, or parts that make an object of a type that has no value[x]. */
import { choiceProperties, elementType, invalid, unprocessable } from '@wellspring/profiles';
import { type Given, putAt } from './place.ts';

type Json = Record<string, unknown>;

const FORBIDDEN: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype', 'resourceType']);
const VALUE = /^_?value[A-Z]/;

/** `type`: of the element that it is for; undefined where that is a choice. */
export function givenValue(part: Json | undefined, type: string | undefined, place: string): Given {
  if (!part) throw invalid('The operation needs a value.', place);
  const key = Object.keys(part).find((each) => VALUE.test(each));
  if (key !== undefined) {
    const member = key.replace(/^_/, '');
    const common = { type: member.slice('value'.length), source: part, member };
    return { value: part[member], twin: part[`_${member}`], ...common };
  }
  if (part.resource !== undefined) return plain(part.resource, 'Resource');
  if (!Array.isArray(part.part)) throw invalid('The value has neither value[x] nor parts.', place);
  return plain(madeOf(part.part as Json[], type, place), type ?? 'Element');
}

const plain = (value: unknown, type: string): Given => ({
  value,
  twin: undefined,
  type,
  source: undefined,
  member: '',
});

function madeOf(parts: readonly Json[], type: string | undefined, place: string): Json {
  const made: Json = {};
  for (const each of parts) {
    const name = String(each?.name);
    if (FORBIDDEN.has(name)) throw invalid('There is no such element.', place);
    const element = type === undefined ? undefined : elementType(type, name);
    const inner = givenValue(each, element?.type, place);
    const isChoice = type !== undefined && !element && choiceProperties(type, name).length > 0;
    const property = isChoice ? choiceOf(type, name, inner.type, place) : name;
    const list = made[property];
    putAt(made, property, element?.array ? (Array.isArray(list) ? list.length : 0) : undefined, inner);
  }
  return made;
}

/** The property of a choice that holds this type. */
export function choiceOf(type: string, name: string, valueType: string, place: string): string {
  const property = name + valueType;
  if (choiceProperties(type, name).includes(property)) return property;
  throw unprocessable(`${type} has no element '${name.slice(0, 64)}'.`, place);
}
