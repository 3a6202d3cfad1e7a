/**
 * Who administers by the API (decision 32): whoever is signed in at the clinic's own app for its staff, is a Practitioner who has the role of an administrator now,
 * and, to change something, has signed in within the hour and by a second factor. All of it is asked at each request; whatever can't be said is refused.
 */
import type { Provider } from 'oidc-provider';
import { secondFactorNeed } from '../accounts/sign-in.ts';
import type { Config } from '../config.ts';
import type { People } from '../fhir/people.ts';
import { findLaunchContext, type LaunchContext } from '../launch/launch-context.ts';
import type { OwnMembers } from '../provider/clients.ts';
import { orUnavailable, type Standing } from '../provider/standing.ts';
import type { Account, Storage } from '../storage/storage.ts';

export interface AdministratorDependencies {
  readonly provider: Provider;
  readonly config: Config;
  readonly storage: Storage;
  readonly standing: Standing;
  readonly people: People;
  readonly now: () => number;
}

export interface Administrator {
  readonly account: Account;
  readonly needs: Needs;
}

/** Before something is changed: nothing more; to sign in again; or to set up a second factor, and then sign in with it. */
export type Needs = 'nothing' | 'sign-in' | 'second-factor';

/** `no token`: none, or one that opens nothing; `not theirs`: of another app, or of somebody without the role. */
export type Refusal = 'no token' | 'not theirs';

export const FRESH_SECONDS = 3600;
const ROLE = 'administrator';

interface Token {
  readonly isValid: boolean;
  readonly accountId?: string;
  readonly clientId?: string;
  readonly grantId?: string;
  readonly scope?: string;
}

/** Rejects with 503 (`temporarily_unavailable`) when the FHIR server can't be asked. */
export async function administratorOf(
  { provider, config, storage, standing, people, now }: AdministratorDependencies,
  credential: string,
): Promise<Administrator | Refusal> {
  const token = (await provider.AccessToken.find(credential)) as Token | undefined;
  const { grantId, accountId, clientId, scope } = token ?? {};
  if (!token?.isValid || grantId === undefined || accountId === undefined || clientId === undefined)
    return 'no token';
  const [client, grant, account, launch] = await Promise.all([
    provider.Client.find(clientId) as Promise<(OwnMembers & { readonly clientId: string }) | undefined>,
    provider.Grant.find(grantId),
    storage.findAccount(accountId),
    findLaunchContext(storage, grantId),
  ]);
  if (!client || !grant || !account || !launch) return 'no token';
  if (!(await orUnavailable(standing.holdsGrant(grantId, client, scope)))) return 'no token';
  // An app of somebody else's could approve itself by the hand of an administrator who uses it.
  if (client.trusted !== true || client.meant_for !== 'staff') return 'not theirs';
  if (!(await orUnavailable(people.hasRole(launch.fhirUser ?? '', ROLE)))) return 'not theirs';
  return { account, needs: await needsOf({ config, storage, now }, account, launch) };
}

/** As the administrator's page asks it. Whoever knows a demonstration account knows its password: production starts with none. */
async function needsOf(
  { config, storage, now }: Pick<AdministratorDependencies, 'config' | 'storage' | 'now'>,
  account: Account,
  { sessionUid }: LaunchContext,
): Promise<Needs> {
  const asksForSecond = config.REQUIRE_SECOND_FACTOR !== 'none' && account.demo !== true;
  if (asksForSecond && secondFactorNeed(config, account) !== 'give') return 'second-factor';
  const session =
    sessionUid === undefined ? undefined : await storage.findArtifactByUid('Session', sessionUid);
  const { loginTs = 0, amr = [] } = (session?.payload ?? {}) as {
    loginTs?: number;
    amr?: readonly string[];
  };
  const isRecent = session?.accountId === account.id && now() / 1000 - loginTs < FRESH_SECONDS;
  return isRecent && (!asksForSecond || amr.includes('mfa')) ? 'nothing' : 'sign-in';
}
