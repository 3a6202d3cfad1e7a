/** Consent: what the app asks, group by group; what is declined or narrowed is so in the grant, for good. */
import { errors } from 'oidc-provider';
import { findConsent, keepConsent, saveConsent } from '../accounts/connected-apps.ts';
import { isEnded } from '../accounts/sessions.ts';
import { FhirUnavailable } from '../fhir/fhir-api.ts';
import { namesOf } from '../fhir/shown.ts';
import { type EhrLaunch, findLaunch, useLaunch } from '../launch/ehr-launch.ts';
import { type LaunchContext, revokeGrant, saveLaunchContext } from '../launch/launch-context.ts';
import { isInternalHost, isLoopback } from '../loopback.ts';
import { appConnected } from '../messages/templates.ts';
import { isReviewed, mayHave, type OwnMembers } from '../provider/clients.ts';
import { MAY_REMEMBER } from '../provider/may-remember.ts';
import { chosenScopes, describeScopes } from '../smart/describe-scope.ts';
import { limitedScopes } from '../smart/limited-scopes.ts';
import { allowedOf } from '../smart/remembered.ts';
import { isSmartScope, parseClinicalScope, scopeWords } from '../smart/scope.ts';
import type { Account } from '../storage/storage.ts';
import { consentPage } from '../views/consent-page.ts';
import { unavailablePage } from '../views/pages.ts';
import type { ChosenContext } from './choose-patient.ts';
import { ACCOUNT_ENDED, type Asked, accountOf, fields, finishStep, refuseStep, type Step } from './step.ts';

const DAY_MS = 86_400_000;
const OFFLINE_MS = 5 * 365 * DAY_MS;

export async function showConsent(step: Step): Promise<void> {
  const remembered = await allowedBefore(step);
  if (remembered) return grant(step, remembered, 'remembered');
  const asked = askedScopes(step);
  const { patient, as } = chosenContext(step);
  const { id: accountId, role } = await accountOf(step);
  const record = role === 'practitioner' ? {} : { patient };
  const shown = as === undefined ? undefined : step.shownTo({ accountId, person: as, ...record });
  const isOwn = patient === undefined || as === `Patient/${patient}`;
  const [named] = patient === undefined ? [] : await namesOf([{ patient, shown }]);
  step.response.send(
    consentPage(step.config, {
      ...step,
      groups: describeScopes(asked.join(' ')),
      trusted: step.client.trusted === true,
      isApproved: isReviewed(step.client),
      patientName: named?.name,
      whose: asked.some((word) => word.startsWith('user/')) ? 'several' : isOwn ? 'own' : 'another',
    }),
  );
}

/** The names of groups, and of parts of groups, that were left ticked. */
export async function postConsent(step: Step): Promise<void> {
  const groups = describeScopes(askedScopes(step).join(' '));
  const granted = chosenScopes(groups, fields(step.request, 'group'), fields(step.request, 'part'));
  return grant(step, granted, 'given');
}

/** `consent`: given now, by a press, or remembered from when it was. */
type How = 'given' | 'remembered';

async function grant(step: Step, granted: readonly string[], consent: How): Promise<void> {
  const made = await orUnavailable(step, makeGrant(step, granted, consent));
  if (made === undefined) return;
  if ('refusal' in made) return refuseStep(step, made.refusal);
  // Only what was granted is asked from here on, or the policy would ask for the declined rest again.
  step.details.params.scope = made.scope;
  await step.details.persist();
  await finishStep(step, { consent: { grantId: made.grantId } });
}

interface Made {
  readonly grantId: string;
  readonly scope: string;
}

/** Rejects with FhirUnavailable. */
export async function makeGrant(
  asked: Asked,
  granted: readonly string[],
  consent: How,
): Promise<Made | { readonly refusal: string }> {
  const { storage, client, now } = asked;
  const account = await accountOf(asked);
  if (!granted.some((scope) => parseClinicalScope(scope) !== undefined || scope === 'openid'))
    return { refusal: 'Nothing was allowed.' };
  if (!(await standsNow(asked, account, granted.join(' ')))) return { refusal: ACCOUNT_ENDED };
  const limited = await withinLimits(asked, granted);
  const launch = await takeLaunch(asked);
  if (launch === 'over') return { refusal: 'This launch is over. Please start the app again.' };
  const grantId = await saveGrant(asked, account.id, limited, launch);
  const sessionUid = asked.details.session?.uid;
  // Ended while this was under way: who ended it went through what was there before.
  if (sessionUid !== undefined && (await isEnded(storage, sessionUid))) {
    await revokeGrant(storage, grantId);
    return { refusal: 'You were signed out meanwhile. Please start the app again.' };
  }
  const scope = limited.join(' ');
  const { patient } = chosenContext(asked);
  const of = { accountId: account.id, clientId: client.clientId, patient, now: now() };
  await (consent === 'given'
    ? saveConsent(storage, { ...of, asked: askedScopes(asked), granted })
    : keepConsent(storage, of));
  await storage.appendAudit({
    at: now(),
    event: `consent ${consent}`,
    accountId: account.id,
    clientId: client.clientId,
    address: asked.address,
    detail: scope,
  });
  if (!client.trusted && granted.includes('offline_access'))
    await asked.outbox.send({
      channel: 'email',
      to: account.email,
      ...appConnected(asked.config, asked.clientName),
    });
  return { grantId, scope };
}

async function standsNow(asked: Asked, account: Account, scope: string): Promise<boolean> {
  const { patient, as: fhirUser = account.persons[0] } = chosenContext(asked);
  return asked.standing.holds({ accountId: account.id, client: asked.client, fhirUser, patient, scope });
}

/** What was allowed, as far as the patient has limited it: remembered is the whole, so that it comes back with wider limits. */
async function withinLimits(asked: Asked, granted: readonly string[]): Promise<readonly string[]> {
  const { as } = chosenContext(asked);
  const open = as === undefined ? undefined : await asked.family.openTo(as);
  return open ? limitedScopes(granted, open) : granted;
}

/** undefined where the FHIR server can't be asked: then the page that says so has been sent. */
async function orUnavailable<T>(step: Step, answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof FhirUnavailable)) throw error;
    step.response.status(503).set('Retry-After', '5').send(unavailablePage(step.config, step.action));
    return undefined;
  }
}

async function saveGrant(
  asked: Asked,
  accountId: string,
  granted: readonly string[],
  launch: EhrLaunch | undefined,
): Promise<string> {
  const { provider, config, storage, client, now, details } = asked;
  const scope = granted.join(' ');
  const made = new provider.Grant({ accountId, clientId: client.clientId });
  made.addOIDCScope(
    granted.filter((word) => /^(openid|fhirUser|profile|offline_access|online_access)$/.test(word)).join(' '),
  );
  made.addResourceScope(config.FHIR_BASE_URL, scope);
  const grantId = await made.save();
  const chosen = chosenContext(asked);
  const context: LaunchContext = {
    grantId,
    accountId,
    clientId: client.clientId,
    patient: chosen.patient,
    encounter: chosen.encounter,
    fhirUser: chosen.as ?? (await accountOf(asked)).persons[0],
    fhirContext: launch?.fhirContext,
    intent: launch?.intent,
    needPatientBanner: launch?.needPatientBanner,
    scope,
    trusted: client.trusted,
    at: now(),
    sessionUid: details.session?.uid,
  };
  const life = granted.includes('offline_access') ? OFFLINE_MS : config.SESSION_HOURS * 3_600_000 + DAY_MS;
  await saveLaunchContext(storage, context, now() + life);
  return grantId;
}

/** The EHR's launch, taken for good; undefined where there is none. */
async function takeLaunch({ details, storage, client }: Asked): Promise<EhrLaunch | undefined | 'over'> {
  const { launch: handle } = details.params;
  if (typeof handle !== 'string') return undefined;
  const launch = await findLaunch(storage, handle, client.clientId);
  return launch && (await useLaunch(storage, handle)) ? launch : 'over';
}

/** What may be asked of a person, by this client: the page offers nothing that the token endpoint would leave out. */
function askedScopes({ details: { params }, client }: Asked): string[] {
  const isLaunched = params.launch !== undefined;
  return scopeWords(String(params.scope ?? ''))
    .filter(isSmartScope)
    .filter((word) => parseClinicalScope(word)?.level !== 'system' && mayHave(client, word))
    .filter((word) => word !== 'launch' || isLaunched);
}

const chosenContext = ({ details }: Asked): ChosenContext =>
  ((details.lastSubmission ?? {}) as { select_patient?: ChosenContext }).select_patient ?? {};

/** What is granted without a page: to our own pages, which ask for nothing but who it is; and what was allowed before. */
export async function allowedBefore(asked: Asked): Promise<readonly string[] | undefined> {
  const scopes = askedScopes(asked);
  const isSignInOnly = asked.client.trusted === true && !scopes.some((word) => parseClinicalScope(word));
  return isSignInOnly && !wantsPage(asked) ? scopes : rememberedScopes(asked, scopes);
}

/**
 * What was allowed before of what is asked now, when all of it was decided. An app whose redirect address anybody on the device or in its network could take (a loopback
 * address, a scheme of its own, a number or name inside a house) is asked for each time: it can't prove that it is the same (RFC 8252, section 8.6). Whose a name inside is,
 * whoever approved the app has seen.
 */
async function rememberedScopes(
  asked: Asked,
  scopes: readonly string[],
): Promise<readonly string[] | undefined> {
  const { client, details } = asked;
  const accountId = details.session?.accountId;
  if (!accountId) throw new errors.SessionNotFound('nobody is signed in');
  const isProvable = client.trusted === true || isOwnAddress(client, String(details.params.redirect_uri));
  if (!isProvable || wantsPage(asked)) return undefined;
  const { patient } = chosenContext(asked);
  const remembered = await findConsent(asked.storage, { accountId, clientId: client.clientId, patient });
  return remembered && allowedOf(remembered, scopes);
}

/** Of the app's maker alone. */
function isOwnAddress(client: OwnMembers, uri: string): boolean {
  const url = new URL(uri);
  if (url.protocol !== 'https:' || isLoopback(url)) return false;
  return isReviewed(client) || !isInternalHost(url.hostname);
}

/** The app itself asks for consent to be asked: https://openid.net/specs/openid-connect-core-1_0.html#AuthRequest */
const wantsPage = ({ details: { params } }: Asked): boolean =>
  scopeWords(String(params.prompt ?? '')).includes('consent') && params[MAY_REMEMBER] === undefined;
