/** Accounts at the authorization server: found by an administrator, and what can be done of each. */
import { queryOptions } from '@tanstack/react-query';
import type { Text } from '../../i18n/text.ts';
import type { Administration } from '../../smart/administration.ts';
import type { Needs } from './apps.ts';

export type AccountAct =
  | 'unlock'
  | 'reset-second-factor'
  | 'require-second-factor'
  | 'waive-second-factor'
  | 'sign-out'
  | 'disable'
  | 'enable';

/** As the server tells it (auth-server/src/admin/accounts.ts). */
export interface FoundAccount {
  readonly id: string;
  readonly name: string;
  readonly username: string;
  readonly email: string;
  readonly role: 'patient' | 'proxy' | 'practitioner' | 'administrator';
  readonly persons: readonly string[];
  readonly createdAt: string;
  readonly isDisabled: boolean;
  readonly isLocked: boolean;
  readonly hasSecondFactor: boolean;
  readonly secondFactorRequired: boolean;
  readonly sessions: readonly { readonly device: string; readonly lastSeen: string }[];
  readonly can: readonly AccountAct[];
}

interface Answer {
  readonly needs: Needs;
  readonly accounts: readonly FoundAccount[];
  readonly isMore: boolean;
}

/** Fewer letters than the server looks for. */
export const LEAST_LETTERS = 2;

/** Asked each time: what somebody can't do any more is not to be offered. */
export const accountsQuery = (administration: Administration, query: string) =>
  queryOptions({
    queryKey: ['accounts', query],
    queryFn: () => administration.post<Answer>('/accounts', { query }),
    staleTime: 0,
    gcTime: 0,
  });

/** Rejects with a FhirFailure of status 412 when this can't be done of it any more. */
export const actOnAccount = (
  administration: Administration,
  { id }: FoundAccount,
  act: AccountAct,
): Promise<void> => administration.post(`/accounts/${encodeURIComponent(id)}`, { act });

/** What the button says, and what follows from it. */
export const ACTS: Readonly<Record<AccountAct, readonly [label: Text, follows: Text]>> = {
  unlock: [
    'Let them try again',
    'Whoever was slowed down after wrong passwords can try again at once. First make sure that it was them.',
  ],
  'reset-second-factor': [
    'Reset the second step',
    'For a device that was lost. They sign in by their password alone, and are signed out everywhere now. First make sure by another way than e-mail that it is them who ask.',
  ],
  'require-second-factor': [
    'Require a second step',
    'They set one up when they sign in the next time, and can’t sign in without it then.',
  ],
  'waive-second-factor': [
    'Don’t require a second step',
    'Where the clinic does not ask for it anyway, their password is enough again.',
  ],
  'sign-out': [
    'Sign them out everywhere',
    'On every device, at once; what they were writing there may be lost. Apps that they connected are disconnected.',
  ],
  disable: [
    'Close the account',
    'They are signed out everywhere, their apps are disconnected, and they can’t sign in. The record stays as it is. You can open the account again.',
  ],
  enable: ['Open the account again', 'They can sign in again, with the password that they had.'],
};

export const ROLE_WORDS: Readonly<Record<FoundAccount['role'], Text>> = {
  patient: 'Patient',
  proxy: 'Acts for somebody',
  practitioner: 'Works here',
  administrator: 'Administers the sign-in service',
};
