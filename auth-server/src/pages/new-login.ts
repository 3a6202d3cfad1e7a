/** What the pages that make an account share: what is wrong with its form, and the way in once it is there. */
import type { Response } from 'express';
import { FRESH_COOKIE, FRESH_LIFE_MS, issueFreshSignIn } from '../accounts/fresh-sign-in.ts';
import type { SignUpProblem } from '../accounts/new-login.ts';
import type { Config } from '../config.ts';
import { cookieOptions, hostCookie } from '../provider/cookies.ts';
import type { Storage } from '../storage/storage.ts';
import { type Text, t } from '../words/text.ts';

export interface LetInDependencies {
  readonly config: Config;
  readonly storage: Storage;
  readonly now: () => number;
}

/** The next sign-in in this browser asks for no password: it was chosen a moment ago. */
export async function letIn(
  { config, storage, now }: LetInDependencies,
  response: Response,
  accountId: string,
): Promise<void> {
  const ticket = await issueFreshSignIn(storage, accountId, now());
  const cookie = { ...cookieOptions(config), maxAge: FRESH_LIFE_MS };
  response.cookie(hostCookie(config, FRESH_COOKIE), ticket, cookie);
}

/** At their fields. */
export function loginProblemTexts(problems: readonly SignUpProblem[]): Record<string, string | undefined> {
  const texts: Partial<Record<SignUpProblem, readonly [field: string, Text]>> = {
    'username-form': ['username', 'Use 3 to 64 small letters, digits, dots or dashes.'],
    'username-taken': ['username', 'This username is taken.'],
    'email-form': ['email', 'Please enter a whole e-mail address.'],
    'email-taken': ['email', 'There is an account with this address already.'],
    terms: ['terms', 'The account needs your acceptance of the terms.'],
  };
  return Object.fromEntries(
    problems.flatMap((each) => {
      const found = texts[each];
      return found ? [[found[0], t(found[1])] as const] : [];
    }),
  );
}

/** Names of the criteria that the password does not meet. */
export const unmetOf = (problems: readonly SignUpProblem[]): string[] =>
  problems.flatMap((each) => (each.startsWith('password-') ? each.slice('password-'.length) : []));
