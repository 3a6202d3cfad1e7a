/** Appointments as words. */
import type { Appointment } from '@medplum/fhirtypes';
import { t } from '../i18n/text.ts';
import { timeOf } from './date.ts';
import { plainDisplay } from './display.ts';
import { modeOf } from './virtual-service.ts';

const PEOPLE = /^(Practitioner|PractitionerRole|RelatedPerson)\//;

/** Who it is with, as far as the appointment names them. */
export function withWhom(appointment: Appointment): string {
  const people = (appointment.participant ?? []).filter(
    ({ actor, status }) => PEOPLE.test(actor?.reference ?? '') && status !== 'declined',
  );
  // As a person and in their role it is the same name.
  const names = [...new Set(people.map(({ actor }) => actor?.display))].filter(Boolean).join(', ');
  return names || (people.length > 0 ? t('Care team') : '');
}

/** undefined: in person. */
export function howHeld(held: Parameters<typeof modeOf>[0]): string | undefined {
  const mode = modeOf(held);
  return mode === 'in-person' ? undefined : t(mode === 'video' ? 'By video' : 'By phone');
}

/** Where it is, or how it is held. */
export const place = (appointment: Appointment): string | undefined =>
  howHeld(appointment) ??
  appointment.participant?.find(({ actor }) => actor?.reference?.startsWith('Location/'))?.actor?.display;

const ENDED: ReadonlySet<string> = new Set(['cancelled', 'noshow', 'entered-in-error', 'fulfilled']);

export function isUpcoming(appointment: Appointment, now = Date.now()): boolean {
  return !ENDED.has(appointment.status) && timeOf(appointment.end ?? appointment.start) >= now;
}

export function reason(appointment: Appointment): string {
  const { appointmentType, serviceType, reasonCode, reasonReference, description } = appointment;
  const concept = serviceType?.[0] ?? appointmentType ?? reasonCode?.[0];
  const said = concept?.text ?? concept?.coding?.[0]?.display ?? reasonReference?.[0]?.display;
  return description ?? (said ? plainDisplay(said) : t('Visit'));
}
