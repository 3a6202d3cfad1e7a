/** What an operation is given and gives back (https://hl7.org/fhir/R4/operations.html): query parameters, or a Parameters resource. */
import { invalid } from '@wellspring/profiles';
import type { FhirRequest, Reply, Services } from '../interactions/request.ts';
import { dateRange } from '../search/date-range.ts';
import { localReference, withoutVersion } from '../search/own-references.ts';
import { tokenText } from '../search/values.ts';

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

/** As a URL has them all; in a Parameters resource any of these will do for what is said in words. */
const TEXTS = ['Base64Binary', 'Canonical', 'Code', 'Id', 'Markdown', 'Oid', 'String', 'Uri', 'Url', 'Uuid'];

/** What a parameter takes: the types of `value[x]`, and how a message names them. `typed`: what somebody is typing, which begins with nothing. `list`: texts of which a blank one says nothing. */
const KINDS = {
  text: { types: TEXTS, name: 'text' },
  typed: { types: TEXTS, name: 'text' },
  list: { types: TEXTS, name: 'text' },
  date: { types: [...TEXTS, 'Date', 'DateTime', 'Instant'], name: 'date' },
  truth: { types: [...TEXTS, 'Boolean'], name: 'boolean' },
  number: { types: [...TEXTS, 'Decimal', 'Integer', 'PositiveInt', 'UnsignedInt'], name: 'number' },
  reference: { types: [...TEXTS, 'Reference'], name: 'reference' },
  token: { types: [...TEXTS, 'CodeableConcept', 'Coding'], name: 'code' },
  identifier: { types: [...TEXTS, 'Identifier'], name: 'identifier' },
  Coding: { types: ['Coding'], name: 'Coding' },
  CodeableConcept: { types: ['CodeableConcept'], name: 'CodeableConcept' },
  Identifier: { types: ['Identifier'], name: 'Identifier' },
  Meta: { types: ['Meta'], name: 'Meta' },
  Timing: { types: ['Timing'], name: 'Timing' },
  resource: { types: ['resource'], name: 'resource' },
  CodeSystem: { types: ['resource'], name: 'CodeSystem' },
  ConceptMap: { types: ['resource'], name: 'ConceptMap' },
  ValueSet: { types: ['resource'], name: 'ValueSet' },
} as const satisfies Record<string, { readonly types: readonly string[]; readonly name: string }>;

export type Kind = keyof typeof KINDS;

/** Kinds that are resources of one type, named as the type is. */
const OF_ONE_TYPE: ReadonlySet<Kind> = new Set(['CodeSystem', 'ConceptMap', 'ValueSet']);

/** Texts in which a space or a comma is something. */
const SAYS_WHAT_IT_SAYS: ReadonlySet<Kind> = new Set(['text', 'typed', 'truth', 'number', 'date']);

/** Names → what they take. */
export const ofKind = (names: readonly string[], kind: Kind): Readonly<Record<string, Kind>> =>
  Object.fromEntries(names.map((name) => [name, kind]));

/** Throws 400 for a value of another kind, and for one that says nothing: whoever is asked for nobody is not asked for everybody. `member`: as Parameters have it, without `value`. */
export function requireKind(name: string, kind: Kind, value: unknown, member: string): void {
  const { types, name: word } = KINDS[kind];
  if (!(types as readonly string[]).includes(member))
    throw invalid(
      `'${name}' takes a ${word}${member === 'resource' ? '' : `, not a ${member.slice(0, 32)}`}.`,
      name,
    );
  if (OF_ONE_TYPE.has(kind) && (value as Json).resourceType !== kind)
    throw invalid(`'${name}' takes a ${word}, and no other resource.`, name);
  if (member === 'Reference' && (value as Json).identifier === undefined) referenceIn(value as Json, name);
  const isBlank = SAYS_WHAT_IT_SAYS.has(kind) ? value === '' : /^[\s,]*$/.test(String(value));
  if (typeof value === 'string' && isBlank && kind !== 'typed') throw withoutValue(name);
}

const withoutValue = (name: string): Error =>
  invalid(`The parameter '${name.slice(0, 64)}' has no value.`, name);

/** The member of a parameter that holds its value, and that value. */
export function givenValue(parameter: Json): readonly [member: string, value: unknown] {
  const key = Object.keys(parameter).find((each) => each === 'resource' || each.startsWith('value'));
  const value = key === undefined ? undefined : parameter[key];
  if (key === undefined || value === undefined || value === null) throw withoutValue(String(parameter.name));
  return [key === 'resource' ? key : key.slice('value'.length), value];
}

/** Strict: 400 for a parameter that the operation does not have, for one without a value, and for a value that is not of its kind. `inParts`: those that have parts, which the operation reads itself. */
export function inputOf(
  request: FhirRequest,
  allowed: Readonly<Record<string, Kind>>,
  inParts: readonly string[] = [],
): OperationInput {
  const kindOf = (name: string): Kind => {
    const kind = Object.hasOwn(allowed, name) ? allowed[name] : undefined;
    if (kind !== undefined) return kind;
    throw invalid(`The operation has no parameter '${name.slice(0, 64)}'.`, name);
  };
  const texts = new Map<string, string[]>();
  const add = (name: string, value: string): void => {
    const given = texts.get(name) ?? [];
    if (given.length >= MOST_VALUES)
      throw invalid(`'${name.slice(0, 64)}' may be given ${MOST_VALUES} times at most.`, name);
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
    requireKind(name, kindOf(name), value, 'String');
    add(name, value);
  }
  const { resource } = request;
  if (resource?.resourceType === 'Parameters') {
    for (const each of (resource.parameter as Json[] | undefined) ?? []) {
      const name = String(each?.name);
      if (inParts.includes(name)) continue;
      const [member, value] = givenValue(each);
      requireKind(name, kindOf(name), value, member);
      if (typeof value === 'object') addValue(name, value as Json);
      else add(name, String(value));
    }
  } else if (resource) {
    requireKind('resource', kindOf('resource'), resource, 'resource');
    addValue('resource', resource);
  }
  const names = [...texts.keys(), ...values.keys()];
  const all = (name: string): readonly string[] => texts.get(name) ?? [];
  const allValues = (name: string): readonly Json[] => values.get(name) ?? [];
  const requireOne = (name: string): void => {
    if (all(name).length + allValues(name).length > 1) throw invalid(`'${name}' may be given once.`, name);
  };
  const first =
    <T>(given: (name: string) => readonly T[]) =>
    (name: string): T | undefined => {
      requireOne(name);
      return given(name)[0];
    };
  return { names, all, one: first(all), value: first(allValues), values: allValues };
}

/** undefined: not given. Throws 400. */
export function truth(input: OperationInput, name: string): boolean | undefined {
  const text = input.one(name);
  if (text === undefined) return undefined;
  if (text !== 'true' && text !== 'false') throw invalid(`'${name}' takes true or false.`, name);
  return text === 'true';
}

/** A date or a time as it was given, for a search that has another name for it; undefined: not given. Throws 400. */
export function dateText(input: OperationInput, name: string): string | undefined {
  const text = input.one(name);
  if (text === undefined || dateRange(text)) return text;
  throw invalid(`'${name}' takes a date: YYYY, YYYY-MM, YYYY-MM-DD or a date and time.`, name);
}

/** What a parameter names, by its id or a reference; one below this server's base is the same as its relative form. undefined: not given. Throws 400. */
export function named({ repository }: Services, input: OperationInput, name: string): string | undefined {
  const value = input.value(name);
  const text = input.one(name) ?? (value && referenceIn(value, name));
  return text === undefined ? undefined : localReference(text, repository.baseUrl);
}

function referenceIn({ reference }: Json, name: string): string {
  if (typeof reference === 'string') return reference;
  throw invalid(`'${name}' takes a Reference that says what it refers to.`, name);
}

/** What is said as a token, a Coding or a CodeableConcept: any of its codes, as tokens of a search. Throws 400 for a concept without one. */
export const tokens = (input: OperationInput, name: string): readonly string[] => [
  ...input.all(name),
  ...tokensIn(input.values(name), name),
];

function tokensIn(values: readonly Json[], name: string): readonly string[] {
  const codings = values.flatMap((given) => (given.coding as Json[] | undefined) ?? [given]);
  return codings.map(({ system, code }) => {
    if (typeof code === 'string') return tokenText(typeof system === 'string' ? system : undefined, code);
    throw invalid(`'${name}' takes a code.`, name);
  });
}

export interface Identifier {
  readonly system?: string;
  readonly value: string;
}

const isLogical = ({ reference, identifier }: Json): boolean =>
  reference === undefined && identifier !== undefined;

/** Of References that say who is meant by an identifier alone. Throws 400. */
export function identifiers(input: OperationInput, name: string): Identifier[] {
  return input
    .values(name)
    .filter(isLogical)
    .map(({ identifier }) => {
      const { system, value } = identifier as Json;
      if (typeof value !== 'string' || value === '')
        throw invalid(`'${name}' takes an identifier with a value.`, name);
      return typeof system === 'string' ? { system, value } : { value };
    });
}

/** The same of what may be given several times, as text with commas too: `Type/id` of one of the types, the first where only an id is said. `literal`: without those that are told by an identifier. Throws 400. */
export function references(
  { repository }: Services,
  input: OperationInput,
  name: string,
  types: readonly string[],
  which: 'all' | 'literal' = 'all',
): string[] {
  const values = input.values(name).filter((each) => which === 'all' || !isLogical(each));
  const given = [
    ...input.all(name).flatMap((each) => each.split(',')),
    ...values.map((each) => referenceIn(each, name)),
  ];
  return given.map((each) => {
    const local = withoutVersion(localReference(each, repository.baseUrl));
    const full = local.includes('/') ? local : `${types[0]}/${local}`;
    if (types.some((type) => new RegExp(`^${type}/[A-Za-z0-9\\-.]{1,64}$`).test(full))) return full;
    throw invalid(`'${name}' takes a reference to a ${types.join(' or a ')}.`, name);
  });
}

/** Of an operation that takes search parameters, whatever way they come. Throws 400 for one without a value, and for a value that no search has a text for. */
export function searchTexts({
  query,
  resource,
}: Pick<FhirRequest, 'query' | 'resource'>): [string, string][] {
  const empty = query.find(([, value]) => /^[\s,]*$/.test(value));
  if (empty) throw withoutValue(empty[0]);
  const given = (resource?.parameter as Json[] | undefined) ?? [];
  return [...query, ...given.map((each): [string, string] => [String(each.name), searchText(each)])];
}

function searchText(parameter: Json): string {
  const [member, value] = givenValue(parameter);
  const name = String(parameter.name).slice(0, 64);
  if (member === 'Reference') return referenceIn(value as Json, name);
  if (member === 'Coding' || member === 'CodeableConcept') return tokensIn([value as Json], name).join(',');
  if (typeof value === 'object')
    throw invalid(`'${name}' takes what a search does, not a ${member.slice(0, 32)}.`, name);
  return String(value);
}

/** 0 or more; undefined: not given. Throws 400. */
export function wholeNumber(input: OperationInput, name: string): number | undefined {
  const text = input.one(name);
  if (text === undefined) return undefined;
  if (!/^\d{1,9}$/.test(text)) throw invalid(`'${name}' takes a whole number.`, name);
  return Number(text);
}

export function jsonReply(resource: object, status = 200, headers: Record<string, string> = {}): Reply {
  return { status, headers, body: JSON.stringify(resource) };
}

export function parametersReply(...parameter: readonly object[]): Reply {
  return jsonReply({ resourceType: 'Parameters', parameter });
}
