/** What an operation is given and gives back (https://hl7.org/fhir/R4/operations.html): query parameters, or a Parameters resource. */
import { invalid } from '@wellspring/profiles';
import type { FhirRequest, Reply, Services } from '../interactions/request.ts';
import { searchedDateRange } from '../search/date-range.ts';
import { localReference, withoutVersion } from '../search/own-references.ts';

type Json = Record<string, unknown>;

export interface OperationInput {
  /** Primitive values as text, in the order given. */
  all(name: string): readonly string[];
  /** Of a parameter that may be given once. Throws 400 for a second: which of two is meant can't be said. */
  one(name: string): string | undefined;
  /** A resource, Coding or other complex value, given once. */
  value(name: string): Json | undefined;
  /** The same of what may be given several times. */
  values(name: string): readonly Json[];
  readonly names: readonly string[];
}

/** Of one name. */
const MOST_VALUES = 1000;

/** Strict: 400 for a parameter that the operation does not have, and for one without a value. `inParts`: those that have parts, which the operation reads itself. */
export function inputOf(
  request: FhirRequest,
  allowed: readonly string[],
  inParts: readonly string[] = [],
): OperationInput {
  const texts = new Map<string, string[]>();
  const add = (name: string, value: string): void => {
    const given = texts.get(name) ?? [];
    if (given.length >= MOST_VALUES)
      throw invalid(
        `'${name.slice(0, 64)}' may be given ${MOST_VALUES} times at most.`,
        'Parameters.parameter',
      );
    given.push(value);
    texts.set(name, given);
  };
  const values = new Map<string, Json[]>();
  const addValue = (name: string, value: Json): void => {
    const given = values.get(name);
    if (given) given.push(value);
    else values.set(name, [value]);
  };
  for (const [name, value] of request.query) {
    if (name === '_format' || name === '_pretty') continue;
    add(name, value);
  }
  const { resource } = request;
  if (resource?.resourceType === 'Parameters') {
    for (const each of (resource.parameter as Json[] | undefined) ?? []) {
      const name = String(each?.name);
      if (inParts.includes(name)) continue;
      const key = Object.keys(each).find((member) => member === 'resource' || member.startsWith('value'));
      const value = key === undefined ? undefined : each[key];
      if (value === undefined || value === null)
        throw invalid(`The parameter '${name.slice(0, 64)}' has no value.`, 'Parameters.parameter');
      if (typeof value === 'object') addValue(name, value as Json);
      else add(name, String(value));
    }
  } else if (resource) values.set('resource', [resource]);
  const names = [...texts.keys(), ...values.keys()];
  const unknown = names.find((name) => !allowed.includes(name));
  if (unknown !== undefined)
    throw invalid(`The operation has no parameter '${unknown.slice(0, 64)}'.`, 'Parameters.parameter');
  const all = (name: string): readonly string[] => texts.get(name) ?? [];
  return {
    names,
    all,
    one: (name) => single(name, all(name)),
    value: (name) => single(name, values.get(name) ?? []),
    values: (name) => values.get(name) ?? [],
  };
}

/** undefined: not given. Throws 400. */
export function truth(input: OperationInput, name: string): boolean | undefined {
  const text = input.one(name);
  if (text === undefined) return undefined;
  if (text !== 'true' && text !== 'false')
    throw invalid(`'${name}' takes true or false.`, 'Parameters.parameter');
  return text === 'true';
}

/** A date or a time as it was given, for a search that has another name for it; undefined: not given. Throws 400. */
export function dateText(input: OperationInput, name: string): string | undefined {
  const text = input.one(name);
  if (text === undefined || searchedDateRange(text)) return text;
  throw invalid(
    `'${name}' takes a date: YYYY, YYYY-MM, YYYY-MM-DD or a date and time.`,
    'Parameters.parameter',
  );
}

/** What a parameter names, by its id or a reference; one below this server's base is the same as its relative form. undefined: not given. */
export function named({ repository }: Services, input: OperationInput, name: string): string | undefined {
  const text: unknown = input.one(name) ?? input.value(name)?.reference;
  return text === undefined ? undefined : localReference(String(text), repository.baseUrl);
}

/** The same of what may be given several times, as text with commas too: `Type/id` of one of the types, the first where only an id is said. Throws 400. */
export function references(
  { repository }: Services,
  input: OperationInput,
  name: string,
  types: readonly string[],
): string[] {
  const given = [
    ...input.all(name).flatMap((each) => each.split(',')),
    ...input.values(name).map(({ reference }) => String(reference)),
  ];
  return given.map((each) => {
    const local = withoutVersion(localReference(each, repository.baseUrl));
    const full = local.includes('/') ? local : `${types[0]}/${local}`;
    if (types.some((type) => new RegExp(`^${type}/[A-Za-z0-9\\-.]{1,64}$`).test(full))) return full;
    throw invalid(`'${name}' takes a reference to a ${types.join(' or a ')}.`, 'Parameters.parameter');
  });
}

/** 0 or more; undefined: not given. Throws 400. */
export function wholeNumber(input: OperationInput, name: string): number | undefined {
  const text = input.one(name);
  if (text === undefined) return undefined;
  if (!/^\d{1,9}$/.test(text)) throw invalid(`'${name}' takes a whole number.`, 'Parameters.parameter');
  return Number(text);
}

function single<T>(name: string, given: readonly T[]): T | undefined {
  if (given.length > 1) throw invalid(`'${name}' may be given once.`, 'Parameters.parameter');
  return given[0];
}

export function jsonReply(resource: object, status = 200, headers: Record<string, string> = {}): Reply {
  return { status, headers, body: JSON.stringify(resource) };
}

export function parametersReply(...parameter: readonly object[]): Reply {
  return jsonReply({ resourceType: 'Parameters', parameter });
}
