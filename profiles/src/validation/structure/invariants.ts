/** FHIRPath invariants, compiled once each. Those that no engine can read are listed by `uncovered()`, so that a test can hold the list at its known size. */
import { beyondFault } from '../../fhirpath/beyond.ts';
import { isTruthy } from '../../fhirpath/compare.ts';
import type { Environment, Evaluate } from '../../fhirpath/evaluate.ts';
import { compileFhirPath } from '../../fhirpath/fhirpath.ts';
import { EvaluationError } from '../../fhirpath/interpret.ts';
import { type Node, resourceNode } from '../../fhirpath/node.ts';
import { findReferences } from '../../references.ts';
import type { ElementSpec, Invariant, TypeSpec } from '../../table-format.ts';
import { tables } from '../../tables.ts';

interface Place {
  readonly path: (string | number)[];
  readonly resource: object;
  readonly root: object;
}

type Report<S> = (state: S, code: string, diagnostics: string, severity?: 'warning') => void;

/** An invariant's expression. */
export interface Rule {
  /** undefined for what is no FHIRPath. */
  readonly evaluate: Evaluate | undefined;
  /** It compares two values of the resource, of which it may not be known how they stand: quantities of other units, times of unequal precision. */
  readonly isOpen: boolean;
  /** It asks what another resource says, of which the type alone is told here. */
  readonly isBeyond: boolean;
}

const rules = new Map<string, Rule>();
const OF_TWO_VALUES = /(?:[<>]=?|=)\s*(?!(?:true|false)\b)[A-Za-z(]/;

/** Made once. */
export function ruleOf(expression: string): Rule {
  const known = rules.get(expression);
  if (known) return known;
  const evaluate = compiledRule(expression);
  const rule = {
    evaluate,
    isOpen: OF_TWO_VALUES.test(expression),
    isBeyond: evaluate !== undefined && readsAnother(expression),
  };
  rules.set(expression, rule);
  return rule;
}

export const evaluator = (expression: string): Evaluate | undefined => ruleOf(expression).evaluate;

function readsAnother(expression: string): boolean {
  try {
    return beyondFault(expression) !== undefined;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return false;
  }
}

function compiledRule(expression: string): Evaluate | undefined {
  try {
    return compileFhirPath(expression);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return undefined;
  }
}

/** Keys of invariants whose expression can't be read. */
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
    const verdict = verdictOf(ruleOf(expression), node, environment);
    if (verdict === false) report(state, 'invariant', `${key}: ${human}`);
    if (verdict === undefined) report(state, 'not-supported', notEvaluated(key, human), 'warning');
  }
}

/**
 * Does it hold? What is empty, as what it asks for is not there, is not true; of two values that can't be compared it is taken to hold. undefined: nobody can tell, as it
 * can't be read, takes too long, is asked of what it does not take, or of another resource.
 */
export function verdictOf(
  { evaluate, isOpen, isBeyond }: Rule,
  node: Node,
  environment: Environment,
): boolean | undefined {
  if (!evaluate) return undefined;
  try {
    const result = evaluate([node], environment);
    const holds = result.length === 0 ? isOpen : isTruthy(result);
    return isBeyond && leadsOut(environment.resource.value) ? undefined : holds;
  } catch (error) {
    if (error instanceof EvaluationError) return undefined;
    throw error;
  }
}

/** It refers to another resource, and not to what it contains alone. */
const leadsOut = (resource: unknown): boolean =>
  findReferences(resource as { readonly resourceType: string }).some(
    ({ isReference, reference }) => isReference && !reference.startsWith('#'),
  );

export const notEvaluated = (key: string, human: string): string =>
  `The rule ${key} could not be evaluated here, so it was not checked: ${human}`;
