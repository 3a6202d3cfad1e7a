/**
 * A resource → the entries by which a store finds it. One function for each search parameter type turns the values that the
 * parameter's expression yields into entries (https://hl7.org/fhir/R4/search.html#ptypes).
 */
import { focusOn, type SearchParameter, searchParameters, type TypedValue } from '@wellspring/profiles';
import { isAlias, isAlsoPatient } from './aliases.ts';
import { publishedAs } from './canonicals.ts';
import { type Inside, insideMark, insideOf, insideParam } from './contained.ts';
import {
  ALL_CODES,
  type EntryLists,
  type IndexEntries,
  LINKS,
  PUBLISHED_AS,
  REPLACED,
} from './index-entry.ts';
import { linksOf } from './links.ts';
import { mainDateParameter } from './main-date.ts';
import { addOtherSubject, OTHER_SUBJECT } from './other-subject.ts';
import { isReplaced } from './replaced.ts';
import { addSeveral } from './several.ts';
import { type Add, addComposites, needsPairs } from './types/composite.ts';
import { addDates } from './types/date.ts';
import { addPositions } from './types/near.ts';
import { addNumbers } from './types/number.ts';
import { addQuantities } from './types/quantity.ts';
import { addReferences } from './types/reference.ts';
import { addStrings } from './types/string.ts';
import { addTokens } from './types/token.ts';
import { addUris } from './types/uri.ts';
import { contentWords, narrativeWords } from './words.ts';

const ADD: Readonly<Partial<Record<SearchParameter['type'], Add>>> = {
  token: addTokens,
  string: addStrings,
  date: addDates,
  number: addNumbers,
  quantity: addQuantities,
  reference: addReferences,
  uri: addUris,
  special: addPositions,
};

/** Of what the entries hold: raised when a release makes other ones of the same resources, so that what is stored is indexed anew (jobs/reindex.ts). */
export const INDEX_FORMAT = 12;

/** Parameters that the stores answer from the resource's own row. */
const BUILT_IN = new Set(['_id', '_lastUpdated', '_type']);

/**
 * `resource` must be valid R4 (see profiles' validateResource); `owners` are the ids of the Patients whose record it belongs to. `only`: the entries of
 * these parameters alone, and no words.
 */
export function indexEntries(
  resource: { readonly resourceType: string },
  owners: readonly string[],
  only?: ReadonlySet<string>,
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
  const focus = focusOn(resource);
  for (const parameter of ownParameters(resource.resourceType)) {
    if (only && !only.has(parameter.code)) continue;
    const values = parameter.extract(resource, focus);
    if (values.length === 0) continue;
    lists.present.push(parameter.code);
    if (parameter.type === 'composite') addComposites(lists, parameter, values, resource, ADD);
    else {
      ADD[parameter.type]?.(lists, parameter.code, values);
      addSeveral(lists, parameter.type, parameter.code, values);
    }
    if (isAlsoPatient(resource.resourceType, parameter.code)) addOtherSubject(lists, values, resource);
    addAllInside(lists, parameter.code, insideOf(resource, parameter, values), resource);
  }
  if (!only || only.has(PUBLISHED_AS))
    for (const uri of publishedAs(resource)) lists.uris.push({ param: PUBLISHED_AS, uri });
  if (!only || only.has(ALL_CODES)) addAllCodes(lists, resource);
  if ((!only || only.has(REPLACED)) && isReplaced(resource)) lists.present.push(REPLACED);
  const words = only
    ? { text: [], content: [] }
    : { text: narrativeWords(resource), content: contentWords(resource) };
  const links = !only || only.has(LINKS) ? linksOf(resource) : [];
  return { owners, mainDate: mainDate(resource.resourceType, lists), words, links, ...lists };
}

/** By the list that they are of: it is another one when parameters were added. */
const own = new WeakMap<readonly SearchParameter[], readonly SearchParameter[]>();

/** Parameters that have entries of their own. */
function ownParameters(type: string): readonly SearchParameter[] {
  const all = searchParameters(type);
  const known = own.get(all);
  if (known) return known;
  const found = all.filter(
    (parameter) =>
      !BUILT_IN.has(parameter.code) &&
      !isAlias(type, parameter.code) &&
      (parameter.type !== 'composite' || needsPairs(parameter)),
  );
  own.set(all, found);
  return found;
}

function addAllCodes(lists: EntryLists, resource: { readonly resourceType: string }): void {
  const { valueSet } = resource as { valueSet?: unknown };
  if (resource.resourceType !== 'CodeSystem' || typeof valueSet !== 'string') return;
  lists.uris.push({ param: ALL_CODES, uri: valueSet.split('|')[0] as string });
}

/** Parameters by the names of what they say of contained resources, with their values in all of these. */
type Named = Map<string, { readonly type: SearchParameter['type']; readonly values: TypedValue[] }>;

/** Whether values differ is told once, of all: to tell it of each would take the square of their number. */
function addAllInside(lists: EntryLists, param: string, inside: readonly Inside[], root: object): void {
  if (inside.length === 0) return;
  const named: Named = new Map();
  for (const each of inside) addInside(lists, param, each, root, named);
  for (const [name, { type, values }] of named) addSeveral(lists, type, name, values);
}

function addInside(
  lists: EntryLists,
  param: string,
  { type, resource }: Inside,
  root: object,
  named: Named,
): void {
  lists.present.push(insideMark(param, type));
  const focus = focusOn(resource);
  for (const parameter of ownParameters(type)) {
    if (parameter.type === 'composite') continue;
    const values = parameter.extract(resource, focus);
    if (values.length === 0) continue;
    const name = insideParam(param, type, parameter.code);
    lists.present.push(name);
    ADD[parameter.type]?.(lists, name, values);
    if (isAlsoPatient(type, parameter.code))
      addOtherSubject(lists, values, root, insideParam(param, type, OTHER_SUBJECT));
    const known = named.get(name);
    if (known) known.values.push(...values);
    else named.set(name, { type: parameter.type, values: [...values] });
  }
}

function mainDate(type: string, lists: EntryLists): number | undefined {
  const param = mainDateParameter(type);
  if (!param) return undefined;
  const entry = lists.dates.find((date) => date.param === param);
  if (!entry) return undefined;
  if (Number.isFinite(entry.low)) return entry.low;
  return Number.isFinite(entry.high) ? entry.high : undefined;
}
