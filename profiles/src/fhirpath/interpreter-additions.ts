/** What FHIR adds to FHIRPath and the library lacks (https://hl7.org/fhir/R4/fhirpath.html), and patterns on an engine that does not backtrack. */
import { isResourceType } from '../tables.ts';
import { boundaryOf } from './interpreter-times.ts';
import { patternOf } from './pattern.ts';

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

/** The library's nodes hold an element's value with its type. */
const plain = (value: unknown): unknown =>
  (value as { convertData?: () => unknown } | null)?.convertData?.() ?? value;

/** One value at the most in, and a truth value as criterion (http://hl7.org/fhirpath/N1/#iif). */
function iif(input: Values, criterion: Ask, yes: Ask, no?: Ask): Values {
  const value = single(input);
  const held = criterion(value).map(plain);
  if (held.length > 1 || (held.length === 1 && typeof held[0] !== 'boolean'))
    throw new Error('the criterion of iif() is no truth value');
  if (held[0] === true) return yes(value);
  return no ? no(value) : [];
}

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
