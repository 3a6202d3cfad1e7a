/** What an administrator can do, by the page or by the command line; each act is in the audit log. */
import { disconnectAppEverywhere } from '../accounts/connected-apps.ts';
import { forgetDevices } from '../accounts/known-device.ts';
import { unlock } from '../accounts/sign-in.ts';
import { issueActivationCode } from '../accounts/sign-up.ts';
import { revokeEverything, takeBack } from '../accounts/taken-back.ts';
import type { Config } from '../config.ts';
import { randomSecret } from '../crypto/secrets.ts';
import { hashedSecret } from '../provider/client-secret.ts';
import { changeStoredClient, findStoredClient, isReviewed, type StoredClient } from '../provider/clients.ts';
import { rotateKeys } from '../provider/keys.ts';
import type { Account, Storage } from '../storage/storage.ts';
import { forgetDecision, noteDecision } from './app-decisions.ts';

/** What was asked for is not there, or makes no sense: one line for the administrator. */
export class AdminError extends Error {}

export interface AdminContext {
  readonly config: Config;
  readonly storage: Storage;
  readonly now: () => number;
  /** The administrator's account; undefined = the command line. */
  readonly by: string | undefined;
}

async function audit(
  { storage, now, by }: AdminContext,
  act: string,
  about: { clientId?: string; accountId?: string } = {},
): Promise<void> {
  await storage.appendAudit({
    at: now(),
    event: `administrator: ${act}`,
    ...about,
    detail: by ?? 'command line',
  });
}

async function clientOf({ storage }: AdminContext, id: string): Promise<StoredClient> {
  const client = await findStoredClient(storage, id);
  if (!client)
    throw new AdminError(`there is no registered app ${id} (those of AUTH_CLIENTS_FILE are changed there)`);
  return client;
}

export async function accountNamed({ storage }: AdminContext, login: string): Promise<Account> {
  const account = await storage.findAccountByLogin(login.trim().toLowerCase());
  if (!account) throw new AdminError('there is no such account');
  return account;
}

/** Whether the app is, in the moment when it is decided about, as it was looked at. */
type IsSeen = (client: StoredClient) => boolean;

/** It may have what it is registered for, also where it was refused or withdrawn before. */
export async function approveClient(
  context: AdminContext,
  id: string,
  reason?: string,
  isSeen?: IsSeen,
): Promise<boolean> {
  await clientOf(context, id);
  const members = { status: 'approved', disabled: false } as const;
  if (!(await changeStoredClient(context.storage, id, members, isSeen))) return false;
  await noteDecision(context, id, 'approved', reason);
  await audit(context, 'app approved', { clientId: id });
  return true;
}

/** Refused, where nobody had approved it; withdrawn, where somebody had, or patients could use it. Its tokens die at once. */
export async function disableClient(
  context: AdminContext,
  id: string,
  reason?: string,
  isSeen?: IsSeen,
): Promise<boolean> {
  const client = await clientOf(context, id);
  const what = isReviewed(client) || client.status === 'unreviewed' ? 'withdrawn' : 'refused';
  if (!(await changeStoredClient(context.storage, id, { disabled: true }, isSeen))) return false;
  await disconnectAppEverywhere(context.storage, id);
  await noteDecision(context, id, what, reason);
  await audit(context, 'app disabled', { clientId: id });
  return true;
}

/** As it was before it was disabled. */
export async function enableClient(context: AdminContext, id: string): Promise<void> {
  await clientOf(context, id);
  await changeStoredClient(context.storage, id, { disabled: false });
  await forgetDecision(context, id);
  await audit(context, 'app enabled', { clientId: id });
}

/** Returns the new secret, which is shown once. */
export async function rotateClientSecret(context: AdminContext, id: string): Promise<string> {
  const client = await clientOf(context, id);
  if (client.client_secret === undefined) throw new AdminError('this app has no secret');
  const secret = randomSecret();
  await changeStoredClient(context.storage, id, { client_secret: hashedSecret(secret) });
  await audit(context, 'app secret rotated', { clientId: id });
  return secret;
}

/** An EHR may ask for launches; the FHIR server's peers may introspect. */
export async function grantToClient(
  context: AdminContext,
  id: string,
  what: 'may_launch' | 'introspect',
  isAllowed: boolean,
): Promise<void> {
  await clientOf(context, id);
  await changeStoredClient(context.storage, id, { [what]: isAllowed });
  await audit(context, `app ${what} ${isAllowed ? 'given' : 'taken'}`, { clientId: id });
}

export async function unlockAccount(context: AdminContext, login: string): Promise<void> {
  const account = await accountNamed(context, login);
  await unlock(context.storage, account, context.now);
  await audit(context, 'account unlocked', { accountId: account.id });
}

/** The person signs in by password alone, and sets up anew where it is required; everybody is signed out. */
export async function resetSecondFactor(context: AdminContext, login: string): Promise<void> {
  const account = await accountNamed(context, login);
  await context.storage.updateAccount(account.id, (each) => ({
    ...each,
    totp: undefined,
    passkeys: undefined,
    recoveryCodes: undefined,
  }));
  await takeBack(context.storage, account.id, context.now());
  await forgetDevices(context.storage, account.id);
  await audit(context, 'second factor reset', { accountId: account.id });
}

export async function requireSecondFactor(
  context: AdminContext,
  login: string,
  isRequired: boolean,
): Promise<void> {
  const account = await accountNamed(context, login);
  await context.storage.updateAccount(account.id, (each) => ({ ...each, secondFactorRequired: isRequired }));
  await audit(context, `second factor ${isRequired ? 'required' : 'not required'}`, {
    accountId: account.id,
  });
}

/** Signed out on every device, of which none is known any more, and with no app connected that goes on without the person. */
export async function signOutAccount(context: AdminContext, login: string): Promise<void> {
  const account = await accountNamed(context, login);
  await takeBack(context.storage, account.id, context.now());
  await forgetDevices(context.storage, account.id);
  await audit(context, 'account signed out', { accountId: account.id });
}

/** The audit log tells of it, without what was looked for. */
export const noteLookUp = (context: AdminContext): Promise<void> => audit(context, 'accounts looked up');

/** Its sessions and tokens die at once. */
export async function disableAccount(context: AdminContext, login: string): Promise<void> {
  const account = await accountNamed(context, login);
  await context.storage.updateAccount(account.id, (each) => ({ ...each, disabled: true }));
  await revokeEverything(context.storage, account.id, context.now());
  await audit(context, 'account disabled', { accountId: account.id });
}

export async function enableAccount(context: AdminContext, login: string): Promise<void> {
  const account = await accountNamed(context, login);
  await context.storage.updateAccount(account.id, (each) => ({ ...each, disabled: false }));
  await audit(context, 'account enabled', { accountId: account.id });
}

/** Adds or takes a FHIR person of an account, e.g. the RelatedPerson that makes it a child's proxy. */
export async function changePersons(
  context: AdminContext,
  login: string,
  reference: string,
  isAdded: boolean,
): Promise<void> {
  if (!PERSON.test(reference))
    throw new AdminError('a person is Patient/id, RelatedPerson/id or Practitioner/id');
  const account = await accountNamed(context, login);
  await context.storage.updateAccount(account.id, (each) => {
    const others = each.persons.filter((person) => person !== reference);
    return { ...each, persons: isAdded ? [...others, reference] : others };
  });
  // What was launched for a record that is no longer theirs must not go on.
  if (!isAdded) await revokeEverything(context.storage, account.id, context.now());
  await audit(context, `person ${isAdded ? 'added' : 'taken'}`, { accountId: account.id });
}

const PERSON = /^(Patient|RelatedPerson|Practitioner)\/[A-Za-z0-9\-.]{1,64}$/;

/** Returns the code, which is shown once. */
export async function makeActivationCode(context: AdminContext, person: string): Promise<string> {
  if (!PERSON.test(person) || person.startsWith('Practitioner/'))
    throw new AdminError('an activation code is for Patient/id or RelatedPerson/id');
  const code = await issueActivationCode(context.storage, person, context.now());
  await audit(context, 'activation code made');
  return code;
}

export async function rotateServerKeys(context: AdminContext, aheadMs?: number): Promise<void> {
  await rotateKeys(context.config.keysFile, context.now(), aheadMs);
  await audit(context, 'keys rotated');
}
