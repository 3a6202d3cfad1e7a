/** Client secrets at rest: they are random (256 bits), so that a plain digest is enough (RFC 6749, section 10.1; 2.3.1). */
import type { Provider } from 'oidc-provider';
import { digest, sameText } from '../crypto/secrets.ts';

const PREFIX = 'sha256:';

/** Idempotent. */
export const hashedSecret = (secret: string): string =>
  secret.startsWith(PREFIX) ? secret : `${PREFIX}${digest(secret)}`;

export const isHashed = (secret: unknown): boolean => typeof secret === 'string' && secret.startsWith(PREFIX);

/** Teaches the library to compare with a digest. */
export function compareHashedSecrets(provider: Provider): void {
  const prototype = provider.Client.prototype as unknown as {
    compareClientSecret(this: { clientSecret?: string }, actual: string): boolean;
  };
  prototype.compareClientSecret = function compareClientSecret(actual) {
    const { clientSecret } = this;
    if (clientSecret === undefined || isHashed(actual)) return false;
    return sameText(hashedSecret(actual), hashedSecret(clientSecret));
  };
}
