/** Accounts as an administrator finds them and helps: who can't get in, whose device was lost, who is not to come in any more. */
import { listSessions } from '../accounts/sessions.ts';
import { isSlowedDown } from '../accounts/sign-in.ts';
import { everyAccount } from '../storage/every-account.ts';
import type { Account, Role, Storage } from '../storage/storage.ts';
import { deviceWords } from '../words/device.ts';
import * as actions from './actions.ts';

type Act = (context: actions.AdminContext, login: string) => Promise<void>;

/** What can be done of one account, by the name it has in the API. */
const ACTS = {
  unlock: actions.unlockAccount,
  'reset-second-factor': actions.resetSecondFactor,
  'require-second-factor': (context, login) => actions.requireSecondFactor(context, login, true),
  'waive-second-factor': (context, login) => actions.requireSecondFactor(context, login, false),
  'sign-out': actions.signOutAccount,
  disable: actions.disableAccount,
  enable: actions.enableAccount,
} satisfies Readonly<Record<string, Act>>;

export type AccountAct = keyof typeof ACTS;
export const ACCOUNT_ACTS = Object.keys(ACTS) as [AccountAct, ...AccountAct[]];

export interface AccountView {
  readonly id: string;
  readonly name: string;
  readonly username: string;
  readonly email: string;
  readonly role: Role;
  /** Who this is to FHIR. */
  readonly persons: readonly string[];
  readonly createdAt: string;
  readonly isDisabled: boolean;
  /** Slowed down after wrong passwords or wrong second factors. */
  readonly isLocked: boolean;
  readonly hasSecondFactor: boolean;
  readonly secondFactorRequired: boolean;
  /** Where it is signed in, the one used last first. */
  readonly sessions: readonly { readonly device: string; readonly lastSeen: string }[];
  /** What may be done of it now, by whoever asks. */
  readonly can: readonly AccountAct[];
}

const FOUND = 20;

/** By a part of username, e-mail or name, with or without its accents; whoever is named exactly, or is the person `Patient/…`, comes first. */
export async function findAccounts(
  storage: Storage,
  words: string,
): Promise<{ readonly accounts: readonly Account[]; readonly isMore: boolean }> {
  const query = words.trim().toLowerCase();
  if (query === '') return { accounts: [], isMore: false };
  const [named, ofPerson] = await Promise.all([
    storage.findAccountByLogin(query),
    storage.listAccounts({ person: words.trim(), limit: FOUND }),
  ]);
  const found = new Map([...(named ? [named] : []), ...ofPerson].map((each) => [each.id, each]));
  const sought = plain(query);
  const fits = ({ username, email, displayName }: Account): boolean =>
    [username, email, displayName].some((text) => plain(text).includes(sought));
  for await (const account of everyAccount(storage)) {
    if (found.size > FOUND) break;
    if (fits(account)) found.set(account.id, account);
  }
  return { accounts: [...found.values()].slice(0, FOUND), isMore: found.size > FOUND };
}

/** `Álvarez` as whoever has no such key types it. */
const plain = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

export async function viewAccount(context: actions.AdminContext, account: Account): Promise<AccountView> {
  const { storage, now } = context;
  const [sessions, isLocked] = await Promise.all([
    listSessions(storage, account.id),
    isSlowedDown(storage, account, now),
  ]);
  const { id, username, email, role, persons } = account;
  const seen = {
    isDisabled: account.disabled === true,
    isLocked,
    hasSecondFactor: account.totp !== undefined || (account.passkeys ?? []).length > 0,
    secondFactorRequired: account.secondFactorRequired === true,
  };
  return {
    id,
    name: account.displayName,
    username,
    email,
    role,
    persons,
    createdAt: new Date(account.createdAt).toISOString(),
    ...seen,
    sessions: sessions.map(({ device, lastSeen }) => ({
      device: deviceWords(device),
      lastSeen: new Date(lastSeen).toISOString(),
    })),
    can: isOthers(context, account) ? possible(seen) : [],
  };
}

/**
 * One's own is looked after on the account's page, so that nobody lets themselves in without a second factor, or locks themselves out. Those who administer
 * the sign-in service stand above the clinic's administrators: by the command line and their own page only.
 */
const isOthers = ({ by }: actions.AdminContext, { id, role }: Account): boolean =>
  id !== by && role !== 'administrator';

function possible({
  isDisabled,
  isLocked,
  hasSecondFactor,
  secondFactorRequired,
}: Pick<
  AccountView,
  'isDisabled' | 'isLocked' | 'hasSecondFactor' | 'secondFactorRequired'
>): readonly AccountAct[] {
  if (isDisabled) return ['enable'];
  const acts: readonly (AccountAct | false)[] = [
    isLocked && 'unlock',
    hasSecondFactor && 'reset-second-factor',
    secondFactorRequired ? 'waive-second-factor' : 'require-second-factor',
    'sign-out',
    'disable',
  ];
  return acts.filter((each) => each !== false);
}

/** `unknown`: there is no such account; `changed`: this can't be done of it, or not any more. Nothing is done then. */
export async function actOnAccount(
  context: actions.AdminContext,
  id: string,
  act: AccountAct,
): Promise<'done' | 'unknown' | 'changed'> {
  const account = await context.storage.findAccount(id);
  if (!account) return 'unknown';
  if (!(await viewAccount(context, account)).can.includes(act)) return 'changed';
  await ACTS[act](context, account.username);
  return 'done';
}
