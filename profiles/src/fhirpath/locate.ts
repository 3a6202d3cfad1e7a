/** Where in a resource the things are that a FHIRPath names: what FHIRPath Patch changes (https://hl7.org/fhir/R4/fhirpatch.html). */
import { typeSpec } from '../tables.ts';
import { isTruthy } from './compare.ts';
import { compile } from './compile.ts';
import { isObject, type Node, resourceNode } from './node.ts';
import { type Expression, parseFhirPath } from './parse.ts';

/** One value, and the object or array that holds it. The resource itself has no holder. */
export interface Location {
  readonly holder: Record<string, unknown> | unknown[] | undefined;
  readonly key: string | number;
  readonly type: string;
  readonly value: unknown;
}

/**
 * Paths of members, indexes, where(), first(), last() and ofType(), as FHIRPath Patch allows. Throws SyntaxError for any other, so that no
 * path from outside costs more than a walk of the resource.
 */
export function locate(resource: object, path: string): Location[] {
  const root = resourceNode(resource);
  return walk(parseFhirPath(path), { holder: undefined, key: '', type: root.type, value: resource }, root);
}

function walk(expression: Expression, root: Location, resource: Node): Location[] {
  switch (expression.kind) {
    case 'this':
      return [root];
    case 'member': {
      if (!expression.of) {
        if (expression.name === root.type || expression.name === 'Resource') return [root];
        return members(root, expression.name);
      }
      return walk(expression.of, root, resource).flatMap((each) => members(each, expression.name));
    }
    case 'index': {
      if (expression.index.kind !== 'literal') throw new SyntaxError('FHIRPath: an index must be a number');
      const found = walk(expression.of, root, resource)[Number(expression.index.value)];
      return found ? [found] : [];
    }
    case 'call':
      return call(expression, root, resource);
    default:
      throw new SyntaxError('FHIRPath: a patch path may have members, indexes, where(), first(), last()');
  }
}

function call(expression: Expression & { kind: 'call' }, root: Location, resource: Node): Location[] {
  const { of, name, args } = expression;
  const found = of ? walk(of, root, resource) : [root];
  const [argument] = args;
  if (name === 'first' && !argument) return found.slice(0, 1);
  if (name === 'last' && !argument) return found.slice(-1);
  if (name === 'single' && !argument) return found;
  if (name === 'ofType' && argument?.kind === 'member')
    return found.filter(({ type }) => type === argument.name);
  if (name !== 'where' || !argument || args.length > 1)
    throw new SyntaxError(`FHIRPath: ${name}() has no place in a patch path`);
  refuseDear(argument);
  const criterion = compile(argument);
  return found.filter(({ type, value }) => {
    const node = { type, value };
    const environment = { resource, rootResource: resource, context: node };
    return isTruthy(criterion([node], environment));
  });
}

/** What a criterion from outside may call: nothing that takes a pattern, or walks more than once. */
const CHEAP: ReadonlySet<string> = new Set(
  'all as contains count empty endsWith exists first hasValue is last length lower not ofType startsWith upper where'.split(
    ' ',
  ),
);

function refuseDear(expression: Expression): void {
  if (expression.kind === 'call') {
    if (!CHEAP.has(expression.name))
      throw new SyntaxError(`FHIRPath: ${expression.name}() has no place in a patch path`);
    expression.args.forEach(refuseDear);
  }
  if (expression.kind === 'binary') {
    refuseDear(expression.left);
    refuseDear(expression.right);
  }
  if (expression.kind === 'index') refuseDear(expression.index);
  if ('of' in expression && expression.of) refuseDear(expression.of);
}

function members({ type, value }: Location, name: string): Location[] {
  if (!isObject(value)) return [];
  const spec = typeSpec(type);
  const properties = spec?.elements[name] ? [name] : (spec?.choices[name] ?? []);
  return properties.flatMap((property): Location[] => {
    const child = Object.hasOwn(value, property) ? value[property] : undefined;
    if (child === undefined) return [];
    const childType = spec?.elements[property]?.type ?? 'Element';
    const typeOf = (each: unknown): string =>
      childType === 'Resource' ? resourceNode(each).type : childType;
    if (!Array.isArray(child))
      return [{ holder: value as Record<string, unknown>, key: property, type: typeOf(child), value: child }];
    return child.map((each: unknown, i) => ({ holder: child, key: i, type: typeOf(each), value: each }));
  });
}
