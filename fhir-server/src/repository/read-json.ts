/** JSON as it comes from outside → a value; what parsers differ about, and what is no Unicode, is refused. */
import { FhirError, invalid } from '@wellspring/profiles';
import { parseJson } from './resource-text.ts';

/** Errors: 400. */
export function jsonOf(text: string): unknown {
  const members = scan(text);
  try {
    const value = parseJson(text);
    checkMembers(text, value, members);
    return value;
  } catch (error) {
    if (error instanceof FhirError || !(error instanceof SyntaxError)) throw error;
    throw invalid(
      `The body is not JSON${/position \d+/.exec(error.message)?.[0].replace(/^/, ' (at ') ?? ''}${/position \d+/.test(error.message) ? ')' : ''}.`,
    );
  }
}

const MAX_DEPTH = 200;

/** Nesting is counted before anything recursive sees it. Strings are skipped. Returns how many members the text's objects have. */
function scan(text: string): number {
  let depth = 0;
  let members = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 34) i = endOfString(text, i);
    else if (code === 123 || code === 91) {
      depth += 1;
      if (depth > MAX_DEPTH) throw invalid(`The body is nested deeper than ${MAX_DEPTH} levels.`);
    } else if (code === 125 || code === 93) depth -= 1;
    else if (code === 58) members += 1;
  }
  return members;
}

/** Half of a surrogate pair, written as an escape. */
const SURROGATE = /\\ud[89a-f]/i;

/**
 * JSON.parse lets the last of two members with one name win, and others let the first: what they differ about is refused (RFC 8259, section 4).
 * So is text that is no Unicode.
 */
function checkMembers(text: string, value: unknown, members: number): void {
  const mayBeTorn = SURROGATE.test(text);
  let found = 0;
  const walk = (each: unknown): void => {
    if (typeof each === 'string') {
      if (mayBeTorn && !each.isWellFormed()) throw invalid('The body holds text that is not Unicode.');
    } else if (Array.isArray(each)) each.forEach(walk);
    else if (typeof each === 'object' && each !== null) {
      for (const key of Object.keys(each)) {
        found += 1;
        walk((each as Record<string, unknown>)[key]);
      }
    }
  };
  walk(value);
  if (found !== members) throw invalid('An object in the body has two members with the same name.');
}

function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end > 0 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end < 0 ? text.length : end;
}

function isEscaped(text: string, quote: number): boolean {
  let slashes = 0;
  for (let i = quote - 1; text.charCodeAt(i) === 92; i--) slashes += 1;
  return slashes % 2 === 1;
}
