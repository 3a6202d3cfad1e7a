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
import { ELSEWHERE, isEvaluatedHere, type Types, typeOfLiteral, yieldOf, yieldOfOperator } from './yields.ts';

class Missing extends Error {}

export interface Walked {
  /** A sentence, where a path leads to nothing. */
  readonly missing: string | undefined;
  readonly types: Types;
  /** Of each side of `|`, where the whole is made of such. */
  readonly sides: readonly Types[];
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

/** Throws SyntaxError. `focus`: what the expression begins at; `Resource` and `DomainResource` for all types. A path of a type that is not among them is passed over: it yields no type. `root`: what `%resource` is. */
export function walkFhirPath(text: string, focus: Types, root?: Types): Walked {
  const expression = parseFhirPath(text);
  const missing = partsOf(expression)
    .map(unknownName)
    .find((each) => each !== undefined);
  if (missing) return { missing, ...UNTOLD };
  const from = focus?.flatMap((type) => (ABSTRACT.has(type) ? resourceTypes : [type]));
  try {
    const sides = alternatives(expression).map((each) => walk(each, { focus: from, root }));
    return { missing: undefined, types: sides.reduce(either), sides };
  } catch (error) {
    if (!(error instanceof Missing)) throw error;
    return { missing: error.message, ...UNTOLD };
  }
}

const UNTOLD: Pick<Walked, 'types' | 'sides'> = { types: undefined, sides: [] };

const alternatives = (expression: Expression): readonly Expression[] =>
  expression.kind === 'binary' && expression.operator === '|'
    ? [...alternatives(expression.left), ...alternatives(expression.right)]
    : [expression];

/** A sentence, where it is a variable or a function that there is not. */
function unknownName({ kind, name = '' }: Part): string | undefined {
  const told = String(name).slice(0, 63);
  if (kind === 'variable' && !VARIABLES.has(name) && !OF_ANY_NAME.test(name))
    return `There is no variable %${told}.`;
  return kind === 'call' && !isEvaluatedHere(name)
    ? `The function ${told}() is not evaluated here.`
    : undefined;
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

/** What a part is asked of, and what the whole expression is: `%resource`. */
interface From {
  readonly focus: Types;
  readonly root: Types;
}

function walk(expression: Expression, from: From): Types {
  switch (expression.kind) {
    case 'this':
      return from.focus;
    case 'literal':
      return [typeOfLiteral(expression.value)];
    case 'variable':
      return OF_RESOURCE.has(expression.name) ? from.root : ['string'];
    case 'member':
      return member(expression, from);
    case 'call':
      return call(expression, from);
    case 'index':
      walk(expression.index, from);
      return walk(expression.of, from);
    case 'type': {
      const types = walk(expression.of, from);
      return expression.operator === 'as' ? ofType(types, expression.type) : ['boolean'];
    }
    case 'binary': {
      const [left, right] = [walk(expression.left, from), walk(expression.right, from)];
      return expression.operator === '|'
        ? either(left, right)
        : yieldOfOperator(expression.operator, left, right);
    }
    default:
      return undefined;
  }
}

function member({ of, name }: Expression & { kind: 'member' }, from: From): Types {
  const { focus } = from;
  if (!of && isTypeName(name))
    return focus?.filter((type) => isOfType({ type, value: undefined }, name)) ?? [name];
  const holders = of ? walk(of, from) : focus;
  if (!holders || holders.length === 0) return holders;
  const found = holders.map((holder) => membersOf(holder, name));
  if (found.some((types) => types === undefined)) return undefined;
  const types = [...new Set(found.flatMap((each) => each ?? []))];
  if (types.length === 0) throw new Missing(`${some(holders)} has no element '${name.slice(0, 64)}'.`);
  return types;
}

const isTypeName = (name: string): boolean =>
  /^[A-Z]/.test(name) && (isResourceType(name) || ABSTRACT.has(name) || typeSpec(name) !== undefined);

/** Empty: none; undefined: the type is not described, or is one of all resources. */
function membersOf(holder: string, name: string): Types {
  if (isPrimitive(holder)) return Object.hasOwn(OF_PRIMITIVES, name) ? [OF_PRIMITIVES[name] as string] : [];
  if (!typeSpec(holder) || ANY_RESOURCE.has(holder)) return undefined;
  return [name, ...choiceProperties(holder, name)].flatMap((each) => elementType(holder, each)?.type ?? []);
}

function ofType(types: Types, name: string): Types {
  const bare = name.replace(/^(?:FHIR|System)\./, '');
  if (!types || (types.some((type) => ANY_RESOURCE.has(type)) && isOfAny(bare))) return [bare];
  const found = types.filter((type) => isOfType({ type, value: undefined }, bare));
  if (found.length === 0 && types.length > 0)
    throw new Missing(`${some(types)} is never of the type '${bare.slice(0, 64)}'.`);
  return found;
}

const ANY_RESOURCE: ReadonlySet<string> = new Set(['Resource', 'DomainResource', ELSEWHERE]);
const isOfAny = (type: string): boolean => isResourceType(type) || ABSTRACT.has(type);

/** http://hl7.org/fhirpath/N1/#functions: those whose argument is about each value. */
const CRITERIA: ReadonlySet<string> = new Set(['where', 'exists', 'all', 'select', 'repeat']);
const BY_TYPE: ReadonlySet<string> = new Set(['as', 'ofType']);
/** What one of the arguments says, of whatever the function is asked of. */
const CHOOSING: ReadonlySet<string> = new Set(['iif', 'coalesce']);
const JOINING: ReadonlySet<string> = new Set(['combine', 'union']);

function call({ of, name, args }: Expression & { kind: 'call' }, from: From): Types {
  const types = of ? walk(of, from) : from.focus;
  const [argument] = args;
  if (BY_TYPE.has(name)) return argument ? ofType(types, typeNamed(argument)) : types;
  const asked = { ...from, focus: types };
  const yielded = argument && CRITERIA.has(name) ? walk(argument, asked) : undefined;
  if (name === 'select') return yielded;
  if (JOINING.has(name)) return argument ? either(types, walk(argument, from)) : types;
  if (CHOOSING.has(name)) {
    const chosen = args.map((each) => walk(each, asked)).slice(name === 'iif' ? 1 : 0);
    return chosen.reduce(either, []);
  }
  return yieldOf(name, types);
}

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
