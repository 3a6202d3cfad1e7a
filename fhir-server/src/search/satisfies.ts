/** The query tree read over one resource in memory: the third reading of it beside the two stores, which the stores' contract suite holds them against. */
import { type IndexEntries, LINKS } from './index-entry.ts';
import type { QueryNode, Range, RangeTest, TextMatch } from './query.ts';

export interface Examined {
  readonly type: string;
  readonly id: string;
  /** Milliseconds. */
  readonly lastUpdated?: number;
  readonly entries: IndexEntries;
}

/** A node that asks other resources. */
export type ForeignNode = Extract<
  QueryNode,
  { readonly kind: 'ownedBy' | 'chained' | 'reverseChained' | 'linked' }
>;

/** As the stores narrow it; of a node that names no unit any is. */
const isOfUnit = (
  { system, code }: QueryNode & { kind: 'quantity' },
  entry: { readonly system: string; readonly code: string; readonly unit: string },
): boolean =>
  system === undefined
    ? code === undefined || entry.code === code || entry.unit === code
    : entry.system === system && (code === undefined || entry.code === code);

/** `foreign`: what other resources say of this one. */
export function satisfies(
  node: QueryNode,
  examined: Examined,
  foreign: (node: ForeignNode) => boolean,
): boolean {
  const { entries } = examined;
  switch (node.kind) {
    case 'all':
      return true;
    case 'none':
      return false;
    case 'and':
      return node.nodes.every((child) => satisfies(child, examined, foreign));
    case 'or':
      return node.nodes.some((child) => satisfies(child, examined, foreign));
    case 'not':
      return !satisfies(node.node, examined, foreign);
    case 'token':
      return hasToken(entries.tokens, node);
    case 'owner':
      return entries.owners.some((owner) => node.patients.includes(owner));
    case 'string':
      return entries.strings.some(
        (entry) => entry.param === node.param && textMatches(entry, node.text, node.match),
      );
    case 'uri':
      return entries.uris.some(
        ({ param, uri }) => param === node.param && uriMatches(uri, node.uri, node.match),
      );
    case 'date':
      return entries.dates.some(
        (entry) => entry.param === node.param && rangeMatches(node.test, entry, node.range),
      );
    case 'number':
      return entries.numbers.some(
        (entry) => entry.param === node.param && rangeMatches(node.test, entry, node.range),
      );
    case 'quantity':
      return entries.quantities.some(
        (entry) =>
          entry.param === node.param &&
          rangeMatches(node.test, entry, node.range) &&
          isOfUnit(node, entry) === !node.otherUnit,
      );
    case 'reference':
      return entries.references.some(
        (entry) => entry.param === node.param && node.targets.includes(entry.target),
      );
    case 'words':
      return (
        (node.inOrder
          ? stand(entries.words[node.of], node.words)
          : node.words.every((word) => entries.words[node.of].includes(word))) &&
        (node.begins === undefined ||
          entries.words[node.of].some((word) => word.startsWith(node.begins as string)))
      );
    case 'missing':
      return entries.present.includes(node.param) !== node.missing;
    case 'id':
      return node.ids.includes(examined.id);
    case 'lastUpdated': {
      const time = examined.lastUpdated;
      if (time === undefined) throw new Error('It is not known when this resource was updated.');
      return rangeMatches(node.test, { low: time, high: time + 1 }, node.range);
    }
    case 'ownedBy':
    case 'chained':
    case 'reverseChained':
    case 'linked':
      return foreign(node);
    default:
      return node satisfies never;
  }
}

type Tokens = IndexEntries['tokens'];
/** Codes that are looked for in a long list are looked up: of a thousand of them in two thousand, two million pairs would be compared. */
const LONG = 16;
/** Systems, by parameter and code. */
type ByCode = ReadonlyMap<string, ReadonlyMap<string, ReadonlySet<string>>>;
const byCodes = new WeakMap<Tokens, ByCode>();

function hasToken(
  tokens: Tokens,
  { param, system, code }: Extract<QueryNode, { readonly kind: 'token' }>,
): boolean {
  if (code !== undefined && tokens.length > LONG) {
    const systems = byCode(tokens).get(param)?.get(code);
    return system === undefined ? systems !== undefined : systems?.has(system) === true;
  }
  return tokens.some(
    (entry) =>
      entry.param === param &&
      (system === undefined || entry.system === system) &&
      (code === undefined || entry.code === code),
  );
}

function byCode(tokens: Tokens): ByCode {
  const known = byCodes.get(tokens);
  if (known) return known;
  const made = new Map<string, Map<string, Set<string>>>();
  for (const { param, system, code } of tokens) {
    const codes = made.get(param) ?? new Map<string, Set<string>>();
    made.set(param, codes.set(code, (codes.get(code) ?? new Set<string>()).add(system)));
  }
  byCodes.set(tokens, made);
  return made;
}

/** One after the other. */
const stand = (all: readonly string[], phrase: readonly string[]): boolean =>
  all.some((_, at) => phrase.every((word, i) => all[at + i] === word));

/** The nodes of a tree that ask other resources, each once; what such a node asks of them is not looked into. */
export function foreignNodes(node: QueryNode): ForeignNode[] {
  switch (node.kind) {
    case 'and':
    case 'or':
      return node.nodes.flatMap(foreignNodes);
    case 'not':
      return foreignNodes(node.node);
    case 'ownedBy':
    case 'chained':
    case 'reverseChained':
    case 'linked':
      return [node];
    default:
      return [];
  }
}

/** Codes of the search parameters that a tree asks of the resource itself. */
export function parametersOf(node: QueryNode): string[] {
  if (node.kind === 'and' || node.kind === 'or') return node.nodes.flatMap(parametersOf);
  if (node.kind === 'not') return parametersOf(node.node);
  if (node.kind === 'linked') return node.by === 'about' ? [LINKS] : [];
  return 'param' in node && node.kind !== 'reverseChained' ? [node.param, parameterOf(node.param)] : [];
}

/** Whether it is told by words of the whole resource. */
export function asksWords(node: QueryNode): boolean {
  if (node.kind === 'and' || node.kind === 'or') return node.nodes.some(asksWords);
  return node.kind === 'not' ? asksWords(node.node) : node.kind === 'words';
}

/** Entries of one parameter stand under several names: `identifier:of-type`, `subject~version`. */
const parameterOf = (param: string): string => param.split(/[~:#]/)[0] as string;

function textMatches(entry: { text: string; exact: string }, text: string, match: TextMatch): boolean {
  switch (match) {
    case 'exact':
      return entry.exact === text;
    case 'whole':
      return entry.text === text;
    case 'contains':
      return entry.text.includes(text);
    case 'ends':
      return entry.text.endsWith(text);
    case 'starts':
      return entry.text.startsWith(text);
    default:
      return match satisfies never;
  }
}

function uriMatches(entry: string, uri: string, match: 'exact' | 'below' | 'above'): boolean {
  if (match === 'exact') return entry === uri;
  return match === 'below' ? entry.startsWith(uri) : uri.startsWith(entry);
}

/** https://hl7.org/fhir/R4/search.html#prefix */
function rangeMatches(test: RangeTest, entry: Range, value: Range): boolean {
  const within = entry.low >= value.low && entry.high <= value.high;
  switch (test) {
    case 'eq':
      return within;
    case 'ne':
      return !within;
    case 'gt':
      return entry.high > value.high;
    case 'lt':
      return entry.low < value.low;
    case 'ge':
      return entry.high > value.high || within;
    case 'le':
      return entry.low < value.low || within;
    case 'sa':
      return entry.low >= value.high;
    case 'eb':
      return entry.high <= value.low;
    case 'ap':
      return entry.low <= value.high && entry.high >= value.low;
    default:
      return test satisfies never;
  }
}
