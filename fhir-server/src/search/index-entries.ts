/**
 * A resource → the entries by which a store finds it. One function for each search parameter type turns the values that the
 * parameter's expression yields into entries (https://hl7.org/fhir/R4/search.html#ptypes).
 */
import { type SearchParameter, searchParameters, type TypedValue } from '@wellspring/profiles';
import { isAlias } from './aliases.ts';
import type { EntryLists, IndexEntries } from './index-entry.ts';
import { mainDateParameter } from './main-date.ts';
import { addDates } from './types/date.ts';
import { addNumbers } from './types/number.ts';
import { addQuantities } from './types/quantity.ts';
import { addReferences } from './types/reference.ts';
import { addStrings } from './types/string.ts';
import { addTokens } from './types/token.ts';
import { addUris } from './types/uri.ts';

type Add = (lists: EntryLists, param: string, values: readonly TypedValue[]) => void;

const ADD: Readonly<Partial<Record<SearchParameter['type'], Add>>> = {
  token: addTokens,
  string: addStrings,
  date: addDates,
  number: addNumbers,
  quantity: addQuantities,
  reference: addReferences,
  uri: addUris,
};

/** Parameters that the stores answer from the resource's own row. */
const BUILT_IN = new Set(['_id', '_lastUpdated', '_type']);

/** `resource` must be valid R4 (see profiles' validateResource); `owners` are the ids of the Patients whose record it belongs to. */
export function indexEntries(
  resource: { readonly resourceType: string },
  owners: readonly string[],
): IndexEntries {
  const lists: EntryLists = {
    tokens: [],
    strings: [],
    dates: [],
    numbers: [],
    quantities: [],
    references: [],
    uris: [],
    present: [],
  };
  for (const parameter of searchParameters(resource.resourceType)) {
    const add = ADD[parameter.type];
    if (!add || BUILT_IN.has(parameter.code) || isAlias(resource.resourceType, parameter.code)) continue;
    const values = parameter.extract(resource);
    if (values.length === 0) continue;
    lists.present.push(parameter.code);
    add(lists, parameter.code, values);
  }
  return { owners, mainDate: mainDate(resource.resourceType, lists), ...lists };
}

function mainDate(type: string, lists: EntryLists): number | undefined {
  const param = mainDateParameter(type);
  if (!param) return undefined;
  const entry = lists.dates.find((date) => date.param === param);
  if (!entry) return undefined;
  if (Number.isFinite(entry.low)) return entry.low;
  return Number.isFinite(entry.high) ? entry.high : undefined;
}
