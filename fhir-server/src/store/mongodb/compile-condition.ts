/**
 * Query tree → MongoDB filter. Values only ever stand where MongoDB expects a value; operators and field names are constants of this file.
 * Chains are answered first, as lists of keys: see Resolve.
 */
import type { Filter } from 'mongodb';
import { PUBLISHED_AS } from '../../search/index-entry.ts';
import type { QueryNode, RangeTest } from '../../search/query.ts';
import { keys, phraseText, type ResourceDocument, SHARED } from './documents.ts';

export type Condition = Filter<ResourceDocument>;

/** Answers a chain: `Type/id` of the live resources of a type that satisfy a condition (with a base: all that a canonical says to mean them), or the targets that such resources refer to. */
export interface Resolve {
  names(type: string, where: QueryNode, base?: string): Promise<readonly string[]>;
  targetsOf(type: string, param: string, where: QueryNode): Promise<readonly string[]>;
  /** `Type/id` of what satisfies the node's condition; and the files that it names. */
  subjects(node: Linked): Promise<readonly string[]>;
  files(node: Linked): Promise<readonly string[]>;
}

export type Linked = QueryNode & { readonly kind: 'linked' };

const ALL: Condition = {};
const NONE: Condition = { _id: { $in: [] } };

export async function compileCondition(resolve: Resolve, node: QueryNode): Promise<Condition> {
  switch (node.kind) {
    case 'all':
      return ALL;
    case 'none':
      return NONE;
    case 'and':
      return { $and: await compileEach(resolve, node.nodes) };
    case 'or':
      return eitherOf(await compileEither(resolve, node.nodes));
    case 'not':
      return { $nor: [await compileCondition(resolve, node.node)] };
    case 'token':
      return tokenCondition(node);
    case 'owner':
      return ownerCondition(node.patients);
    case 'ownedBy':
      return ownedByCondition(resolve, node);
    case 'string':
      return stringCondition(node);
    case 'uri':
      return uriCondition(node);
    case 'date':
      return anyElement('dt', node.param, rangeTests(node.test, node.range.low, node.range.high));
    case 'number':
      return anyElement('n', node.param, rangeTests(node.test, node.range.low, node.range.high));
    case 'quantity': {
      const tests = rangeTests(node.test, node.range.low, node.range.high);
      return anyElement(
        'n',
        node.param,
        tests.flatMap((test) => units(node).map((unit) => ({ ...unit, ...test }))),
      );
    }
    case 'reference':
      return { k: { $in: node.targets.map((target) => keys.reference(node.param, target)) } };
    case 'words':
      return wordsTest(node);
    case 'missing':
      return { p: node.missing ? { $ne: node.param } : node.param };
    case 'id':
      return { id: { $in: [...node.ids] } };
    case 'lastUpdated':
      return instantTest(node.test, node.range.low, node.range.high);
    case 'chained': {
      const names = await resolve.names(node.type, node.where, node.base);
      return { k: { $in: names.map((name) => keys.reference(node.param, name)) } };
    }
    case 'reverseChained': {
      const names = await resolve.targetsOf(node.type, node.param, node.where);
      return node.base === undefined ? { _id: { $in: [...names] } } : publishedAs(names, node.base);
    }
    case 'linked':
      return linkedCondition(resolve, node);
    default:
      return node satisfies never;
  }
}

/** What it leads to, or what leads here, is found first: what is kept is rarer than what follows it. */
async function linkedCondition(resolve: Resolve, node: Linked): Promise<Condition> {
  if (node.by === 'file') return { _id: { $in: [...(await resolve.files(node))] } };
  const names = await resolve.subjects(node);
  return { k: { $in: names.map((name) => keys.link('about', name)) } };
}

/** Up to this many codes are a question each. */
const FEW_CODES = 16;

/** Many codes are looked up as one list. */
async function compileEither(resolve: Resolve, nodes: readonly QueryNode[]): Promise<Condition[]> {
  const codes = nodes.filter(isWholeToken);
  if (codes.length <= FEW_CODES) return compileEach(resolve, nodes);
  const others = nodes.filter((node) => !isWholeToken(node));
  return [{ k: { $in: codes.map(wholeKey) } }, ...(await compileEach(resolve, others))];
}

const eitherOf = (conditions: readonly Condition[]): Condition =>
  conditions.length === 1 ? (conditions[0] as Condition) : { $or: [...conditions] };

type WholeToken = QueryNode & { readonly kind: 'token'; readonly code: string };

const isWholeToken = (node: QueryNode): node is WholeToken =>
  node.kind === 'token' && node.code !== undefined;

const wholeKey = ({ param, system, code }: WholeToken): string =>
  system === undefined ? keys.code(param, code) : keys.token(param, system, code);

/** One after the other: a transaction's session takes no two commands at once. */
async function compileEach(resolve: Resolve, nodes: readonly QueryNode[]): Promise<Condition[]> {
  const conditions: Condition[] = [];
  for (const node of nodes) conditions.push(await compileCondition(resolve, node));
  return conditions;
}

function tokenCondition({ param, system, code }: QueryNode & { kind: 'token' }): Condition {
  // Anchored, so that the index serves.
  if (code === undefined) return { k: { $regex: `^${escapeRegExp(keys.system(param, system ?? ''))}` } };
  return { k: system === undefined ? keys.code(param, code) : keys.token(param, system, code) };
}

/** The record is what the index and the shards go by; whether it is theirs, their names say. */
function ownerCondition(patients: readonly string[]): Condition {
  return { rec: { $in: [...patients, SHARED] }, own: { $in: [...patients] } };
}

async function ownedByCondition(
  resolve: Resolve,
  { where, orNobody }: QueryNode & { kind: 'ownedBy' },
): Promise<Condition> {
  const names = await resolve.names('Patient', where);
  const owned = ownerCondition(names.map((name) => name.slice('Patient/'.length)));
  return orNobody ? { $or: [{ own: { $size: 0 } }, owned] } : owned;
}

/** What canonicals lead to (search/canonicals.ts). */
function publishedAs(canonicals: readonly string[], base: string): Condition {
  const local = canonicals.map((each) => (each.startsWith(`${base}/`) ? each.slice(base.length + 1) : each));
  return {
    $or: [{ _id: { $in: local } }, { s: { $elemMatch: { p: PUBLISHED_AS, v: { $in: [...canonicals] } } } }],
  };
}

function stringCondition({ param, text, match }: QueryNode & { kind: 'string' }): Condition {
  if (match === 'exact') return { s: { $elemMatch: { p: param, e: text } } };
  if (match === 'whole') return { s: { $elemMatch: { p: param, v: text } } };
  if (match === 'contains' || match === 'ends')
    return {
      s: { $elemMatch: { p: param, v: { $regex: `${escapeRegExp(text)}${match === 'ends' ? '$' : ''}` } } },
    };
  return { s: { $elemMatch: { p: param, v: prefix(text) } } };
}

function uriCondition({ param, uri, match }: QueryNode & { kind: 'uri' }): Condition {
  if (match === 'exact') return { s: { $elemMatch: { p: param, v: uri } } };
  if (match === 'below') return { s: { $elemMatch: { p: param, v: prefix(uri) } } };
  // Every entry that the value begins with is one of its own beginnings.
  const beginnings = Array.from({ length: uri.length }, (_, i) => uri.slice(0, i + 1));
  return { s: { $elemMatch: { p: param, v: { $in: beginnings } } } };
}

const prefix = (text: string) => ({ $gte: text, $lt: `${text}\u{10ffff}` });

/**
 * Every character that has a meaning is made plain: the pattern is a search for a substring, nothing else. BSON holds patterns as C strings: in them NUL is only spelled
 * (https://bsonspec.org/spec.html).
 */
export const escapeRegExp = (text: string): string =>
  text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&').replaceAll('\0', '\\x00');

/** An element of the array that has the parameter and passes one of the tests. Each test stands alone: $elemMatch with plain fields uses an index. */
function anyElement(array: 'dt' | 'n', param: string, tests: readonly object[]): Condition {
  const elements = tests.map((test) => ({ [array]: { $elemMatch: { p: param, ...test } } }) as Condition);
  return elements.length === 1 ? (elements[0] as Condition) : { $or: elements };
}

/** Any of them is enough. */
function units({ system, code, otherUnit }: QueryNode & { kind: 'quantity' }): object[] {
  if (system === undefined && code === undefined) return [{}];
  if (system === undefined)
    return otherUnit ? [{ c: { $ne: code }, u: { $ne: code } }] : [{ c: code }, { u: code }];
  if (code === undefined) return [{ s: otherUnit ? { $ne: system } : system }];
  return otherUnit ? [{ s: { $ne: system } }, { s: system, c: { $ne: code } }] : [{ s: system, c: code }];
}

/** https://hl7.org/fhir/R4/search.html#prefix: an entry's `low` and `high` against the value's; any of the tests is enough. */
function rangeTests(test: RangeTest, low: number, high: number): object[] {
  const within = { low: { $gte: low }, high: { $lte: high } };
  switch (test) {
    case 'eq':
      return [within];
    case 'ne':
      return [{ low: { $lt: low } }, { high: { $gt: high } }];
    case 'gt':
      return [{ high: { $gt: high } }];
    case 'lt':
      return [{ low: { $lt: low } }];
    case 'ge':
      return [{ high: { $gt: high } }, within];
    case 'le':
      return [{ low: { $lt: low } }, within];
    case 'sa':
      return [{ low: { $gte: high } }];
    case 'eb':
      return [{ high: { $lte: low } }];
    case 'ap':
      return [{ low: { $lte: high }, high: { $gte: low } }];
    default:
      return test satisfies never;
  }
}

/** An instant is the range of its one millisecond. */
function instantTest(test: RangeTest, low: number, high: number): Condition {
  const at = (condition: object): Condition => ({ lastUpdated: condition }) as Condition;
  switch (test) {
    case 'eq':
      return at({ $gte: low, $lt: high });
    case 'ne':
      return { $nor: [at({ $gte: low, $lt: high })] };
    case 'gt':
    case 'sa':
      return at({ $gte: high });
    case 'lt':
    case 'eb':
      return at({ $lt: low });
    case 'ge':
      return at({ $gte: low });
    case 'le':
      return at({ $lt: high });
    case 'ap':
      return at({ $gte: low - 1, $lte: high });
    default:
      return test satisfies never;
  }
}

function wordsTest({ of, words, begins, inOrder }: QueryNode & { kind: 'words' }): Filter<ResourceDocument> {
  const whole: Filter<ResourceDocument>[] = words.map((word) => ({ w: keys.word(of, word) }));
  // The index finds what has all the words; whether they follow one another is looked up in those.
  if (inOrder) whole.push({ [`f.${of}`]: { $regex: phraseText(words) } });
  if (begins === undefined) return { $and: whole };
  // Anchored, so that the index serves. A word holds letters and digits only, so nothing in it is an operator.
  return { $and: [...whole, { w: { $regex: `^${keys.word(of, begins)}` } }] };
}
