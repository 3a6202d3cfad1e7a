/** Quantity search parameters: https://hl7.org/fhir/R4/search.html#quantity */
import { canonicalUnit, canonicalValue, invalid, type TypedValue } from '@wellspring/profiles';
import type { EntryLists } from '../index-entry.ts';
import { and, not, or, type QueryNode, type Range } from '../query.ts';
import {
  closedRange,
  covering,
  isOfItself,
  neighbour,
  numberRange,
  splitEscaped,
  splitPrefix,
  unescapeValue,
} from '../values.ts';

const UCUM = 'http://unitsofmeasure.org';

/** Base units have a list of their own: they would mix with others when sorted, or searched without a unit. */
const canonicalParam = (param: string): string => `${param}~`;

interface Quantity {
  readonly value?: number;
  readonly comparator?: string;
  readonly unit?: string;
  readonly system?: string;
  readonly code?: string;
  readonly currency?: string;
}

export function addQuantities(lists: EntryLists, param: string, values: readonly TypedValue[]): void {
  for (const { value } of values) {
    if (typeof value !== 'object' || value === null) continue;
    const range = rangeOf(value);
    if (range.low || range.high) addRange(lists, param, range.low, range.high);
    else addQuantity(lists, param, value as Quantity);
  }
}

interface Sampled {
  readonly origin?: Quantity;
  readonly factor?: number;
  readonly lowerLimit?: number;
  readonly upperLimit?: number;
  readonly data?: string;
}

/** Of SampledData the bounds of what was measured (https://hl7.org/fhir/R4/observation.html#search, value-quantity), which R4 writes as `(data × factor) + origin`. */
function rangeOf(value: object): { readonly low?: Quantity; readonly high?: Quantity } {
  const { origin, data, ...sampled } = value as Sampled;
  if (!origin || data === undefined) return value;
  const measured = data.split(/\s+/).flatMap((each) => pointOf(each, origin.value ?? 0, sampled));
  if (measured.length === 0) return {};
  const [low, high] = measured.reduce(
    ([least, most], each) => [Math.min(least, each), Math.max(most, each)],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  );
  return { low: { ...origin, value: low }, high: { ...origin, value: high } };
}

/** `E`: an error; `L` and `U`: beyond what can be detected (https://hl7.org/fhir/R4/datatypes.html#SampledData). */
function pointOf(text: string, zero: number, { factor = 1, lowerLimit, upperLimit }: Sampled): number[] {
  if (text === 'L') return lowerLimit === undefined ? [] : [lowerLimit];
  if (text === 'U') return upperLimit === undefined ? [] : [upperLimit];
  const value = Number(text);
  return text === '' || Number.isNaN(value) ? [] : [Number((value * factor + zero).toPrecision(15))];
}

function addQuantity(lists: EntryLists, param: string, quantity: Quantity): void {
  const { value, comparator } = quantity;
  if (typeof value !== 'number') return;
  push(lists, param, (convert) => measured(convert(value), comparator), quantity);
}

/** What a value with a comparator covers: `>5` begins after 5, at the next number. */
function measured(value: number, comparator: string | undefined): Range {
  const { NEGATIVE_INFINITY: least, POSITIVE_INFINITY: most } = Number;
  switch (comparator) {
    case '<':
      return { low: least, high: neighbour(value, -1) };
    case '<=':
      return { low: least, high: value };
    case '>':
      return { low: neighbour(value, 1), high: most };
    case '>=':
      return { low: value, high: most };
    default:
      return { low: value, high: value };
  }
}

/** As it is, and beside it in base units where the unit is one of UCUM. */
function push(
  lists: EntryLists,
  param: string,
  rangeIn: (convert: (value: number) => number) => Range,
  quantity: Quantity,
): void {
  const unit = unitOf(quantity);
  lists.quantities.push({ param, ...rangeIn((value) => value), ...unit });
  const canonical = baseUnit(quantity);
  if (canonical)
    pushBase(
      lists,
      param,
      rangeIn((value) => canonicalValue(value, canonical)),
      canonical,
    );
}

type BaseUnit = NonNullable<ReturnType<typeof canonicalUnit>>;

function pushBase(lists: EntryLists, param: string, range: Range, { dimension }: BaseUnit): void {
  lists.quantities.push({ param: canonicalParam(param), ...range, system: UCUM, code: dimension, unit: '' });
}

function baseUnit(quantity: Quantity): BaseUnit | undefined {
  const { system, code } = unitOf(quantity);
  return system === UCUM ? canonicalUnit(code) : undefined;
}

/**
 * An end that names no unit has that of the other. R4 wants both in one (https://hl7.org/fhir/R4/datatypes.html#Range); ends in two that UCUM compares are one range
 * in base units, and in each unit of theirs. Of others each tells its own side, as if the other end were not known.
 */
function addRange(lists: EntryLists, param: string, low: Quantity = {}, high: Quantity = {}): void {
  const [least, most] = [low.value ?? Number.NEGATIVE_INFINITY, high.value ?? Number.POSITIVE_INFINITY];
  const one = oneUnit(low, high);
  if (one) {
    push(lists, param, (convert) => ({ low: convert(least), high: convert(most) }), one);
    return;
  }
  const [from, to] = [baseUnit(low), baseUnit(high)];
  if (!from || !to || from.dimension !== to.dimension) {
    addRange(lists, param, low);
    addRange(lists, param, undefined, high);
    return;
  }
  const range = { low: canonicalValue(least, from), high: canonicalValue(most, to) };
  const inUnitOf = (base: BaseUnit, value: number): number =>
    Number(((value - base.offset) / base.factor).toPrecision(12));
  lists.quantities.push(
    { param, low: least, high: inUnitOf(from, range.high), ...unitOf(low) },
    { param, low: inUnitOf(to, range.low), high: most, ...unitOf(high) },
  );
  pushBase(lists, param, range, from);
}

/** The end whose unit is that of both. */
function oneUnit(low: Quantity, high: Quantity): Quantity | undefined {
  const [own, other] = [unitOf(low), unitOf(high)];
  const isCalledAlike = own.unit === other.unit;
  if (!isMeasured(high)) return low;
  if (!isMeasured(low) || (own.code === '' && isCalledAlike)) return high;
  const isSame = own.system === other.system && own.code === other.code;
  return (isSame && own.code !== '') || (other.code === '' && isCalledAlike) ? low : undefined;
}

const isMeasured = ({ unit, code, currency }: Quantity): boolean => (unit ?? code ?? currency) !== undefined;

function unitOf(quantity: Quantity): { system: string; code: string; unit: string } {
  if (quantity.currency) {
    return { system: 'urn:iso:std:iso:4217', code: quantity.currency, unit: quantity.currency };
  }
  return { system: quantity.system ?? '', code: quantity.code ?? '', unit: quantity.unit ?? '' };
}

/** `[prefix][number]`, or with `|[system]|[code]`, `||[code]`. */
export function quantityNode(param: string, value: string): QueryNode {
  const [number = '', system, code, ...more] = splitEscaped(value, '|').map(unescapeValue);
  if (more.length > 0 || (system && !code)) throw invalid(`'${param}' takes [number]|[system]|[code].`);
  const { test, rest } = splitPrefix(number);
  const range = numberRange(rest, test);
  const canonical = system === UCUM && code ? canonicalUnit(code) : undefined;
  if (canonical) {
    const [low, high, middle] = [range.low, range.high, Number(rest)].map((each) =>
      canonicalValue(each, canonical),
    ) as [number, number, number];
    const node: QuantityNode = {
      kind: 'quantity',
      param: canonicalParam(param),
      test,
      range: closedRange(isOfItself(test) ? covering({ low, high }, middle) : { low, high }, test),
      system: UCUM,
      code: canonical.dimension,
    };
    return test === 'ne' ? or(node, ...incomparable(param, node)) : node;
  }
  const node: QuantityNode = {
    kind: 'quantity',
    param,
    test,
    range: closedRange(range, test),
    ...(system ? { system } : {}),
    ...(code ? { code } : {}),
  };
  return test === 'ne' && code ? or(node, inOtherUnit(node)) : node;
}

type QuantityNode = QueryNode & { kind: 'quantity' };

const ANY = { test: 'eq', range: { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY } } as const;

/** Any value in another unit: it is not equal to the one that is asked for (https://hl7.org/fhir/R4/search.html#prefix). */
const inOtherUnit = ({ kind, param, system, code }: QuantityNode): QueryNode => ({
  kind,
  param,
  ...ANY,
  ...(system === undefined ? {} : { system }),
  ...(code === undefined ? {} : { code }),
  otherUnit: true,
});

/** Any value that UCUM does not compare with the unit: of another dimension, of no unit of UCUM, or of one that has no canonical form here. */
function incomparable(param: string, base: QuantityNode): QueryNode[] {
  const written: QuantityNode = { kind: 'quantity', param, ...ANY };
  return [
    inOtherUnit(base),
    { ...written, system: UCUM, otherUnit: true },
    and(written, not({ ...written, param: base.param })),
  ];
}
