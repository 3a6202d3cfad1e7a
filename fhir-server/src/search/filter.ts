/** `_filter` (https://hl7.org/fhir/R4/search_filter.html): an expression of comparisons, each of which is an ordinary search parameter. */
import { invalid, searchParameter } from '@wellspring/profiles';
import type { ParseContext } from './parse-context.ts';
import { and, not, or, type QueryNode } from './query.ts';

/** `texts`: how a parameter that is a string compares, at the end of a chain too. */
type Parse = (name: string, value: string, texts?: ParseContext['texts']) => QueryNode;

const TOKEN = /\s*(?:([()])|("(?:[^"\\]|\\.)*")|([^\s()"[\]]+(?:\[[^\]]*\][^\s()"[\]]*)*))/y;
const MAX_LENGTH = 4000;
const MAX_DEPTH = 16;

const PREFIXES: ReadonlySet<string> = new Set(['gt', 'lt', 'ge', 'le', 'sa', 'eb', 'ap']);
const MODIFIERS: Readonly<Record<string, string>> = {
  ss: ':below',
  sb: ':above',
  in: ':in',
  ni: ':not-in',
  re: '',
};

export function parseFilter(type: string, text: string, parse: Parse): QueryNode {
  if (text.length > MAX_LENGTH) throw invalid(`'_filter' may have ${MAX_LENGTH} characters at most.`);
  const tokens = tokenize(text);
  let at = 0;
  const take = (): string => {
    const token = tokens[at];
    if (token === undefined) throw invalid("'_filter' ends too early.");
    at += 1;
    return token;
  };

  function parseOr(depth: number): QueryNode {
    let left = parseAnd(depth);
    while (tokens[at] === 'or') {
      at += 1;
      left = or(left, parseAnd(depth));
    }
    return left;
  }

  function parseAnd(depth: number): QueryNode {
    let left = parseTerm(depth);
    while (tokens[at] === 'and') {
      at += 1;
      left = and(left, parseTerm(depth));
    }
    return left;
  }

  function parseTerm(depth: number): QueryNode {
    if (depth > MAX_DEPTH) throw invalid("'_filter' is nested too deeply.");
    const token = take();
    if (token === 'not') return not(parseTerm(depth + 1));
    if (token !== '(') return comparison(token);
    const inner = parseOr(depth + 1);
    if (take() !== ')') throw invalid("'_filter': a ) is missing.");
    return inner;
  }

  function comparison(path: string): QueryNode {
    if (!/^[A-Za-z_][\w.:-]*$/.test(path))
      throw invalid(`'_filter': '${path.slice(0, 32)}' is no search parameter.`);
    const operator = take();
    const raw = take();
    const isText = raw.startsWith('"');
    const value = isText ? escaped(JSON.parse(raw) as string) : raw;
    if (value === '') throw invalid("'_filter': a value is empty.");
    return compare(path, operator, value);
  }

  function compare(path: string, operator: string, value: string): QueryNode {
    const make = (modifier: string, given = value): QueryNode => parse(path + modifier, given);
    const isString = kindOf(type, path) === 'string';
    if (operator === 'eq') return parse(path, value, 'whole');
    if (operator === 'ne') return not(parse(path, value, 'whole'));
    if (operator === 'co' && isString) return make(':contains');
    if (operator === 'ew' && isString) return parse(path, value, 'ends');
    if (operator === 'sw' && isString) return make('');
    if (operator === 'pr') return make(':missing', value === 'true' ? 'false' : 'true');
    if (PREFIXES.has(operator) && !isString) return make('', operator + value);
    if (Object.hasOwn(MODIFIERS, operator)) return make(MODIFIERS[operator] as string);
    throw invalid(`'_filter': the operator '${operator.slice(0, 8)}' is not supported for '${path}'.`);
  }

  const found = parseOr(0);
  if (at < tokens.length) throw invalid("'_filter' goes on after its end.");
  return found;
}

/** Of a chain the kind is not looked up: its comparisons are by the plain parameter. */
function kindOf(type: string, path: string): string | undefined {
  return searchParameter(type, path)?.type;
}

/** A quoted value is one value, whatever it holds. */
const escaped = (text: string): string => text.replace(/[\\,$]/g, '\\$&');

function tokenize(text: string): string[] {
  const tokens: string[] = [];
  let end = 0;
  while (end < text.trimEnd().length) {
    TOKEN.lastIndex = end;
    const match = TOKEN.exec(text);
    if (!match) throw invalid(`'_filter': can't read '${text.slice(end, end + 20)}'.`);
    end = TOKEN.lastIndex;
    tokens.push((match[1] ?? match[2] ?? match[3]) as string);
  }
  if (tokens.length === 0) throw invalid("'_filter' is empty.");
  return tokens;
}
