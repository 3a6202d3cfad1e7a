/**
 * What a token opens is looked at again while a request is under way: a body may drip in for minutes, a Bundle hold a thousand slow entries, a search wait for its turn. What has ended
 * meanwhile opens nothing more, and what is left of it opens that.
 */
import type { AccessContext } from '../access/access-context.ts';
import { forRequest, groundsOf } from '../access/request-rights.ts';

/** What was asked so short a time ago counts: most requests are over before. */
const FRESH_MS = 1000;

export interface Asking {
  /** Throws 401 when it has ended, 503 when it can't be said. */
  readonly ask: () => Promise<AccessContext>;
  /** When `noted` was asked, by `elapsed`. */
  readonly asked: number;
  readonly elapsed: () => number;
}

/** `noted`: the access that the request has begun with, with its trail. */
export function createAccessNow(
  noted: AccessContext,
  { ask, asked, elapsed }: Asking,
): () => Promise<AccessContext> {
  let [access, last] = [noted, asked];
  async function again(): Promise<AccessContext> {
    const found = await ask();
    last = elapsed();
    // The same rights keep what was derived from them.
    if (noted.trail && found !== groundsOf(access)) access = forRequest(found, noted.trail);
    return access;
  }
  let asking: Promise<AccessContext> | undefined;
  return async () => {
    if (!asking && elapsed() - last < FRESH_MS) return access;
    asking ??= again().finally(() => {
      asking = undefined;
    });
    return asking;
  };
}
