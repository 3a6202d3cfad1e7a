/**
 * FHIRPath, whole: an expression is compiled where the compiler covers it exactly, else interpreted, else refused by name. There is no third way.
 * http://hl7.org/fhirpath/N1/, https://hl7.org/fhir/R4/fhirpath.html
 */
import { compile } from './compile.ts';
import type { Evaluate } from './evaluate.ts';
import { requireExact } from './exact.ts';
import { interpreted } from './interpret.ts';
import { type Node, resourceNode } from './node.ts';
import { parseFhirPath } from './parse.ts';

/** By whichever engine; throws SyntaxError for what is no FHIRPath. */
export function compileFhirPath(text: string): Evaluate {
  return compiledExactly(text) ?? interpreted(text);
}

/** undefined: not covered, or not exactly. */
export function compiledExactly(text: string): Evaluate | undefined {
  try {
    const expression = parseFhirPath(text);
    requireExact(expression, text);
    return compile(expression);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return undefined;
  }
}

/**
 * What the expression yields on a resource, each value with its type. Throws SyntaxError for what is no FHIRPath, EvaluationError (interpret.ts) where it can't be
 * evaluated.
 */
export function evaluateFhirPath(text: string, resource: unknown): readonly Node[] {
  const root = resourceNode(resource);
  return compileFhirPath(text)([root], { resource: root, rootResource: root, context: root });
}
