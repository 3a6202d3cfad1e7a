/** Reference search parameters: https://hl7.org/fhir/R4/search.html#reference */
import type { TypedValue } from '@wellspring/profiles';
import type { EntryLists } from '../index-entries.ts';

export function addReferences(lists: EntryLists, param: string, values: readonly TypedValue[]): void {
  for (const { value } of values) {
    if (typeof value === 'string') addCanonical(lists, param, value);
    else if (typeof value === 'object' && value !== null) addReference(lists, param, value);
  }
}

function addReference(lists: EntryLists, param: string, value: object): void {
  const { reference, identifier } = value as {
    reference?: string;
    identifier?: { system?: string; value?: string };
  };
  if (reference && !reference.startsWith('#')) push(lists, param, withoutVersion(reference));
  if (identifier?.value !== undefined) {
    lists.tokens.push({
      param: `${param}:identifier`,
      system: identifier.system ?? '',
      code: identifier.value,
    });
  }
}

/** A canonical is found with and without its version. */
function addCanonical(lists: EntryLists, param: string, canonical: string): void {
  push(lists, param, canonical);
  const bar = canonical.indexOf('|');
  if (bar > 0) push(lists, param, canonical.slice(0, bar));
}

function push(lists: EntryLists, param: string, target: string): void {
  for (const entry of lists.references) if (entry.target === target && entry.param === param) return;
  lists.references.push({ param, target });
}

/** `Patient/1/_history/2` refers to Patient/1 as far as search goes. */
export function withoutVersion(reference: string): string {
  const history = reference.indexOf('/_history/');
  return history < 0 ? reference : reference.slice(0, history);
}
