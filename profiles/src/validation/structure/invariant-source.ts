/**
 * FHIRPath invariants of the simple kind → JavaScript source: existence, emptiness, equality with a literal, and their logic. For the
 * generated validator (accept.ts). What is not simple stays with the FHIRPath closures; an `or` whose simple side holds never asks them.
 */
import { type Expression, parseFhirPath } from '../../fhirpath/parse.ts';
import { elementType, typeSpec } from '../../tables.ts';

/** Source that is true where the invariant holds, of an object `o` of this type. `dear` is the source of asking the closure. */
export function invariantSource(type: string, text: string, dear: string): string {
  let expression: Expression;
  try {
    expression = parseFhirPath(text);
  } catch {
    return dear;
  }
  return holds(type, expression, dear);
}

/** What is simple compares with literals alone: it is empty where something is not there, and does not hold then. */
function holds(type: string, expression: Expression, dear: string): string {
  const whole = source(type, expression);
  if (whole !== undefined) return `(${whole}) === true`;
  const quick = surelyTrue(type, expression);
  return quick === undefined ? dear : `(${quick} || ${dear})`;
}

/** Source that is true only where the expression is: what it can't tell is left to the closure. */
function surelyTrue(type: string, expression: Expression): string | undefined {
  const whole = source(type, expression);
  if (whole !== undefined) return `(${whole}) === true`;
  if (expression.kind === 'call') return nothingThere(type, expression);
  if (expression.kind !== 'binary') return undefined;
  const { operator, left, right } = expression;
  const [a, b] = [surelyTrue(type, left), surelyTrue(type, right)];
  if (operator === 'and') return a === undefined || b === undefined ? undefined : `(${a} && ${b})`;
  if (operator === 'or') return a !== undefined && b !== undefined ? `(${a} || ${b})` : (a ?? b);
  if (operator !== 'implies') return undefined;
  const condition = source(type, left);
  if (condition === undefined) return b;
  return b === undefined ? `((${condition}) === false)` : `((${condition}) === false || ${b})`;
}

/** `path.where(…).empty()` and `path.all(…)` are true where the path leads nowhere. */
function nothingThere(type: string, expression: Expression & { kind: 'call' }): string | undefined {
  const { name, of } = expression;
  const filtered = name === 'empty' && of?.kind === 'call' && of.name === 'where' ? of.of : undefined;
  const path = filtered ?? (name === 'all' ? of : undefined);
  const there = path && exists(type, path);
  return there === undefined ? undefined : `!(${there})`;
}

const LOGIC: Readonly<Record<string, string>> = { and: 'and3', or: 'or3', implies: 'implies3', xor: 'xor3' };

/** Source of true, false or undefined (empty); undefined where the expression is not simple. */
function source(type: string, expression: Expression): string | undefined {
  if (expression.kind === 'literal' && typeof expression.value === 'boolean') return String(expression.value);
  if (expression.kind === 'call' && expression.args.length === 0 && expression.of) {
    if (expression.name === 'not') {
      const inner = source(type, expression.of);
      return inner === undefined ? undefined : `not3(${inner})`;
    }
    const there = exists(type, expression.of);
    if (there === undefined) return undefined;
    if (expression.name === 'exists') return there;
    return expression.name === 'empty' ? `!(${there})` : undefined;
  }
  if (expression.kind !== 'binary') return undefined;
  const { operator, left, right } = expression;
  if (Object.hasOwn(LOGIC, operator)) {
    const [a, b] = [source(type, left), source(type, right)];
    return a === undefined || b === undefined ? undefined : `${LOGIC[operator]}(${a}, ${b})`;
  }
  if (operator !== '=' && operator !== '!=') return undefined;
  if (right.kind !== 'literal' || typeof right.value === 'number') return undefined;
  const value = single(type, left);
  if (value === undefined) return undefined;
  const equal = `equal3(${value}, ${JSON.stringify(right.value)})`;
  return operator === '=' ? equal : `not3(${equal})`;
}

function steps(expression: Expression): string[] | undefined {
  if (expression.kind !== 'member') return undefined;
  if (!expression.of) return [expression.name];
  const before = steps(expression.of);
  return before && [...before, expression.name];
}

/** Whether a path leads to anything. */
function exists(type: string, expression: Expression): string | undefined {
  const path = steps(expression);
  return path && existsFrom('o', type, path, 0);
}

function existsFrom(
  holder: string,
  type: string,
  path: readonly string[],
  depth: number,
): string | undefined {
  const [name, ...rest] = path as [string, ...string[]];
  const properties = elementType(type, name) ? [name] : typeSpec(type)?.choices[name];
  if (!properties) return undefined;
  if (rest.length === 0) return properties.map((each) => `${holder}.${each} !== undefined`).join(' || ');
  const element = elementType(type, name);
  if (!element || !typeSpec(element.type)) return undefined;
  const inner = `e${depth}`;
  const below = existsFrom(element.array ? inner : `${holder}.${name}`, element.type, rest, depth + 1);
  if (below === undefined) return undefined;
  const test = element.array ? `${holder}.${name}.some((${inner}) => ${below})` : `(${below})`;
  return `(${holder}.${name} !== undefined && ${test})`;
}

/** The one value of a path without lists. */
function single(type: string, expression: Expression): string | undefined {
  const path = steps(expression);
  let text = 'o';
  let at = type;
  for (const name of path ?? []) {
    const element = elementType(at, name);
    if (!element || element.array) return undefined;
    text += text === 'o' ? `.${name}` : `?.${name}`;
    at = element.type;
  }
  return path ? text : undefined;
}
