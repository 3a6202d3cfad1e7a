/** Authenticator apps (RFC 6238): 30 seconds, six digits, one step of drift, each code once. */
import { Secret, TOTP } from 'otpauth';
import type { Seal } from '../crypto/seal.ts';
import type { Storage } from '../storage/storage.ts';

const PERIOD_SECONDS = 30;
const DRIFT_STEPS = 1;

export const newTotpSecret = (): string => new Secret({ size: 20 }).base32;

/** What the QR code holds (otpauth://). */
export function totpUri(secret: string, issuer: string, username: string): string {
  return generator(secret, issuer, username).toString();
}

/** The time step that the code belongs to; undefined when it is wrong. */
export function totpStep(secret: string, code: string, now: number): number | undefined {
  if (!/^\d{6}$/.test(code)) return undefined;
  const delta = generator(secret).validate({ token: code, timestamp: now, window: DRIFT_STEPS });
  return delta === null ? undefined : Math.floor(now / 1000 / PERIOD_SECONDS) + delta;
}

/** True for exactly one caller a code: the step is kept, and none at or before it is taken again. */
export async function useTotp(
  storage: Storage,
  seal: Seal,
  accountId: string,
  code: string,
  now: number,
): Promise<boolean> {
  let isRight = false;
  await storage.updateAccount(accountId, (account) => {
    isRight = false;
    if (!account.totp) return undefined;
    const step = totpStep(seal.unseal(account.totp.sealedSecret), code, now);
    if (step === undefined || step <= account.totp.lastStep) return undefined;
    isRight = true;
    return { ...account, totp: { ...account.totp, lastStep: step } };
  });
  return isRight;
}

function generator(secret: string, issuer = '', label = ''): TOTP {
  return new TOTP({
    issuer,
    label,
    secret: Secret.fromBase32(secret),
    algorithm: 'SHA1',
    digits: 6,
    period: PERIOD_SECONDS,
  });
}
