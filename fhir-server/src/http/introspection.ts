/**
 * Questions to the auth-server: what a token may do (RFC 7662), and whether what somebody made still has its ground; with this server's own
 * private_key_jwt client (RFC 7523).
 */
import { randomUUID } from 'node:crypto';
import { unavailable } from '@wellspring/profiles';
import type { JWK } from 'jose';
import { SignJWT } from 'jose/jwt/sign';
import { importJWK } from 'jose/key/import';
import type { Introspection } from '../access/access-context.ts';
import { keptScopeText, type Stands } from '../access/standing.ts';

export interface IntrospectionOptions {
  readonly introspectionUrl: string;
  readonly tokenUrl: string;
  readonly clientId: string;
  /** Private JWK with kid and alg. */
  readonly clientKey: JWK;
  readonly now: () => number;
}

/** Throws 503 when the auth-server can't be asked. */
export type Introspect = (token: string, hint?: string) => Promise<Introspection>;

const TIMEOUT_MS = 5_000;
const STANDING_HINT = 'urn:wellspring:standing';

export async function createIntrospect(options: IntrospectionOptions): Promise<Introspect> {
  const key = await importJWK(options.clientKey, options.clientKey.alg ?? 'ES384');

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

  return async (token, hint) => {
    const body = new URLSearchParams({
      token,
      ...(hint === undefined ? {} : { token_type_hint: hint }),
      client_id: options.clientId,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: await assertion(),
    });
    try {
      const response = await fetch(options.introspectionUrl, {
        method: 'POST',
        body,
        redirect: 'error',
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      if (!response.ok) throw new Error(`introspection answered ${response.status}`);
      return (await response.json()) as Introspection;
    } catch (error) {
      throw unavailable('The authorization server can not be reached.', error);
    }
  };
}

/** The same account, app and relation that tokens rest on; asked anew each time. */
export function createStands(introspect: Introspect): Stands {
  return async ({ subject, clientId, fhirUser, patient, scopes, signIn, ...made }) => {
    const { endings, endsWithSignIns, duringSignIn, device } = made;
    const grounds = {
      sub: subject,
      client_id: clientId,
      ...(fhirUser ? { fhirUser: `${fhirUser.type}/${fhirUser.id}` } : {}),
      ...(patient === undefined ? {} : { patient }),
      endings,
      endsWithSignIns,
      sign_in: signIn,
      device,
      duringSignIn,
      ...(scopes === undefined ? {} : { scope: keptScopeText(scopes) }),
    };
    const handle = Buffer.from(JSON.stringify(grounds)).toString('base64url');
    return (await introspect(handle, STANDING_HINT)).active === true;
  };
}
