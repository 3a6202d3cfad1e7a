import { GAP } from '../../search/index-entry.ts';
import type { QueryNode } from '../../search/query.ts';

/** In the table, between texts: no word is it. */
const BREAK = '¶';

/** Words as the table takes them, parted by spaces. */
export const wordsText = (words: readonly string[]): string =>
  words.map((word) => (word === GAP ? BREAK : word)).join(' ');

/** FTS5's own query language, of words that hold letters and digits only. */
export function matchText({ of, words, begins, inOrder }: QueryNode & { kind: 'words' }): string {
  const all = inOrder ? [quoted(words.join(' '))] : words.map(quoted);
  return `${of} : (${[...all, ...(begins === undefined ? [] : [`${quoted(begins)} *`])].join(' AND ')})`;
}

/** Words of a phrase that are looked for at once. */
const MOST_TOGETHER = 50;

/** What a row matches that has these words in this order. */
export function allText(of: 'text' | 'content', words: readonly string[]): string {
  const phrases: string[] = [];
  for (let at = 0; at < words.length; at += MOST_TOGETHER)
    phrases.push(quoted(wordsText(words.slice(at, at + MOST_TOGETHER + 1))));
  return `${of} : (${phrases.join(' AND ')})`;
}

const quoted = (words: string): string => `"${words.replaceAll('"', '')}"`;
