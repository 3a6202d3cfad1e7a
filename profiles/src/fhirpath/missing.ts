/** What an expression names that R4's definitions don't have: read by types alone, before there is any resource (https://hl7.org/fhir/R4/elementdefinition.html). */
import {
  choiceProperties,
  elementType,
  isPrimitive,
  isResourceType,
  resourceTypes,
  typeSpec,
} from '../tables.ts';
import { isOfType } from './node.ts';
import { type Expression, parseFhirPath } from './parse.ts';

/** Types that a part may yield, each with its elements; undefined: they can't be told before there are values. */
type Types = readonly string[] | undefined;

class Missing extends Error {}

export interface Walked {
  /** A sentence, where a path leads to nothing. */
  readonly missing: string | undefined;
  readonly types: Types;
}

/** https://hl7.org/fhir/R4/fhirpath.html#variables */
const VARIABLES: ReadonlySet<string> = new Set([
  'resource',
  'rootResource',
  'context',
  'ucum',
  'sct',
  'loinc',
]);
const OF_ANY_NAME = /^(?:vs|ext)-/;

/** Throws SyntaxError. `focus`: what the expression begins at; `Resource` and `DomainResource` for all types. A path of a type that is not among them is passed over: it yields no type. */
export function walkFhirPath(text: string, focus: Types): Walked {
  const expression = parseFhirPath(text);
  const unknown = partsOf(expression).find(
    ({ kind, name = '' }) => kind === 'variable' && !VARIABLES.has(name) && !OF_ANY_NAME.test(name),
  );
  if (unknown)
    return { missing: `There is no variable %${String(unknown.name).slice(0, 63)}.`, types: undefined };
  const from = focus?.flatMap((type) => (ABSTRACT.has(type) ? resourceTypes : [type]));
  try {
    return { missing: undefined, types: walk(expression, from) };
  } catch (error) {
    if (!(error instanceof Missing)) throw error;
    return { missing: error.message, types: undefined };
  }
}

interface Part {
  readonly kind: Expression['kind'];
  readonly name?: string;
}

/** The expression and all that it is made of, the whole before its parts. */
function partsOf(part: unknown): Part[] {
  if (typeof part !== 'object' || part === null) return [];
  const below = Object.values(part).flatMap(partsOf);
  return 'kind' in part ? [part as Part, ...below] : below;
}

const ABSTRACT: ReadonlySet<string> = new Set(['Resource', 'DomainResource']);
/** All that has no value of its own has these (a primitive's twin). */
const OF_PRIMITIVES: Readonly<Record<string, string>> = { id: 'string', extension: 'Extension' };

function walk(expression: Expression, focus: Types): Types {
  switch (expression.kind) {
    case 'this':
      return focus;
    case 'member':
      return member(expression, focus);
    case 'call':
      return call(expression, focus);
    case 'index':
      walk(expression.index, focus);
      return walk(expression.of, focus);
    case 'type': {
      const types = walk(expression.of, focus);
      return expression.operator === 'as' ? ofType(types, expression.type) : ['boolean'];
    }
    case 'binary': {
      const [left, right] = [walk(expression.left, focus), walk(expression.right, focus)];
      if (expression.operator === '|') return either(left, right);
      return TRUTH.has(expression.operator) ? ['boolean'] : undefined;
    }
    default:
      return undefined;
  }
}

function member({ of, name }: Expression & { kind: 'member' }, focus: Types): Types {
  if (!of && isTypeName(name))
    return focus?.filter((type) => isOfType({ type, value: undefined }, name)) ?? [name];
  const holders = of ? walk(of, focus) : focus;
  if (!holders || holders.length === 0) return holders;
  const found = holders.map((holder) => membersOf(holder, name));
  if (found.some((types) => types === undefined)) return undefined;
  const types = [...new Set(found.flatMap((each) => each ?? []))];
  if (types.length === 0) throw new Missing(`${some(holders)} has no element '${name.slice(0, 64)}'.`);
  return types.includes('Resource') ? undefined : types;
}

const isTypeName = (name: string): boolean =>
  /^[A-Z]/.test(name) && (isResourceType(name) || ABSTRACT.has(name) || typeSpec(name) !== undefined);

/** Empty: none; undefined: the type is not described. */
function membersOf(holder: string, name: string): Types {
  if (isPrimitive(holder)) return Object.hasOwn(OF_PRIMITIVES, name) ? [OF_PRIMITIVES[name] as string] : [];
  if (!typeSpec(holder)) return undefined;
  return [name, ...choiceProperties(holder, name)].flatMap((each) => elementType(holder, each)?.type ?? []);
}

function ofType(types: Types, name: string): Types {
  const bare = name.replace(/^(?:FHIR|System)\./, '');
  if (!types) return [bare];
  const found = types.filter((type) => isOfType({ type, value: undefined }, bare));
  if (found.length === 0 && types.length > 0)
    throw new Missing(`${some(types)} is never of the type '${bare.slice(0, 64)}'.`);
  return found;
}

/** http://hl7.org/fhirpath/N1/#functions: those whose argument is about each value, and those that give back what they are given. */
const CRITERIA: ReadonlySet<string> = new Set(['where', 'exists', 'all', 'select', 'repeat']);
const SAME: ReadonlySet<string> = new Set([
  'where',
  'first',
  'last',
  'tail',
  'skip',
  'take',
  'single',
  'distinct',
]);
/** Of nothing they yield nothing. */
const OF_EACH: ReadonlySet<string> = new Set(['resolve', 'extension']);
const BY_TYPE: ReadonlySet<string> = new Set(['as', 'ofType']);

function call({ of, name, args }: Expression & { kind: 'call' }, focus: Types): Types {
  const types = of ? walk(of, focus) : focus;
  const [argument] = args;
  if (BY_TYPE.has(name)) return argument ? ofType(types, typeNamed(argument)) : types;
  const yielded = argument && CRITERIA.has(name) ? walk(argument, types) : undefined;
  if (types?.length === 0 && OF_EACH.has(name)) return types;
  if (SAME.has(name)) return types;
  if (name === 'select') return yielded;
  if (name === 'extension') return ['Extension'];
  if (Object.hasOwn(YIELDS, name)) return [YIELDS[name] as string];
  if (name === 'union' || name === 'combine') return argument ? either(types, walk(argument, focus)) : types;
  return undefined;
}

/** What functions yield whatever they are asked of (http://hl7.org/fhirpath/N1/#functions). */
const YIELDS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    'all allFalse allTrue anyFalse anyTrue contains convertsToBoolean empty endsWith exists hasValue is isDistinct matches not startsWith subsetOf supersetOf toBoolean'
      .split(' ')
      .map((name) => [name, 'boolean']),
  ),
  ...Object.fromEntries('count indexOf length toInteger'.split(' ').map((name) => [name, 'integer'])),
  ...Object.fromEntries(
    'lower replace replaceMatches substring toString trim upper'.split(' ').map((name) => [name, 'string']),
  ),
  toDate: 'date',
  toDateTime: 'dateTime',
  toDecimal: 'decimal',
  toQuantity: 'Quantity',
};
const TRUTH: ReadonlySet<string> = new Set('and or xor implies = != ~ !~ < > <= >= in contains'.split(' '));

/** What an expression asks of no resource: the time, and what it says itself. */
const TIMES: ReadonlySet<string> = new Set(['now', 'timeOfDay', 'today']);

/** A sentence for what yields another thing each time, or the same of every resource. Throws SyntaxError. */
export function fixedFault(text: string): string | undefined {
  const parts = partsOf(parseFhirPath(text));
  const time = parts.find(({ kind, name }) => kind === 'call' && TIMES.has(String(name)));
  if (time) return `${time.name}() is another thing each time that it is asked.`;
  const isAsked = parts.some(
    ({ kind, name }) =>
      kind === 'member' ||
      kind === 'this' ||
      (kind === 'variable' && OF_RESOURCE.has(String(name))) ||
      (kind === 'call' && CHILDREN.has(String(name))),
  );
  return isAsked ? undefined : 'The expression is the same of every resource.';
}

const OF_RESOURCE: ReadonlySet<string> = new Set(['resource', 'rootResource', 'context']);
const CHILDREN: ReadonlySet<string> = new Set(['children', 'descendants']);

/** `Quantity`, or `FHIR.Quantity`. */
function typeNamed(argument: Expression): string {
  return argument.kind === 'member' ? argument.name : '';
}

const either = (a: Types, b: Types): Types => (a && b ? [...new Set([...a, ...b])] : undefined);

function some(types: readonly string[]): string {
  return types.length > 3 ? `${types.slice(0, 3).join(', ')} …` : types.join(', ');
}
