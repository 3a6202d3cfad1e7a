/** When the clinic's services are open, and slots made from working hours. */
import type { HealthcareService, Reference, Schedule, Slot } from '@medplum/fhirtypes';
import { queryOptions } from '@tanstack/react-query';
import { dayLater, dayText, instantOf, instantText, weekdayOf } from '../../format/clinic-clock.ts';
import { timeOf } from '../../format/date.ts';
import { allPages } from '../../smart/all-pages.ts';
import type { Change, FhirApi } from '../../smart/fhir.ts';
import { createOnce } from '../../smart/once.ts';
import { MESSAGES } from '../clinic/message-hours.ts';
import { personOf } from '../schedule/queries.ts';
import { type ClosedDays, isClosedOn } from './closed-days.ts';

export const servicesQuery = (fhir: FhirApi) =>
  queryOptions({
    queryKey: ['services'],
    queryFn: async () => {
      const params = { active: 'true', _count: '200' };
      const { resources } = await allPages<HealthcareService>(fhir, 'HealthcareService', params);
      return resources.toSorted((a, b) => (a.name ?? '').localeCompare(b.name ?? ''));
    },
  });

export const WEEK = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Weekday = (typeof WEEK)[number];

export interface Hours {
  readonly days: readonly Weekday[];
  /** HH:MM */
  readonly from: string;
  readonly until: string;
}

/** All of its times; what else they say (all day) stays as it is. */
export const hoursOf = ({ availableTime = [] }: HealthcareService): readonly Hours[] =>
  availableTime.filter(isOfHours).map(({ daysOfWeek = [], availableStartTime, availableEndTime }) => ({
    days: daysOfWeek,
    from: availableStartTime?.slice(0, 5) ?? '',
    until: availableEndTime?.slice(0, 5) ?? '',
  }));

type Available = NonNullable<HealthcareService['availableTime']>[number];

const isOfHours = ({ allDay }: Available): boolean => allDay !== true;

const timesOf = (all: readonly Hours[]): Available[] =>
  all.map(({ days, from, until }) => ({
    daysOfWeek: [...days],
    availableStartTime: `${from}:00`,
    availableEndTime: `${until}:00`,
  }));

export function withHours(service: HealthcareService, hours: readonly Hours[]): HealthcareService {
  const { availableTime = [], ...rest } = service;
  const all = [...timesOf(hours), ...availableTime.filter((each) => !isOfHours(each))];
  return { ...rest, ...(all.length > 0 ? { availableTime: all } : {}) };
}

/** A clinic's first. `organization`: the clinic's own. */
export function addMessageHours(
  fhir: FhirApi,
  organization: Reference,
  hours: readonly Hours[],
  identity: string,
): Promise<HealthcareService> {
  const service: HealthcareService = {
    resourceType: 'HealthcareService',
    active: true,
    providedBy: organization as HealthcareService['providedBy'] & Reference,
    name: 'Messages',
    type: [{ coding: [{ ...MESSAGES, display: 'Messages' }] }],
    availableTime: timesOf(hours),
  };
  return createOnce(fhir, service, identity);
}

export interface Opening extends Hours {
  readonly schedule: Schedule;
  /** YYYY-MM-DD, the first and the last day. */
  readonly first: string;
  readonly last: string;
  readonly minutes: number;
}

const MINUTE_MS = 60_000;
const MOST_DAYS = 92;
const MOST_SLOTS = 2000;

/** Free slots of these hours where nothing stands yet and the clinic is not closed, by the clinic's clock. Throws RangeError for what is too much or nothing. */
export function slotsFor(
  { schedule, days, from, until, first, last, minutes }: Opening,
  there: readonly Slot[],
  closed: readonly ClosedDays[] = [],
): Slot[] {
  const taken = there.map(({ start, end }) => [timeOf(start), timeOf(end)] as const);
  const slots: Slot[] = [];
  if (!(minutes >= 5) || !(instantOf(last) - instantOf(first) <= MOST_DAYS * 24 * 60 * MINUTE_MS))
    throw new RangeError();
  for (let day = first; day <= last; day = dayLater(day, 1)) {
    if (!days.includes(WEEK[weekdayOf(day)] as Weekday) || isClosedOn(closed, day)) continue;
    const closes = instantOf(day, until);
    for (let at = instantOf(day, from); at + minutes * MINUTE_MS <= closes; at += minutes * MINUTE_MS) {
      const over = at + minutes * MINUTE_MS;
      if (taken.some(([start, stop]) => start < over && at < stop)) continue;
      slots.push(freeSlot(schedule, at, over));
      if (slots.length > MOST_SLOTS) throw new RangeError();
    }
  }
  return slots;
}

const freeSlot = ({ id, serviceType, specialty }: Schedule, from: number, until: number): Slot => ({
  resourceType: 'Slot',
  ...(serviceType ? { serviceType } : {}),
  ...(specialty ? { specialty } : {}),
  schedule: { reference: `Schedule/${id}` },
  status: 'free',
  start: new Date(from).toISOString(),
  end: new Date(until).toISOString(),
});

/** What stands on these days on the schedule, and on every other of the same person: nobody is free at two places at once. */
export async function slotsBetween(
  fhir: FhirApi,
  { schedule, first, last }: Opening,
  schedules: readonly Schedule[],
): Promise<readonly Slot[]> {
  const person = personOf(schedule)?.reference;
  const theirs = schedules.filter(
    (each) => each.id === schedule.id || (person !== undefined && personOf(each)?.reference === person),
  );
  // By the week: a page holds a thousand.
  const searches: string[] = [];
  for (let day = first; day <= last; day = dayLater(day, 7)) {
    const next = dayLater(day, 7);
    const until = instantText(next <= last ? next : dayLater(last, 1));
    for (const { id } of theirs)
      searches.push(`Slot?schedule=Schedule/${id}&start=ge${instantText(day)}&start=lt${until}&_count=1000`);
  }
  const answers = searches.length === 0 ? [] : await fhir.batch(searches);
  return answers.flatMap((answer) => {
    if (!('resources' in answer)) throw new Error('The schedule could not be read.');
    return answer.resources as readonly Slot[];
  });
}

const TOGETHER = 200;

/** What is opened beyond a schedule's planning horizon is offered to nobody: the horizon is moved out first. A date is a whole day of the clinic's. */
async function planFor(fhir: FhirApi, id: string, slots: readonly Slot[]): Promise<void> {
  const schedule = await fhir.read<Schedule>('Schedule', id);
  const { planningHorizon: { start, end } = {} } = schedule;
  const from = Math.min(...slots.map((slot) => timeOf(slot.start)));
  const until = Math.max(...slots.map((slot) => timeOf(slot.end)));
  const begins =
    start === undefined ||
    (start.includes('T') ? timeOf(start) <= from : start <= dayText(from).slice(0, start.length));
  const ends =
    end === undefined ||
    (end.includes('T') ? timeOf(end) >= until : end >= dayText(until - 1).slice(0, end.length));
  if (begins && ends) return;
  const planningHorizon = {
    ...schedule.planningHorizon,
    ...(begins ? {} : { start: new Date(from).toISOString() }),
    ...(ends ? {} : { end: new Date(until).toISOString() }),
  };
  await fhir.update<Schedule>({ ...schedule, planningHorizon });
}

/** Of one schedule. Each is made once, however often it is sent: one slot of a schedule begins at an instant. */
export async function openSlots(fhir: FhirApi, { id }: Schedule, slots: readonly Slot[]): Promise<void> {
  if (id !== undefined && slots.length > 0) await planFor(fhir, id, slots);
  const changes: Change[] = slots.map((resource) => ({
    resource,
    onlyIfNone: `schedule=${resource.schedule.reference}&start=${resource.start}`,
  }));
  for (let i = 0; i < changes.length; i += TOGETHER) await fhir.transact(changes.slice(i, i + TOGETHER));
}
