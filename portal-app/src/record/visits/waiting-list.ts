/** The waiting list as patients have it: an earlier time for a visit that they have, and what is offered and kept for them for a while. */
import type { Appointment } from '@medplum/fhirtypes';
import { today } from '../../format/clinic-clock.ts';
import { dayNamed, timeOf } from '../../format/date.ts';
import type { Fhir, FhirApi } from '../../smart/fhir.ts';
import { createOnce } from '../../smart/once.ts';
import { isEarlierWish, named } from './offer.ts';

export const wishFor = (visit: Appointment, all: readonly Appointment[]): Appointment | undefined =>
  all.find((each) => isEarlierWish(each) && named(each).includes(`Appointment/${visit.id}`));

export const mayWaitForEarlier = ({ status, start, slot }: Appointment, now = Date.now()): boolean =>
  status === 'booked' && slot !== undefined && timeOf(start) > now;

const PEOPLE = /^Practitioner\//;

/** With whom the visit is, or with anybody. */
export function waitForEarlier(
  fhir: Fhir,
  visit: Appointment,
  anybody: boolean,
  identity: string,
): Promise<Appointment> {
  const people = anybody ? [] : visit.participant.filter(({ actor }) => PEOPLE.test(actor?.reference ?? ''));
  const { serviceType, specialty, description, minutesDuration } = visit;
  const wish: Appointment = {
    resourceType: 'Appointment',
    status: 'waitlist',
    created: new Date().toISOString(),
    ...(serviceType ? { serviceType } : {}),
    ...(specialty ? { specialty } : {}),
    ...(description ? { description } : {}),
    ...(minutesDuration ? { minutesDuration } : {}),
    supportingInformation: [{ reference: `Appointment/${visit.id}` }],
    // Days, of the clinic: the time of day of the visit is in the visit.
    requestedPeriod: [{ start: today(), end: dayNamed(visit.start) }],
    participant: [
      { actor: { reference: `Patient/${fhir.patient}` }, status: 'accepted' },
      ...people.flatMap(({ actor }) => (actor ? { actor, status: 'needs-action' as const } : [])),
    ],
  };
  return createOnce(fhir, wish, identity);
}

/** For good; the visit that it was an earlier time for is given up in the same step, by the server. */
export const takeOffer = (fhir: FhirApi, { id = '' }: Appointment): Promise<Appointment> =>
  fhir.operation<Appointment>({
    type: 'Appointment',
    name: '$book',
    parameter: [{ name: 'appt-id', valueString: id }],
  });

/** They wait on. */
export const declineOffer = (fhir: FhirApi, { id = '' }: Appointment): Promise<Appointment> =>
  fhir.operation<Appointment>({
    type: 'Appointment',
    id,
    name: '$cancel',
    parameter: [{ name: 'reason', valueString: 'Declined by the patient' }],
  });

/** They wait no longer. */
export const leaveList = (fhir: FhirApi, wish: Appointment): Promise<Appointment> =>
  fhir.update<Appointment>({
    ...wish,
    status: 'cancelled',
    cancelationReason: { text: 'No longer wanted by the patient' },
  });
