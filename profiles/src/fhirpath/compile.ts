/**
 * FHIRPath → a closure, once for each expression. Covers what R4's search parameters and invariants use; anything else is refused when
 * it is compiled, never when it runs.
 */
import { isPrimitive, isResourceType, typeSpec } from '../tables.ts';
import { compareNodes, equalNodes, isTruthy, toNumber } from './compare.ts';
import type { Evaluate } from './evaluate.ts';
import { functions } from './functions.ts';
import { isOfType, type Node, pushMembers } from './node.ts';
import type { Expression } from './parse.ts';
import { isAmong, isWholeResource, remembered } from './remember.ts';
import { isIn, keyOfNode, union } from './set.ts';

const NOTHING: readonly Node[] = [];
const TRUE: readonly Node[] = [{ type: 'boolean', value: true }];
const FALSE: readonly Node[] = [{ type: 'boolean', value: false }];

/** Throws SyntaxError for what it does not cover. */
export function compile(expression: Expression): Evaluate {
  const evaluate = compilePart(expression);
  return isWholeResource(expression) ? remembered(expression, evaluate) : evaluate;
}

function compilePart(expression: Expression): Evaluate {
  switch (expression.kind) {
    case 'literal': {
      const result = [literalNode(expression.value)];
      return () => result;
    }
    case 'empty':
      return () => NOTHING;
    case 'this':
      return (focus) => focus;
    case 'variable':
      return compileVariable(expression.name);
    case 'member':
      return compileMember(expression);
    case 'index':
      return compileIndex(expression);
    case 'type':
      return compileType(expression);
    case 'binary':
      return compileBinary(expression);
    case 'call':
      return compileCall(expression);
    default:
      return expression satisfies never;
  }
}

export function literalNode(value: string | number | boolean): Node {
  if (typeof value === 'number') return { type: Number.isInteger(value) ? 'integer' : 'decimal', value };
  return { type: typeof value === 'boolean' ? 'boolean' : 'string', value };
}

function compileVariable(name: string): Evaluate {
  switch (name) {
    case 'resource':
      return (_, environment) => [environment.resource];
    case 'rootResource':
      return (_, environment) => [environment.rootResource];
    case 'context':
      return (_, environment) => [environment.context];
    case 'ucum':
      return () => [literalNode('http://unitsofmeasure.org')];
    case 'sct':
      return () => [literalNode('http://snomed.info/sct')];
    case 'loinc':
      return () => [literalNode('http://loinc.org')];
    default:
      throw new SyntaxError(`FHIRPath: unknown variable %${name}`);
  }
}

function compileMember({ of, name }: Expression & { kind: 'member' }): Evaluate {
  if (!of && (isResourceType(name) || name === 'Resource' || name === 'DomainResource' || isTypeName(name))) {
    const isWanted = (node: Node): boolean => isOfType(node, name);
    return (focus) => (focus.every(isWanted) ? focus : focus.filter(isWanted));
  }
  const source = of ? compile(of) : undefined;
  return (focus, environment) => {
    const nodes = source ? source(focus, environment) : focus;
    if (nodes.length === 0) return NOTHING;
    const found: Node[] = [];
    for (const node of nodes) pushMembers(node, name, found);
    return found;
  };
}

const isTypeName = (name: string): boolean =>
  /^[A-Z]/.test(name) && (typeSpec(name) !== undefined || isPrimitive(name));

function compileIndex({ of, index }: Expression & { kind: 'index' }): Evaluate {
  const source = compile(of);
  const at = compile(index);
  return (focus, environment) => {
    const found = source(focus, environment)[toNumber(at(focus, environment)) ?? -1];
    return found ? [found] : NOTHING;
  };
}

function compileType({ operator, of, type }: Expression & { kind: 'type' }): Evaluate {
  const source = compile(of);
  if (operator === 'as')
    return (focus, environment) => source(focus, environment).filter((node) => isOfType(node, type));
  return (focus, environment) => {
    const [node] = source(focus, environment);
    return node ? [literalNode(isOfType(node, type))] : NOTHING;
  };
}

function compileCall({ of, name, args }: Expression & { kind: 'call' }): Evaluate {
  const make = Object.hasOwn(functions, name) ? functions[name] : undefined;
  if (!make) throw new SyntaxError(`FHIRPath: unknown function ${name}()`);
  const apply = make(args, compile);
  const source = of ? compile(of) : undefined;
  if (!source) return (focus, environment) => apply(focus, environment, focus);
  return (focus, environment) => apply(source(focus, environment), environment, focus);
}

function compileBinary({ operator, left, right }: Expression & { kind: 'binary' }): Evaluate {
  const a = compile(left);
  const b = compile(right);
  const bool = (test: (x: readonly Node[], y: readonly Node[]) => boolean | undefined): Evaluate => {
    return (focus, environment) => {
      const result = test(a(focus, environment), b(focus, environment));
      return result === undefined ? NOTHING : [literalNode(result)];
    };
  };
  switch (operator) {
    case '|':
      return (focus, environment) => union(a(focus, environment), b(focus, environment));
    case 'and':
    case 'or':
    case 'implies':
      return logic(operator, a, b);
    case 'xor':
      return bool((x, y) => (x.length === 0 || y.length === 0 ? undefined : isTruthy(x) !== isTruthy(y)));
    case '=':
    case '~':
      return bool((x, y) => equalCollections(x, y));
    case '!=':
    case '!~':
      return bool((x, y) => {
        const equal = equalCollections(x, y);
        return equal === undefined ? undefined : !equal;
      });
    case 'in':
      return membership(a, right, b);
    case 'contains':
      return membership(b, left, a);
    case '<':
    case '>':
    case '<=':
    case '>=':
      return bool((x, y) => order(operator, x[0], y[0]));
    case '+':
    case '-':
    case '*':
    case '&':
      return (focus, environment) => arithmetic(operator, a(focus, environment), b(focus, environment));
    default:
      throw new SyntaxError(`FHIRPath: unknown operator ${operator}`);
  }
}

/** Three-valued (http://hl7.org/fhirpath/N1/#boolean-logic): the right side is asked only where the left does not decide. */
function logic(operator: 'and' | 'or' | 'implies', a: Evaluate, b: Evaluate): Evaluate {
  // The value of the left side that decides, and what it decides.
  const decisive = operator === 'or';
  const outcome = operator === 'and' ? FALSE : TRUE;
  return (focus, environment) => {
    const x = a(focus, environment);
    if (x.length > 0 && isTruthy(x) === decisive) return outcome;
    const y = b(focus, environment);
    if (y.length > 0 && isTruthy(y) === (operator !== 'and')) return outcome;
    return x.length === 0 || y.length === 0 ? NOTHING : [literalNode(isTruthy(y))];
  };
}

/** Where the collection is the same whatever is in focus, it is made a set once. */
function membership(item: Evaluate, collection: Expression, among: Evaluate): Evaluate {
  const set = isWholeResource(collection) ? isAmong(collection, among) : undefined;
  return (focus, environment) => {
    const [node] = item(focus, environment);
    if (!node) return NOTHING;
    const found = set ? set(focus, environment).has(keyOfNode(node)) : isIn(node, among(focus, environment));
    return [literalNode(found)];
  };
}

function order(operator: string, x: Node | undefined, y: Node | undefined): boolean | undefined {
  if (!x || !y) return undefined;
  const difference = compareNodes(x, y);
  if (difference === undefined) return undefined;
  if (operator === '<') return difference < 0;
  if (operator === '>') return difference > 0;
  return operator === '<=' ? difference <= 0 : difference >= 0;
}

function equalCollections(x: readonly Node[], y: readonly Node[]): boolean | undefined {
  if (x.length === 0 || y.length === 0) return undefined;
  if (x.length !== y.length) return false;
  let all: boolean | undefined = true;
  for (const [i, node] of x.entries()) {
    const equal = equalNodes(node, y[i] as Node);
    if (equal === false) return false;
    if (equal === undefined) all = undefined;
  }
  return all;
}

function arithmetic(operator: string, x: readonly Node[], y: readonly Node[]): readonly Node[] {
  const [a, b] = [x[0]?.value, y[0]?.value];
  if (operator === '&') return [literalNode(String(a ?? '') + String(b ?? ''))];
  if (typeof a === 'string' && typeof b === 'string' && operator === '+') return [literalNode(a + b)];
  if (typeof a !== 'number' || typeof b !== 'number') return NOTHING;
  if (operator === '+') return [literalNode(a + b)];
  return [literalNode(operator === '-' ? a - b : a * b)];
}
