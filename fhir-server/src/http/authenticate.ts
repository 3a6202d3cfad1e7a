/**
 * Bearer token → access context, by introspection at the auth-server.
 * Answers are kept 60 s at most, so a revoked token dies within a minute.
 */
import { hash } from 'node:crypto';
import { loginRequired } from '@wellspring/profiles';
import { type AccessContext, accessContext } from '../access/access-context.ts';
import type { Introspect } from './introspection.ts';

export interface AuthenticateOptions {
  /** This server's FHIR base URL: the only audience that counts. */
  readonly audience: string;
  /** Seconds, at most 60. */
  readonly cacheSeconds: number;
  /** Milliseconds since the epoch, by which tokens expire. */
  readonly now: () => number;
  /** Milliseconds by a clock that nobody sets: an answer is not kept longer because the other one went back. */
  readonly elapsed: () => number;
  /** What the token's holder may do by what is stored of them now: their roles, Consents. */
  readonly ground: (access: AccessContext) => Promise<AccessContext>;
  /** The Consents in force that may bind them, another list when these have changed: whoever was asked about before is then asked about anew, within seconds and not within a minute. */
  readonly consents: (access: AccessContext) => Promise<unknown>;
}

/**
 * Throws 401 for what is no valid token, 503 when the auth-server can't be asked. `isUnderWay`: of a request that began with it, and that is not cut off in the
 * moment when the token runs out, but when what was last asked counts no more.
 */
export type Authenticate = (
  authorization: string | undefined,
  isUnderWay?: boolean,
) => Promise<AccessContext>;

interface Cached {
  /** By the token alone. */
  readonly granted: AccessContext | undefined;
  /** What is left of it, and since when, by `elapsed`. */
  grounded?: { readonly at: number; readonly what: Promise<Grounded> };
  /** By `elapsed`: for requests that begin, and for those that have begun. */
  readonly until: number;
  readonly untilUnderWay: number;
}

interface Grounded {
  readonly access: AccessContext;
  readonly consents: unknown;
}

const MAX_CACHED = 10_000;
const GROUNDED_MS = 2000;
const TOKEN = /^Bearer +([A-Za-z0-9\-._~+/]+=*)$/i;

export function createAuthenticate(introspect: Introspect, options: AuthenticateOptions): Authenticate {
  const cache = new Map<string, Cached>();
  const asking = new Map<string, Promise<Cached>>();
  const groundedMs = Math.min(GROUNDED_MS, options.cacheSeconds * 1000);

  async function ask(token: string): Promise<Cached> {
    const answer = await introspect(token);
    const now = options.now();
    const expires = (answer.exp ?? Number.POSITIVE_INFINITY) * 1000;
    const audiences = [answer.aud ?? []].flat();
    const valid = answer.active === true && expires > now && audiences.includes(options.audience);
    const untilUnderWay = options.elapsed() + options.cacheSeconds * 1000;
    const until = valid ? Math.min(untilUnderWay, options.elapsed() + expires - now) : untilUnderWay;
    return { granted: valid ? accessContext(answer) : undefined, until, untilUnderWay };
  }

  async function look(token: string, isUnderWay: boolean): Promise<AccessContext> {
    // Tokens themselves are never kept, not even in memory.
    const name = hash('sha256', token, 'base64');
    let found = cache.get(name);
    if (!found || found[isUnderWay ? 'untilUnderWay' : 'until'] <= options.elapsed()) {
      const running = asking.get(name) ?? ask(token).finally(() => asking.delete(name));
      asking.set(name, running);
      found = await running;
      if (cache.size >= MAX_CACHED) cache.clear();
      cache.set(name, found);
    }
    if (!found.granted)
      throw loginRequired('The access token is not valid here, or no longer.', 'invalid_token');
    return grounded(found, found.granted);
  }

  function grounded(of: Cached, granted: AccessContext): Promise<AccessContext> {
    const at = options.elapsed();
    if (of.grounded && at - of.grounded.at < groundedMs) return of.grounded.what.then(({ access }) => access);
    const what = stillGrounded(of.grounded?.what, granted);
    const asked = { at, what };
    of.grounded = asked;
    // What could not be said is asked again.
    what.catch(() => {
      if (of.grounded === asked) delete of.grounded;
    });
    return what.then(({ access }) => access);
  }

  async function stillGrounded(
    before: Promise<Grounded> | undefined,
    granted: AccessContext,
  ): Promise<Grounded> {
    const known = await before?.catch(() => undefined);
    const consents = await options.consents(granted);
    return known && known.consents === consents ? known : { access: await options.ground(granted), consents };
  }

  return async (authorization, isUnderWay = false) => {
    if (authorization === undefined)
      throw loginRequired('An access token is needed: Authorization: Bearer …');
    const token = TOKEN.exec(authorization)?.[1];
    if (!token) throw loginRequired('The Authorization header is not a bearer token.', 'invalid_token');
    return look(token, isUnderWay);
  };
}
