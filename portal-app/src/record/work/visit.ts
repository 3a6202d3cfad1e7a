/** A visit request answered: with a free time, which is taken in the same transaction, or with a reason why not. */
import type { Appointment, Schedule, Slot, Task } from '@medplum/fhirtypes';
import { queryOptions } from '@tanstack/react-query';
import { howHeld } from '../../format/appointment.ts';
import { dayText, instantOf, today } from '../../format/clinic-clock.ts';
import { dayNamed, timeOf } from '../../format/date.ts';
import { requireRight } from '../../format/field-problem.ts';
import type { Fhir, FhirApi } from '../../smart/fhir.ts';
import { heldAs, participantsOn, virtualAt } from '../schedule/held.ts';
import { personOf, placeOf } from '../schedule/queries.ts';
import type { By } from '../staff/use-by.ts';
import { withProposals } from '../visits/proposed-times.ts';
import { slotsToBeHad } from '../visits/to-be-had.ts';
import { decide, decided } from './decide.ts';
import { focusOf, readFocus } from './focus.ts';

/** null: there is none of this patient's. */
export const visitQuery = (fhir: Fhir, task: Task) =>
  queryOptions({
    queryKey: ['visit', fhir.patient, focusOf(task, 'Appointment') ?? '', task.id],
    queryFn: async () => (await readFocus<Appointment>(fhir, task, 'Appointment'))?.found ?? null,
  });

export interface FreeTime {
  readonly slot: Slot;
  readonly schedule: Schedule | undefined;
}

const PEOPLE = /^Practitioner\//;

export const withWhomAsked = ({ participant }: Appointment): string | undefined =>
  participant.map(({ actor }) => actor?.reference).find((reference) => PEOPLE.test(reference ?? ''));

/** Of a time: whose schedule it is on, and where, for one person may have times at two places on one day; or that it is by video or telephone. */
export function whoAndWhere(schedule: Schedule | undefined, slot: Slot): string {
  const held = howHeld({ extension: virtualAt(slot, schedule) });
  const where = held ?? (schedule && placeOf(schedule)?.display);
  return [schedule && personOf(schedule)?.display, where].filter(Boolean).join(' · ');
}

const MOST = 30;
/** Half a year. */
const AHEAD_MS = 183 * 86_400_000;

/** Within what suits the patient, and from now on; with whom they asked for, where they did. `day`: from that one on. */
export const freeTimesQuery = (
  fhir: FhirApi,
  visit: Appointment,
  { day, anybody }: { readonly day: string; readonly anybody: boolean },
) => {
  const who = anybody ? undefined : withWhomAsked(visit);
  return queryOptions({
    queryKey: ['free-times', visit.id, day, who ?? ''],
    queryFn: async (): Promise<readonly FreeTime[]> => {
      const from = Math.max(Date.now(), instantOf(day));
      const between = {
        from: new Date(from).toISOString(),
        until: new Date(from + AHEAD_MS).toISOString(),
      };
      const found = await slotsToBeHad(fhir, { practitioner: who, ...between }, MOST);
      if (found?.size === 0) return [];
      const { resources, included } = await fhir.search<Slot>('Slot', {
        ...(found ? { _id: [...found].join(',') } : { status: 'free', start: `ge${between.from}` }),
        ...(who && !found ? { 'schedule.actor': who } : {}),
        _sort: 'start',
        _count: String(MOST),
        _include: 'Slot:schedule',
      });
      const schedules = new Map(
        included
          .filter((each) => each.resourceType === 'Schedule')
          .map((each) => [`Schedule/${each.id}`, each as Schedule]),
      );
      return resources.map((slot) => ({ slot, schedule: schedules.get(slot.schedule.reference ?? '') }));
    },
  });
};

/** YYYY-MM-DD: the first day that suits them, or today. */
export const firstDay = ({ requestedPeriod }: Appointment, now = Date.now()): string => {
  const asked = dayNamed(requestedPeriod?.[0]?.start);
  const today = dayText(now);
  return asked > today ? asked : today;
};

/** YYYY-MM-DD: the last day that suits them; '' where they named none, or it is over. */
export const lastDay = ({ requestedPeriod }: Appointment): string => {
  const asked = dayNamed(requestedPeriod?.[0]?.end);
  return asked < dayText(Date.now()) ? '' : asked;
};

/** On a day before or after those that they said they can. */
export function isOutsideAsked({ requestedPeriod }: Appointment, { start }: Slot): boolean {
  const [asked] = requestedPeriod ?? [];
  const day = dayText(timeOf(start));
  return (
    (asked?.end !== undefined && day > dayNamed(asked.end)) ||
    (asked?.start !== undefined && day < dayNamed(asked.start))
  );
}

/** The slot is taken in the same transaction, by the version that was free: of two who press at once, one gets it. */
export function bookRequest(
  fhir: FhirApi,
  task: Task,
  {
    by,
    visit,
    time,
    identity,
  }: {
    readonly by: By;
    readonly visit: Appointment;
    readonly time: FreeTime;
    readonly identity: string;
  },
): Promise<void> {
  const { slot, schedule } = time;
  const virtual = virtualAt(slot, schedule);
  const { extension: _, ...asked } = visit;
  const booked: Appointment = {
    ...asked,
    ...heldAs(visit, virtual),
    status: 'booked',
    start: slot.start,
    end: slot.end,
    minutesDuration: Math.round((timeOf(slot.end) - timeOf(slot.start)) / 60_000),
    slot: [{ reference: `Slot/${slot.id}` }],
    ...(slot.serviceType ? { serviceType: slot.serviceType } : {}),
    participant: schedule
      ? participantsOn(schedule, visit.participant, virtual.length > 0)
      : visit.participant.map((each) => ({ ...each, status: 'accepted' as const })),
  };
  return decide(
    fhir,
    decided(task, by, { status: 'completed' }),
    [{ resource: booked }, { resource: { ...slot, status: 'busy' } satisfies Slot }],
    identity,
  );
}

/** At a time that is on no schedule: no slot is taken. `start`: milliseconds. */
export function bookAt(
  fhir: FhirApi,
  task: Task,
  {
    by,
    visit,
    start,
    minutes,
    identity,
  }: {
    readonly by: By;
    readonly visit: Appointment;
    readonly start: number;
    readonly minutes: number;
    readonly identity: string;
  },
): Promise<void> {
  const { slot: _, ...asked } = visit;
  const booked: Appointment = {
    ...asked,
    status: 'booked',
    start: new Date(start).toISOString(),
    end: new Date(start + minutes * 60_000).toISOString(),
    minutesDuration: minutes,
    participant: visit.participant.map((each) => ({ ...each, status: 'accepted' })),
  };
  return decide(fhir, decided(task, by, { status: 'completed' }), [{ resource: booked }], identity);
}

/** The patient picks one of them in the portal; until then it is theirs to answer. */
export function proposeTimes(
  fhir: FhirApi,
  task: Task,
  {
    by,
    visit,
    times,
    identity,
  }: {
    readonly by: By;
    readonly visit: Appointment;
    readonly times: readonly FreeTime[];
    readonly identity: string;
  },
): Promise<void> {
  const ids = times.flatMap(({ slot }) => slot.id ?? []);
  const proposed = withProposals({ ...visit, status: 'proposed' }, ids);
  return decide(fhir, decided(task, by, { status: 'completed' }), [{ resource: proposed }], identity);
}

/** Where the last day is said. */
export const untilId = ({ id }: Task): string => `wait-${id}-until`;

/** Days are YYYY-MM-DD. The server offers what becomes free in turn (fhir-server jobs/waiting-list). Rejects with FieldProblem. */
export async function putOnList(
  fhir: FhirApi,
  task: Task,
  {
    by,
    visit,
    wish,
    identity,
  }: {
    readonly by: By;
    readonly visit: Appointment;
    readonly wish: { readonly from: string; readonly until: string; readonly anybody: boolean };
    readonly identity: string;
  },
): Promise<void> {
  const { from, until } = wish;
  const hasEnd = until !== '';
  requireRight(untilId(task), hasEnd && until < today() && 'Please choose a day that is to come.');
  requireRight(untilId(task), hasEnd && until < from && 'The last day is before the first.');
  const { requestedPeriod: _, ...rest } = visit;
  const waiting: Appointment = {
    ...rest,
    status: 'waitlist',
    requestedPeriod: [{ start: from, ...(until === '' ? {} : { end: until }) }],
    participant: wish.anybody
      ? visit.participant.filter(({ actor }) => !PEOPLE.test(actor?.reference ?? ''))
      : visit.participant,
  };
  return decide(fhir, decided(task, by, { status: 'completed' }), [{ resource: waiting }], identity);
}

export function declineVisit(
  fhir: FhirApi,
  task: Task,
  {
    by,
    visit,
    reason,
    identity,
  }: {
    readonly by: By;
    readonly visit: Appointment;
    readonly reason: string;
    readonly identity: string;
  },
): Promise<void> {
  const declined: Appointment = { ...visit, status: 'cancelled', cancelationReason: { text: reason.trim() } };
  return decide(fhir, decided(task, by, { status: 'rejected', reason }), [{ resource: declined }], identity);
}
