/**
 * JSON whose numbers keep their spelling, read and written in time that grows with the text alone: a number that JavaScript would spell otherwise goes through
 * JSON.parse and JSON.stringify as a marked string. A function that is called for each value (reviver, replacer) costs ten times as much.
 */
import { randomBytes } from 'node:crypto';

/** Stands before the spelling inside such a string. Nobody outside of this process knows it, so that no text can hold it. Short: it is written for each number. */
const MARK = `~${randomBytes(6).toString('hex')}~`;
const MARKED = new RegExp(`"${MARK}([^"]*)"`, 'g');
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

const QUOTE = 34;

/** Where each number of the text begins and ends, one after the other: what stands outside of strings and looks like one. */
export function eachNumber(text: string, found: (start: number, end: number) => void): void {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === QUOTE) i = endOfString(text, i);
    else if (isOfNumber(code)) {
      const end = endOfNumber(text, i);
      found(i, end);
      i = end - 1;
    }
  }
}

/** Digits, and a sign before them. */
export const isOfNumber = (code: number): boolean => (code >= 48 && code <= 57) || code === 45;

export function endOfNumber(text: string, start: number): number {
  let end = start + 1;
  for (; end < text.length; end++) {
    const code = text.charCodeAt(end);
    // + . e E
    if (!isOfNumber(code) && code !== 43 && code !== 46 && code !== 69 && code !== 101) break;
  }
  return end;
}

export function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end > 0 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end < 0 ? text.length : end;
}

function isEscaped(text: string, quote: number): boolean {
  let slashes = 0;
  for (let i = quote - 1; text.charCodeAt(i) === 92; i--) slashes += 1;
  return slashes % 2 === 1;
}

/** `places`: starts and ends of numbers. What is no number of JSON stays as it is, for the parser to refuse. */
function marked(text: string, places: readonly number[]): string {
  const parts: string[] = [];
  let from = 0;
  for (let i = 0; i < places.length; i += 2) {
    const [start, end] = [places[i] as number, places[i + 1] as number];
    const spelling = text.slice(start, end);
    if (!NUMBER.test(spelling)) continue;
    parts.push(text.slice(from, start), `"${MARK}${spelling}"`);
    from = end;
  }
  return parts.join('') + text.slice(from);
}

type Keep = (holder: object, spellings: Map<string, string>) => void;

/** Like JSON.parse; throws SyntaxError. Spellings that JavaScript has otherwise are told by the object that holds the numbers. */
export function parseSpelled(text: string, places: readonly number[], keep: Keep): unknown {
  let value: unknown;
  try {
    value = JSON.parse(marked(text, places));
  } catch {
    // Its error names a place in the text as it came.
    return JSON.parse(text);
  }
  const holder = { value };
  return unmark(holder, keep) ? holder.value : JSON.parse(text);
}

/** False: a number stands where a name should. */
function unmark(value: unknown, keep: Keep): boolean {
  if (typeof value !== 'object' || value === null) return true;
  const holder = value as Record<string, unknown>;
  let spellings: Map<string, string> | undefined;
  const settle = (key: string | number): boolean => {
    const each = holder[key];
    if (typeof each !== 'string') return typeof each !== 'object' || unmark(each, keep);
    if (!each.startsWith(MARK)) return true;
    const spelling = each.slice(MARK.length);
    const number = Number(spelling);
    holder[key] = number;
    if (String(number) !== spelling) {
      spellings ??= new Map();
      spellings.set(String(key), spelling);
    }
    return true;
  };
  let isSound = true;
  if (Array.isArray(value)) for (let i = 0; i < value.length; i++) isSound = settle(i) && isSound;
  else for (const key of Object.keys(value)) isSound = settle(key) && !key.startsWith(MARK) && isSound;
  if (spellings) keep(value, spellings);
  return isSound;
}

/** Like JSON.stringify of what parseSpelled gave. */
export function stringifySpelled(
  value: unknown,
  spellingsOf: (holder: object) => ReadonlyMap<string, string> | undefined,
): string {
  const copy = remarked(value, spellingsOf);
  return copy === value
    ? JSON.stringify(value)
    : JSON.stringify(copy).replace(MARKED, (_, spelling: string) => spelling);
}

/** The same value where nothing in it has a spelling of its own, else a copy along the way to those that have. */
function remarked(
  value: unknown,
  spellingsOf: (holder: object) => ReadonlyMap<string, string> | undefined,
): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const spellings = spellingsOf(value);
  const from = value as Record<string, unknown>;
  let copy: Record<string, unknown> | undefined;
  const settle = (key: string | number): void => {
    const each = from[key];
    const spelling = typeof each === 'number' ? spellings?.get(String(key)) : undefined;
    const next = spelling === undefined ? remarked(each, spellingsOf) : MARK + spelling;
    if (next === each) return;
    copy ??= Array.isArray(value) ? ([...value] as never) : { ...from };
    copy[key] = next;
  };
  if (Array.isArray(value)) for (let i = 0; i < value.length; i++) settle(i);
  else for (const key of Object.keys(value)) settle(key);
  return copy ?? value;
}
