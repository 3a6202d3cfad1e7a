/**
 * Sign-in by username or e-mail. The same answer after the same work whether or not the account exists. Guessing is slowed down by account, by address
 * and for all together; a browser that the account knows is counted apart, so that nobody can lock another person out.
 */
import type { Config } from '../config.ts';
import { createAddressLimit, createLimit } from '../limits.ts';
import type { Account, Storage } from '../storage/storage.ts';
import { isKnownDevice } from './known-device.ts';
import { type Passwords, TooBusy } from './password.ts';

export interface SignInRequest {
  readonly login: string;
  readonly password: string;
  /** The caller's address. */
  readonly address: string;
  /** The known-device cookie, where there is one. */
  readonly device?: string | undefined;
}

export type SignInResult = { readonly account: Account } | { readonly failure: 'wrong' | 'throttled' };

export type SignIn = (request: SignInRequest) => Promise<SignInResult>;

const MINUTE_MS = 60_000;
const WINDOW_MS = 15 * MINUTE_MS;
const MAX_OF_ACCOUNT = 10;
const MAX_OF_ADDRESS = 60;
/** Wrong passwords of everybody together in a minute: beyond it only known devices and passkeys are let in. */
const MAX_OF_ALL = 300;

export function createSignIn(storage: Storage, passwords: Passwords, now: () => number): SignIn {
  const ofAccount = createLimit(storage, now, {
    name: 'sign-in account',
    max: MAX_OF_ACCOUNT,
    windowMs: WINDOW_MS,
  });
  const ofDevice = createLimit(storage, now, {
    name: 'sign-in device',
    max: MAX_OF_ACCOUNT,
    windowMs: WINDOW_MS,
  });
  const ofAddress = createAddressLimit(storage, now, {
    name: 'sign-in address',
    max: MAX_OF_ADDRESS,
    windowMs: WINDOW_MS,
  });
  const ofAll = createLimit(storage, now, { name: 'sign-in all', max: MAX_OF_ALL, windowMs: MINUTE_MS });

  const said = createLimit(storage, now, { name: 'throttled said', max: 1, windowMs: MINUTE_MS });

  return async ({ login, password, address, device }) => {
    const name = login.trim().toLowerCase().slice(0, 254);
    const account = await storage.findAccountByLogin(name);
    const isKnown = account !== undefined && (await isKnownDevice(storage, account.id, device));
    // By whatever name it is tried: an account's tries are counted together.
    const tried = account?.id ?? name;
    // Counted before the work, so that a hundred at once are not a hundred tries; given back when the password was right.
    const counts = isKnown
      ? [{ limit: ofDevice, key: `${device} ${tried}` }]
      : [
          { limit: ofAddress, key: address },
          { limit: ofAccount, key: tried },
          { limit: ofAll, key: '' },
        ];
    for (const { limit, key } of counts) {
      if (await limit.take(key)) continue;
      // Said once a minute for each that is slowed down: a flood must not fill the log.
      if (await said.take(`${limit.name} ${key}`))
        await storage.appendAudit({ at: now(), event: 'sign-in throttled', accountId: account?.id, address });
      return { failure: 'throttled' };
    }
    let isRight: boolean;
    try {
      isRight = await passwords.verify(password, account?.passwordHash);
    } catch (error) {
      if (!(error instanceof TooBusy)) throw error;
      for (const { limit, key } of counts) await limit.giveBack(key);
      return { failure: 'throttled' };
    }
    if (!account || !isRight || account.disabled) {
      await storage.appendAudit({ at: now(), event: 'sign-in failed', accountId: account?.id, address });
      return { failure: 'wrong' };
    }
    for (const { limit, key } of counts) await limit.giveBack(key);
    // Not from a known device: a guesser elsewhere would get ten more tries each time the owner signs in.
    if (!isKnown) await ofAccount.forget(tried);
    return { account };
  };
}

/** For the administrator: whoever was slowed down may try again at once. */
export async function unlock(storage: Storage, account: Account, now: () => number): Promise<void> {
  for (const limit of limitsOf(storage, now)) await limit.forget(account.id);
}

/** Whether the next try would be one too many, from a device that is not known. */
export async function isSlowedDown(storage: Storage, account: Account, now: () => number): Promise<boolean> {
  for (const limit of limitsOf(storage, now)) if (await limit.isReached(account.id)) return true;
  return false;
}

/** What is counted of one account. */
const limitsOf = (storage: Storage, now: () => number) => [
  createLimit(storage, now, { name: 'sign-in account', max: MAX_OF_ACCOUNT, windowMs: WINDOW_MS }),
  secondFactorLimit(storage, now),
];

/** Wrong second factors of one account. */
export const secondFactorLimit = (storage: Storage, now: () => number) =>
  createLimit(storage, now, { name: 'second factor', max: 5, windowMs: WINDOW_MS });

export const hasFactor = (account: Account): boolean =>
  Boolean(account.totp) || (account.passkeys ?? []).length > 0;

/** What follows a right password. */
export function secondFactorNeed(config: Config, account: Account): 'none' | 'give' | 'set-up' {
  if (hasFactor(account)) return 'give';
  const byRole = {
    none: false,
    administrators: account.role === 'administrator',
    staff: account.role === 'administrator' || account.role === 'practitioner',
    everyone: true,
  }[config.REQUIRE_SECOND_FACTOR];
  return byRole || account.secondFactorRequired ? 'set-up' : 'none';
}
