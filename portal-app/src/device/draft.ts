/** What was begun in a form, and when. */

/** For how long it is kept. */
export const KEEP_MS = 7 * 86_400_000;

/** Names of what was typed in the moment before a page went away (last-words.ts). */
export const LAST_WORDS = 'wellspring.typed.';

/** None where the browser keeps nothing for pages. */
export function lastWordsKept(): string[] {
  try {
    return Object.keys(localStorage).filter((name) => name.startsWith(LAST_WORDS));
  } catch {
    return [];
  }
}

export interface Draft {
  /** None: it was sent or discarded. */
  readonly value?: unknown;
  /** Milliseconds. */
  readonly at: number;
}

/** Of two of one millisecond, from two tabs, the same one to both. */
export const isOlder = (draft: Draft, other: Draft | undefined): boolean =>
  other !== undefined && (draft.at < other.at || (draft.at === other.at && isBefore(draft, other)));

const isBefore = (draft: Draft, other: Draft): boolean => JSON.stringify(draft) < JSON.stringify(other);
