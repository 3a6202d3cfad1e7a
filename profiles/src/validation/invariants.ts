/** FHIRPath invariants, compiled once each. Those the compiler does not cover are listed by `uncovered()`, so that a test can hold the list at its known size. */

import { isTruthy } from '../fhirpath/compare.ts';
import { compileFhirPath } from '../fhirpath/compile.ts';
import type { Evaluate } from '../fhirpath/evaluate.ts';
import { type Node, resourceNode } from '../fhirpath/node.ts';
import type { ElementSpec, Invariant, TypeSpec } from '../table-format.ts';
import { tables } from '../tables.ts';

interface Place {
  readonly path: (string | number)[];
  readonly resource: object;
  readonly root: object;
}

type Report<S> = (state: S, code: string, diagnostics: string) => void;

const compiled = new Map<string, Evaluate | undefined>();

/** Compiled once; undefined for what the compiler does not cover. */
export function evaluator(expression: string): Evaluate | undefined {
  if (compiled.has(expression)) return compiled.get(expression);
  let evaluate: Evaluate | undefined;
  try {
    evaluate = compileFhirPath(expression);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  compiled.set(expression, evaluate);
  return evaluate;
}

/** Keys of invariants whose expression can't be compiled. */
export function uncovered(): string[] {
  const keys = new Set<string>();
  for (const spec of Object.values(tables.types)) {
    const all = [...spec.invariants, ...Object.values(spec.elementInvariants).flat()];
    for (const { key, expression } of all) if (!evaluator(expression)) keys.add(key);
  }
  return [...keys].sort();
}

/** The type's own invariants, on an object of it. */
export function checkInvariants<S extends Place>(
  state: S,
  type: string,
  spec: TypeSpec,
  object: object,
  report: Report<S>,
): void {
  if (spec.invariants.length === 0) return;
  check(state, spec.invariants, { type, value: object }, report);
}

/** Invariants that stand on an element, on each of its values. */
export function checkValueInvariants<S extends Place>(
  state: S,
  invariants: readonly Invariant[],
  element: ElementSpec,
  value: unknown,
  report: Report<S>,
): void {
  for (const each of Array.isArray(value) ? value : [value]) {
    const node = element.type === 'Resource' ? resourceNode(each) : { type: element.type, value: each };
    check(state, invariants, node, report);
  }
}

function check<S extends Place>(
  state: S,
  invariants: readonly Invariant[],
  node: Node,
  report: Report<S>,
): void {
  const environment = {
    resource: resourceNode(state.resource),
    rootResource: resourceNode(state.root),
    context: node,
  };
  for (const { key, human, expression } of invariants) {
    const evaluate = evaluator(expression);
    if (!evaluate) continue;
    const result = evaluate([node], environment);
    if (result.length > 0 && !isTruthy(result)) report(state, 'invariant', `${key}: ${human}`);
  }
}
