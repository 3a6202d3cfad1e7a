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

/** Why it was refused: what is not read, and where. */
export const whyRefused = ({ message }: SyntaxError): string => message.replace(/^FHIRPath: /, '');

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
 * What the expression yields on a resource, each value with its type. `variables`: further `%name`s, undefined for an empty one. Throws SyntaxError for what is no
 * FHIRPath, EvaluationError (interpret.ts) where it can't be evaluated.
 */
export function evaluateFhirPath(
  text: string,
  resource: unknown,
  variables?: Readonly<Record<string, unknown>>,
): readonly Node[] {
  const root = resourceNode(resource);
  const environment = { resource: root, rootResource: root, context: root };
  // The compiler knows no variables but FHIR's own.
  if (variables) return interpretedOnce(text)([root], { ...environment, variables });
  return compileFhirPath(text)([root], environment);
}

const MOST_KEPT = 1000;
const kept = new Map<string, Evaluate>();

function interpretedOnce(text: string): Evaluate {
  const known = kept.get(text) ?? interpreted(text);
  if (kept.size >= MOST_KEPT) kept.clear();
  kept.set(text, known);
  return known;
}
