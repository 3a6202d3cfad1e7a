/** Consent: what the app asks, group by group; what is declined is left out of the grant for good. */
import { errors } from 'oidc-provider';
import type { OwnMembers } from '../provider/clients.ts';
import { describeScopes } from '../smart/describe-scope.ts';
import { isSmartScope, parseClinicalScope, scopeWords } from '../smart/scope.ts';
import { consentPage } from '../views/pages.ts';
import type { Step } from './step.ts';

/** The clinic's own app asks once; any other app each time it is launched. */
export async function showConsent(current: Step): Promise<void> {
  const groups = describeScopes(askedScopes(current).join(' '));
  const client = await current.provider.Client.find(String(current.details.params.client_id));
  const trusted = (client as OwnMembers | undefined)?.trusted === true;
  if (trusted && (await isRemembered(current))) {
    return finishConsent(
      current,
      groups.map(({ name }) => name),
    );
  }
  const patient = chosenPatient(current);
  const [named] = patient === undefined ? [] : await current.patientNames([patient]);
  current.response.send(
    consentPage(current.config, {
      ...current,
      groups,
      trusted,
      patientName: named?.name,
      clientUri: client?.clientUri,
    }),
  );
}

/** `groups`: names of the groups that were left ticked. */
export async function finishConsent(current: Step, groups: readonly string[]): Promise<void> {
  const { details, provider, storage, config } = current;
  const accountId = details.session?.accountId;
  const clientId = String(details.params.client_id);
  if (!accountId) throw new errors.SessionNotFound('nobody is signed in');
  const granted = describeScopes(askedScopes(current).join(' '))
    .filter((group) => group.required || groups.includes(group.name))
    .flatMap((group) => group.scopes);
  if (!granted.some((scope) => parseClinicalScope(scope) !== undefined || scope === 'openid')) {
    const result = { error: 'access_denied', error_description: 'Nothing was allowed.' };
    await provider.interactionFinished(current.request, current.response, result, {
      mergeWithLastSubmission: true,
    });
    return;
  }
  const scope = granted.join(' ');
  const grant = new provider.Grant({ accountId, clientId });
  grant.addOIDCScope(
    granted.filter((word) => /^(openid|fhirUser|profile|offline_access|online_access)$/.test(word)).join(' '),
  );
  grant.addResourceScope(config.FHIR_BASE_URL, scope);
  const grantId = await grant.save();
  const patient = chosenPatient(current);
  await storage.saveLaunchContext({ grantId, accountId, clientId, patient, scope, at: current.now() });
  await storage.saveArtifact({
    model: 'Consent',
    id: `${accountId} ${clientId}`,
    payload: { scope },
    grantId: undefined,
    uid: undefined,
    accountId,
    consumedAt: undefined,
    expiresAt: undefined,
  });
  await storage.appendAudit({
    at: current.now(),
    event: 'consent given',
    accountId,
    clientId,
    detail: scope,
  });
  // Only what was granted is asked from here on, or the policy would ask for the declined rest again.
  details.params.scope = scope;
  await details.persist();
  await provider.interactionFinished(
    current.request,
    current.response,
    { consent: { grantId } },
    { mergeWithLastSubmission: true },
  );
}

function askedScopes(current: Step): string[] {
  return scopeWords(String(current.details.params.scope ?? ''))
    .filter(isSmartScope)
    .filter((word) => parseClinicalScope(word)?.level !== 'system');
}

function chosenPatient(current: Step): string | undefined {
  const { select_patient: chosen } = (current.details.lastSubmission ?? {}) as {
    select_patient?: { patient?: string };
  };
  return chosen?.patient;
}

async function isRemembered(current: Step): Promise<boolean> {
  const id = `${current.details.session?.accountId} ${String(current.details.params.client_id)}`;
  const remembered = await current.storage.findArtifact('Consent', id);
  const before = new Set(scopeWords(String(remembered?.payload.scope ?? '')));
  return askedScopes(current).every((word) => before.has(word));
}
