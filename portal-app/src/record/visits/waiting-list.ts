/** The waiting list as patients have it: an earlier time for a visit that they have, and what is offered and kept for them for a while. */
import type { Appointment } from '@medplum/fhirtypes';
import { today } from '../../format/clinic-clock.ts';
import { dayNamed, timeOf } from '../../format/date.ts';
import { lookUp } from '../../format/table.ts';
import type { Fhir, FhirApi } from '../../smart/fhir.ts';
import { isEarlierWish, named } from './offer.ts';
import { bookKept, proposedSlots } from './proposed-times.ts';

export const wishFor = (visit: Appointment, all: readonly Appointment[]): Appointment | undefined =>
  all.find((each) => isEarlierWish(each) && named(each).includes(`Appointment/${visit.id}`));

export const mayWaitForEarlier = ({ status, start, slot }: Appointment, now = Date.now()): boolean =>
  status === 'booked' && slot !== undefined && timeOf(start) > now;

const PEOPLE = /^Practitioner\//;

/** With whom the visit is, or with anybody. One wish a visit: the server gives back the one that is there, however often and from whichever tab it is asked. */
export function waitForEarlier(fhir: Fhir, visit: Appointment, anybody: boolean): Promise<Appointment> {
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
  return fhir.create(
    wish,
    `supporting-info=Appointment/${visit.id}&patient=${fhir.patient}&status=waitlist,pending`,
  );
}

const OVER = {
  'urn:wellspring:offer-ran-out': 'ran-out',
  'urn:wellspring:offer-withdrawn': 'taken-back',
} as const;

export interface OverOffer {
  /** FHIR instant: the time that was offered. */
  readonly start: string;
  readonly how: (typeof OVER)[keyof typeof OVER];
}

/** What was kept for whoever waits, and is so no more, while its time is still to come; undefined: nothing was, or they said themselves that they don't want it. */
export function overOffer({ status, extension = [] }: Appointment, now = Date.now()): OverOffer | undefined {
  if (status !== 'waitlist') return undefined;
  return extension
    .flatMap(({ url, valueInstant: start = '' }): readonly OverOffer[] => {
      const how = lookUp(OVER, url);
      return how && timeOf(start) > now ? [{ start, how }] : [];
    })
    .at(-1);
}

/** For good; the visit that it was an earlier time for is given up in the same step, by the server. */
export const takeOffer = (fhir: FhirApi, offer: Appointment): Promise<Appointment> =>
  bookKept(fhir, offer, offer.slot?.[0]?.reference, []);

/** They wait on. Only what was shown is declined: pressed again when it is over, it takes nobody off the list. */
export const declineOffer = (fhir: FhirApi, offer: Appointment): Promise<Appointment> =>
  fhir.operation<Appointment>({
    type: 'Appointment',
    id: offer.id ?? '',
    name: '$cancel',
    parameter: [
      { name: 'reason', valueString: 'Declined by the patient' },
      ...shownSlots(offer).map((slot) => ({ name: 'declines', valueString: slot })),
    ],
  });

const shownSlots = (offer: Appointment): readonly string[] =>
  offer.status === 'proposed'
    ? proposedSlots(offer).map((id) => `Slot/${id}`)
    : (offer.slot ?? []).flatMap(({ reference }) => reference ?? []);

/** They wait no longer. */
export const leaveList = (fhir: FhirApi, wish: Appointment): Promise<Appointment> =>
  fhir.update<Appointment>({
    ...wish,
    status: 'cancelled',
    cancelationReason: { text: 'No longer wanted by the patient' },
  });
