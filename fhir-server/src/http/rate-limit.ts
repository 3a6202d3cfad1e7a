/**
 * Token buckets, one for each who asks: a second's worth may be used at once, then it is so many a second (security.md, E08). In memory: each
 * process counts for itself.
 */
import { throttled } from '@wellspring/profiles';

interface Bucket {
  tokens: number;
  at: number;
}

/** Throws 429 with Retry-After. A limit of 0 is none. */
export type RateLimit = (key: string) => void;

/** More keys than this are not kept apart: the oldest are forgotten, which can only be to their good. */
const MAX_KEYS = 50_000;

export function createRateLimit(perSecond: number, now: () => number): RateLimit {
  const buckets = new Map<string, Bucket>();
  if (perSecond === 0) return () => undefined;
  return (key) => {
    const at = now();
    const known = buckets.get(key);
    const tokens = known
      ? Math.min(perSecond, known.tokens + ((at - known.at) / 1000) * perSecond)
      : perSecond;
    if (tokens < 1) throw throttled(Math.max(1, Math.ceil((1 - tokens) / perSecond)));
    if (!known && buckets.size >= MAX_KEYS) buckets.delete(buckets.keys().next().value as string);
    buckets.set(key, { tokens: tokens - 1, at });
  };
}
