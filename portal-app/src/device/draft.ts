/** What was begun in a form, and when. */

/** For how long it is kept. */
export const KEEP_MS = 7 * 86_400_000;

export interface Draft {
  /** None: it was sent or discarded. */
  readonly value?: unknown;
  /** Milliseconds. */
  readonly at: number;
}

export const isOlder = (draft: Draft, other: Draft | undefined): boolean =>
  other !== undefined && draft.at < other.at;
