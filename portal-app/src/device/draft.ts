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

export const isOlder = (draft: Draft, other: Draft | undefined): boolean =>
  other !== undefined && draft.at < other.at;

/** What is on its way, or has arrived, as a draft. Tabs tell each other nothing of these: what the vault has counts. */
export interface Sent {
  /** Of all that was entered. */
  readonly digest: number;
  readonly identity: string;
  /** Until then the same words, from whoever knew nothing of it, are the same press. Milliseconds. */
  readonly until: number;
  /** The identity that stood here before, as far as this tab knew. */
  readonly after?: string | undefined;
  readonly isSent?: true;
}
