/**
 * Regular expressions of matches() and replaceMatches(). Those of R4's own definitions are known to be harmless and run natively, on the whole text, as HL7's
 * validator reads them. Any other comes from outside (a package, a stored SearchParameter): it runs on an engine that never backtracks, whose cost grows with the text.
 */
import { RE2JS } from 're2js';
import { tables } from '../tables.ts';

export interface Pattern {
  test(text: string): boolean;
  replace(text: string, replacement: string): string;
}

/** Throws SyntaxError for what is no regular expression, or needs backtracking (look-around, back-references). */
export function patternOf(source: string): Pattern {
  return isOwn(source) ? native(source) : linear(source);
}

function native(source: string): Pattern {
  const whole = new RegExp(`^(?:${source})$`, 's');
  return {
    test: (text) => whole.test(text),
    replace: (text, replacement) => text.replace(new RegExp(source, 'gs'), replacement),
  };
}

function linear(source: string): Pattern {
  let compiled: RE2JS;
  try {
    compiled = RE2JS.compile(source, RE2JS.DOTALL);
  } catch {
    throw new SyntaxError('FHIRPath: the pattern is not one that can be matched in linear time');
  }
  return {
    test: (text) => compiled.matcher(text).find(),
    replace: (text, replacement) => compiled.matcher(text).replaceAll(replacement),
  };
}

let own: string | undefined;

/** As it stands in an expression of R4: between quotes, with its backslashes doubled. */
function isOwn(source: string): boolean {
  own ??= allExpressions().join('\n');
  return own.includes(`'${source.replaceAll('\\', '\\\\')}'`) || own.includes(`'${source}'`);
}

function allExpressions(): string[] {
  return Object.values(tables.types).flatMap(({ invariants, elementInvariants }) =>
    [...invariants, ...Object.values(elementInvariants).flat()].map(({ expression }) => expression),
  );
}
