/**
 * The only requests this library makes by itself: a client's `jwks_uri`. It refuses loopback and private addresses after resolving the name;
 * JWKS_INTERNAL_HOSTS names those that an administrator trusts inside the house.
 */
import type { Config } from '../config.ts';

const TIMEOUT_MS = 5000;

export function createOutboundFetch(config: Config) {
  return (url: string | URL, options: RequestInit & { dispatcher?: unknown } = {}): Promise<Response> => {
    const { dispatcher, ...rest } = options;
    const guarded = config.JWKS_INTERNAL_HOSTS.includes(new URL(url).hostname)
      ? rest
      : { ...rest, dispatcher };
    return fetch(url, {
      ...guarded,
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    } as RequestInit);
  };
}
