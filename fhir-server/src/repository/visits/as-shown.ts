/** With whom a slot is, and whether what was kept of it is as it was shown to whoever chose it: at that time, and with those people. One answer for what is booked and for an offer that still stands. */
import { withoutVersion } from '../../search/own-references.ts';
import { type Appointment, isAtTimesOf, type Reference, type Slot } from './slot-hold.ts';
import { virtualOf } from './virtual-service.ts';
import type { Diary } from './worked-by.ts';

const ACTORS = /^(Practitioner|PractitionerRole|Location|HealthcareService|Device)\//;
const VIRTUAL_ACTORS = /^(Practitioner|PractitionerRole|HealthcareService)\//;

/** What is held by video or telephone is at no place of the clinic. */
export const actorsAt = (schedule: Diary, slot: Slot): readonly Reference[] =>
  (schedule.actor ?? []).filter(({ reference }) =>
    (virtualOf(schedule, slot).length > 0 ? VIRTUAL_ACTORS : ACTORS).test(reference ?? ''),
  );

/** `run`: all of its slots, in their order. */
export function isAsShown(held: Appointment, run: readonly Slot[], actors: readonly Reference[]): boolean {
  const shown = new Set(namesOf((held.participant ?? []).map(({ actor }) => actor)));
  return isAtTimesOf(held, run) && namesOf(actors).every((each) => shown.has(each));
}

const namesOf = (actors: readonly (Reference | undefined)[]): string[] =>
  actors.flatMap((each) => each?.reference ?? []).map(withoutVersion);
