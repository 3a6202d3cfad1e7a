/** What an operation is given and gives back (https://hl7.org/fhir/R4/operations.html): query parameters, or a Parameters resource. */
import { invalid } from '@wellspring/profiles';
import type { FhirRequest, Reply } from '../interactions/request.ts';

type Json = Record<string, unknown>;

export interface OperationInput {
  /** Primitive values as text, in the order given. */
  all(name: string): readonly string[];
  one(name: string): string | undefined;
  /** A resource, Coding or other complex value. */
  value(name: string): Json | undefined;
  readonly names: readonly string[];
}

/** Of one name. */
const MOST_VALUES = 1000;

/** Strict: 400 for a parameter that the operation does not have. */
export function inputOf(request: FhirRequest, allowed: readonly string[]): OperationInput {
  const texts = new Map<string, string[]>();
  const add = (name: string, value: string): void => {
    const given = texts.get(name) ?? [];
    if (given.length >= MOST_VALUES)
      throw invalid(`'${name.slice(0, 64)}' may be given ${MOST_VALUES} times at most.`);
    given.push(value);
    texts.set(name, given);
  };
  const values = new Map<string, Json>();
  for (const [name, value] of request.query) {
    if (name === '_format' || name === '_pretty') continue;
    add(name, value);
  }
  const { resource } = request;
  if (resource?.resourceType === 'Parameters') {
    for (const each of (resource.parameter as Json[] | undefined) ?? []) {
      const name = String(each?.name);
      if (typeof each.resource === 'object') values.set(name, each.resource as Json);
      const key = Object.keys(each).find((member) => member.startsWith('value'));
      const value = key === undefined ? undefined : each[key];
      if (typeof value === 'object' && value !== null) values.set(name, value as Json);
      else if (value !== undefined) add(name, String(value));
    }
  } else if (resource) values.set('resource', resource);
  const names = [...texts.keys(), ...values.keys()];
  const unknown = names.find((name) => !allowed.includes(name));
  if (unknown !== undefined) throw invalid(`The operation has no parameter '${unknown.slice(0, 64)}'.`);
  return {
    names,
    all: (name) => texts.get(name) ?? [],
    one: (name) => texts.get(name)?.[0],
    value: (name) => values.get(name),
  };
}

export function jsonReply(resource: object, status = 200, headers: Record<string, string> = {}): Reply {
  return { status, headers, body: JSON.stringify(resource) };
}

export function parametersReply(...parameter: readonly object[]): Reply {
  return jsonReply({ resourceType: 'Parameters', parameter });
}
