/** Date search parameters: https://hl7.org/fhir/R4/search.html#date */
import { invalid, type TypedValue } from '@wellspring/profiles';
import { dateRange } from '../date-range.ts';
import type { EntryLists } from '../index-entry.ts';
import type { QueryNode, Range, RangeTest } from '../query.ts';
import { splitPrefix } from '../values.ts';

export function addDates(lists: EntryLists, param: string, values: readonly TypedValue[]): void {
  for (const { value } of values) {
    const range = rangeOf(value);
    if (range) lists.dates.push({ param, low: range.low, high: range.high });
  }
}

function rangeOf(value: unknown): Range | undefined {
  if (typeof value === 'string') return dateRange(value);
  if (typeof value !== 'object' || value === null) return undefined;
  const { start, end, event, repeat } = value as {
    start?: string;
    end?: string;
    event?: readonly string[];
    repeat?: { boundsPeriod?: { start?: string; end?: string } };
  };
  if (start !== undefined || end !== undefined) return periodRange(start, end);
  if (event && event.length > 0) return span(event);
  const bounds = repeat?.boundsPeriod;
  return bounds ? periodRange(bounds.start, bounds.end) : undefined;
}

/** A Period without a start or an end is open there. */
function periodRange(start: string | undefined, end: string | undefined): Range | undefined {
  const low = start === undefined ? Number.NEGATIVE_INFINITY : dateRange(start)?.low;
  const high = end === undefined ? Number.POSITIVE_INFINITY : dateRange(end)?.high;
  return low === undefined || high === undefined ? undefined : { low, high };
}

function span(dates: readonly string[]): Range | undefined {
  const ranges = dates.map(dateRange).filter((range) => range !== undefined);
  if (ranges.length === 0) return undefined;
  return {
    low: Math.min(...ranges.map((range) => range.low)),
    high: Math.max(...ranges.map((range) => range.high)),
  };
}

/** `[prefix]date`: the value covers what its precision leaves open. */
export function dateNode(param: string, value: string, now: () => number): QueryNode {
  const { test, range } = dateTest(param, value, now);
  return { kind: 'date', param, test, range };
}

export function lastUpdatedNode(value: string, now: () => number): QueryNode {
  return { kind: 'lastUpdated', ...dateTest('_lastUpdated', value, now) };
}

/** A time that has any moment of the given one (`po` of a filter). Of 'ap' ends that touch are enough; these must overlap. */
export function overlapTest(
  param: string,
  value: string,
): { readonly test: RangeTest; readonly range: Range } {
  const range = dateRange(value);
  if (!range) throw invalid(`'${param}' takes a date: YYYY, YYYY-MM, YYYY-MM-DD or a date and time.`);
  return { test: 'ap', range: { low: range.low + 1, high: range.high - 1 } };
}

function dateTest(param: string, value: string, now: () => number): { test: RangeTest; range: Range } {
  const { test, rest } = splitPrefix(value);
  const range = dateRange(rest);
  if (!range) throw invalid(`'${param}' takes a date: YYYY, YYYY-MM, YYYY-MM-DD or a date and time.`);
  if (test !== 'ap') return { test, range };
  // https://hl7.org/fhir/R4/search.html#prefix: 10 % of the gap between now and the date.
  const slack = Math.abs(now() - range.low) * 0.1;
  // Ranges that only touch do not overlap.
  return { test, range: { low: Math.floor(range.low - slack) + 1, high: Math.ceil(range.high + slack) - 1 } };
}
