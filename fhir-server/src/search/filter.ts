/** `_filter` (https://hl7.org/fhir/R4/search_filter.html): an expression of comparisons, each of which is an ordinary search parameter. */
import { invalid, searchParameter } from '@wellspring/profiles';
import { targetsOf } from './canonicals.ts';
import type { ParseContext } from './parse-context.ts';
import { and, not, or, type QueryNode } from './query.ts';

/** `compare`: how values compare, at the end of a chain too. */
type Parse = (name: string, value: string, compare?: ParseContext['compare']) => QueryNode;

const TOKEN = /\s*(?:([()])|("(?:[^"\\]|\\.)*")|([^\s()"[\]]+(?:\[[^\]]*\][^\s()"[\]]*)*))/y;
const MAX_LENGTH = 4000;
const MAX_DEPTH = 16;

const PREFIXES: ReadonlySet<string> = new Set(['gt', 'lt', 'ge', 'le', 'sa', 'eb', 'ap']);
const MODIFIERS: Readonly<Record<string, string>> = {
  ss: ':below',
  sb: ':above',
  in: ':in',
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

  /** From left to right: neither binds closer than the other, as R4 has it. */
  function parseJoined(depth: number): QueryNode {
    let left = parseTerm(depth);
    for (let join = tokens[at]; join === 'and' || join === 'or'; join = tokens[at]) {
      at += 1;
      const right = parseTerm(depth);
      left = join === 'and' ? and(left, right) : or(left, right);
    }
    return left;
  }

  function parseTerm(depth: number): QueryNode {
    if (depth > MAX_DEPTH) throw invalid("'_filter' is nested too deeply.");
    const token = take();
    if (token === 'not') return not(parseTerm(depth + 1));
    if (token !== '(') return comparison(token);
    const inner = parseJoined(depth + 1);
    if (take() !== ')') throw invalid("'_filter': a ) is missing.");
    return inner;
  }

  function comparison(path: string): QueryNode {
    if (!/^[A-Za-z_][\w.:-]*$/.test(path))
      throw invalid(`'_filter': '${path.slice(0, 32)}' is no search parameter.`);
    const operator = take();
    const raw = take();
    const isText = raw.startsWith('"');
    const value = isText ? escaped(textOf(raw), kindOf(type, path)) : raw;
    if (value === '') throw invalid("'_filter': a value is empty.");
    return compare(path, operator, value);
  }

  function compare(path: string, operator: string, value: string): QueryNode {
    const kind = kindOf(type, path);
    const given = kind === 'token' || kind === 'composite' ? withSystem(value) : value;
    const make = (modifier: string, text = given): QueryNode => parse(path + modifier, text);
    const isString = kind === 'string';
    if (operator === 'eq') return parse(path, given, 'whole');
    if (operator === 'ne') return parse(path, given, 'differs');
    if (operator === 'po') return parse(path, value, 'overlaps');
    // None of them is in it: of the values of a chain's end, too.
    if (operator === 'ni') return not(make(':in'));
    if (operator === 're' && POINTING.has(kind ?? 'reference')) return make('');
    if (operator === 'co' && isString) return make(':contains');
    if (operator === 'ew' && isString) return parse(path, value, 'ends');
    if (operator === 'sw' && isString) return make('');
    if (operator === 'pr')
      return presence(value) ? make(':missing', 'false') : not(make(':missing', 'false'));
    if (PREFIXES.has(operator) && RANGES.has(kind ?? '')) return make('', operator + value);
    if (Object.hasOwn(MODIFIERS, operator)) return make(MODIFIERS[operator] as string);
    throw invalid(`'_filter': the operator '${operator.slice(0, 8)}' is not supported for '${path}'.`);
  }

  const found = parseJoined(0);
  if (at < tokens.length) throw invalid("'_filter' goes on after its end.");
  return found;
}

/** Of a chain, that of its end, where all types that it may lead to agree. */
function kindOf(type: string, path: string): string | undefined {
  const [first = '', ...rest] = path.split('.');
  const [code = '', target] = first.split(':');
  if (code === '_lastUpdated') return 'date';
  const parameter = searchParameter(type, code);
  if (!parameter || rest.length === 0) return target === undefined ? parameter?.type : undefined;
  const kinds = (target === undefined ? targetsOf(parameter) : [target]).map((each) =>
    kindOf(each, rest.join('.')),
  );
  const known = new Set(kinds.filter((each) => each !== undefined));
  return known.size === 1 ? [...known][0] : undefined;
}

const RANGES: ReadonlySet<string> = new Set(['date', 'number', 'quantity']);

const POINTING: ReadonlySet<string> = new Set(['reference', 'uri']);

function presence(value: string): boolean {
  if (value === 'true' || value === 'false') return value === 'true';
  throw invalid("'_filter': pr takes true or false.");
}

/** Code systems that may be called by these names in a filter. */
const NAMED_SYSTEMS: Readonly<Record<string, string>> = {
  loinc: 'http://loinc.org',
  snomed: 'http://snomed.info/sct',
  rxnorm: 'http://www.nlm.nih.gov/research/umls/rxnorm',
  ucum: 'http://unitsofmeasure.org',
};

function withSystem(value: string): string {
  const [, name = '', code = ''] = /^([a-z]+)(\|.*)$/is.exec(value) ?? [];
  const system = NAMED_SYSTEMS[name.toLowerCase()];
  return system === undefined ? value : system + code;
}

/** A quoted value is one value, whatever it holds; of a composite it holds its parts. */
const escaped = (text: string, kind: string | undefined): string =>
  text.replace(kind === 'composite' ? /[\\,]/g : /[\\,$]/g, '\\$&');

function textOf(quoted: string): string {
  try {
    return JSON.parse(quoted) as string;
  } catch {
    throw invalid(`'_filter': ${quoted.slice(0, 32)} is no JSON string.`);
  }
}

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
