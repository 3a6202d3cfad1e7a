/**
 * Parts of an expression that look at the whole resource and not at what is in focus (`%resource.descendants().reference`) are worked out once in a
 * validation, not once for each value that an invariant stands on: cost grows with the size of a resource, not with its square.
 */
import type { Evaluate } from './evaluate.ts';
import type { Node } from './node.ts';
import type { Expression } from './parse.ts';
import { keyOfNode } from './set.ts';

interface Kept {
  readonly nodes: readonly Node[];
  keys: ReadonlySet<string> | undefined;
}

/** By expression, then by the resource, its container and the context that it was asked of. */
type Memory = Map<Expression, Map<unknown, Map<unknown, Map<unknown, Kept>>>>;

let memory: Memory | undefined;
let depth = 0;

/** What is worked out while `work` runs is kept so long. Nothing may change the resource meanwhile. */
export function remembering<T>(work: () => T): T {
  depth += 1;
  try {
    return work();
  } finally {
    depth -= 1;
    if (depth === 0) memory = undefined;
  }
}

/** An expression that is worth it: it walks, and its outcome is the same whatever is in focus. */
export function isWholeResource(expression: Expression): boolean {
  return isClosed(expression) && walks(expression);
}

export function remembered(expression: Expression, evaluate: Evaluate): Evaluate {
  return (focus, environment) => kept(expression, evaluate, focus, environment).nodes;
}

/** Is the node one of what the expression yields? */
export function isAmong(
  expression: Expression,
  evaluate: Evaluate,
): (...given: Parameters<Evaluate>) => ReadonlySet<string> {
  return (focus, environment) => {
    const found = kept(expression, evaluate, focus, environment);
    found.keys ??= new Set(found.nodes.map(keyOfNode));
    return found.keys;
  };
}

function kept(
  expression: Expression,
  evaluate: Evaluate,
  focus: Parameters<Evaluate>[0],
  environment: Parameters<Evaluate>[1],
): Kept {
  if (depth === 0) return { nodes: evaluate(focus, environment), keys: undefined };
  memory ??= new Map();
  const { resource, rootResource, context } = environment;
  const byResource = getOrMake(
    memory,
    expression,
    () => new Map<unknown, Map<unknown, Map<unknown, Kept>>>(),
  );
  const byRoot = getOrMake(byResource, resource.value, () => new Map<unknown, Map<unknown, Kept>>());
  const byContext = getOrMake(byRoot, rootResource.value, () => new Map<unknown, Kept>());
  return getOrMake(byContext, context.value, () => ({
    nodes: evaluate(focus, environment),
    keys: undefined,
  }));
}

function getOrMake<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const found = map.get(key);
  if (found !== undefined) return found;
  const made = make();
  map.set(key, made);
  return made;
}

/** Functions whose arguments are asked of the items, not of the focus. */
const OF_ITEMS: ReadonlySet<string> = new Set(['all', 'as', 'exists', 'is', 'ofType', 'select', 'where']);

function isClosed(expression: Expression): boolean {
  switch (expression.kind) {
    case 'literal':
    case 'empty':
      return true;
    case 'this':
      return false;
    case 'variable':
      return true;
    case 'member':
      return expression.of !== undefined && isClosed(expression.of);
    case 'index':
      return isClosed(expression.of) && isClosed(expression.index);
    case 'type':
      return isClosed(expression.of);
    case 'binary':
      return isClosed(expression.left) && isClosed(expression.right);
    case 'call':
      return (
        expression.of !== undefined &&
        isClosed(expression.of) &&
        (OF_ITEMS.has(expression.name) || expression.args.every(isClosed))
      );
    default:
      return expression satisfies never;
  }
}

function parts(expression: Expression): readonly Expression[] {
  const of = 'of' in expression && expression.of ? [expression.of] : [];
  if (expression.kind === 'binary') return [expression.left, expression.right];
  if (expression.kind === 'index') return [...of, expression.index];
  return expression.kind === 'call' ? [...of, ...expression.args] : of;
}

const walks = (expression: Expression): boolean =>
  (expression.kind === 'variable' && /^(?:resource|rootResource|context)$/.test(expression.name)) ||
  parts(expression).some(walks);
