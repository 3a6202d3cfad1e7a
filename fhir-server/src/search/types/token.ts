/** Token search parameters: https://hl7.org/fhir/R4/search.html#token */
import { invalid, type TypedValue } from '@wellspring/profiles';
import { askedCode, caselessEntry, isCaseOpen } from '../case.ts';
import type { EntryLists } from '../index-entry.ts';
import { and, not, type QueryNode } from '../query.ts';
import { splitEscaped, unescapeValue } from '../values.ts';
import { pushText } from './string.ts';

interface Coding {
  readonly system?: string;
  readonly code?: string;
  readonly display?: string;
}

interface Identifier {
  readonly system?: string;
  readonly value?: string;
  readonly type?: { readonly coding?: readonly Coding[]; readonly text?: string };
}

export function addTokens(lists: EntryLists, param: string, values: readonly TypedValue[]): void {
  for (const { type, value } of values) addToken(lists, param, type, value);
  markFolded(lists, param, values);
}

const foldedParam = (param: string): string => `${param}~folded`;

/** Which lower-case entries of identifiers, and of codes whose system may say that case counts, are of none that is written so: what exactNode leaves out. */
function markFolded(lists: EntryLists, param: string, values: readonly TypedValue[]): void {
  let written: ReadonlySet<string> | undefined;
  for (const { type, value } of values)
    for (const { system, code } of writtenIn(type, value)) {
      const lower = code.toLowerCase();
      if (lower === code || (type !== 'Identifier' && !isCaseOpen(system, code))) continue;
      written ??= keysOf(param, values);
      if (!written.has(keyOf(param, system, lower))) add(lists, foldedParam(param), system, lower);
    }
}

const keysOf = (param: string, values: readonly TypedValue[]): ReadonlySet<string> =>
  new Set(
    values.flatMap(({ type, value }) =>
      writtenIn(type, value).map(({ system, code }) => keyOf(param, system, code)),
    ),
  );

interface Written {
  readonly system: string;
  readonly code: string;
}

const NONE: readonly Written[] = [];

function writtenIn(type: string, value: unknown): readonly Written[] {
  if (typeof value !== 'object' || value === null) return NONE;
  if (type === 'Identifier') {
    const { system = '', value: code } = value as Identifier;
    return code === undefined ? NONE : [{ system, code }];
  }
  if (type === 'Coding') return ofCoding(value);
  return type === 'CodeableConcept'
    ? ((value as { readonly coding?: readonly Coding[] }).coding ?? []).flatMap(ofCoding)
    : NONE;
}

const ofCoding = ({ system, code }: Coding): readonly Written[] =>
  system === undefined || code === undefined ? NONE : [{ system, code }];

function addToken(lists: EntryLists, param: string, type: string, value: unknown): void {
  if (typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number') {
    push(lists, param, '', String(value));
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  switch (type) {
    case 'Coding':
      addCoding(lists, param, value as Coding);
      return;
    case 'CodeableConcept': {
      const concept = value as { readonly coding?: readonly Coding[]; readonly text?: string };
      for (const coding of concept.coding ?? []) addCoding(lists, param, coding);
      addText(lists, param, concept.text);
      return;
    }
    case 'Identifier': {
      const identifier = value as Identifier;
      if (identifier.value !== undefined) {
        push(lists, param, identifier.system ?? '', identifier.value);
        for (const coding of identifier.type?.coding ?? []) {
          add(lists, `${param}:of-type`, coding.system ?? '', ofType(coding.code ?? '', identifier.value));
        }
      }
      addText(lists, param, identifier.type?.text);
      return;
    }
    case 'ContactPoint': {
      const { system = '', value: text } = value as { readonly system?: string; readonly value?: string };
      if (text !== undefined) push(lists, param, system, text);
      return;
    }
  }
}

function addCoding(lists: EntryLists, param: string, coding: Coding): void {
  if (coding.code !== undefined) push(lists, param, coding.system ?? '', coding.code);
  addText(lists, param, coding.display);
}

function addText(lists: EntryLists, param: string, text: string | undefined): void {
  if (text) pushText(lists, `${param}:text`, text);
}

/** The value in lower case, whatever the type's system says of its codes. */
const ofType = (code: string, value: string): string => `${code}|${value.toLowerCase()}`;

export function push(lists: EntryLists, param: string, system: string, code: string): void {
  add(lists, param, system, code);
  const caseless = caselessEntry(system, code);
  if (caseless) add(lists, param, caseless.system, caseless.code);
}

function add(lists: EntryLists, param: string, system: string, code: string): void {
  if (!isThere(lists, param, system, code)) lists.tokens.push({ param, system, code });
}

/** Few are compared one by one, which is quickest; many by a key. */
const FEW = 40;
const seen = new WeakMap<EntryLists, Set<string>>();

function isThere(lists: EntryLists, param: string, system: string, code: string): boolean {
  const { tokens } = lists;
  if (tokens.length < FEW)
    return tokens.some((entry) => entry.code === code && entry.param === param && entry.system === system);
  const known =
    seen.get(lists) ?? new Set(tokens.map((entry) => keyOf(entry.param, entry.system, entry.code)));
  seen.set(lists, known);
  const key = keyOf(param, system, code);
  return known.has(key) || !known.add(key);
}

const keyOf = (param: string, system: string, code: string): string => `${param}\n${system}\n${code}`;

/** As tokenNode, in any case where the system leaves that open. `caseOf`: whether one that the fixed rule does not know is known to be case-sensitive. */
export function caselessNode(param: string, value: string, caseOf: CaseOf = NOBODY_KNOWS): QueryNode {
  const node = tokenNode(param, value);
  if (node.kind !== 'token' || node.code === undefined) return node;
  const { system, code } = node;
  return system === undefined
    ? { ...node, code: askedCode(system, code) }
    : codingNode(param, system, code, caseOf);
}

export type CaseOf = (system: string) => boolean | undefined;
const NOBODY_KNOWS: CaseOf = () => undefined;

/** A code of a system, as that counts its case. */
export function codingNode(param: string, system: string, code: string, caseOf: CaseOf): QueryNode {
  const node = { kind: 'token', param, system, code } as const;
  if (isCaseOpen(system, code) && caseOf(system) === true) return unfolded(node);
  return { ...node, code: askedCode(system, code) };
}

/** As tokenNode; an identifier, and a code that names its system, in no other case. */
export function exactNode(param: string, value: string): QueryNode {
  const node = tokenNode(param, value);
  return node.kind === 'token' ? unfolded(node) : node;
}

function unfolded(node: Extract<QueryNode, { kind: 'token' }>): QueryNode {
  if (node.code === undefined || node.code !== node.code.toLowerCase()) return node;
  return and(node, not({ ...node, param: foldedParam(node.param) }));
}

/** `[system]|[code]`, `|[code]`, `[system]|` or `[code]`, as it is written. */
export function tokenNode(param: string, value: string): QueryNode {
  const parts = splitEscaped(value, '|').map(unescapeValue);
  const [first = '', second] = parts;
  if (parts.length > 2 || value === '' || value === '|') {
    throw invalid(`'${param}' takes [system]|[code].`);
  }
  if (second === undefined) return { kind: 'token', param, code: first };
  if (second === '') return { kind: 'token', param, system: first };
  return { kind: 'token', param, system: first, code: second };
}

/** `:of-type`: `[type system]|[type code]|[value]`. */
export function ofTypeNode(param: string, value: string): QueryNode {
  const [system, code, identifier] = splitEscaped(value, '|').map(unescapeValue);
  if (!system || !code || !identifier) throw invalid(`'${param}:of-type' takes [system]|[code]|[value].`);
  return { kind: 'token', param: `${param}:of-type`, system, code: ofType(code, identifier) };
}
