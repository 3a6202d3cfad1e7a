/** When a call that failed is made again: later each time, and not together with others that failed at the same moment. */

export interface RetryRules {
  /** Milliseconds before the first time. */
  readonly firstMs: number;
  /** Milliseconds after which it is given up. */
  readonly giveUpMs: number;
}

const LONGEST_MS = 300_000;
/** Most outages are a restart, or somebody's hour: whoever is there again has what was missed within a minute. */
const SOON_MS = 60_000;
/** About two hours of these: one call a minute of what waits, however much that is. */
const SOON_CALLS = 160;
/** A refusal (4xx) is believed sooner: the same again will be refused again. */
const MOST_REFUSALS = 8;

/** Between half of it and all of it. `random`: from 0 to 1. */
export function retryDelay({ firstMs }: RetryRules, failures: number, random: number): number {
  const longest = failures <= SOON_CALLS ? Math.max(firstMs, SOON_MS) : LONGEST_MS;
  const whole = Math.min(firstMs * 2 ** Math.min(failures - 1, 30), longest);
  return whole * (0.5 + random / 2);
}

/** Milliseconds that are left of a wait; more than the longest is what a clock that was set back makes of one. */
export function waitLeft(
  wait: { readonly until: number; readonly version: number } | undefined,
  version: number,
  now: number,
): number {
  if (wait?.version !== version) return 0;
  return Math.min(Math.max(wait.until - now, 0), LONGEST_MS);
}

export type Verdict = 'again' | 'give-up-these' | 'give-up';

/** `isRefused`: it was understood and not taken. */
export function verdict(
  { giveUpMs }: RetryRules,
  { failures, since, isRefused }: { failures: number; since: number; isRefused: boolean },
  now: number,
): Verdict {
  if (now - since >= giveUpMs) return 'give-up';
  return isRefused && failures >= MOST_REFUSALS ? 'give-up-these' : 'again';
}
