/** Quantity search parameters: https://hl7.org/fhir/R4/search.html#quantity */
import { canonicalUnit, canonicalValue, invalid, type TypedValue } from '@wellspring/profiles';
import type { EntryLists } from '../index-entry.ts';
import type { QueryNode, Range } from '../query.ts';
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
    const range = value as { low?: Quantity; high?: Quantity };
    if (range.low || range.high) addRange(lists, param, range.low, range.high);
    else addQuantity(lists, param, value as Quantity);
  }
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
  const canonical = unit.system === UCUM ? canonicalUnit(unit.code) : undefined;
  if (!canonical) return;
  lists.quantities.push({
    param: canonicalParam(param),
    ...rangeIn((value) => canonicalValue(value, canonical)),
    system: UCUM,
    code: canonical.dimension,
    unit: '',
  });
}

function addRange(lists: EntryLists, param: string, low?: Quantity, high?: Quantity): void {
  const [least, most] = [low?.value ?? Number.NEGATIVE_INFINITY, high?.value ?? Number.POSITIVE_INFINITY];
  push(lists, param, (convert) => ({ low: convert(least), high: convert(most) }), low ?? high ?? {});
}

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
    return {
      kind: 'quantity',
      param: canonicalParam(param),
      test,
      range: closedRange(isOfItself(test) ? covering({ low, high }, middle) : { low, high }, test),
      system: UCUM,
      code: canonical.dimension,
    };
  }
  return {
    kind: 'quantity',
    param,
    test,
    range: closedRange(range, test),
    ...(system ? { system } : {}),
    ...(code ? { code } : {}),
  };
}
