/** Quantity search parameters: https://hl7.org/fhir/R4/search.html#quantity */
import { invalid, type TypedValue } from '@wellspring/profiles';
import type { EntryLists } from '../index-entry.ts';
import type { QueryNode } from '../query.ts';
import { numberRange, splitEscaped, splitPrefix, unescapeValue } from '../values.ts';

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
  if (typeof quantity.value !== 'number') return;
  const below = quantity.comparator?.startsWith('<');
  const above = quantity.comparator?.startsWith('>');
  lists.quantities.push({
    param,
    low: below ? Number.NEGATIVE_INFINITY : quantity.value,
    high: above ? Number.POSITIVE_INFINITY : quantity.value,
    ...unitOf(quantity),
  });
}

function addRange(lists: EntryLists, param: string, low?: Quantity, high?: Quantity): void {
  lists.quantities.push({
    param,
    low: low?.value ?? Number.NEGATIVE_INFINITY,
    high: high?.value ?? Number.POSITIVE_INFINITY,
    ...unitOf(low ?? high ?? {}),
  });
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
  return {
    kind: 'quantity',
    param,
    test,
    range: numberRange(rest, test),
    ...(system ? { system } : {}),
    ...(code ? { code } : {}),
  };
}
