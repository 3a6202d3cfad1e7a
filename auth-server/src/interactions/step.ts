/** What every step between /authorize and the app is given. */
import type { Request, Response } from 'express';
import { errors, type Provider } from 'oidc-provider';
import type { Family } from '../accounts/family.ts';
import type { Passkeys } from '../accounts/passkeys.ts';
import type { SignIn } from '../accounts/sign-in.ts';
import type { Config } from '../config.ts';
import type { Seal } from '../crypto/seal.ts';
import type { People } from '../fhir/people.ts';
import type { Shown } from '../fhir/shown.ts';
import type { Viewer } from '../fhir/viewer.ts';
import type { Outbox } from '../messages/outbox.ts';
import type { OwnMembers } from '../provider/clients.ts';
import type { Standing } from '../provider/standing.ts';
import type { Account, Storage } from '../storage/storage.ts';
import { pageHeaders } from '../views/page-headers.ts';
import { appName } from '../words/app-name.ts';

export interface InteractionDependencies {
  readonly provider: Provider;
  readonly config: Config;
  readonly storage: Storage;
  readonly seal: Seal;
  readonly outbox: Outbox;
  readonly signIn: SignIn;
  readonly passkeys: Passkeys;
  readonly people: People;
  readonly shownTo: (viewer: Viewer) => Shown;
  readonly standing: Standing;
  readonly family: Family;
  readonly now: () => number;
}

type Details = Awaited<ReturnType<Provider['interactionDetails']>>;
type Client = NonNullable<Awaited<ReturnType<Provider['Client']['find']>>>;

/** What an app asks for in somebody's name, whether or not there is a page for it (unasked.ts). */
export interface Asked
  extends Pick<
    InteractionDependencies,
    'provider' | 'config' | 'storage' | 'outbox' | 'people' | 'standing' | 'family' | 'now'
  > {
  readonly details: Pick<Details, 'params' | 'session' | 'lastSubmission'>;
  readonly client: Client & OwnMembers;
  readonly clientName: string;
  readonly address: string;
}

/** What a step needs: the dependencies, the exchange, and the interaction it belongs to. */
export interface Step extends InteractionDependencies, Asked {
  readonly request: Request;
  readonly response: Response;
  readonly details: Details;
  /** The interaction's own address, below which its forms post. */
  readonly action: string;
}

/** `expected`: the prompt that a form belongs to; one of an earlier step is over. */
export async function readStep(
  dependencies: InteractionDependencies,
  request: Request,
  response: Response,
  expected?: string,
): Promise<Step> {
  const details = await dependencies.provider.interactionDetails(request, response);
  if (details.uid !== request.params.uid || (expected !== undefined && details.prompt.name !== expected))
    throw new errors.SessionNotFound('this step is over');
  const client = await dependencies.provider.Client.find(String(details.params.client_id));
  if (!client) throw new errors.InvalidClient('the app is not known any more');
  pageHeaders(response, [String(details.params.redirect_uri)]);
  const action = `${new URL(dependencies.config.AUTH_ISSUER).pathname}/interaction/${details.uid}`;
  const clientName = appName(client, 'the app');
  return {
    ...dependencies,
    request,
    response,
    details,
    client,
    action,
    clientName,
    address: request.ip ?? '',
  };
}

export const ACCOUNT_ENDED = 'What this account stood for has ended. Please ask the clinic.';

/** The account was disabled since it signed in: the app is told that it has no access. */
class AccountEnded extends errors.AccessDenied {
  constructor() {
    super(ACCOUNT_ENDED);
  }
}

/** Whoever is signed in. Rejects with AccountEnded. */
export async function accountOf(step: Asked): Promise<Account> {
  const account = await step.storage.findAccount(step.details.session?.accountId ?? '');
  if (!account) throw new errors.SessionNotFound('nobody is signed in');
  if (account.disabled) throw new AccountEnded();
  return account;
}

/** `take`, unless the account has ended meanwhile. */
export async function orAccountEnded(step: Step, take: (step: Step) => Promise<void>): Promise<void> {
  try {
    await take(step);
  } catch (error) {
    if (!(error instanceof AccountEnded)) throw error;
    await refuseStep(step, ACCOUNT_ENDED);
  }
}

/** Ends this step: the library goes on with its next. */
export function finishStep(step: Step, result: object, merge = true): Promise<void> {
  return step.provider.interactionFinished(step.request, step.response, result as never, {
    mergeWithLastSubmission: merge,
  });
}

export function refuseStep(step: Step, error_description: string): Promise<void> {
  return finishStep(step, { error: 'access_denied', error_description });
}

/** A member of the posted form, '' when it is not there, or is not one text. */
export function field(request: Request, name: string): string {
  const value = (request.body as Record<string, unknown> | undefined)?.[name];
  return typeof value === 'string' ? value : '';
}

export function fields(request: Request, name: string): string[] {
  const value = (request.body as Record<string, unknown> | undefined)?.[name];
  return [value].flat().filter((each) => typeof each === 'string');
}
