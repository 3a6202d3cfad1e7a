/** A clinician's schedule for some days: its slots, the visits in them that this person may see, and the visits that are asked for. */
import type { Appointment, Patient, Resource, Schedule, Slot } from '@medplum/fhirtypes';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { dayOf } from '../../format/clinic-clock.ts';
import { timeOf } from '../../format/date.ts';
import { kindWords } from '../../format/kind-words.ts';
import { nameText, officialName } from '../../format/words.ts';
import { allPages } from '../../smart/all-pages.ts';
import type { FhirApi } from '../../smart/fhir.ts';
import { listOf } from '../../smart/fhir.ts';
import { type ClosedAt, closedFor, closedTimesOf } from '../clinic/closed-times.ts';
import { slotsToBeHad } from '../visits/to-be-had.ts';
import type { ToBeHad } from './day.ts';
import { withPeople } from './people.ts';

/** Once for all of its slots: a schedule says whose it is in so many words. */
export const schedulesQuery = (fhir: FhirApi) =>
  queryOptions({
    queryKey: ['schedules'],
    queryFn: async () => {
      const { resources, included } = await allPages<Schedule>(fhir, 'Schedule', {
        'active:not': 'false',
        _count: '200',
        _include: 'Schedule:actor:PractitionerRole',
      });
      return withPeople(resources, included).toSorted((a, b) =>
        scheduleName(a).localeCompare(scheduleName(b)),
      );
    },
  });

const PERSON = /^Practitioner\//;
const PLACE = /^Location\//;
const ROLE = /^PractitionerRole\//;

export const personOf = ({ actor }: Schedule) =>
  (actor ?? []).find(({ reference }) => PERSON.test(reference ?? ''));

export const placeOf = ({ actor }: Schedule) =>
  (actor ?? []).find(({ reference }) => PLACE.test(reference ?? ''));

/** By whom its visits are found: of a person, what they have by any role as well. */
const actorsOf = (schedule: Schedule): string => {
  const roles = (schedule.actor ?? []).filter(({ reference }) => ROLE.test(reference ?? ''));
  const people = [personOf(schedule), ...roles].flatMap((each) => each?.reference ?? []);
  return people.length > 0 ? people.join(',') : (schedule.actor?.[0]?.reference ?? '');
};

export const scheduleName = (schedule: Schedule): string =>
  personOf(schedule)?.display ??
  schedule.actor?.[0]?.display ??
  schedule.comment ??
  kindWords(schedule.actor?.[0]?.reference);

/** Whose each is, by its id; with the place where somebody has several. Sorted by that. */
export function scheduleNames(
  schedules: readonly Schedule[],
): readonly (readonly [id: string, name: string])[] {
  const people = Map.groupBy(schedules, scheduleName);
  return schedules
    .map((each) => {
      const name = scheduleName(each);
      const where = placeOf(each);
      const isOne = people.get(name)?.length === 1 || where?.display === undefined;
      return [each.id ?? '', isOne ? name : `${name} · ${where.display}`] as const;
    })
    .toSorted(([, a], [, b]) => a.localeCompare(b));
}

export interface Days {
  readonly slots: readonly Slot[];
  readonly visits: readonly Appointment[];
  /** Visits could not be read, or are not for this person's role. */
  readonly isPartial: boolean;
  /** Of the slots; what is free by its own word may be at a time at which whoever works then is elsewhere. */
  readonly toBeHad: ToBeHad;
  readonly closedAt: ClosedAt;
}

interface Asked {
  /** From one instant until another (ISO 8601). */
  readonly from: string;
  readonly until: string;
  /** The id of a visit that is being moved: its own time does not stand in its way. */
  readonly moved?: string | undefined;
}

export const daysQuery = (fhir: FhirApi, schedule: Schedule, asked: Asked) =>
  queryOptions({
    queryKey: ['schedule', schedule.id, asked.from, asked.until, asked.moved ?? ''],
    queryFn: () => readDays(fhir, schedule, asked),
    placeholderData: keepPreviousData,
  });

async function readDays(fhir: FhirApi, schedule: Schedule, { from, until, moved }: Asked): Promise<Days> {
  const between = (param: string): string =>
    `${param}=ge${encodeURIComponent(from)}&${param}=lt${encodeURIComponent(until)}`;
  const schedules = [`Schedule/${schedule.id}`];
  const visited = `${between('date')}&_sort=date&_count=1000&_include=Appointment:patient`;
  const [[slots, visits, byRole], closedOf, toBeHad] = await Promise.all([
    fhir.batch([
      `Slot?schedule=Schedule/${schedule.id}&${between('start')}&_sort=start&_count=1000`,
      ...visitsOf(schedule).map((whose) => `Appointment?${whose}&${visited}`),
    ]),
    closedTimesOf(fhir, [schedule]),
    slotsToBeHad(fhir, { schedules, from, until, replaces: moved }),
  ]);
  const found = listOf<Slot>(slots);
  if (!found) throw new Error('The schedule could not be read.');
  const closed = closedOf(schedule);
  return {
    // What stands free while it is closed, the server gives to nobody.
    slots: found.filter((slot) => slot.status !== 'free' || closedFor(slot, closed) === undefined),
    closedAt: closed,
    toBeHad,
    visits: eachOnce(withNames([visits, byRole].flatMap((each) => (each && listOf<Resource>(each)) ?? []))),
    isPartial: [visits, byRole].some((each) => each !== undefined && listOf(each) === undefined),
  };
}

/** Visits of those whose schedule it is, also by another role of theirs: criteria of one search or two. */
function visitsOf(schedule: Schedule): string[] {
  const person = personOf(schedule)?.reference;
  const byRole = person ? [`actor:PractitionerRole.practitioner=${person}`] : [];
  return [`actor=${actorsOf(schedule)}`, ...byRole];
}

/** Of visits that take a place on the schedule. */
const KEPT = 'pending,booked,arrived,checked-in,fulfilled';

/** The next day from this instant (ISO 8601) on, on which something is open or booked: its midnight at the clinic; null: none is. */
export const nextDayQuery = (fhir: FhirApi, schedule: Schedule, from: string) =>
  queryOptions({
    queryKey: ['schedule', schedule.id, 'next', from],
    queryFn: async (): Promise<number | null> => {
      const first = `status=${KEPT}&date=ge${encodeURIComponent(from)}&_sort=date&_count=1`;
      const found = await fhir.batch([
        `Slot?schedule=Schedule/${schedule.id}&start=ge${encodeURIComponent(from)}&_sort=start&_count=1`,
        ...visitsOf(schedule).map((whose) => `Appointment?${whose}&${first}`),
      ]);
      const starts = found
        .flatMap((answer) => listOf<Slot | Appointment>(answer) ?? [])
        .map(({ start }) => timeOf(start))
        .filter(Number.isFinite);
      return starts.length === 0 ? null : dayOf(Math.min(...starts));
    },
  });

/** They may be named as a person and by a role. */
export const eachOnce = (visits: readonly Appointment[]): Appointment[] => [
  ...new Map(visits.map((each) => [each.id, each])).values(),
];

/** Appointments among them, each patient by the name in their record: what was booked here or in the portal names them by reference alone. */
export function withNames(resources: readonly Resource[]): Appointment[] {
  const names = new Map(
    resources
      .filter((each): each is Patient => each.resourceType === 'Patient')
      .map((each) => [`Patient/${each.id}`, nameText(officialName(each))]),
  );
  return resources
    .filter((each): each is Appointment => each.resourceType === 'Appointment')
    .map((visit) => ({
      ...visit,
      participant: visit.participant.map((each) => {
        const display = names.get(each.actor?.reference ?? '');
        return display && each.actor ? { ...each, actor: { ...each.actor, display } } : each;
      }),
    }));
}

/** Asked for, and not decided; the longest waiting first. */
export const visitRequestsQuery = (fhir: FhirApi) =>
  queryOptions({
    queryKey: ['schedule', 'requests'],
    queryFn: async () => {
      const { resources, included } = await fhir.search<Appointment>('Appointment', {
        status: 'proposed,waitlist',
        _sort: '_lastUpdated',
        _count: '50',
        _include: 'Appointment:patient',
      });
      return withNames([...resources, ...included]);
    },
  });
