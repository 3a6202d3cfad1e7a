/** What SMART asks of a client's JWT beyond the library's checks (client-confidential-asymmetric.html, "Signature verification"). */
import { errors, type KoaContextWithOIDC } from 'oidc-provider';

const MAX_LIFE_SECONDS = 300;
const TOLERANCE_SECONDS = 15;

interface KeyStore {
  stale?(): boolean;
  refresh?(): Promise<void>;
  [Symbol.iterator](): Iterator<{ readonly kid?: string }>;
}

interface AssertingClient {
  readonly clientId: string;
  readonly jwksUri?: string;
  readonly asymmetricKeyStore?: KeyStore;
}

/** Throws invalid_client. Called after the signature was found right. */
export async function checkAssertion(
  _ctx: KoaContextWithOIDC,
  claims: Readonly<Record<string, unknown>>,
  header: Readonly<Record<string, unknown>>,
  client: unknown,
): Promise<void> {
  const { clientId, jwksUri, asymmetricKeyStore: keys } = client as AssertingClient;
  const now = Math.floor(Date.now() / 1000);
  if (claims.sub !== clientId) throw new errors.InvalidClientAuth('sub must be the client_id');
  if (Number(claims.exp) > now + MAX_LIFE_SECONDS + TOLERANCE_SECONDS)
    throw new errors.InvalidClientAuth('exp must be no more than five minutes in the future');
  if (typeof header.kid !== 'string' || header.kid === '')
    throw new errors.InvalidClientAuth('kid is required in the header');
  if (header.jku !== undefined && header.jku !== jwksUri)
    throw new errors.InvalidClientAuth('jku must be the registered JWKS URL');
  // The library asks for the keys again only when a signature fails: a key that was withdrawn would live on in its cache.
  if (keys?.stale?.()) await keys.refresh?.();
  if (keys && ![...keys].some(({ kid }) => kid === header.kid))
    throw new errors.InvalidClientAuth('no registered key has this kid');
}
