/**
 * Whether an element has values that differ. Of two that do, one at least is not the value that is asked for: so a store that knows only which values there are can tell
 * that "an item in the set has an unequal value" (`ne` of https://hl7.org/fhir/R4/search_filter.html). Kept among what is present.
 */
import type { SearchParameter, TypedValue } from '@wellspring/profiles';
import { writtenParam } from './canonicals.ts';
import { CASELESS } from './case.ts';
import type { EntryLists } from './index-entry.ts';
import { or, type QueryNode } from './query.ts';
import { spelledParam } from './types/string.ts';

const NONE: readonly string[] = [];

/** By what values of a token are told apart. */
type Part = 'codes' | 'systems';

const mark = (param: string, part: Part | 'values'): string => `${param}~several-${part}`;

type AskedToken = Extract<QueryNode, { kind: 'token' }>;

const isThere = (param: string): QueryNode => ({ kind: 'missing', param, missing: false });

/** Values of the parameter differ; of a token, in what was asked for: its code, its system, or both. */
export function severalNode(param: string, token?: QueryNode): QueryNode {
  if (token?.kind !== 'token') return isThere(mark(param, 'values'));
  const parts = partsOf(token);
  return or(...parts.map((part) => isThere(mark(param, part))));
}

function partsOf({ system, code }: AskedToken): readonly Part[] {
  if (code === undefined) return ['systems'];
  return system === undefined ? ['codes'] : ['codes', 'systems'];
}

/** After the entries of the parameter. */
export function addSeveral(
  lists: EntryLists,
  type: SearchParameter['type'],
  param: string,
  values: readonly TypedValue[],
): void {
  for (const name of marksOf(lists, type, param, values))
    if (!lists.present.includes(name)) lists.present.push(name);
}

function marksOf(
  lists: EntryLists,
  type: SearchParameter['type'],
  param: string,
  values: readonly TypedValue[],
): readonly string[] {
  switch (type) {
    case 'token':
      return tokenMarks(lists, param);
    case 'string':
      return stringsDiffer(lists, param) ? [mark(param, 'values')] : NONE;
    case 'reference':
      return referencesDiffer(lists, param) ? [mark(param, 'values')] : NONE;
    case 'uri':
      return values.some(({ value }) => value !== values[0]?.value) ? [mark(param, 'values')] : NONE;
    default:
      return NONE;
  }
}

/** In any case: a code with capitals has two entries. What differs in both is told by either. */
function tokenMarks({ tokens }: EntryLists, param: string): readonly string[] {
  let first: { readonly code: string; readonly system: string } | undefined;
  let [codes, systems] = [false, false];
  for (const entry of tokens) {
    if (entry.param !== param || entry.system === CASELESS) continue;
    const code = entry.code.toLowerCase();
    first ??= { code, system: entry.system };
    codes ||= code !== first.code;
    systems ||= entry.system !== first.system;
  }
  if (!codes && !systems) return NONE;
  return [...(codes ? [mark(param, 'codes')] : []), ...(systems ? [mark(param, 'systems')] : [])];
}

/** As it is spelled out where it may be: `Müller` and `Mueller` are one name. */
function stringsDiffer({ strings }: EntryLists, param: string): boolean {
  let first: string | undefined;
  for (let i = 0; i < strings.length; i++) {
    const entry = strings[i] as (typeof strings)[number];
    if (entry.param !== param) continue;
    const next = strings[i + 1];
    const text = next?.param === spelledParam(param) ? next.text : entry.text;
    first ??= text;
    if (text !== first) return true;
  }
  return false;
}

/** Canonicals as they were written; references whatever version they name. */
function referencesDiffer({ references }: EntryLists, param: string): boolean {
  const written = writtenParam(param);
  const told = references.some((entry) => entry.param === written) ? written : param;
  const first = references.find((entry) => entry.param === told);
  return references.some((entry) => entry.param === told && entry.target !== first?.target);
}
