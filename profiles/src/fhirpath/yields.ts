/**
 * What functions and operators yield of values of these types, and of which they yield nothing whatever the values are (http://hl7.org/fhirpath/N1/#functions,
 * https://hl7.org/fhir/R4/fhirpath.html#functions): read by types alone, before there is any resource.
 */

/** Types that a part may yield; undefined: they can't be told before there are values. Empty: nothing, ever. */
export type Types = readonly string[] | undefined;

type Known = readonly string[];
type Yield = (types: Known) => Known;

const words = (text: string): Known => text.split(' ');

const STRINGS = words('string code id markdown');
const INTEGERS = words('integer positiveInt unsignedInt');
const NUMBERS = [...INTEGERS, 'decimal'];
const DATES = words('date dateTime instant');
const TEMPORAL = [...DATES, 'time'];
const TEXTS = [...STRINGS, ...TEMPORAL, ...words('uri url canonical oid uuid base64Binary')];
const PRIMITIVES = [...TEXTS, ...NUMBERS, 'boolean'];
const MEASURES = words('Quantity SimpleQuantity MoneyQuantity Age Count Distance Duration');
const REFERRING = words('Reference uri url canonical string');
/** What FHIRPath computes: a text with its unit, which is no element of R4. */
const COMPUTED = 'a computed quantity';
/** What a reference leads to, of which the type alone is told. */
export const ELSEWHERE = 'a resource that is referred to';
/** What stands in one order. */
const COMPARABLE = [
  TEXTS.filter((type) => !TEMPORAL.includes(type)),
  DATES,
  ['time'],
  [...NUMBERS, ...MEASURES, COMPUTED],
];

const each =
  (known: Known, yielded: (type: string) => string): Yield =>
  (types) => [...new Set(types.filter((type) => known.includes(type)).map(yielded))];
const of = (known: Known, yielded: string): Yield => each(known, () => yielded);
const same: Yield = (types) => types;
const always =
  (yielded: string): Yield =>
  () => [yielded];

const ofNumbers = (yielded: (type: string) => string): Yield =>
  each([...NUMBERS, ...MEASURES, COMPUTED], (type) => (NUMBERS.includes(type) ? yielded(type) : COMPUTED));

const boundaryOf = (type: string): string => {
  if (NUMBERS.includes(type)) return 'decimal';
  if (MEASURES.includes(type)) return COMPUTED;
  return type === 'instant' ? 'dateTime' : type;
};

const named = (names: string, yielded: Yield): [string, Yield][] =>
  words(names).map((name) => [name, yielded]);

const FUNCTIONS: ReadonlyMap<string, Yield> = new Map([
  ...named('where first last tail skip take single distinct trace intersect exclude sort min max sum', same),
  ...named(
    'all comparable conformsTo convertsToBoolean convertsToDate convertsToDateTime convertsToDecimal convertsToInteger convertsToLong convertsToQuantity convertsToString convertsToTime empty exists hasValue is isDistinct not subsetOf supersetOf',
    always('boolean'),
  ),
  ...named('allFalse allTrue anyFalse anyTrue', of(['boolean'], 'boolean')),
  ...named('contains endsWith matches matchesFull startsWith', of(TEXTS, 'boolean')),
  ...named('htmlChecks htmlchecks', of([...STRINGS, 'xhtml'], 'boolean')),
  ...named('count', always('integer')),
  ...named('indexOf lastIndexOf length', of(TEXTS, 'integer')),
  ...named('precision', of(PRIMITIVES, 'integer')),
  ...named(
    'encode escape join lower replace replaceMatches split substring toChars trim unescape upper',
    of(TEXTS, 'string'),
  ),
  ...named('decode', of([...STRINGS, 'base64Binary'], 'string')),
  ...named('toString', of([...PRIMITIVES, ...MEASURES, COMPUTED], 'string')),
  ...named('toInteger', of([...STRINGS, ...INTEGERS, 'boolean'], 'integer')),
  ...named('toLong', of([...STRINGS, ...INTEGERS, 'boolean'], 'long')),
  ...named('toDecimal', of([...STRINGS, ...NUMBERS, 'boolean'], 'decimal')),
  ...named('toBoolean', of([...STRINGS, ...NUMBERS, 'boolean'], 'boolean')),
  ...named('toDate', of([...STRINGS, 'date', 'dateTime'], 'date')),
  ...named('dateOf', of([...STRINGS, ...DATES], 'date')),
  ...named('toDateTime', of([...STRINGS, ...DATES], 'dateTime')),
  ...named('toTime timeOf', of([...STRINGS, ...DATES, 'time'], 'time')),
  ...named('toQuantity', of([...STRINGS, ...NUMBERS, ...MEASURES, 'boolean', COMPUTED], COMPUTED)),
  ...named('dayOf monthOf yearOf', of([...STRINGS, ...DATES], 'integer')),
  ...named(
    'hourOf millisecondOf minuteOf secondOf timezoneOffsetOf',
    of(['string', 'markdown', 'code', 'dateTime', 'instant', 'time'], 'integer'),
  ),
  ...named(
    'ceiling floor truncate',
    ofNumbers(() => 'integer'),
  ),
  ...named(
    'abs',
    ofNumbers((type) => type),
  ),
  ...named(
    'avg round',
    ofNumbers(() => 'decimal'),
  ),
  ...named('exp ln log power sqrt', of(NUMBERS, 'decimal')),
  ...named('highBoundary lowBoundary', each([...DATES, 'time', ...NUMBERS, ...MEASURES], boundaryOf)),
  ...named(
    'getValue',
    each(PRIMITIVES, (type) => type),
  ),
  ...named('resolve', of(REFERRING, ELSEWHERE)),
  ...named('type', always('a type')),
  ...named('extension', always('Extension')),
]);

/** Of values that they are asked of whatever these are: what comes of them is told by who walks the arguments. */
export const BY_ARGUMENTS: ReadonlySet<string> = new Set(
  words('as ofType select iif union combine coalesce repeat children descendants'),
);

/** Those of FHIR that ask a server, and names that FHIRPath does not have, are evaluated nowhere here. */
export const isEvaluatedHere = (name: string): boolean => FUNCTIONS.has(name) || BY_ARGUMENTS.has(name);

/** What is told of values of any type, and of none. */
const OF_NONE: ReadonlySet<string> = new Set(
  words('all count empty exists isDistinct not subsetOf supersetOf'),
);

export function yieldOf(name: string, types: Types): Types {
  const yielded = FUNCTIONS.get(name);
  if (!yielded) return undefined;
  if (types?.length === 0 && !OF_NONE.has(name)) return types;
  if (types) return yielded(types);
  return yielded === same ? types : yielded([...PRIMITIVES, ...MEASURES, 'Reference']);
}

const COMPARING: ReadonlySet<string> = new Set(['<', '>', '<=', '>=']);
const EQUALLING: ReadonlySet<string> = new Set(words('and or xor implies = != ~ !~ in contains'));

/** Of all operators but `|`. */
export function yieldOfOperator(operator: string, left: Types, right: Types): Types {
  if (EQUALLING.has(operator)) return ['boolean'];
  if (COMPARING.has(operator))
    return COMPARABLE.some((known) => meets(left, known) && meets(right, known)) ? ['boolean'] : [];
  if (operator === '&') return [left, right].every((side) => meets(side, TEXTS)) ? ['string'] : [];
  if (!left || !right) return undefined;
  const texts = TEXTS.filter((type) => !TEMPORAL.includes(type));
  if (operator === '+' && meets(left, texts) && meets(right, texts)) return ['string'];
  if (!meets(left, [...NUMBERS, ...MEASURES]) || !meets(right, [...NUMBERS, ...MEASURES])) return [];
  if (!meets(left, NUMBERS) || !meets(right, NUMBERS)) return [COMPUTED];
  return operator === 'div' || (operator !== '/' && !left.includes('decimal') && !right.includes('decimal'))
    ? ['integer']
    : ['decimal'];
}

const meets = (types: Types, known: Known): boolean =>
  types === undefined || types.some((type) => known.includes(type));

export function typeOfLiteral(value: string | number | boolean): string {
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'decimal';
  return typeof value;
}
