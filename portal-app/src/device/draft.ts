/** What was begun in a form, and when. */
export interface Draft {
  /** None: it was sent or discarded. */
  readonly value?: unknown;
  /** Milliseconds. */
  readonly at: number;
}

export const isOlder = (draft: Draft, other: Draft | undefined): boolean =>
  other !== undefined && draft.at < other.at;
