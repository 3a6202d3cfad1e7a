/** Consent: what the app asks, group by group; what is declined or narrowed is so in the grant, for good. */
import { errors } from 'oidc-provider';
import { findConsent, saveConsent } from '../accounts/connected-apps.ts';
import { isEnded } from '../accounts/sessions.ts';
import { FhirUnavailable } from '../fhir/fhir-api.ts';
import { namesOf } from '../fhir/shown.ts';
import { type EhrLaunch, findLaunch, useLaunch } from '../launch/ehr-launch.ts';
import { type LaunchContext, revokeGrant, saveLaunchContext } from '../launch/launch-context.ts';
import { appConnected } from '../messages/templates.ts';
import { isReviewed, mayHave } from '../provider/clients.ts';
import { MAY_REMEMBER } from '../provider/may-remember.ts';
import { chosenScopes, describeScopes } from '../smart/describe-scope.ts';
import { limitedScopes } from '../smart/limited-scopes.ts';
import { covers, isSmartScope, parseClinicalScope, scopeWords } from '../smart/scope.ts';
import type { Account } from '../storage/storage.ts';
import { consentPage } from '../views/consent-page.ts';
import { unavailablePage } from '../views/pages.ts';
import type { ChosenContext } from './choose-patient.ts';
import { accountOf, fields, finishStep, refuseStep, type Step } from './step.ts';

const DAY_MS = 86_400_000;
const OFFLINE_MS = 5 * 365 * DAY_MS;

export async function showConsent(step: Step): Promise<void> {
  const asked = askedScopes(step);
  // Our own pages ask for nothing but who it is.
  const isSignInOnly = step.client.trusted === true && !asked.some((word) => parseClinicalScope(word));
  const remembered = isSignInOnly && !wantsPage(step) ? asked : await rememberedScopes(step, asked);
  if (remembered) return grant(step, remembered, 'remembered');
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
async function grant(step: Step, granted: readonly string[], consent: 'given' | 'remembered'): Promise<void> {
  const account = await accountOf(step);
  if (!granted.some((scope) => parseClinicalScope(scope) !== undefined || scope === 'openid'))
    return refuseStep(step, 'Nothing was allowed.');
  const isStanding = await standsNow(step, account, granted.join(' '));
  if (isStanding === 'unavailable') return;
  if (!isStanding) return refuseStep(step, 'What this account stood for has ended. Please ask the clinic.');
  const limited = await withinLimits(step, granted);
  if (limited === 'unavailable') return;
  const launch = await takeLaunch(step);
  if (launch === 'over') return refuseStep(step, 'This launch is over. Please start the app again.');
  const grantId = await saveGrant(step, account.id, limited, launch);
  const sessionUid = step.details.session?.uid;
  // Ended while this was under way: who ended it went through what was there before.
  if (sessionUid !== undefined && (await isEnded(step.storage, sessionUid))) {
    await revokeGrant(step.storage, grantId);
    return refuseStep(step, 'You were signed out meanwhile. Please start the app again.');
  }
  const scope = limited.join(' ');
  await saveConsent(step.storage, {
    accountId: account.id,
    clientId: step.client.clientId,
    patient: chosenContext(step).patient,
    asked: askedScopes(step),
    granted,
    now: step.now(),
  });
  await step.storage.appendAudit({
    at: step.now(),
    event: `consent ${consent}`,
    accountId: account.id,
    clientId: step.client.clientId,
    address: step.address,
    detail: scope,
  });
  if (!step.client.trusted && granted.includes('offline_access'))
    await step.outbox.send({
      channel: 'email',
      to: account.email,
      ...appConnected(step.config, step.clientName),
    });
  // Only what was granted is asked from here on, or the policy would ask for the declined rest again.
  step.details.params.scope = scope;
  await step.details.persist();
  await finishStep(step, { consent: { grantId } });
}

async function standsNow(step: Step, account: Account, scope: string): Promise<boolean | 'unavailable'> {
  const { patient, as: fhirUser = account.persons[0] } = chosenContext(step);
  const grounds = { accountId: account.id, client: step.client, fhirUser, patient, scope };
  return orUnavailable(step, step.standing.holds(grounds));
}

/** What was allowed, as far as the patient has limited it: remembered is the whole, so that it comes back with wider limits. */
async function withinLimits(
  step: Step,
  granted: readonly string[],
): Promise<readonly string[] | 'unavailable'> {
  const { as } = chosenContext(step);
  const open = as === undefined ? undefined : await orUnavailable(step, step.family.openTo(as));
  if (open === 'unavailable') return open;
  return open ? limitedScopes(granted, open) : granted;
}

/** 'unavailable' where the FHIR server can't be asked: then the page that says so has been sent. */
async function orUnavailable<T>(step: Step, answer: Promise<T>): Promise<T | 'unavailable'> {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof FhirUnavailable)) throw error;
    step.response.status(503).set('Retry-After', '5').send(unavailablePage(step.config, step.action));
    return 'unavailable';
  }
}

async function saveGrant(
  step: Step,
  accountId: string,
  granted: readonly string[],
  launch: EhrLaunch | undefined,
): Promise<string> {
  const { provider, config, storage, client, now, details } = step;
  const scope = granted.join(' ');
  const made = new provider.Grant({ accountId, clientId: client.clientId });
  made.addOIDCScope(
    granted.filter((word) => /^(openid|fhirUser|profile|offline_access|online_access)$/.test(word)).join(' '),
  );
  made.addResourceScope(config.FHIR_BASE_URL, scope);
  const grantId = await made.save();
  const chosen = chosenContext(step);
  const context: LaunchContext = {
    grantId,
    accountId,
    clientId: client.clientId,
    patient: chosen.patient,
    encounter: chosen.encounter,
    fhirUser: chosen.as ?? (await accountOf(step)).persons[0],
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
async function takeLaunch(step: Step): Promise<EhrLaunch | undefined | 'over'> {
  const { launch: handle } = step.details.params;
  if (typeof handle !== 'string') return undefined;
  const launch = await findLaunch(step.storage, handle, step.client.clientId);
  return launch && (await useLaunch(step.storage, handle)) ? launch : 'over';
}

/** What may be asked of a person, by this client: the page offers nothing that the token endpoint would leave out. */
function askedScopes(step: Step): string[] {
  const isLaunched = step.details.params.launch !== undefined;
  return scopeWords(String(step.details.params.scope ?? ''))
    .filter(isSmartScope)
    .filter((word) => parseClinicalScope(word)?.level !== 'system' && mayHave(step.client, word))
    .filter((word) => word !== 'launch' || isLaunched);
}

const chosenContext = (step: Step): ChosenContext =>
  ((step.details.lastSubmission ?? {}) as { select_patient?: ChosenContext }).select_patient ?? {};

/**
 * What was allowed the last time, when nothing more is asked now. An app whose redirect address anybody on the device could take (a loopback address, a scheme
 * of its own) is asked for each time: it can't prove that it is the same (RFC 8252, section 8.6).
 */
async function rememberedScopes(
  step: Step,
  asked: readonly string[],
): Promise<readonly string[] | undefined> {
  const { client, details } = step;
  const accountId = details.session?.accountId;
  if (!accountId) throw new errors.SessionNotFound('nobody is signed in');
  const isProvable = client.trusted === true || String(details.params.redirect_uri).startsWith('https:');
  if (!isProvable || wantsPage(step)) return undefined;
  const remembered = await findConsent(step.storage, accountId, client.clientId, chosenContext(step).patient);
  if (!remembered || !asked.every((word) => remembered.asked.includes(word))) return undefined;
  return remembered.granted.filter((word) => asked.some((wide) => wide === word || covers(wide, word)));
}

/** The app itself asks for consent to be asked: https://openid.net/specs/openid-connect-core-1_0.html#AuthRequest */
const wantsPage = ({ details: { params } }: Step): boolean =>
  scopeWords(String(params.prompt ?? '')).includes('consent') && params[MAY_REMEMBER] === undefined;
