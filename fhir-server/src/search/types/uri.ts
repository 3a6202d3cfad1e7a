/** URI search parameters: https://hl7.org/fhir/R4/search.html#uri */
import type { TypedValue } from '@wellspring/profiles';
import type { EntryLists } from '../index-entry.ts';

export function addUris(lists: EntryLists, param: string, values: readonly TypedValue[]): void {
  for (const { value } of values) {
    if (typeof value !== 'string') continue;
    lists.uris.push({ param, uri: value });
    const bar = value.indexOf('|');
    if (bar > 0) lists.uris.push({ param, uri: value.slice(0, bar) });
  }
}
