/** Number search parameters: https://hl7.org/fhir/R4/search.html#number */
import type { TypedValue } from '@wellspring/profiles';
import type { EntryLists } from '../index-entry.ts';
import type { QueryNode } from '../query.ts';
import { closedRange, numberRange, splitPrefix } from '../values.ts';

export function addNumbers(lists: EntryLists, param: string, values: readonly TypedValue[]): void {
  for (const { value } of values) {
    if (typeof value === 'number') lists.numbers.push({ param, low: value, high: value });
    else if (typeof value === 'object' && value !== null) addRange(lists, param, value);
  }
}

function addRange(lists: EntryLists, param: string, value: object): void {
  const { low, high } = value as { low?: { value?: number }; high?: { value?: number } };
  if (low?.value === undefined && high?.value === undefined) return;
  lists.numbers.push({
    param,
    low: low?.value ?? Number.NEGATIVE_INFINITY,
    high: high?.value ?? Number.POSITIVE_INFINITY,
  });
}

export function numberNode(param: string, value: string): QueryNode {
  const { test, rest } = splitPrefix(value);
  return { kind: 'number', param, test, range: closedRange(numberRange(rest, test), test) };
}
