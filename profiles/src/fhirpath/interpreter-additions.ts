/** What FHIR adds to FHIRPath and the library lacks (https://hl7.org/fhir/R4/fhirpath.html), and patterns on an engine that does not backtrack. */
import { isResourceType } from '../tables.ts';
import { boundaryOf } from './interpreter-times.ts';
import { isObject } from './node.ts';
import { patternOf } from './pattern.ts';
import { resolved } from './resolve.ts';

const FIXED: Readonly<Record<string, string>> = {
  ucum: 'http://unitsofmeasure.org',
  sct: 'http://snomed.info/sct',
  loinc: 'http://loinc.org',
};
const NAMED = /%[`']?((?:vs|ext)-[A-Za-z0-9-]+)/g;
const BASES: Readonly<Record<string, string>> = {
  vs: 'http://hl7.org/fhir/ValueSet/',
  ext: 'http://hl7.org/fhir/StructureDefinition/',
};

/** `%sct`, `%loinc`, and the `%vs-…` and `%ext-…` that the expression names. */
export function environmentOf(text: string): Record<string, string> {
  const found: Record<string, string> = { ...FIXED };
  for (const [, name = ''] of text.matchAll(NAMED)) {
    const dash = name.indexOf('-');
    found[name] = `${BASES[name.slice(0, dash)]}${name.slice(dash + 1)}`;
  }
  return found;
}

type Values = readonly unknown[];

/** What the library keeps a value of the resource in, with its place. */
interface LibraryNode {
  readonly data: unknown;
  /** Of a primitive: its id and extensions. */
  readonly _data: unknown;
  convertData(): unknown;
}

interface LibraryNodes {
  makeResNode(context: object, data: object, ...place: null[]): LibraryNode;
}

/** A resource as the library takes it; of a text that is no value of a resource there is none. */
const nodeLike = (other: unknown, context: object, resource: object): LibraryNode[] =>
  isLibraryNode(other)
    ? [(other.constructor as unknown as LibraryNodes).makeResNode(context, resource, null, null, null, null)]
    : [];

/** An object of the resource itself: numbers and times of the library are of classes of its own. */
export const isElement = (value: unknown): value is object =>
  isObject(value) && [Object.prototype, null].includes(Object.getPrototypeOf(value));

export const isLibraryNode = (value: unknown): value is LibraryNode =>
  typeof (value as Partial<LibraryNode> | null | undefined)?.convertData === 'function';

function single(input: Values): unknown {
  if (input.length > 1) throw new Error('a single value was expected');
  return input[0];
}

function texts(input: Values, work: (text: string) => unknown): Values {
  const value = single(input);
  if (value === undefined || value === null) return [];
  if (typeof value !== 'string') throw new Error('a string was expected');
  return [work(value)];
}

/** Digits of a decimal, of a date or a time (http://hl7.org/fhirpath/N1/#precision). */
function precisionOf(text: string): number {
  if (/^-?\d+(?:\.\d+)?$/.test(text) && !/^\d{4}$/.test(text)) return text.split('.')[1]?.length ?? 0;
  return text.replace(/(?<=T.*)[+-]\d{2}:\d{2}$|Z$/, '').replace(/\D/g, '').length;
}

const CORE = 'http://hl7.org/fhir/StructureDefinition/';

/** R4's own types only: a profile would need the validator, which needs this. */
function conformsTo(input: Values, url: unknown): Values {
  const value = single(input) as { readonly resourceType?: string } | undefined;
  if (value === undefined) return [];
  const type = typeof url === 'string' && url.startsWith(CORE) ? url.slice(CORE.length) : '';
  if (!isResourceType(type)) throw new Error('conformsTo() knows the resource types of R4 only');
  return [value.resourceType === type];
}

type Ask = (value: unknown) => Values;

/** The library's nodes hold an element's value with its type: dates and times as those of FHIRPath. */
const plain = (value: unknown): unknown => (isLibraryNode(value) ? value.convertData() : value) ?? value;

const dataOf = (value: unknown): unknown => (isLibraryNode(value) ? value.data : value);

/** A criterion is a truth value; one that is no truth value counts as true (http://hl7.org/fhirpath/N1/#singleton-evaluation-of-collections). */
function holds(found: Values, name: string): boolean {
  if (found.length > 1) throw new Error(`the criterion of ${name}() is no truth value`);
  return found.length === 1 && plain(found[0]) !== false;
}

interface Indexed {
  $index: number;
}

/** The library takes an element that is `false` for true. */
function meeting(context: Indexed, input: Values, criterion: Ask, name: string): Values {
  return input.filter((each, i) => {
    context.$index = i;
    return holds(criterion(each), name);
  });
}

const where = {
  fn(this: Indexed, input: Values, criterion: Ask) {
    return meeting(this, input, criterion, 'where');
  },
  arity: { 1: ['Expr'] },
  internalStructures: true,
};

const exists = {
  fn(this: Indexed, input: Values, criterion?: Ask) {
    return [(criterion ? meeting(this, input, criterion, 'exists') : input).length > 0];
  },
  arity: { 0: [], 1: ['Expr'] },
  internalStructures: true,
};

const all = {
  fn(this: Indexed, input: Values, criterion: Ask) {
    return [meeting(this, input, criterion, 'all').length === input.length];
  },
  arity: { 1: ['Expr'] },
  internalStructures: true,
};

/** One value at the most in, and a truth value as criterion (http://hl7.org/fhirpath/N1/#iif). */
function iif(input: Values, criterion: Ask, yes: Ask, no?: Ask): Values {
  const value = single(input);
  const held = criterion(value).map(plain);
  if (held.length > 1 || (held.length === 1 && typeof held[0] !== 'boolean'))
    throw new Error('the criterion of iif() is no truth value');
  if (held[0] === true) return yes(value);
  return no ? no(value) : [];
}

/** The library would ask a server. */
const resolve = {
  fn(this: { readonly vars: Readonly<Record<string, unknown>> }, input: Values) {
    return input.flatMap((each) => {
      const found = resolved(dataOf(each), this.vars.rootResource);
      return found ? nodeLike(each, this, found) : [];
    });
  },
  arity: { 0: [] },
  internalStructures: true,
};

/** The library tells the text of a date, which it then takes for no date. */
const getValue = {
  fn: (input: Values) => {
    const [value] = input.length === 1 ? input.map(plain) : [];
    return value === undefined || value === null || isElement(dataOf(input[0])) ? [] : [value];
  },
  arity: { 0: [] },
  internalStructures: true,
};

/** The library makes a text of whatever it is given: of an element that is no value there is none (http://hl7.org/fhirpath/N1/#tostring--string). */
const toText = {
  fn: (input: Values) => {
    const value = plain(single(input));
    return value === undefined || value === null || isElement(value) ? [] : [String(value)];
  },
  arity: { 0: [] },
  internalStructures: true,
};

const boundary = (which: 'lowBoundary' | 'highBoundary') => ({
  fn(this: never, input: Values, precision?: unknown) {
    const value = plain(single(input));
    if (value === undefined || value === null) return [];
    return boundaryOf(which, this, value, precision === undefined ? undefined : Number(precision));
  },
  arity: { 0: [], 1: ['Integer'] },
  internalStructures: true,
});

export const ADDED_FUNCTIONS = {
  lowBoundary: boundary('lowBoundary'),
  highBoundary: boundary('highBoundary'),
  iif: { fn: iif, arity: { 2: ['Expr', 'Expr'], 3: ['Expr', 'Expr', 'Expr'] }, internalStructures: true },
  where,
  exists,
  all,
  resolve,
  getValue,
  toString: toText,
  conformsTo: { fn: conformsTo, arity: { 1: ['String'] } },
  precision: {
    fn: (input: Values) => {
      const value = single(input);
      return value === undefined || value === null ? [] : [precisionOf(String(value))];
    },
    arity: { 0: [] },
  },
  matches: {
    fn: (input: Values, pattern: string | undefined) =>
      pattern === undefined ? [] : texts(input, (text) => patternOf(pattern).test(text)),
    arity: { 1: ['String'] },
    nullable: true,
  },
  matchesFull: {
    fn: (input: Values, pattern: string | undefined) =>
      pattern === undefined ? [] : texts(input, (text) => patternOf(`^(?:${pattern})$`).test(text)),
    arity: { 1: ['String'] },
    nullable: true,
  },
  replaceMatches: {
    fn: (input: Values, pattern: string | undefined, by: string | undefined) =>
      pattern === undefined || by === undefined
        ? []
        : texts(input, (text) => (pattern === '' ? text : patternOf(pattern).replace(text, by))),
    arity: { 2: ['String', 'String'] },
    nullable: true,
  },
};
