/** One search parameter of a request → a query node: name, modifier, chain, values (https://hl7.org/fhir/R4/search.html). */
import { invalid, isResourceType, type SearchParameter, searchParameter } from '@wellspring/profiles';
import { ofAlias, thereNode, withAliases } from './aliases.ts';
import { mayLeadTo, versionedNode, writtenParam } from './canonicals.ts';
import { type ParseRest, parseChain, parseHas } from './chains.ts';
import { parseFilter } from './filter.ts';
import type { ParseContext } from './parse-context.ts';
import { all, and, none, not, or, type QueryNode, type TextMatch } from './query.ts';
import { costOf } from './query-budget.ts';
import { severalNode } from './several.ts';
import { codeNode, hierarchyNode, inNode } from './types/code-sets.ts';
import { compositeNode, isSupported, type ReadPart, unionOf } from './types/composite.ts';
import { dateNode, lastUpdatedNode, overlapTest } from './types/date.ts';
import { nearNode } from './types/near.ts';
import { numberNode } from './types/number.ts';
import { placeNode } from './types/place-hierarchy.ts';
import { quantityNode } from './types/quantity.ts';
import { referenceNode } from './types/reference.ts';
import { stringNode } from './types/string.ts';
import { caselessNode, ofTypeNode, tokenNode } from './types/token.ts';
import { uriNode } from './types/uri.ts';
import { UnknownParameter } from './unknown-parameter.ts';
import { splitEscaped, unescapeValue } from './values.ts';
import { wordsNode } from './words-query.ts';

/** Chains and _has may hop this often; each hop is a join. */
const MAX_HOPS = 8;
/** Values in one comma list. */
const MAX_VALUES = 1000;
/** Characters of one value that is looked for in texts. */
const MAX_TEXT = 10_000;

export function parseParameter(
  context: ParseContext,
  type: string,
  name: string,
  value: string,
  hops = 0,
): QueryNode {
  if (hops > MAX_HOPS) throw invalid(`A chain may have ${MAX_HOPS} hops at most.`, name.slice(0, 64));
  const parseRest: ParseRest = (next, rest, followed) =>
    parseParameter({ ...context, followed }, next, rest, value, hops + 1);
  if (name.startsWith('_has:')) return parseHas(context, type, name, parseRest);
  if (name.indexOf('.') > 0) return parseChain(context, type, name, parseRest);
  return plainParameter(context, type, name, value, hops);
}

function counted({ budget }: ParseContext, node: QueryNode): QueryNode {
  budget.spend(costOf(node));
  return node;
}

/** No chain: a parameter of the type itself. */
function plainParameter(
  context: ParseContext,
  type: string,
  name: string,
  value: string,
  hops: number,
): QueryNode {
  context.budget.read(value);
  if (context.compare !== undefined && NO_VALUES.has(name))
    return noValueNode(context, type, name, value, hops);
  const colon = name.indexOf(':');
  const code = colon < 0 ? name : name.slice(0, colon);
  const modifier = colon < 0 ? undefined : name.slice(colon + 1);
  if (code === '_id') return counted(context, idNode(modifier, value));
  if (code === '_text' || code === '_content') {
    if (modifier !== undefined) throw noModifier(modifier, code);
    requireShort(code, value);
    return counted(context, wordsNode(code === '_text' ? 'text' : 'content', value));
  }
  if (code === '_list') return listNode(context, modifier, value);
  if (code === '_filter')
    return parseFilter(type, value, (path, given, compare) =>
      parseParameter(compare ? { ...context, compare } : context, type, path, given, hops),
    );
  if (code === '_lastUpdated')
    return counted(
      context,
      anyTime(modifier, value, (each) => updatedNode(context, each)),
    );
  const parameter = searchParameter(type, code);
  if (!parameter) throw new UnknownParameter(name);
  if (!parameter.isReady())
    throw invalid(`'${code}' is new: what is stored is still being indexed by it (see $reindex).`);
  const isNegative = modifier === 'missing' ? value === 'true' : isNegation(modifier);
  const there = modifier === 'missing' || context.compare === 'differs' ? thereNode(type, code) : undefined;
  const make = (target: SearchParameter): QueryNode => {
    const node = parameterNode(context, type, target, modifier, value, there);
    return there ? node : ofAlias(type, code, node);
  };
  return withAliases(type, parameter, make, isNegative);
}

/** What is no value of an element, and so the same however values compare. */
const NO_VALUES: ReadonlySet<string> = new Set(['_id', '_text', '_content', '_list', '_filter']);

function noValueNode(
  { compare, ...context }: ParseContext,
  type: string,
  name: string,
  value: string,
  hops: number,
): QueryNode {
  if (compare === 'overlaps') throw notOfTimes(name);
  const node = plainParameter(context, type, name, value, hops);
  return compare === 'differs' ? not(node) : node;
}

const notOfTimes = (code: string): Error => invalid(`'${code}' is no time: 'po' is for dates.`);

const isNegation = (modifier: string | undefined): boolean => modifier === 'not' || modifier === 'not-in';

function noModifier(modifier: string, code: string): Error {
  return invalid(`The modifier ':${modifier.slice(0, 32)}' is not supported for '${code}'.`);
}

/** `_list=[id]`: what the List has as items (https://hl7.org/fhir/R4/search.html#list). */
function listNode(context: ParseContext, modifier: string | undefined, value: string): QueryNode {
  if (modifier !== undefined) throw noModifier(modifier, '_list');
  const ids = values(value).map((each) => unescapeValue(each).replace(/^List\//, ''));
  if (ids.some((id) => id.startsWith('$')))
    throw invalid("'_list' takes the id of a List; named lists are not kept here.");
  context.requireType?.('List');
  return counted(context, {
    kind: 'reverseChained',
    type: 'List',
    param: 'item',
    where: { kind: 'id', ids },
  });
}

function values(value: string): string[] {
  const list = splitEscaped(value, ',').filter((each) => each.trim() !== '');
  if (list.length === 0) throw invalid('A search value is empty.');
  if (list.length > MAX_VALUES) throw invalid(`A list may have ${MAX_VALUES} values at most.`);
  return list;
}

function anyTime(modifier: string | undefined, value: string, make: (value: string) => QueryNode): QueryNode {
  if (modifier === 'missing') return missingNode('_lastUpdated', value, all);
  if (modifier !== undefined)
    throw invalid(`The modifier ':${modifier.slice(0, 32)}' is not supported for _lastUpdated.`);
  return or(...values(value).map(make));
}

function idNode(modifier: string | undefined, value: string): QueryNode {
  if (modifier === 'missing') return missingNode('_id', value, all);
  if (modifier === 'not') return not({ kind: 'id', ids: values(value).map(unescapeValue) });
  if (modifier !== undefined)
    throw invalid(`The modifier ':${modifier.slice(0, 32)}' is not supported for _id.`);
  return { kind: 'id', ids: values(value).map(unescapeValue) };
}

function parameterNode(
  context: ParseContext,
  type: string,
  parameter: SearchParameter,
  modifier: string | undefined,
  value: string,
  there?: QueryNode,
): QueryNode {
  const { code: param } = parameter;
  if (context.compare === 'differs')
    return counted(context, differingNode(context, type, parameter, modifier, value, there));
  if (context.compare === 'overlaps' && parameter.type !== 'date') throw notOfTimes(param);
  // No modifier is for a composite: what it is missing would be the pair, which no store knows of.
  if (modifier === 'missing' && parameter.type !== 'composite')
    return counted(context, missingNode(param, value, there));
  const make =
    parameter.type === 'composite'
      ? compositeReader(context, type, parameter, modifier)
      : valueReader(context, type, parameter, modifier);
  if (!make) {
    if (parameter.type === 'composite' && modifier === undefined)
      throw invalid(`'${param}' is not supported: it holds three parts of one element that repeats.`);
    throw invalid(
      `The modifier ':${(modifier ?? '').slice(0, 32)}' is not supported for '${param}' (${parameter.type}).`,
    );
  }
  const found = or(...values(value).map((each) => counted(context, make(each))));
  return isNegation(modifier) ? not(found) : found;
}

function updatedNode({ compare, now }: ParseContext, value: string): QueryNode {
  if (compare === 'overlaps') return { kind: 'lastUpdated', ...overlapTest('_lastUpdated', value) };
  return lastUpdatedNode(compare === 'differs' ? `ne${value}` : value, now);
}

const RANGES: ReadonlySet<SearchParameter['type']> = new Set(['date', 'number', 'quantity']);

/** A value is there that is another one, for every type of parameter (several.ts). */
function differingNode(
  { compare: _, ...context }: ParseContext,
  ofType: string,
  parameter: SearchParameter,
  modifier: string | undefined,
  value: string,
  there: QueryNode = { kind: 'missing', param: parameter.code, missing: false },
): QueryNode {
  const { code: param, type } = parameter;
  if (modifier !== undefined || type === 'composite')
    throw invalid(
      `'_filter': 'ne' is not supported for '${param}${modifier === undefined ? '' : `:${modifier}`}'.`,
    );
  if (splitEscaped(value, ',').length > 1)
    throw invalid(`'_filter': 'ne' takes one value: put one with a comma into quotation marks.`);
  const read = valueReader({ ...context, compare: 'whole' }, ofType, parameter, undefined);
  if (!read) throw invalid(`'${param}' can't be searched by a value.`);
  if (RANGES.has(type)) return read(`ne${value}`);
  const several = severalNode(param, type === 'token' ? tokenNode(param, value) : undefined);
  return and(there, or(not(read(value)), several));
}

function compositeReader(
  context: ParseContext,
  type: string,
  parameter: SearchParameter,
  modifier: string | undefined,
): ((value: string) => QueryNode) | undefined {
  if (modifier !== undefined || !isSupported(parameter)) return undefined;
  const union = unionOf(parameter.code)?.map((code) => searchParameter(type, code));
  return (value) => {
    if (union)
      return or(...union.map((each) => (each ? parameterNode(context, type, each, undefined, value) : none)));
    const readPart: ReadPart = (component, param, part) => {
      const own = searchParameter(type, component.code);
      const target = own && own.type === component.type ? own : parameter;
      const read = valueReader(
        context,
        type,
        { ...target, ...component, code: param, extract: target.extract },
        undefined,
      );
      if (!read) throw invalid(`'${parameter.code}' has a part that can't be searched.`);
      return read(part);
    };
    return compositeNode(parameter, value, readPart, context.codeSets?.caseOf);
  };
}

function missingNode(param: string, value: string, there?: QueryNode): QueryNode {
  if (value !== 'true' && value !== 'false') throw invalid(`'${param}:missing' takes true or false.`);
  const missing = value === 'true';
  if (!there) return { kind: 'missing', param, missing };
  return missing ? not(there) : there;
}

/** How one value of this parameter under this modifier is read; undefined = no such modifier. */
function valueReader(
  context: ParseContext,
  type: string,
  parameter: SearchParameter,
  modifier: string | undefined,
): ((value: string) => QueryNode) | undefined {
  const { code: param } = parameter;
  switch (parameter.type) {
    case 'token':
      if (modifier === undefined || modifier === 'not') return (value) => codeNode(context, parameter, value);
      if (modifier === 'in' || modifier === 'not-in')
        return (value) => inNode(context, type, parameter, value);
      if (modifier === 'below' || modifier === 'above')
        return (value) => hierarchyNode(context, type, parameter, value, modifier);
      if (modifier === 'text') return (value) => textNode(`${param}:text`, value, 'starts');
      return modifier === 'of-type' ? (value) => ofTypeNode(param, value) : undefined;
    case 'string':
      if (modifier === undefined)
        return (value) =>
          textNode(
            param,
            value,
            context.compare === 'ends' || context.compare === 'whole' ? context.compare : 'starts',
          );
      if (modifier === 'contains') return (value) => textNode(param, value, 'contains');
      return modifier === 'exact' ? (value) => textNode(param, value, 'exact') : undefined;
    case 'date':
      if (modifier !== undefined) return undefined;
      return context.compare === 'overlaps'
        ? (value) => ({ kind: 'date', param, ...overlapTest(param, value) })
        : (value) => dateNode(param, value, context.now);
    case 'number':
      return modifier === undefined ? (value) => numberNode(param, value) : undefined;
    case 'quantity':
      return modifier === undefined ? (value) => quantityNode(param, value) : undefined;
    case 'uri':
      if (modifier !== undefined && modifier !== 'below' && modifier !== 'above') return undefined;
      return (value) => uriNode(param, unescapeValue(value), modifier);
    case 'special':
      return param === 'near' && modifier === undefined ? (value) => nearNode(param, value) : undefined;
    case 'reference':
      return referenceReader(context, parameter, modifier);
    default:
      return undefined;
  }
}

function textNode(param: string, value: string, match: TextMatch): QueryNode {
  const text = unescapeValue(value);
  requireShort(param, text);
  return stringNode(param, text, match);
}

function requireShort(param: string, text: string): void {
  if (text.length > MAX_TEXT) throw invalid(`'${param}' takes a text of ${MAX_TEXT} characters at most.`);
}

function referenceReader(
  context: ParseContext,
  parameter: SearchParameter,
  modifier: string | undefined,
): ((value: string) => QueryNode) | undefined {
  const { code: param, targets } = parameter;
  if (modifier === undefined)
    return (value) => referenceNode(context, parameter, unescapeValue(value), targets);
  if (modifier === 'identifier') {
    const read = context.isExact ? tokenNode : caselessNode;
    return (value) => read(`${param}:identifier`, value);
  }
  if (modifier === 'below' || modifier === 'above') {
    return parameter.leadsBy === 'canonical'
      ? (value) => versionedNode(writtenParam(param), unescapeValue(value), modifier)
      : (value) => placeNode(context, parameter, value, modifier);
  }
  if (!isResourceType(modifier)) return undefined;
  if (!mayLeadTo(parameter, modifier)) throw invalid(`'${param}' never leads to ${modifier}.`);
  return (value) => referenceNode(context, parameter, unescapeValue(value), [modifier]);
}
