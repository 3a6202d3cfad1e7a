/** How much a person may write at once: what is larger would hold up the others while it is checked and indexed. 413. */
import { tooCostly } from '@wellspring/profiles';
import type { IndexEntries } from '../search/index-entry.ts';

/** Members and items: what a person writes has some hundreds. */
const MOST_MEMBERS = 20_000;
/** It is found by some dozens of values; each is a row or several in the store. */
const MOST_ENTRIES = 2000;

/** Members and items of a value, counted no further than needed. */
export function hasMoreMembers(value: unknown, most: number): boolean {
  let left = most;
  const walk = (each: unknown): void => {
    if (typeof each !== 'object' || each === null || left < 0) return;
    const children = Object.values(each);
    left -= children.length;
    for (const child of children) walk(child);
  };
  walk(value);
  return left < 0;
}

export function checkMembers(resource: object): void {
  if (hasMoreMembers(resource, MOST_MEMBERS))
    throw tooCostly(`A resource may have ${MOST_MEMBERS} members at most. Send it in parts.`);
}

export function checkIndexable({ owners: _, mainDate: __, words, ...lists }: IndexEntries): void {
  const count = Object.values(lists).reduce((sum, list) => sum + list.length, 0);
  if (count > MOST_ENTRIES || words.content.length > 10 * MOST_ENTRIES)
    throw tooCostly('The resource says too many different things. Send it in parts.');
}
