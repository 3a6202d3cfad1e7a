/** Which appointments are an offer of the waiting list, or a wish: apart, for the first page asks this alone. */
import type { Appointment } from '@medplum/fhirtypes';
import { timeOf } from '../../format/date.ts';

const OFFERED = 'urn:wellspring:offered-slot';
const UNTIL = 'urn:wellspring:slot-held-until';

/** FHIR instant: how long it is kept. */
export const keptUntil = ({ extension = [] }: Appointment): string | undefined =>
  extension.find(({ url }) => url === UNTIL)?.valueInstant;

export const isOffer = (appointment: Appointment, now = Date.now()): boolean =>
  appointment.status === 'pending' &&
  (appointment.extension ?? []).some(({ url }) => url === OFFERED) &&
  timeOf(keptUntil(appointment)) > now;

export const named = ({ supportingInformation = [] }: Appointment): readonly (string | undefined)[] =>
  supportingInformation.map(({ reference }) => reference);

/** Says something of a visit that they have, and is none of its own. */
export const isEarlierWish = (appointment: Appointment): boolean =>
  ['waitlist', 'pending'].includes(appointment.status) &&
  named(appointment).some((each) => each?.startsWith('Appointment/'));
