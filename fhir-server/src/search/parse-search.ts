/** The query of a search request → SearchRequest. Strict by default: what is not understood is refused, never dropped in silence. */
import {
  type Issue,
  invalid,
  isResourceType,
  ofParameter,
  placeOfParameter,
  searchParameter,
} from '@wellspring/profiles';
import { aliasOf, lackedWhere } from './aliases.ts';
import { mayLeadTo, referenceParameters } from './canonicals.ts';
import { createLeadsOn } from './leads-on.ts';
import { mainDateParameter } from './main-date.ts';
import { type PagePlace, parsePlace } from './page-place.ts';
import type { ParseContext } from './parse-context.ts';
import { parseParameter } from './parse-parameter.ts';
import { and, type QueryNode, type SortKey } from './query.ts';
import { createQueryBudget, type QueryBudget } from './query-budget.ts';
import { elementsOf, listOf } from './query-parameters.ts';
import { UnknownParameter } from './unknown-parameter.ts';

export interface Include {
  readonly source: string;
  readonly param: string;
  /** Only targets (for _revinclude: sources) of this type. */
  readonly target: string | undefined;
  readonly iterate: boolean;
}

export interface SearchRequest extends PagePlace {
  readonly type: string;
  readonly where: QueryNode;
  readonly sort: readonly SortKey[];
  /** The main date by which alone it is sorted, where that was asked for: what has none comes last then, not where it was last updated. */
  readonly datedBy: string | undefined;
  readonly count: number;
  readonly total: 'none' | 'estimate' | 'accurate';
  readonly includes: readonly Include[];
  readonly revincludes: readonly Include[];
  readonly summary: 'true' | 'text' | 'data' | 'count' | 'false';
  readonly elements: readonly string[];
  /** What was applied, in the order given: the `self` link. */
  readonly applied: readonly [string, string][];
  /** What lenient handling left out. */
  readonly ignored: readonly Issue[];
}

export interface SearchLimits {
  readonly defaultCount: number;
  readonly maxCount: number;
}

export interface ParseOptions extends Omit<ParseContext, 'budget' | 'leadsOn'> {
  /** Of the request that this search is a part of. */
  readonly within?: QueryBudget;
  readonly limits: SearchLimits;
  /** Prefer: handling=lenient. */
  readonly lenient: boolean;
  /** All the types that are searched at once. */
  readonly types?: readonly string[];
}

const MAX_PARAMETERS = 64;
/** The name of the page cursor in `next` links. */
export const CURSOR = '_cursor';

export function parseSearch(
  options: ParseOptions,
  type: string,
  parameters: Iterable<readonly [string, string]>,
): SearchRequest {
  const budget = createQueryBudget(options.within);
  const context = { ...options, budget, leadsOn: createLeadsOn(budget) };
  const conditions: QueryNode[] = [];
  const applied: [string, string][] = [];
  const ignored: Issue[] = [];
  const result: Record<string, string> = {};
  const includes: Include[] = [];
  const revincludes: Include[] = [];
  let seen = 0;
  for (const [name, value] of parameters) {
    seen += 1;
    if (seen > MAX_PARAMETERS) throw invalid(`A search may have ${MAX_PARAMETERS} parameters at most.`);
    const bare = name.split(':')[0] as string;
    try {
      ofParameter(bare, () => {
        if (bare === '_include') includes.push(parseInclude(name, value, type, false, options.types));
        else if (bare === '_revinclude')
          revincludes.push(parseInclude(name, value, type, true, options.types));
        else if (bare === '_contained' || bare === '_containedType') checkContained(name, value);
        else if (RESULT_PARAMETERS.has(name)) result[name] = withRepeated(name, result[name], value);
        else if (value === '') throw invalid(`'${name.slice(0, 64)}' has no value.`);
        else conditions.push(parseParameter(context, type, name, value));
      });
      if (name !== CURSOR) applied.push([name, value]);
    } catch (error) {
      if (!(error instanceof UnknownParameter)) throw error;
      const text = error.text ?? `'${error.parameter.slice(0, 64)}' is not a search parameter of ${type}.`;
      const expression = placeOfParameter(bare);
      if (!options.lenient) throw invalid(text, expression);
      const diagnostics = `${text} It was ignored.`;
      ignored.push({ severity: 'warning', code: 'not-supported', diagnostics, expression });
    }
  }
  // https://hl7.org/fhir/R4/search.html#count: a page of nothing is a question for the number.
  const summary = /^0+$/.test(result._count ?? '')
    ? 'count'
    : ofParameter('_summary', () => parseSummary(result._summary));
  return {
    type,
    where: and(...conditions),
    ...ofParameter('_sort', () => parseSort(type, result._sort, options.types)),
    count: ofParameter('_count', () => parseCount(options.limits, result._count, summary)),
    ...parsePlace(result[CURSOR]),
    total: ofParameter('_total', () => parseTotal(result._total, summary)),
    includes: once(includes),
    revincludes: once(revincludes),
    summary,
    elements: ofParameter('_elements', () => elementsOf(result._elements ?? '')),
    applied,
    ignored,
  };
}

/** What is asked twice is answered once. */
export const once = (includes: readonly Include[]): Include[] => [
  ...new Map(includes.map((each) => [JSON.stringify(each), each])).values(),
];

/** Lists go on where they are given again; of anything else that is given twice only one could be meant. */
function withRepeated(name: string, before: string | undefined, value: string): string {
  if (before === undefined || before === value || !ONCE.has(name)) return value;
  if (LISTS.has(name)) return `${before},${value}`;
  throw invalid(`'${name}' is given twice.`);
}

const LISTS: ReadonlySet<string> = new Set(['_sort', '_elements']);
const ONCE: ReadonlySet<string> = new Set([...LISTS, '_count', '_total', '_summary']);

/** Parameters about the answer, not about what matches. */
const RESULT_PARAMETERS: ReadonlySet<string> = new Set([
  '_sort',
  '_count',
  '_total',
  '_summary',
  '_elements',
  '_format',
  '_pretty',
  CURSOR,
]);

/** https://hl7.org/fhir/R4/search.html#contained: what is contained is found with what contains it, and by no search of its own (docs/SEARCH.md). */
function checkContained(name: string, value: string): void {
  const known = name === '_contained' ? ['true', 'false', 'both'] : ['container', 'contained'];
  if (!known.includes(value)) throw invalid(`'${name.slice(0, 64)}' takes ${known.join(', ')}.`);
  if (value === 'true' || value === 'both')
    throw invalid(
      `'_contained=${value}' is not supported: a contained resource has no identity and no access of its own. Chains do look into contained resources.`,
    );
}

function parseCount(
  limits: SearchLimits,
  text: string | undefined,
  summary: SearchRequest['summary'],
): number {
  if (summary === 'count') return 0;
  if (text === undefined) return limits.defaultCount;
  if (!/^\d{1,9}$/.test(text)) throw invalid("'_count' takes a whole number.");
  return Math.min(Number(text), limits.maxCount);
}

function parseTotal(text: string | undefined, summary: SearchRequest['summary']): SearchRequest['total'] {
  if (summary === 'count') return 'accurate';
  if (text === undefined) return 'none';
  // As HAPI's Java client writes it.
  if (text === 'estimated') return 'estimate';
  if (text !== 'none' && text !== 'estimate' && text !== 'accurate') {
    throw invalid("'_total' takes none, estimate or accurate.");
  }
  return text;
}

function parseSummary(text: string | undefined): SearchRequest['summary'] {
  if (text === undefined) return 'false';
  if (text === 'true' || text === 'text' || text === 'data' || text === 'count' || text === 'false')
    return text;
  throw invalid("'_summary' takes true, text, data, count or false.");
}

/** Each is a column of the store's answer, and of the page links. */
const MAX_KEYS = 10;

function parseSort(
  type: string,
  text: string | undefined,
  types: readonly string[] = [type],
): Pick<SearchRequest, 'sort' | 'datedBy'> {
  if (!text) return { sort: [{ by: 'mainDate', descending: true }], datedBy: undefined };
  const parts = listOf('_sort', text, MAX_KEYS);
  const sort = parts.map((part) => {
    const descending = part.startsWith('-');
    return sortKey(type, descending ? part.slice(1) : part, descending);
  });
  const [first] = sort;
  const date = mainDateParameter(type);
  const isByDate = first?.by === 'param' && first.param === date && sort.length + types.length === 2;
  // The list that the stores keep in order of that date holds the others too.
  if (isByDate) return { sort: [{ by: 'mainDate', descending: first.descending }], datedBy: date };
  return { sort, datedBy: undefined };
}

/** By its main date: what has one, then what has none. */
export const datedFirst = (asked: SearchRequest, param: string): SearchRequest[] =>
  [false, true].map((missing) => ({
    ...asked,
    where: and(asked.where, { kind: 'missing', param, missing }),
  }));

function sortKey(type: string, code: string, descending: boolean): SortKey {
  if (code === '_id') return { by: 'id', descending };
  if (code === '_lastUpdated') return { by: 'lastUpdated', descending };
  const parameter = searchParameter(type, code);
  if (!parameter)
    throw invalid(`'${code.slice(0, 64)}' is not a search parameter of ${type}: it can't be sorted by.`);
  const aliases = aliasOf(type, code) ?? [code];
  if (parameter.type === 'composite' || parameter.type === 'special' || aliases.length > 1) {
    throw invalid(
      `'${code}' can't be sorted by: it is ${aliases.length > 1 ? aliases.join(' and ') : parameter.type}.`,
    );
  }
  const unless = lackedWhere(type, code);
  const key = { by: 'param', param: aliases[0] ?? code, family: parameter.type, descending } as const;
  return unless === undefined ? key : { ...key, unless };
}

/** `[source]:[parameter]` or `[source]:[parameter]:[target]`; `*` for all parameters. */
function parseInclude(
  name: string,
  value: string,
  type: string,
  reverse: boolean,
  types: readonly string[] = [type],
): Include {
  const modifier = name.split(':')[1];
  if (modifier !== undefined && modifier !== 'iterate' && modifier !== 'recurse') {
    throw invalid(`'${name.slice(0, 64)}': only :iterate is known.`);
  }
  const [source = '', param = '*', target] = value === '*' ? [reverse ? '*' : type, '*'] : value.split(':');
  if (source === 'AuditEvent')
    throw invalid(`'${name.slice(0, 64)}': the audit log is searched by its own name only.`);
  const known =
    (isResourceType(source) && (param === '*' || searchParameter(source, param)?.type === 'reference')) ||
    (reverse && value === '*');
  if (!known || (target !== undefined && !isResourceType(target))) {
    throw invalid(
      `'${name.slice(0, 64)}' takes [type]:[reference parameter] or [type]:[reference parameter]:[type].`,
    );
  }
  if (!reverse && modifier === undefined && !types.includes(source)) {
    throw invalid(
      `'_include' starts at ${types.join(', ').slice(0, 64)}; use _include:iterate for what it includes.`,
    );
  }
  // By the definitions, as for `[parameter]:[type]`.
  if (target !== undefined && !referenceParameters(source, param).some((each) => mayLeadTo(each, target)))
    throw invalid(`'${name.slice(0, 64)}': '${source}:${param}' never leads to ${target}.`);
  return { source, param, target, iterate: modifier !== undefined };
}
