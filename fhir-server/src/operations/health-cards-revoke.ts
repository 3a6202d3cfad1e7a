/**
 * `Patient/[id]/$health-cards-revoke`: this server's own, for revocation by the specification (https://spec.smarthealth.cards/#revocation). All cards that were issued for the patient until now are taken
 * back, as when a phone is lost or what they say turns out to be wrong; new ones can be issued at once. Verifiers that look at the list notice within minutes.
 */
import { requireWriteScope } from '../access/check-write.ts';
import type { FhirRequest, Reply, Services } from '../interactions/request.ts';
import { inputOf, parametersReply } from './parameters.ts';

/** For whoever may change the Patient: the patient themself with an app that may, staff, systems. Errors: 400, 403, 404, 410. */
export async function revokeHealthCards(services: Services, request: FhirRequest): Promise<Reply> {
  inputOf(request, {});
  const { access, id } = request;
  requireWriteScope(access, 'u', 'Patient');
  await services.repository.read(access, 'Patient', id);
  const before = await services.healthCards.revoke(id);
  access.trail?.note({
    action: 'E',
    interaction: '$health-cards-revoke',
    type: 'Patient',
    id,
    patients: [id],
  });
  return parametersReply({ name: 'issued-before', valueInstant: new Date(before * 1000).toISOString() });
}
