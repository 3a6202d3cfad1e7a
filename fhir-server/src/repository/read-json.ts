/** JSON as it comes from outside → a value; what parsers differ about, what is no Unicode, and what is too much is refused. */
import { setImmediate } from 'node:timers/promises';
import { invalid, tooCostly } from '@wellspring/profiles';
import { isFragile, parseJson } from './resource-text.ts';
import { endOfNumber, endOfString, isOfNumber } from './spelled-json.ts';

export interface JsonLimits {
  /** Members and items, of everything. */
  readonly values: number;
  /** Items of one list right below the top: a Bundle's entries. */
  readonly entries?: number;
}

const UNLIMITED: JsonLimits = { values: Number.POSITIVE_INFINITY };

/** Errors: 400; 413 for more than the limits, before anything is made of the text. */
export function jsonOf(text: string, limits: JsonLimits = UNLIMITED): unknown {
  const scanned = scan(text, limits);
  const value = parsed(text, scanned);
  checkMembers(text, value, scanned.members);
  return value;
}

/** Of what takes milliseconds the others are let in between the steps. */
const LONG = 100_000;

/** As jsonOf. */
export async function jsonInSteps(text: string, limits: JsonLimits): Promise<unknown> {
  if (text.length < LONG) return jsonOf(text, limits);
  const scanned = scan(text, limits);
  await setImmediate();
  const value = parsed(text, scanned);
  await setImmediate();
  checkMembers(text, value, scanned.members);
  return value;
}

function parsed(text: string, { fragile }: Scanned): unknown {
  try {
    return parseJson(text, fragile);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw invalid(
      `The body is not JSON${/position \d+/.exec(error.message)?.[0].replace(/^/, ' (at ') ?? ''}${/position \d+/.test(error.message) ? ')' : ''}.`,
    );
  }
}

const MAX_DEPTH = 200;

interface Scanned {
  /** Of all objects. */
  readonly members: number;
  /** Starts and ends of numbers whose spelling must be kept. */
  readonly fragile: readonly number[];
}

/** Nesting and values are counted before anything recursive, or anything that makes objects, sees them. Strings are skipped. */
function scan(
  text: string,
  { values: most, entries: mostEntries = Number.POSITIVE_INFINITY }: JsonLimits,
): Scanned {
  let depth = 0;
  let members = 0;
  let values = 0;
  let entries = 0;
  let isTopList = false;
  const fragile: number[] = [];
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === QUOTE) i = endOfString(text, i);
    else if (code === OPEN_OBJECT || code === OPEN_LIST) {
      depth += 1;
      values += 1;
      if (depth > MAX_DEPTH) throw invalid(`The body is nested deeper than ${MAX_DEPTH} levels.`);
      if (depth === 2) {
        isTopList = code === OPEN_LIST;
        entries = 1;
      }
    } else if (code === CLOSE_OBJECT || code === CLOSE_LIST) depth -= 1;
    else if (code === COLON) members += 1;
    else if (code === COMMA) {
      values += 1;
      if (depth === 2 && isTopList) entries += 1;
      if (values > most)
        throw tooCostly(`A body may have ${most} members and items at most. Send it in parts.`);
      if (entries > mostEntries) throw tooCostly(`A Bundle may have ${mostEntries} entries at most.`);
    } else if (isOfNumber(code)) {
      const end = endOfNumber(text, i);
      if (isFragile(text.slice(i, end))) {
        fragile.push(i, end);
        values += MORE_TO_KEEP;
      }
      i = end - 1;
    }
  }
  return { members, fragile };
}

/** To keep a number's spelling costs as much as so many values more. */
const MORE_TO_KEEP = 3;

const QUOTE = 34;
const COMMA = 44;
const COLON = 58;
const OPEN_LIST = 91;
const CLOSE_LIST = 93;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;

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
