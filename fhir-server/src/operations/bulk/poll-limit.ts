/** How soon the state of a job may be asked for again: a second at first, then longer the longer it takes. Who asks twice as often is told to wait. */
import { throttled } from '@wellspring/profiles';

export interface PollLimit {
  /** Seconds until the next question. Throws 429 for one that came too early; a HEAD is no question (what is polled is a GET), and is never too early. */
  next(job: { readonly id: string; readonly created: number }, asked: { readonly isHead?: boolean }): number;
}

const LONGEST = 30;
const MOST = 10_000;

export function createPollLimit(now: () => number): PollLimit {
  const earliest = new Map<string, number>();
  return {
    next({ id, created }, { isHead }) {
      const time = now();
      const seconds = Math.min(LONGEST, Math.max(1, Math.round((time - created) / 20_000)));
      if (isHead) return seconds;
      if ((earliest.get(id) ?? 0) > time) throw throttled(seconds);
      if (earliest.size >= MOST) earliest.clear();
      earliest.set(id, time + seconds * 500);
      return seconds;
    },
  };
}
