/** Small resources with hand-made index entries: the contract knows no FHIRPath either. */
import type { EntryLists, IndexEntries } from '../../search/index-entry.ts';
import type { QueryNode } from '../../search/query.ts';
import type { CreateOperation, UpdateOperation } from '../store.ts';

export type Entries = Partial<EntryLists> & {
  readonly owners?: readonly string[];
  readonly mainDate?: number;
  readonly words?: IndexEntries['words'];
  readonly links?: IndexEntries['links'];
};

export function entries(given: Entries = {}): IndexEntries {
  const { owners = [], mainDate, words = { text: [], content: [] }, links = [], ...rest } = given;
  const lists: EntryLists = {
    tokens: [],
    strings: [],
    dates: [],
    numbers: [],
    quantities: [],
    references: [],
    uris: [],
    present: [],
    ...rest,
  };
  const named = [
    ...lists.tokens,
    ...lists.strings,
    ...lists.dates,
    ...lists.numbers,
    ...lists.quantities,
    ...lists.references,
    ...lists.uris,
  ];
  const present = [...new Set(named.map(({ param }) => param))];
  return { owners, mainDate, words, links, ...lists, present };
}

export function text(type: string, id: string, note: string) {
  return { before: `{"resourceType":"${type}","id":"${id}","meta":{`, after: `},"note":"${note}"}` };
}

export function create(
  type: string,
  id: string,
  given: Entries = {},
  more: Partial<CreateOperation> = {},
): CreateOperation {
  return { kind: 'create', type, id, text: text(type, id, 'first'), entries: entries(given), ...more };
}

export function update(
  type: string,
  id: string,
  given: Entries = {},
  more: Partial<UpdateOperation> = {},
): UpdateOperation {
  return { kind: 'update', type, id, text: text(type, id, 'next'), entries: entries(given), ...more };
}

export const token = (param: string, code: string, system?: string): QueryNode => ({
  kind: 'token',
  param,
  code,
  ...(system === undefined ? {} : { system }),
});
