/** Schedules and slots of the next four weeks. Slot ids count, so a later run moves the slots instead of adding more. */
import type { HealthcareService, Location, Practitioner, Resource, Schedule, Slot } from '@medplum/fhirtypes';
import { addDays, at, isWorkingDay, plusMinutes, weekday } from './calendar.ts';
import { type Code, concept, hl7, idOf, NUCC, reference } from './coding.ts';
import { clinicianIds, type LocationId, locationNames } from './directory.ts';
import { type ClinicianId, clinician, displayName, services } from './practitioners.ts';
import type { Random } from './random.ts';
import type { PlannedVisit } from './story.ts';
import { telephone, type VirtualService, videoRoom } from './virtual-service.ts';
import { visitKinds } from './visit-kinds.ts';

const WORKING_DAYS = 20;
const MORNING = ['08:40', '11:40'] as const;
const AFTERNOON = ['13:20', '16:20'] as const;

export function scheduleId(id: ClinicianId): string {
  return idOf('schedule', id);
}

/** Who is at River Road on one day of the week (0: Sunday). */
const AT_RIVER_ROAD: Partial<Record<ClinicianId, number>> = {
  'amara-osei': 3,
  'fiona-walsh': 4,
  'miguel-torres': 2,
  'claire-moreau': 3,
};

/** Schedules of everyone whose visits can be booked, with free slots and some that are taken. */
export function schedules(today: string, random: Random, booked: readonly PlannedVisit[]): Resource[] {
  const days = workingDaysAfter(today, WORKING_DAYS);
  return clinicianIds()
    .filter((id) => clinician(id).service !== undefined)
    .flatMap((id) => [
      schedule(id, days, 'hill-street-2nd-floor'),
      ...(id in AT_RIVER_ROAD ? [schedule(id, days, 'river-road')] : []),
      ...slots(id, days, random, booked),
    ]);
}

/** At River Road in a schedule apart: what is where is said by a schedule. */
const scheduleAt = (id: ClinicianId, place: LocationId): string =>
  place === 'river-road' ? idOf('schedule', id, place) : scheduleId(id);

function schedule(id: ClinicianId, days: readonly string[], place: LocationId): Schedule {
  const { service = 'primary-care', specialty, title } = clinician(id);
  const [first = '', last = ''] = [days[0], days.at(-1)];
  return {
    resourceType: 'Schedule',
    id: scheduleAt(id, place),
    active: true,
    serviceType: [hl7('service-type', services[service].type, services[service].name)],
    specialty: [concept(NUCC, specialty, title)],
    actor: [
      reference<Practitioner>('Practitioner', id, displayName(id)),
      reference<HealthcareService>('HealthcareService', service, services[service].name),
      reference<Location>('Location', place, locationNames[place]),
    ],
    planningHorizon: { start: at(first, '00:00'), end: at(last, '23:59') },
    comment: `Visits with ${displayName(id)}`,
  };
}

const placeOn = (id: ClinicianId, day: string): LocationId =>
  AT_RIVER_ROAD[id] === weekday(day) ? 'river-road' : 'hill-street-2nd-floor';

/** What is not done by hand: the last hour of two days by video, the first of one by telephone. Nurses and children are seen. */
function virtualService(id: ClinicianId, day: string, time: string): VirtualService | undefined {
  if (['miguel-torres', 'claire-moreau', 'samir-haddad'].includes(id) || placeOn(id, day) === 'river-road')
    return undefined;
  const dayOfWeek = weekday(day);
  if ((dayOfWeek === 2 || dayOfWeek === 4) && time >= '15:00') return videoRoom(id);
  return dayOfWeek === 1 && time < '09:40' ? telephone() : undefined;
}

/** A booked visit has its own slot; what it overlaps in the grid is not free. */
function isTaken(
  id: ClinicianId,
  day: string,
  time: string,
  minutes: number,
  booked: readonly PlannedVisit[],
): boolean {
  return booked.some(
    (visit) =>
      visit.clinician === id &&
      visit.when.date === day &&
      visit.time < plusMinutes(time, minutes) &&
      time < plusMinutes(visit.time, visit.minutes),
  );
}

function slots(
  id: ClinicianId,
  days: readonly string[],
  random: Random,
  booked: readonly PlannedVisit[],
): Slot[] {
  const { service = 'primary-care', specialty, title, visitMinutes = 20 } = clinician(id);
  const times = [...timesBetween(MORNING, visitMinutes), ...timesBetween(AFTERNOON, visitMinutes)];
  const list: Slot[] = [];
  for (const day of days) {
    for (const time of times) {
      const slotId = idOf('slot', id, String(list.length + 1).padStart(3, '0'));
      const virtual = virtualService(id, day, time);
      list.push({
        resourceType: 'Slot',
        id: slotId,
        serviceType: [hl7('service-type', services[service].type, services[service].name)],
        specialty: [concept(NUCC, specialty, title)],
        ...(virtual && { extension: [virtual] }),
        appointmentType: hl7('v2-0276', kindOf(id, time)),
        schedule: reference<Schedule>('Schedule', scheduleAt(id, placeOn(id, day))),
        status: random.unit(slotId) < 0.55 || isTaken(id, day, time, visitMinutes, booked) ? 'busy' : 'free',
        start: at(day, time),
        end: at(day, plusMinutes(time, visitMinutes)),
      });
    }
  }
  return list;
}

/** Check-ups are early: who comes fasting can eat soon. */
const kindOf = (id: ClinicianId, time: string): Code =>
  clinician(id).service === 'primary-care' && time < '09:20' ? visitKinds.CHECKUP : visitKinds.ROUTINE;

function timesBetween([first, last]: readonly [string, string], minutes: number): string[] {
  const times: string[] = [];
  for (let time = first; time <= last; time = plusMinutes(time, minutes)) times.push(time);
  return times;
}

function workingDaysAfter(today: string, count: number): string[] {
  const days: string[] = [];
  for (let day = addDays(today, 1); days.length < count; day = addDays(day, 1))
    if (isWorkingDay(day)) days.push(day);
  return days;
}
