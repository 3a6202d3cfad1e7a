/** String search parameters: https://hl7.org/fhir/R4/search.html#string */
import type { TypedValue } from '@wellspring/profiles';
import { foldText } from '../fold-text.ts';
import type { EntryLists } from '../index-entry.ts';

/** Every text inside a HumanName or Address counts; the other members (use, period, type) are not text. */
const PARTS: Readonly<Record<string, readonly string[]>> = {
  HumanName: ['text', 'family', 'given', 'prefix', 'suffix'],
  Address: ['text', 'line', 'city', 'district', 'state', 'postalCode', 'country'],
};

export function addStrings(lists: EntryLists, param: string, values: readonly TypedValue[]): void {
  for (const { type, value } of values) {
    if (typeof value === 'string') push(lists, param, value);
    else if (typeof value === 'object' && value !== null) addParts(lists, param, type, value);
  }
}

function addParts(lists: EntryLists, param: string, type: string, value: object): void {
  for (const part of PARTS[type] ?? []) {
    const text = (value as Record<string, unknown>)[part];
    if (typeof text === 'string') push(lists, param, text);
    else if (Array.isArray(text)) {
      for (const item of text) if (typeof item === 'string') push(lists, param, item);
    }
  }
}

function push(lists: EntryLists, param: string, exact: string): void {
  lists.strings.push({ param, text: foldText(exact), exact });
}
