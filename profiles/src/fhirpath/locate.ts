/** Where in a resource the things are that a FHIRPath names: what FHIRPath Patch changes (https://hl7.org/fhir/R4/fhirpatch.html). */
import { isPrimitive, typeSpec } from '../tables.ts';
import { isTruthy } from './compare.ts';
import { compile } from './compile.ts';
import { isObject, type Node, resourceNode } from './node.ts';
import { type Expression, parseFhirPath } from './parse.ts';

type Json = Record<string, unknown>;

/** One value, and where it stands: `owner[property]`, or `owner[property][index]`. The resource itself has no owner. */
export interface Location {
  readonly owner: Json | undefined;
  readonly property: string;
  /** The name that FHIRPath gives the property: `value` for `valueQuantity`. */
  readonly name: string;
  readonly index: number | undefined;
  readonly type: string;
  /** undefined for a primitive that only has extensions. */
  readonly value: unknown;
}

/** Counts steps, and throws when there have been too many. */
export type Spend = (steps: number) => void;

/**
 * Paths of members, indexes, where(), first(), last(), ofType() and extension(url), as FHIRPath Patch allows. Throws SyntaxError for any other,
 * so that no path from outside costs more than `spend` is told.
 */
export function locate(resource: object, path: string, spend: Spend): Location[] {
  const root = resourceNode(resource);
  const whole: Location = {
    owner: undefined,
    property: '',
    name: '',
    index: undefined,
    type: root.type,
    value: resource,
  };
  return walk(parseFhirPath(path), whole, root, spend);
}

function walk(expression: Expression, root: Location, resource: Node, spend: Spend): Location[] {
  switch (expression.kind) {
    case 'this':
      return [root];
    case 'member': {
      if (!expression.of) {
        if (expression.name === root.type || expression.name === 'Resource') return [root];
        return members(root, expression.name, spend);
      }
      return walk(expression.of, root, resource, spend).flatMap((each) =>
        members(each, expression.name, spend),
      );
    }
    case 'index': {
      if (expression.index.kind !== 'literal') throw new SyntaxError('FHIRPath: an index must be a number');
      const found = walk(expression.of, root, resource, spend)[Number(expression.index.value)];
      return found ? [found] : [];
    }
    case 'type':
      return expression.operator === 'as'
        ? walk(expression.of, root, resource, spend).filter(({ type }) => type === expression.type)
        : refuse('is');
    case 'call':
      return call(expression, root, resource, spend);
    default:
      throw new SyntaxError('FHIRPath: a patch path may have members, indexes, where(), first(), last()');
  }
}

function refuse(name: string): never {
  throw new SyntaxError(`FHIRPath: ${name} has no place in a patch path`);
}

function call(
  expression: Expression & { kind: 'call' },
  root: Location,
  resource: Node,
  spend: Spend,
): Location[] {
  const { of, name, args } = expression;
  const found = of ? walk(of, root, resource, spend) : [root];
  const [argument] = args;
  if (name === 'first' && !argument) return found.slice(0, 1);
  if (name === 'last' && !argument) return found.slice(-1);
  if (name === 'single' && !argument) return found;
  if ((name === 'ofType' || name === 'as') && argument?.kind === 'member')
    return found.filter(({ type }) => type === argument.name);
  if (name === 'extension' && argument?.kind === 'literal')
    return found
      .flatMap((each) => members(each, 'extension', spend))
      .filter(({ value }) => isObject(value) && value.url === argument.value);
  if (name !== 'where' || !argument || args.length > 1) refuse(`${name}()`);
  const size = sizeOfCheap(argument);
  const criterion = compile(argument);
  return found.filter((each) => {
    // Each part of the criterion looks at what lies below the value, and at no more.
    spend(size * nodesIn(each.value));
    const node = nodeOf(each);
    const environment = { resource, rootResource: resource, context: node };
    return isTruthy(criterion([node], environment));
  });
}

function nodeOf(location: Location): Node {
  const twin = isPrimitive(location.type) ? twinAt(location) : undefined;
  const { type, value } = location;
  return twin === undefined ? { type, value } : { type, value, twin };
}

/** The `_name` of a primitive: its id and extensions. */
export function twinAt({ owner, property, index }: Location): unknown {
  const twin = owner?.[`_${property}`];
  if (index === undefined) return twin;
  return Array.isArray(twin) ? (twin[index] ?? undefined) : undefined;
}

function nodesIn(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 1;
  let count = 1;
  for (const each of Object.values(value)) count += nodesIn(each);
  return count;
}

/** What a criterion from outside may call: nothing that takes a pattern, or walks more than once. */
const CHEAP: ReadonlySet<string> = new Set(
  'all as contains count empty endsWith exists extension first hasValue is last length lower not ofType startsWith upper where'.split(
    ' ',
  ),
);
/** Operators that compare each with each. */
const DEAR: ReadonlySet<string> = new Set(['|', 'in', 'contains']);

/** How many parts the criterion has. Throws SyntaxError where one looks elsewhere than below, or more than once. */
function sizeOfCheap(expression: Expression): number {
  const of = 'of' in expression && expression.of ? sizeOfCheap(expression.of) : 0;
  switch (expression.kind) {
    case 'variable':
      return refuse(`%${expression.name}`);
    case 'call':
      if (!CHEAP.has(expression.name)) refuse(`${expression.name}()`);
      return 1 + of + expression.args.reduce((sum, each) => sum + sizeOfCheap(each), 0);
    case 'binary':
      if (DEAR.has(expression.operator)) refuse(expression.operator);
      return 1 + sizeOfCheap(expression.left) + sizeOfCheap(expression.right);
    case 'index':
      return 1 + of + sizeOfCheap(expression.index);
    default:
      return 1 + of;
  }
}

function members(at: Location, name: string, spend: Spend): Location[] {
  spend(1);
  if (isPrimitive(at.type)) return twinMembers(at, name);
  const { type, value } = at;
  if (!isObject(value)) return [];
  const spec = typeSpec(type);
  const properties = spec?.elements[name] ? [name] : (spec?.choices[name] ?? []);
  return properties.flatMap((property) => {
    const found = inProperty(value as Json, property, name, spec?.elements[property]?.type ?? 'Element');
    spend(found.length);
    return found;
  });
}

function inProperty(owner: Json, property: string, name: string, type: string): Location[] {
  const child = Object.hasOwn(owner, property) ? owner[property] : undefined;
  const twin = isPrimitive(type) ? owner[`_${property}`] : undefined;
  if (child === undefined && twin === undefined) return [];
  const typeOf = (each: unknown): string => (type === 'Resource' ? resourceNode(each).type : type);
  if (!Array.isArray(child) && !Array.isArray(twin))
    return [{ owner, property, name, index: undefined, type: typeOf(child), value: child }];
  const values = Array.isArray(child) ? child : [];
  const length = Math.max(values.length, Array.isArray(twin) ? twin.length : 0);
  return Array.from({ length }, (_, index) => ({
    owner,
    property,
    name,
    index,
    type: typeOf(values[index]),
    value: values[index] ?? undefined,
  }));
}

/** A primitive has its id and its extensions beside it. */
function twinMembers(at: Location, name: string): Location[] {
  const twin = twinAt(at);
  if (!isObject(twin) || (name !== 'extension' && name !== 'id')) return [];
  return inProperty(twin as Json, name, name, name === 'id' ? 'string' : 'Extension');
}
