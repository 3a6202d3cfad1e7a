/** How, where and with whom a visit is that takes a time of a schedule, by whichever page it gets it. */
import type { Appointment, Extension, Schedule, Slot } from '@medplum/fhirtypes';
import { virtualServices } from '../../format/virtual-service.ts';

const PLACES = /^(Practitioner|PractitionerRole|Location|HealthcareService)\//;

/** How a visit in it is held, as the slot says, else its schedule: none is in person. */
export const virtualAt = (slot: Slot, schedule: Schedule | undefined): Extension[] =>
  [slot, schedule ?? {}].map(virtualServices).find((each) => each.length > 0) ?? [];

/** The visit's other extensions, and how it is held in its new time: the way to another one's meeting is none to this. */
export function heldAs(
  { extension = [] }: Appointment,
  virtual: Extension[],
): Pick<Appointment, 'extension'> {
  const before = virtualServices({ extension });
  const all = [...extension.filter((each) => !before.includes(each)), ...virtual];
  return all.length > 0 ? { extension: all } : {};
}

/** With whom and where it is, as the schedule has it; the patient and whoever else comes stay. By video or telephone it is at no place of the clinic. */
export function participantsOn(
  schedule: Schedule,
  before: Appointment['participant'],
  isVirtual: boolean,
): Appointment['participant'] {
  const stay = before.filter(({ actor }) => !PLACES.test(actor?.reference ?? ''));
  const there = (schedule.actor ?? []).filter(
    ({ reference }) => !isVirtual || !/^Location\//.test(reference ?? ''),
  );
  const offered = there.map((actor) => ({
    actor: actor as never,
    status: 'accepted' as const,
  }));
  return [...stay.map((each) => ({ ...each, status: 'accepted' as const })), ...offered];
}
