/** JSON as it comes from outside → a value; what parsers differ about, what is no Unicode, and what is too much is refused. */
import { invalid, tooCostly } from '@wellspring/profiles';
import { createBreath } from '../../breath.ts';
import { isFragile, moveNumber, parseJson } from './resource-text.ts';
import { endOfNumber, endOfString, isOfNumber } from './spelled-json.ts';

export interface JsonLimits {
  /** Members and items, of everything. */
  readonly values?: number;
  /** Items of one list right below the top: a Bundle's entries. */
  readonly entries?: number;
  /** Members and items of one of those, and of all that stands beside them: each is parsed in one go. Their text may be as long as it is. */
  readonly entry?: number;
  /** What the text is, at the beginning of a sentence. */
  readonly called?: string;
}

const BODY = 'The body';

/** Errors: 400; 413 for more than the limits, before anything is made of the text. */
export function jsonOf(text: string, limits: JsonLimits = {}): unknown {
  const scanning = scan(text, limits);
  let step = scanning.next();
  while (!step.done) step = scanning.next();
  const { called } = limits;
  const value = parsed(text, 0, step.value.fragile, called);
  if (membersOf(text, value, called) !== step.value.members) throw twice(called);
  return value;
}

/** What is longer is read in steps, between which the others are let in. */
const LONG = 100_000;
/** Characters that are scanned, or parsed, in one. */
const STEP = 65_536;

/** As jsonOf. Lists right below the top, such as a Bundle's entries, are parsed some items at a time. */
export async function jsonInSteps(text: string, limits: JsonLimits): Promise<unknown> {
  if (text.length < LONG) return jsonOf(text, limits);
  const breath = createBreath();
  const scanning = scan(text, limits);
  let step = scanning.next();
  for (; !step.done; step = scanning.next()) await breath();
  const { members, lists } = step.value;
  if (step.value.beside > (limits.entry ?? step.value.beside)) throw entryTooLarge(limits);
  const rest = withoutItems(text, lists);
  const whole = parsed(rest, 0) as Record<string, unknown>;
  let found = membersOf(rest, whole);
  const items: unknown[][] = [];
  for (const list of lists) {
    const made: unknown[] = [];
    for (const group of groupsOf(list)) {
      await breath();
      const piece = `[${text.slice(group.from, group.to)}]`;
      const values = parsed(piece, group.from - 1) as unknown[];
      if (values.length !== group.count) throw invalid(`The body is not JSON (at position ${group.from}).`);
      found += membersOf(piece, values);
      for (const [i, each] of values.entries()) {
        made.push(each);
        if (typeof each === 'number') moveNumber(values, String(i), made, String(made.length - 1));
      }
    }
    items.push(made);
  }
  // Each list of the rest holds its number only.
  if (lists.length > 0)
    for (const [name, value] of Object.entries(whole))
      if (Array.isArray(value) && value.length > 0) whole[name] = items[value[0] as number];
  if (found !== members) throw twice();
  return whole;
}

/** Where a list's items end, beginning with where the first begins. */
type List = readonly number[];

function withoutItems(text: string, lists: readonly List[]): string {
  let rest = '';
  let from = 0;
  for (const [number, list] of lists.entries()) {
    rest += `${text.slice(from, list[0])}${number}`;
    from = list.at(-1) as number;
  }
  return rest + text.slice(from);
}

/** Whole items, as many as are a step or little more. */
function* groupsOf(list: List): Generator<{ from: number; to: number; count: number }> {
  let from = list[0] as number;
  let first = 0;
  for (let i = 1; i < list.length; i++) {
    const to = list[i] as number;
    if (to - from < STEP && i < list.length - 1) continue;
    yield { from, to, count: i - first };
    from = to + 1;
    first = i;
  }
}

/** `at`: where in the body the text begins. */
function parsed(text: string, at: number, fragile?: readonly number[], called = BODY): unknown {
  try {
    return parseJson(text, fragile);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const place = /position (\d+)/.exec(error.message)?.[1];
    throw invalid(`${called} is not JSON${place ? ` (at position ${Number(place) + at})` : ''}.`);
  }
}

const twice = (called = BODY) => invalid(`${called} has an object of two members with the same name.`);

const entryTooLarge = ({ entry }: JsonLimits) =>
  tooCostly(
    `An entry of a Bundle, or what stands beside the entries, may have ${entry} members and items at most.`,
  );

const MAX_DEPTH = 200;

interface Scanned {
  /** Of all objects. */
  readonly members: number;
  /** Starts and ends of numbers whose spelling must be kept. */
  readonly fragile: readonly number[];
  /** Right below an object at the top, those that are not empty. */
  readonly lists: readonly List[];
  /** Members and items that stand in none of those. */
  readonly beside: number;
}

/** Nesting and values are counted before anything recursive, or anything that makes objects, sees them. Strings are skipped. */
function* scan(text: string, limits: JsonLimits): Generator<void, Scanned> {
  const { values: most = Number.POSITIVE_INFINITY, entries: mostEntries = Number.POSITIVE_INFINITY } = limits;
  let depth = 0;
  let members = 0;
  let values = 0;
  let entries = 0;
  let isTopList = false;
  let isObject = false;
  const fragile: number[] = [];
  const lists: List[] = [];
  let list: number[] = [];
  let pause = STEP;
  /** How many values there were where the item began, and in all items that have ended. */
  let before = 0;
  let inItems = 0;
  const endItem = (end: number): void => {
    const own = values - before;
    if (own > (limits.entry ?? own)) throw entryTooLarge(limits);
    inItems += own;
    before = values;
    list.push(end);
  };
  for (let i = 0; i < text.length; i++) {
    if (i >= pause) {
      yield;
      pause = i + STEP;
    }
    const code = text.charCodeAt(i);
    if (code === QUOTE) i = endOfString(text, i);
    else if (code === OPEN_OBJECT || code === OPEN_LIST) {
      depth += 1;
      values += 1;
      if (depth > MAX_DEPTH)
        throw invalid(`${limits.called ?? BODY} is nested deeper than ${MAX_DEPTH} levels.`);
      if (depth === 2) {
        isTopList = code === OPEN_LIST && isObject;
        entries = 1;
        before = values;
        list = [i + 1];
      }
      if (depth === 1) isObject = code === OPEN_OBJECT;
    } else if (code === CLOSE_OBJECT || code === CLOSE_LIST) {
      if (depth === 2 && isTopList) {
        if (list.length > 1 || text.slice(list[0], i).trim() !== '') {
          endItem(i);
          lists.push(list);
        }
        isTopList = false;
      }
      depth -= 1;
    } else if (code === COLON) members += 1;
    else if (code === COMMA) {
      values += 1;
      if (depth === 2 && isTopList) {
        entries += 1;
        endItem(i);
      }
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
  return { members, fragile, lists, beside: values - inItems };
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
 * How many members the value's objects have. JSON.parse lets the last of two members with one name win, and others let the first: what they differ about is refused
 * (RFC 8259, section 4). Throws 400 for text that is no Unicode.
 */
function membersOf(text: string, value: unknown, called = BODY): number {
  const mayBeTorn = SURROGATE.test(text);
  let found = 0;
  const walk = (each: unknown): void => {
    if (typeof each === 'string') {
      if (mayBeTorn && !each.isWellFormed()) throw invalid(`${called} holds text that is not Unicode.`);
    } else if (Array.isArray(each)) each.forEach(walk);
    else if (typeof each === 'object' && each !== null) {
      for (const key of Object.keys(each)) {
        found += 1;
        walk((each as Record<string, unknown>)[key]);
      }
    }
  };
  walk(value);
  return found;
}
