import type { QueryNode } from '../../search/query.ts';

/** FTS5's own query language, of words that hold letters and digits only. */
export function matchText({ of, words }: QueryNode & { kind: 'words' }): string {
  return `${of} : (${words.map((word) => `"${word.replaceAll('"', '')}"`).join(' AND ')})`;
}
