/** What happened, as it is kept for one subscription. Numbers begin at 1 and have no gaps. */
import type { Change } from './topic.ts';

export interface SubscriptionEvent {
  readonly number: number;
  /** Milliseconds: when it was written. */
  readonly at: number;
  readonly change: Change;
  readonly type: string;
  readonly id: string;
  readonly version: number;
  /** Patients (ids) whose record it is in; absent where it is in nobody's, or in those of many. */
  readonly patients?: readonly string[];
}

/** Events that were given up, one after the other. */
export interface DeadLetters {
  readonly subscription: string;
  readonly from: number;
  readonly until: number;
  /** Milliseconds. */
  readonly at: number;
  /** In words for the subscriber. */
  readonly fault: string;
  /** Asked for again. */
  readonly isDue?: boolean;
}

/** How many events they are. */
export const countOf = (letters: readonly DeadLetters[]): number =>
  letters.reduce((sum, { from, until }) => sum + until - from + 1, 0);
