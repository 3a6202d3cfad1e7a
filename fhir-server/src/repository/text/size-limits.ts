/** How much a person may write at once: what is larger would hold up the others while it is checked and indexed. 413. */
import { tooCostly } from '@wellspring/profiles';
import type { IndexEntries } from '../../search/index-entry.ts';

/** Members and items: what a person writes has some hundreds. */
const MOST_MEMBERS = 20_000;
/** It is found by some dozens of values; each is a row or several in the store. */
const MOST_ENTRIES = 2000;
/** Different words: the same one again costs next to nothing. */
const MOST_WORDS = 20_000;
/** Characters of all its codes together: each is kept in several keys. */
const MOST_CODES = 200_000;

/** Members and items of a value, and the tags of its narratives, counted no further than needed. */
export function hasMoreMembers(value: unknown, most: number): boolean {
  let left = most;
  const walk = (each: unknown): void => {
    if (left < 0) return;
    if (typeof each === 'string') left -= tagsOf(each, left);
    if (typeof each !== 'object' || each === null) return;
    const children = Object.values(each);
    left -= children.length;
    for (const child of children) walk(child);
  };
  walk(value);
  return left < 0;
}

/** Narrative is scanned tag by tag. Counted to one more than `most`. */
function tagsOf(text: string, most: number): number {
  if (text.length < most || !text.trimStart().startsWith('<div')) return 0;
  let count = 0;
  for (let at = text.indexOf('<'); at >= 0 && count <= most; at = text.indexOf('<', at + 1)) count += 1;
  return count;
}

/** Bytes of its strings, counted no further than needed. */
function hasMoreText(value: unknown, most: number): boolean {
  let left = most;
  const walk = (each: unknown): void => {
    if (typeof each === 'string') left -= Buffer.byteLength(each);
    else if (typeof each === 'object' && each !== null && left >= 0)
      for (const child of Object.values(each)) walk(child);
  };
  walk(value);
  return left < 0;
}

/** Members and items, and bytes of text, of what is validated while others wait: some milliseconds, with profiles too. */
const MOST_AT_ONCE = 2000;
const MOST_TEXT_AT_ONCE = 100_000;

export const isLong = (resource: object): boolean =>
  hasMoreMembers(resource, MOST_AT_ONCE) || hasMoreText(resource, MOST_TEXT_AT_ONCE);

export function checkMembers(resource: object): void {
  if (hasMoreMembers(resource, MOST_MEMBERS))
    throw tooCostly(`A resource may have ${MOST_MEMBERS} members at most. Send it in parts.`);
}

export function checkIndexable({ owners: _, mainDate: __, words, ...lists }: IndexEntries): void {
  const count = Object.values(lists).reduce((sum, list) => sum + list.length, 0);
  const codes = lists.tokens.reduce((sum, { code }) => sum + code.length, 0);
  if (count > MOST_ENTRIES || codes > MOST_CODES || new Set(words.content).size > MOST_WORDS)
    throw tooCostly('The resource says too many different things. Send it in parts.');
}
