/** What a patient can do about a visit: ask for one, cancel it, say that they have arrived, take it into their calendar. */
import type { Appointment, Reference } from '@medplum/fhirtypes';
import { timeOf } from '../../format/date.ts';
import type { Fhir } from '../../smart/fhir.ts';
import { createOnce } from '../../smart/once.ts';

export interface VisitRequest {
  readonly why: string;
  readonly who: { readonly reference: string; readonly name: string } | undefined;
  /** YYYY-MM-DD, of the clinic. */
  readonly from: string;
  readonly until: string;
  readonly day: 'any' | 'in the morning' | 'in the afternoon';
  readonly how: 'in person' | 'by video' | 'by phone';
}

export function askForVisit(fhir: Fhir, request: VisitRequest, identity: string): Promise<Appointment> {
  const self = { reference: `Patient/${fhir.patient}` } as const;
  const with_ = request.who && {
    actor: { reference: request.who.reference, display: request.who.name } as Reference as never,
    status: 'needs-action' as const,
  };
  const appointment: Appointment = {
    resourceType: 'Appointment',
    status: 'proposed',
    description: request.why.trim(),
    comment: `Asked for ${request.how}${request.day === 'any' ? '' : `, ${request.day}`}.`,
    created: new Date().toISOString(),
    requestedPeriod: [{ start: request.from, end: request.until }],
    participant: [{ actor: self, status: 'accepted' }, ...(with_ ? [with_] : [])],
  };
  return createOnce(fhir, appointment, identity);
}

export const cancelVisit = (fhir: Fhir, appointment: Appointment, why: string): Promise<Appointment> =>
  fhir.update({
    ...appointment,
    status: 'cancelled',
    cancelationReason: { text: why.trim() === '' ? 'Cancelled by the patient' : why.trim() },
  });

export const sayArrived = (fhir: Fhir, appointment: Appointment): Promise<Appointment> =>
  fhir.update({ ...appointment, status: 'arrived' });

const HOURS_EARLY = 2;

/** From two hours before until the end. */
export function mayCheckIn({ status, start, end }: Appointment, now = Date.now()): boolean {
  if (status !== 'booked' || !start) return false;
  const begin = timeOf(start);
  return now >= begin - HOURS_EARLY * 3_600_000 && now <= timeOf(end ?? start) + 3_600_000;
}

export const mayCancel = ({ status, start }: Appointment, now = Date.now()): boolean =>
  ['proposed', 'pending', 'booked', 'waitlist'].includes(status) &&
  (start === undefined || timeOf(start) > now);

const DAYS_AHEAD = 3;

/** From three days before until it begins. */
export function mayCheckInAhead({ status, start }: Appointment, now = Date.now()): boolean {
  const begin = timeOf(start);
  return status === 'booked' && now < begin && begin - now <= DAYS_AHEAD * 86_400_000;
}
