/**
 * Whoever has just made an account, or chosen a new password by a link of their own mail, need not type it again: a ticket for this browser, good once and for
 * minutes, stands for the password at the next sign-in. A second factor is asked for all the same.
 */
import { digest, randomSecret } from '../crypto/secrets.ts';
import { type Account, artifact, type Storage } from '../storage/storage.ts';
import { FRESH_SIGN_IN } from './sessions.ts';

/** It ends with the sessions (sessions.ts). */
const MODEL = FRESH_SIGN_IN;
export const FRESH_COOKIE = 'fresh_sign_in';
export const FRESH_LIFE_MS = 5 * 60_000;

/** The secret that the browser carries. */
export async function issueFreshSignIn(storage: Storage, accountId: string, now: number): Promise<string> {
  const secret = randomSecret();
  await storage.saveArtifact(
    artifact(MODEL, digest(secret), {}, { accountId, expiresAt: now + FRESH_LIFE_MS }),
  );
  return secret;
}

/** Once. undefined: there is none, it is over, or the account is closed. */
export async function takeFreshSignIn(
  storage: Storage,
  secret: string | undefined,
): Promise<Account | undefined> {
  if (!secret) return undefined;
  const accountId = (await storage.findArtifact(MODEL, digest(secret)))?.accountId;
  if (accountId === undefined || !(await storage.removeArtifact(MODEL, digest(secret)))) return undefined;
  const account = await storage.findAccount(accountId);
  return account?.disabled ? undefined : account;
}
