/**
 * Access tokens by SMART Backend Services: the client asserts its identity with a signed JWT at the token endpoint
 * that the FHIR server's SMART configuration names. (SMART App Launch 2.2, backend-services.html)
 */
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { importJWK, type JWK, SignJWT } from 'jose';

export interface BackendClient {
  readonly fhirBaseUrl: string;
  readonly clientId: string;
  readonly clientKeyFile: string;
}

/** Gives an access token that is good for at least another minute; `renew` asks for a fresh one in any case. */
export type TokenSource = (options?: { readonly renew?: boolean }) => Promise<string>;

export class TokenError extends Error {}

const SCOPE = 'system/*.cruds';
/** A token this close to its end is not used any more. */
const MARGIN_MS = 60_000;

export function createTokenSource(client: BackendClient, now: () => number = Date.now): TokenSource {
  let current: Promise<{ token: string; until: number }> | undefined;
  let tokenEndpoint: string | undefined;
  const request = async () => {
    tokenEndpoint ??= await discoverTokenEndpoint(client.fhirBaseUrl);
    const { access_token, expires_in } = await requestToken(client, tokenEndpoint);
    // A short-lived token is used for half its life.
    const life = Math.max(expires_in * 1000 - MARGIN_MS, expires_in * 500);
    return { token: access_token, until: now() + life };
  };
  return async ({ renew = false } = {}) => {
    const known = await current?.catch(() => undefined);
    if (known !== undefined && !renew && now() < known.until) return known.token;
    current = request();
    return (await current).token;
  };
}

/** Reads `token_endpoint` from {FHIR base}/.well-known/smart-configuration. */
async function discoverTokenEndpoint(fhirBaseUrl: string): Promise<string> {
  const address = `${fhirBaseUrl}/.well-known/smart-configuration`;
  const body = await getJson(address, { headers: { accept: 'application/json' } });
  const endpoint = body.token_endpoint;
  if (typeof endpoint !== 'string' || !URL.canParse(endpoint))
    throw new TokenError(`${address} names no token_endpoint`);
  return endpoint;
}

async function requestToken(client: BackendClient, tokenEndpoint: string) {
  const body = await getJson(tokenEndpoint, {
    method: 'POST',
    headers: { accept: 'application/json' },
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      scope: SCOPE,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: await signAssertion(client, tokenEndpoint),
    }),
  });
  const { access_token, expires_in } = body;
  if (typeof access_token !== 'string' || access_token === '')
    throw new TokenError(`${tokenEndpoint} gave no access_token`);
  return { access_token, expires_in: typeof expires_in === 'number' && expires_in > 0 ? expires_in : 60 };
}

async function signAssertion(client: BackendClient, audience: string): Promise<string> {
  const jwk = await readKey(client.clientKeyFile);
  if (jwk.alg !== 'ES384' && jwk.alg !== 'RS384')
    throw new TokenError(`${client.clientKeyFile}: alg must be ES384 or RS384`);
  return new SignJWT()
    .setProtectedHeader({ alg: jwk.alg, typ: 'JWT', ...(jwk.kid !== undefined && { kid: jwk.kid }) })
    .setIssuer(client.clientId)
    .setSubject(client.clientId)
    .setAudience(audience)
    .setJti(randomUUID())
    .setIssuedAt()
    .setExpirationTime('4m')
    .sign(await importJWK(jwk));
}

async function readKey(file: string): Promise<JWK> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as JWK;
  } catch (cause) {
    throw new TokenError(`no client key can be read from ${file}: npm start makes one on its first start`, {
      cause,
    });
  }
}

async function getJson(address: string, init: RequestInit): Promise<Record<string, unknown>> {
  const response = await fetch(address, { ...init, redirect: 'error' }).catch((cause: unknown) => {
    throw new TokenError(`${address} cannot be reached`, { cause });
  });
  const body: unknown = await response.json().catch(() => undefined);
  if (!response.ok) throw new TokenError(`${address} answered ${response.status}${oauthError(body)}`);
  if (typeof body !== 'object' || body === null)
    throw new TokenError(`${address} did not answer with a JSON object`);
  return body as Record<string, unknown>;
}

function oauthError(body: unknown): string {
  const { error, error_description } = (body ?? {}) as { error?: unknown; error_description?: unknown };
  return [error, error_description]
    .filter((part) => typeof part === 'string')
    .map((part) => `: ${part}`)
    .join('');
}
