/** The written forms of search values: lists, escapes, prefixes, numbers with their implied precision. */
import { invalid } from '@wellspring/profiles';
import type { Range, RangeTest } from './query.ts';

/** Splits at unescaped separators and keeps the escapes (https://hl7.org/fhir/R4/search.html#escaping). */
export function splitEscaped(text: string, separator: ',' | '|' | '$'): string[] {
  const parts: string[] = [];
  let part = '';
  for (let i = 0; i < text.length; i++) {
    const character = text[i] as string;
    if (character === '\\' && i + 1 < text.length) {
      part += character + text[i + 1];
      i += 1;
    } else if (character === separator) {
      parts.push(part);
      part = '';
    } else part += character;
  }
  parts.push(part);
  return parts;
}

export function unescapeValue(text: string): string {
  return text.includes('\\') ? text.replace(/\\([,|$\\])/g, '$1') : text;
}

/** As a value that means itself. */
export const escapeValue = (text: string): string => text.replace(/[\\,|$]/g, '\\$&');

/** `[system]|[code]` that means itself; of any system where none is named. */
export const tokenText = (system: string | undefined, code: string): string =>
  system === undefined ? escapeValue(code) : `${escapeValue(system)}|${escapeValue(code)}`;

const PREFIX = /^(eq|ne|gt|lt|ge|le|sa|eb|ap)(?=[-+\d.])/;

export function splitPrefix(text: string): { readonly test: RangeTest; readonly rest: string } {
  const match = PREFIX.exec(text);
  return match ? { test: match[1] as RangeTest, rest: text.slice(2) } : { test: 'eq', rest: text };
}

const NUMBER = /^[-+]?(\d+)(?:\.(\d+))?(?:[eE]([-+]?\d{1,3}))?$/;

/** `5.40` stands for [5.395, 5.405): half a unit of its last digit each way (https://hl7.org/fhir/R4/search.html#number). */
export function numberRange(text: string, test: RangeTest): Range {
  const match = NUMBER.exec(text);
  if (!match) throw invalid(`'${text.slice(0, 32)}' is not a number.`);
  const value = Number(text);
  if (!Number.isFinite(value)) throw invalid(`'${text.slice(0, 32)}' is too great a number.`);
  const half = 0.5 * 10 ** (Number(match[3] ?? 0) - (match[2]?.length ?? 0));
  if (isOfItself(test)) return covering({ low: value - half, high: value + half }, value);
  // Never narrower than what the number itself stands for.
  const tenth = Math.max(half, Math.abs(value) * 0.1);
  return test === 'ap' ? { low: value - tenth, high: value + tenth } : { low: value, high: value };
}

/** Whether it is asked for what a number stands for, and not for what lies beside it. */
export const isOfItself = (test: RangeTest): boolean => test === 'eq' || test === 'ne';

/** Of more digits than a double has, half a unit of the last is nothing: the number that the same digits are stored as is among those that they ask for all the same. */
export const covering = ({ low, high }: Range, value: number): Range => ({
  low: Math.min(low, value),
  high: Math.max(high, neighbour(value, 1)),
});

/**
 * The tests of query.ts are those of half-open ranges, as dates are; a number is a point, its range closed at both ends. Where that makes a difference, the end is the
 * next number beside it: `sa5` begins after 5, not at it; and 5.5 is not what `5` stands for.
 */
export function closedRange({ low, high }: Range, test: RangeTest): Range {
  if (isOfItself(test)) return { low, high: neighbour(high, -1) };
  if (test === 'sa') return { low, high: neighbour(high, 1) };
  return test === 'eb' ? { low: neighbour(low, -1), high } : { low, high };
}

const bits = new DataView(new ArrayBuffer(8));

/** The next greater (1) or smaller (-1) double. */
export function neighbour(value: number, direction: 1 | -1): number {
  if (!Number.isFinite(value)) return value;
  if (value === 0) return direction * Number.MIN_VALUE;
  bits.setFloat64(0, value);
  bits.setBigInt64(0, bits.getBigInt64(0) + (value > 0 === direction > 0 ? 1n : -1n));
  return bits.getFloat64(0);
}
