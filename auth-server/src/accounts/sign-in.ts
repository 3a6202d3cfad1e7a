/**
 * Sign-in by username or e-mail. The same answer after the same work whether or not the account exists; failures slow down by account
 * together with address, so that nobody can lock another person out from elsewhere.
 */
import { createHash } from 'node:crypto';
import type { Account, Storage } from '../storage/storage.ts';
import { hashPassword, verifyPassword } from './password.ts';

export interface SignInRequest {
  readonly login: string;
  readonly password: string;
  /** The caller's address. */
  readonly address: string;
}

export type SignInResult = { readonly account: Account } | { readonly failure: 'wrong' | 'throttled' };

export type SignIn = (request: SignInRequest) => Promise<SignInResult>;

const WINDOW_MS = 15 * 60_000;
/** Wrong passwords for one account from one address, and from one address for all accounts. */
const MAX_FAILURES = 8;
const MAX_FAILURES_OF_ADDRESS = 60;
/** Longer ones are not worth the memory of hashing. */
const MAX_PASSWORD = 256;

export function createSignIn(storage: Storage, now: () => number): SignIn {
  // A hash of nobody's password: what is compared with when there is no such account.
  const nobody = hashPassword(crypto.randomUUID());

  return async ({ login, password, address }) => {
    const name = login.trim().toLowerCase().slice(0, 254);
    const both = `sign-in ${digest(`${name} ${address}`)}`;
    const one = `sign-in ${digest(address)}`;
    const failures = await storage.countHit(both, now(), WINDOW_MS);
    const ofAddress = await storage.countHit(one, now(), WINDOW_MS);
    if (failures > MAX_FAILURES || ofAddress > MAX_FAILURES_OF_ADDRESS) {
      await storage.appendAudit({ at: now(), event: 'sign-in throttled' });
      return { failure: 'throttled' };
    }
    const account = await storage.findAccountByLogin(name);
    const right = await verifyPassword(
      password.slice(0, MAX_PASSWORD),
      account?.passwordHash ?? (await nobody),
    );
    if (!account || !right) {
      await storage.appendAudit({ at: now(), event: 'sign-in failed', accountId: account?.id });
      return { failure: 'wrong' };
    }
    await storage.clearHits(both);
    await storage.clearHits(one);
    await storage.appendAudit({ at: now(), event: 'signed in', accountId: account.id });
    return { account };
  };
}

const digest = (text: string): string => createHash('sha256').update(text).digest('base64url');
