import type { QueryNode } from '../../search/query.ts';

/** FTS5's own query language, of words that hold letters and digits only. */
export function matchText({ of, words, begins }: QueryNode & { kind: 'words' }): string {
  const quoted = (word: string): string => `"${word.replaceAll('"', '')}"`;
  const all = [...words.map(quoted), ...(begins === undefined ? [] : [`${quoted(begins)} *`])];
  return `${of} : (${all.join(' AND ')})`;
}
