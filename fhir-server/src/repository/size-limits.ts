/** How much a person may write at once: what is larger would hold up the others while it is checked and indexed. 413. */
import { tooCostly } from '@wellspring/profiles';
import type { IndexEntries } from '../search/index-entry.ts';

/** Members and items: what a person writes has some hundreds. */
const MOST_MEMBERS = 20_000;
/** It is found by some dozens of values; each is a row or several in the store. */
const MOST_ENTRIES = 2000;

export function checkMembers(resource: object): void {
  let left = MOST_MEMBERS;
  const walk = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    const children = Object.values(value);
    left -= children.length;
    if (left < 0) throw tooCostly(`A resource may have ${MOST_MEMBERS} members at most. Send it in parts.`);
    for (const each of children) walk(each);
  };
  walk(resource);
}

export function checkIndexable({ owners: _, mainDate: __, words, ...lists }: IndexEntries): void {
  const count = Object.values(lists).reduce((sum, list) => sum + list.length, 0);
  if (count > MOST_ENTRIES || words.content.length > 10 * MOST_ENTRIES)
    throw tooCostly('The resource says too many different things. Send it in parts.');
}
