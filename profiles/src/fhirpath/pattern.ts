/**
 * Regular expressions of matches() and replaceMatches(). Those of R4's own definitions are known to be harmless and run natively, on the whole text, as HL7's
 * validator reads them. Any other comes from outside (a package, a stored SearchParameter): it runs on an engine that never backtracks, whose cost grows with the text.
 */
import { RE2JS } from 're2js';
import { tables } from '../tables.ts';

export interface Pattern {
  /** Instructions of its program: what one character may cost. 0 for R4's own. */
  readonly size: number;
  test(text: string): boolean;
  replace(text: string, replacement: string): string;
}

/** Linear is linear in the pattern too: counted repetitions make a few characters a large program. */
const MOST_CHARACTERS = 2000;
const MOST_INSTRUCTIONS = 2000;

/** Throws SyntaxError for what is no regular expression, needs backtracking (look-around, back-references), or is too large. */
export function patternOf(source: string): Pattern {
  return isOwn(source) ? native(source) : linear(source);
}

/** For a text as a whole; undefined where `patternOf` would throw: it can't be matched here. */
export function wholePatternOf(source: string): Pattern | undefined {
  try {
    return patternOf(`^(?:${source})$`);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return undefined;
  }
}

function native(source: string): Pattern {
  const whole = new RegExp(`^(?:${source})$`, 's');
  return {
    size: 0,
    test: (text) => whole.test(text),
    replace: (text, replacement) => text.replace(new RegExp(source, 'gs'), replacement),
  };
}

function linear(source: string): Pattern {
  if (source.length > MOST_CHARACTERS || leastSize(source) > MOST_INSTRUCTIONS) throw tooLarge();
  let compiled: RE2JS;
  try {
    compiled = RE2JS.compile(source, RE2JS.DOTALL);
  } catch {
    throw new SyntaxError('FHIRPath: the pattern is not one that can be matched in linear time');
  }
  const size = compiled.programSize();
  if (size > MOST_INSTRUCTIONS) throw tooLarge();
  return {
    size,
    test: (text) => compiled.matcher(text).find(),
    replace: (text, replacement) => compiled.matcher(text).replaceAll(replacement),
  };
}

/** An escape, a class, a counted repetition, a parenthesis, or anything else. */
const PARTS = /\\.|\[\^?\]?(?:\\.|[^\]])*\]|\{(\d{1,4})(?:,(\d{0,4}))?\}|./gsu;

/** About as many instructions as it will have, told without making them: a repetition is written out. */
function leastSize(source: string): number {
  // Between \Q and \E parentheses are none.
  if (source.includes('\\Q')) return Number.POSITIVE_INFINITY;
  const outside: number[] = [];
  let size = 0;
  let last = 0;
  for (const [part, least, most] of source.matchAll(PARTS)) {
    if (part === '(') {
      outside.push(size);
      size = 0;
    } else if (part === ')') {
      last = size;
      size += outside.pop() ?? 0;
    } else if (least !== undefined) {
      const count = Math.max(1, Number(least), Number(most ?? 0));
      size += last * (count - 1);
      last *= count;
    } else {
      last = 1;
      size += 1;
    }
  }
  return outside.reduce((sum, each) => sum + each, size);
}

const tooLarge = (): SyntaxError => new SyntaxError('FHIRPath: the pattern is too large');

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
