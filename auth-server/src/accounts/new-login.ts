/** What a new account is signed in to with: username, e-mail, password, accepted terms; and what is wrong with them. */
import type { Config } from '../config.ts';
import type { Storage } from '../storage/storage.ts';
import { unmetCriteria } from './password-policy.ts';

export interface NewLogin {
  readonly username: string;
  /** Where the account's mail goes; asked when the proved contact is a phone. */
  readonly email: string;
  readonly password: string;
  readonly acceptsTerms: boolean;
}

export type SignUpProblem =
  | 'username-form'
  | 'username-taken'
  | 'email-form'
  | 'email-taken'
  | 'terms'
  | 'over'
  | `password-${string}`;

export const USERNAME = /^[a-z0-9][a-z0-9._-]{2,63}$/;
const EMAIL = /^[^\s@<>"',;:()[\]\\]{1,64}@[a-z0-9-]+(\.[a-z0-9-]+)+$/;

export const isEmail = (text: string): boolean => text.length <= 254 && EMAIL.test(text.toLowerCase());

/** `who`: names that the password is not made of. */
export async function loginProblems(
  { config, storage }: { readonly config: Config; readonly storage: Storage },
  who: { readonly given: string; readonly family: string },
  login: NewLogin,
): Promise<SignUpProblem[]> {
  const problems: SignUpProblem[] = [];
  if (!USERNAME.test(login.username)) problems.push('username-form');
  else if (await storage.findAccountByLogin(login.username)) problems.push('username-taken');
  if (!isEmail(login.email)) problems.push('email-form');
  else if (await storage.findAccountByLogin(login.email)) problems.push('email-taken');
  const own = [login.username, who.given, who.family, login.email.split('@')[0] ?? ''];
  for (const name of await unmetCriteria(config, login.password, own)) problems.push(`password-${name}`);
  if (!login.acceptsTerms) problems.push('terms');
  return problems;
}
