/** String search parameters: https://hl7.org/fhir/R4/search.html#string */
import type { TypedValue } from '@wellspring/profiles';
import { composed, foldText, mayBeSpelledOut, spelledOut } from '../fold-text.ts';
import type { EntryLists } from '../index-entry.ts';
import { or, type QueryNode, type TextMatch } from '../query.ts';

/** Every text inside a HumanName or Address counts; the other members (use, period, type) are not text. */
const PARTS: Readonly<Record<string, readonly string[]>> = {
  HumanName: ['text', 'family', 'given', 'prefix', 'suffix'],
  Address: ['text', 'line', 'city', 'district', 'state', 'postalCode', 'country'],
};

export function addStrings(lists: EntryLists, param: string, values: readonly TypedValue[]): void {
  for (const { type, value } of values) {
    if (typeof value === 'string') pushText(lists, param, value);
    else if (typeof value === 'object' && value !== null) addParts(lists, param, type, value);
  }
}

function addParts(lists: EntryLists, param: string, type: string, value: object): void {
  for (const part of PARTS[type] ?? []) {
    const text = (value as Record<string, unknown>)[part];
    if (typeof text === 'string') pushText(lists, param, text);
    else if (Array.isArray(text)) {
      for (const item of text) if (typeof item === 'string') pushText(lists, param, item);
    }
  }
}

export function pushText(lists: EntryLists, param: string, exact: string): void {
  lists.strings.push({ param, text: foldText(exact), exact: composed(exact) });
  const spelled = spelledOut(exact);
  if (spelled !== undefined) lists.strings.push({ param: spelledParam(param), text: spelled, exact: '' });
}

/** A list of its own: sorting, and `:exact`, know the text as it is. */
export const spelledParam = (param: string): string => `${param}~spelled`;

/** `value`: unescaped. Vowels with marks are found with one letter and with two, in both directions. */
export function stringNode(param: string, value: string, match: TextMatch): QueryNode {
  if (match === 'exact') return { kind: 'string', param, text: composed(value), match };
  const text = foldText(value);
  const spelled = spelledOut(value);
  return or(
    { kind: 'string', param, text, match },
    ...(spelled === undefined ? [] : [{ kind: 'string', param, text: spelled, match } as const]),
    ...(mayBeSpelledOut(text) ? [{ kind: 'string', param: spelledParam(param), text, match } as const] : []),
  );
}
