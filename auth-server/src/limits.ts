/** Rate limits, counted in the store: every process sees the same. What is counted is a digest, never an address or a name. */
import type { Response } from 'express';
import { digest } from './crypto/secrets.ts';
import type { Storage } from './storage/storage.ts';

export interface Limit {
  readonly name: string;
  /** Counts one try; false = one too many. */
  take(key: string): Promise<boolean>;
  /** Takes one back that turned out well. */
  giveBack(key: string): Promise<void>;
  /** Whether the next would be one too many; counts nothing. */
  isReached(key: string): Promise<boolean>;
  forget(key: string): Promise<void>;
}

export interface LimitOptions {
  readonly name: string;
  readonly max: number;
  readonly windowMs: number;
}

export function createLimit(
  storage: Storage,
  now: () => number,
  { name, max, windowMs }: LimitOptions,
): Limit {
  const keyOf = (key: string): string => `${name} ${digest(key)}`;
  return {
    name,
    take: async (key) => (await storage.countHit(keyOf(key), now(), windowMs)) <= max,
    giveBack: async (key) => {
      await storage.countHit(keyOf(key), now(), windowMs, -1);
    },
    isReached: async (key) => (await storage.countHit(keyOf(key), now(), windowMs, 0)) >= max,
    forget: (key) => storage.clearHits(keyOf(key)),
  };
}

/** RFC 6585, section 4, in the form of an OAuth error. */
export function tooMany(response: Response, error_description: string): void {
  response
    .status(429)
    .set({ 'Retry-After': '60', 'Cache-Control': 'no-store' })
    .json({ error: 'temporarily_unavailable', error_description });
}
