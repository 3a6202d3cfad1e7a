/** In whose record an operation works, and whether anybody is seen there. */
import { businessRule, notFound } from '@wellspring/profiles';
import { requireWriteScope } from '../access/check-write.ts';
import { onBehalf } from '../access/on-behalf.ts';
import { withinBound, writeBound } from '../access/staff-writes.ts';
import type { FhirRequest, Services } from '../interactions/request.ts';
import { type Addressee, whyNotWrittenTo } from '../repository/notices/addressee.ts';
import { type ResourceJson, resourceOf } from '../repository/text/resource-text.ts';

/**
 * For what needs this write to this type: of a patient-level token the patient in context alone; of staff a Patient within their reach; of a system any that there
 * is. Throws 403 without the scope, else 404, the same for a foreign Patient and for none. Returns whether it is the patient's side that asks.
 */
export async function requirePatient(
  { repository }: Services,
  { access }: Pick<FhirRequest, 'access'>,
  interaction: 'c' | 'u',
  type: string,
  patient: string,
): Promise<boolean> {
  const owner = requireWriteScope(access, interaction, type);
  if (owner !== 'unrestricted') {
    if (owner !== patient) throw notFound('Patient', patient);
    return true;
  }
  const bound = writeBound(access, interaction, type);
  const reader = bound ? withinBound(access, bound) : onBehalf(access, 'system/Patient.s');
  const found = await repository.find(reader, 'Patient', { kind: 'id', ids: [patient] }, 1);
  if (found.length === 0) throw notFound('Patient', patient);
  return false;
}

/** Nobody waits for who has died, or for a record that is no longer in use. Throws 422. */
export async function requireSeen(
  { repository }: Services,
  { access }: FhirRequest,
  patient: string,
): Promise<void> {
  const reader = onBehalf(access, 'system/Patient.s');
  const [found] = await repository.find(reader, 'Patient', { kind: 'id', ids: [patient] }, 1);
  if (found && whyNotWrittenTo(resourceOf<ResourceJson & Addressee>(found)) !== undefined)
    throw businessRule(
      'The patient has died, or their record is no longer in use: no visit is booked for them.',
      'Appointment.participant',
    );
}
