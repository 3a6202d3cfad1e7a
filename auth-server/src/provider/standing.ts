/**
 * What access rests on, looked at again at each refresh, each introspection and each use of what outlives a token: the account, the app, and who the
 * person is to FHIR. Nothing is remembered: what has ended opens nothing from the next question on.
 */
import { errors } from 'oidc-provider';
import { isEndedFromList, isOfSignIn, type SignInMarks, signInMarks } from '../accounts/sessions.ts';
import { FhirUnavailable } from '../fhir/fhir-api.ts';
import type { People } from '../fhir/people.ts';
import { findLaunchContext, listLaunchContexts } from '../launch/launch-context.ts';
import { covers, parseClinicalScope, scopeWords } from '../smart/scope.ts';
import type { Account, Storage } from '../storage/storage.ts';
import { mayHave, type OwnMembers } from './clients.ts';

/** Who had access to what, as it was given. */
export interface Grounds {
  readonly accountId: string;
  /** The app, as it is registered now; undefined: it is gone, or disabled. */
  readonly client: (OwnMembers & { readonly clientId: string }) | undefined;
  /** `RelatedPerson/…`, `Practitioner/…`, `Patient/…` */
  readonly fhirUser?: string | undefined;
  readonly patient?: string | undefined;
  /** What the person allowed. */
  readonly scope: string;
}

/** Of what outlives a token: when it was made, by the account's endings, as introspection told them then; 0: before they were counted. */
export interface KeptGrounds extends Grounds {
  readonly endings?: number | undefined;
  /** It is made anew with the next sign-in; else it was set up to last. */
  readonly endsWithSignIns?: boolean | undefined;
  /** In which sign-in and browser it was made, as introspection told it. What ends with the account's sign-ins ends with these where they are ended from the list of sessions. */
  readonly signIn?: string | undefined;
  readonly device?: string | undefined;
  /** It is asked of what goes on only while that sign-in does: what is being made, an open connection. */
  readonly duringSignIn?: boolean | undefined;
}

export interface SignInMembers extends Partial<SignInMarks> {
  readonly endings?: number;
}

export interface Standing {
  /** Rejects with FhirUnavailable when it can't be said. */
  holds(grounds: Grounds): Promise<boolean>;
  /** Of the launch that gave a token. `scope`: the token's, of which the app may still have all. */
  holdsGrant(grantId: string, client: Grounds['client'], scope?: string): Promise<boolean>;
  /**
   * Of what an app made for a person, and that outlives its tokens (a calendar feed): as long as the person still has the app connected, and all that it keeps of its
   * token (`scope`) is what the app may have and the person has allowed now. Who ended an app and lets it in again to less has not brought back what it made before.
   * The clinic's own apps are always connected: what they made ends with the account's sign-ins, or when the account is taken back.
   */
  holdsBeyondTokens(grounds: KeptGrounds): Promise<boolean>;
  /** What introspection tells beside the members of a token of the clinic's own apps; undefined: its launch has ended. */
  signInMembers(grantId: string): Promise<SignInMembers | undefined>;
  /** The same of what a client made for itself. */
  holdsOfClient(client: OwnMembers, scope: string): boolean;
}

export function createStanding(storage: Storage, people: People): Standing {
  async function holds({ accountId, client, fhirUser, patient, scope }: Grounds): Promise<boolean> {
    const account = await storage.findAccount(accountId);
    if (!account || account.disabled || !client) return false;
    if (fhirUser === undefined || !opensRecords(scope)) return true;
    return account.persons.includes(fhirUser) && people.stands(fhirUser, patient);
  }
  async function isSinceItsSignIn(grounds: KeptGrounds): Promise<boolean> {
    const { accountId, signIn, device, endsWithSignIns, duringSignIn } = grounds;
    for (const mark of endsWithSignIns ? [signIn, device] : [])
      if (mark !== undefined && (await isEndedFromList(storage, accountId, mark))) return false;
    if (!duringSignIn || signIn === undefined) return true;
    return (await listLaunchContexts(storage, accountId)).some((launch) => isOfSignIn(launch, signIn));
  }
  return {
    holds,
    async holdsGrant(grantId, client, scope) {
      const launch = await findLaunchContext(storage, grantId);
      if (!launch || !client) return false;
      return scopeWords(scope).every((word) => mayHave(client, word)) && holds({ ...launch, client });
    },
    async holdsBeyondTokens(grounds) {
      const { accountId, client, patient, scope } = grounds;
      if (!client || !holdsOfClient(client, scope)) return false;
      if (client.trusted === true) {
        if (!isSinceEndings(grounds, await storage.findAccount(accountId))) return false;
        if (!(await isSinceItsSignIn(grounds))) return false;
      } else {
        const launches = (await listLaunchContexts(storage, accountId)).filter(
          (launch) => launch.clientId === client.clientId && launch.patient === patient,
        );
        const allowed = launches.flatMap((launch) => scopeWords(launch.scope));
        const isAllowed = (word: string): boolean => allowed.some((wide) => covers(wide, word));
        if (launches.length === 0 || !scopeWords(scope).every(isAllowed)) return false;
      }
      return holds({ ...grounds, scope: 'fhirUser' });
    },
    async signInMembers(grantId) {
      const accountId = (await findLaunchContext(storage, grantId))?.accountId;
      const account = accountId === undefined ? undefined : await storage.findAccount(accountId);
      // In this order: whoever is told of the last ending has a launch that outlived it.
      const launch = await findLaunchContext(storage, grantId);
      if (!account || !launch) return undefined;
      if (!launch.trusted) return {};
      const marks = launch.sessionUid === undefined ? {} : await signInMarks(storage, launch.sessionUid);
      return { endings: account.endings?.count ?? 0, ...marks };
    },
    holdsOfClient,
  };
}

function isSinceEndings(
  { endings = 0, endsWithSignIns }: KeptGrounds,
  account: Account | undefined,
): boolean {
  const { count = 0, takenBack = 0 } = account?.endings ?? {};
  return endings >= (endsWithSignIns ? count : takenBack);
}

const holdsOfClient = (client: OwnMembers, scope: string): boolean =>
  scopeWords(scope).every((word) => mayHave(client, word));

/** A sign-in alone (the account pages) does not: whoever is nobody's carer any more may still close their account. */
const opensRecords = (scope: string): boolean =>
  scopeWords(scope).some((word) => word === 'fhirUser' || parseClinicalScope(word) !== undefined);

/** The FHIR server can't be asked: an answer that asks for another try, instead of a guess. */
export async function orUnavailable<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof FhirUnavailable)) throw error;
    const description = 'The FHIR server can not be asked now.';
    const unavailable = new errors.CustomOIDCProviderError('temporarily_unavailable', description);
    throw Object.assign(unavailable, { status: 503, statusCode: 503, expose: true });
  }
}
