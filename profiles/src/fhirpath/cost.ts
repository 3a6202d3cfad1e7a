/**
 * What an expression that somebody stores may look like: it runs on everybody's writes. Its cost must grow with the resource and not with a power of it, so a criterion
 * may look below its item only. What walks over all of it is refused too: by the interpreter it is not done in time for large resources, which would then be found by nothing (decision 18).
 */
import type { Expression } from './parse.ts';
import { patternOf } from './pattern.ts';

const CRITERIA: ReadonlySet<string> = new Set(['all', 'exists', 'iif', 'select', 'where']);
const WALKS: ReadonlySet<string> = new Set(['children', 'descendants', 'repeat']);
const PATTERNS: ReadonlySet<string> = new Set(['matches', 'matchesFull', 'replaceMatches']);
/** Criteria inside criteria. */
const MAX_NESTING = 3;
const MAX_PARTS = 200;

/** Throws SyntaxError for what could take long. */
export function requireCheap(expression: Expression): void {
  if (sizeOf(expression) > MAX_PARTS) throw new SyntaxError('FHIRPath: the expression has too many parts');
  check(expression, 0);
}

function check(expression: Expression, nesting: number): void {
  if (
    expression.kind === 'variable' &&
    nesting > 0 &&
    /^(?:resource|rootResource|context)$/.test(expression.name)
  )
    throw new SyntaxError(`FHIRPath: %${expression.name} has no place in a criterion here`);
  if (expression.kind === 'call') {
    if (PATTERNS.has(expression.name)) checkPattern(expression.args[0]);
    if (WALKS.has(expression.name))
      throw new SyntaxError(
        `FHIRPath: ${expression.name}() has no place in what is asked of every resource that is written`,
      );
    const inner = CRITERIA.has(expression.name) ? nesting + 1 : nesting;
    if (inner > MAX_NESTING) throw new SyntaxError('FHIRPath: criteria are nested too deeply');
    for (const each of expression.args) check(each, inner);
  }
  for (const each of operands(expression)) check(each, nesting);
}

/** One that can't be matched in linear time is refused when it is stored, not when it is met. */
function checkPattern(pattern: Expression | undefined): void {
  if (pattern?.kind !== 'literal' || typeof pattern.value !== 'string')
    throw new SyntaxError('FHIRPath: a pattern must be a literal here');
  patternOf(pattern.value);
}

function operands(expression: Expression): readonly Expression[] {
  const of = 'of' in expression && expression.of ? [expression.of] : [];
  if (expression.kind === 'binary') return [expression.left, expression.right];
  return expression.kind === 'index' ? [...of, expression.index] : of;
}

function sizeOf(expression: Expression): number {
  const args = expression.kind === 'call' ? expression.args : [];
  return [...operands(expression), ...args].reduce((sum, each) => sum + sizeOf(each), 1);
}
