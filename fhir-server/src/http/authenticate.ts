/**
 * Bearer token → access context, by introspection at the auth-server (RFC 7662) with this server's own private_key_jwt client (RFC 7523).
 * Answers are kept 60 s at most, so a revoked token dies within a minute.
 */
import { hash, randomUUID } from 'node:crypto';
import { loginRequired, unavailable } from '@wellspring/profiles';
import { importJWK, type JWK, SignJWT } from 'jose';
import { type AccessContext, accessContext, type Introspection } from '../access/access-context.ts';

export interface AuthenticateOptions {
  readonly introspectionUrl: string;
  readonly tokenUrl: string;
  readonly clientId: string;
  /** Private JWK with kid and alg. */
  readonly clientKey: JWK;
  /** This server's FHIR base URL: the only audience that counts. */
  readonly audience: string;
  /** Seconds, at most 60. */
  readonly cacheSeconds: number;
  readonly now: () => number;
}

/** Throws 401 for what is no valid token, 503 when the auth-server can't be asked. */
export type Authenticate = (authorization: string | undefined) => Promise<AccessContext>;

interface Cached {
  readonly access: AccessContext | undefined;
  readonly until: number;
}

const MAX_CACHED = 10_000;
const TIMEOUT_MS = 5_000;
const TOKEN = /^Bearer +([A-Za-z0-9\-._~+/]+=*)$/i;

export async function createAuthenticate(options: AuthenticateOptions): Promise<Authenticate> {
  const key = await importJWK(options.clientKey, options.clientKey.alg ?? 'ES384');
  const cache = new Map<string, Cached>();
  const asking = new Map<string, Promise<Cached>>();

  async function assertion(): Promise<string> {
    const seconds = Math.floor(options.now() / 1000);
    return new SignJWT({})
      .setProtectedHeader({
        alg: options.clientKey.alg ?? 'ES384',
        kid: options.clientKey.kid ?? '',
        typ: 'JWT',
      })
      .setIssuer(options.clientId)
      .setSubject(options.clientId)
      .setAudience(options.tokenUrl)
      .setIssuedAt(seconds)
      .setExpirationTime(seconds + 60)
      .setJti(randomUUID())
      .sign(key);
  }

  async function introspect(token: string): Promise<Introspection> {
    const body = new URLSearchParams({
      token,
      client_id: options.clientId,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: await assertion(),
    });
    const response = await fetch(options.introspectionUrl, {
      method: 'POST',
      body,
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (!response.ok) throw new Error(`introspection answered ${response.status}`);
    return (await response.json()) as Introspection;
  }

  async function ask(token: string): Promise<Cached> {
    let answer: Introspection;
    try {
      answer = await introspect(token);
    } catch (error) {
      throw unavailable('The authorization server can not be reached.', error);
    }
    const now = options.now();
    const expires = (answer.exp ?? Number.POSITIVE_INFINITY) * 1000;
    const audiences = [answer.aud ?? []].flat();
    const valid = answer.active === true && expires > now && audiences.includes(options.audience);
    const until = Math.min(now + options.cacheSeconds * 1000, valid ? expires : Number.POSITIVE_INFINITY);
    return { access: valid ? accessContext(answer) : undefined, until };
  }

  async function look(token: string): Promise<AccessContext> {
    // Tokens themselves are never kept, not even in memory.
    const name = hash('sha256', token, 'base64');
    let found = cache.get(name);
    if (!found || found.until <= options.now()) {
      const running = asking.get(name) ?? ask(token).finally(() => asking.delete(name));
      asking.set(name, running);
      found = await running;
      if (cache.size >= MAX_CACHED) cache.clear();
      cache.set(name, found);
    }
    if (!found.access)
      throw loginRequired('The access token is not valid here, or no longer.', 'invalid_token');
    return found.access;
  }

  return async (authorization) => {
    if (authorization === undefined)
      throw loginRequired('An access token is needed: Authorization: Bearer …');
    const token = TOKEN.exec(authorization)?.[1];
    if (!token) throw loginRequired('The Authorization header is not a bearer token.', 'invalid_token');
    return look(token);
  };
}
