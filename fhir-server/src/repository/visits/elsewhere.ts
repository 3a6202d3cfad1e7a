/**
 * Nobody is at two visits at once: what somebody's other schedules hold at a time that one of them has free, at another place, by video and in person, for two clinics; and visits
 * that are on no schedule. Of one schedule times may lie side by side, as who keeps it wants them; a Location or a service has room for more than one.
 */
import { withoutVersion } from '../../search/own-references.ts';
import { all, and, or, type QueryNode } from '../../search/query.ts';
import { tokenNode } from '../../search/types/token.ts';
import { resourceOf } from '../text/resource-text.ts';
import type { Find } from './clinic-reader.ts';
import {
  type Appointment,
  isFree,
  isHold,
  namedSlots,
  namesSlot,
  type Slot,
  takes,
  timeOf,
} from './slot-hold.ts';
import type { Diary, WorkedBy } from './worked-by.ts';

export interface OtherSlot {
  readonly resource: Slot;
  readonly version: number;
}

/** What is meanwhile: slots of other schedules that are `taken`, and those that still are `free`; `visits` on no schedule or at a time that their slots do not have, and those that have the slot itself, or one of another schedule, although it says it is free. */
export interface Meanwhile {
  readonly taken: readonly OtherSlot[];
  readonly free: readonly OtherSlot[];
  readonly visits: readonly Appointment[];
}
export type Elsewhere = (slot: Slot) => Meanwhile;

/** No slot or visit is longer: those that began before are looked for so far back. */
const LONGEST_MS = 8 * 86_400_000;
const MOST_SCHEDULES = 100;
const MOST_SLOTS = 5000;

/** Times in milliseconds: what begins before `until` and may not be over at `from` is looked at. */
export interface While {
  readonly from: number;
  readonly until: number;
  /** Whether anybody asks what is free. */
  readonly isFreeAsked: boolean;
}

export async function elsewhereOf(
  { id, actor = [] }: Diary,
  { people }: Pick<WorkedBy, 'people'>,
  find: Find,
  between: While,
  now: number,
): Promise<Elsewhere> {
  const others = await otherSchedules(id, people, find);
  const actors = [
    ...new Set([
      ...people,
      ...actor.flatMap(({ reference }) => (reference ? withoutVersion(reference) : [])),
    ]),
  ];
  const [meanwhileOf, visits, having, onOthers] = await Promise.all([
    takenAndFree(others, find, between, now),
    actors.length === 0 ? [] : visitsOf(actors, find, between),
    id === undefined ? [] : visitsBySlots([`Schedule/${id}`], find, between),
    others.length === 0 ? [] : visitsOnOthers(others, find, between),
  ]);
  const isOfPeople = ({ participant = [] }: Appointment): boolean =>
    participant.some(
      ({ actor: one, status }) =>
        status !== 'declined' && people.includes(withoutVersion(one?.reference ?? '')),
    );
  const ofPeople = visits.map(({ resource }) => resource).filter(isOfPeople);
  const bySlots = await coveredBySlots(id, others, ofPeople, find);
  return (asked) => ({
    ...meanwhileOf(asked),
    visits: [
      ...overlapping(visits, asked)
        .map(({ resource }) => resource)
        .filter((visit) => isOfPeople(visit) && !bySlots.has(visit)),
      ...overlapping(having, asked)
        .map(({ resource }) => resource)
        .filter((visit) => namesSlot(visit, asked) && !isHold(visit)),
      ...overlapping(onOthers, asked).map(({ resource }) => resource),
    ],
  });
}

/** The same of slots alone. */
export async function elsewhereBySlots(
  { id }: Diary,
  { people }: Pick<WorkedBy, 'people'>,
  find: Find,
  between: While,
  now: number,
): Promise<(slot: Slot) => TakenAndFree> {
  return takenAndFree(await otherSchedules(id, people, find), find, between, now);
}

type TakenAndFree = Pick<Meanwhile, 'taken' | 'free'>;

async function takenAndFree(
  others: readonly string[],
  find: Find,
  between: While,
  now: number,
): Promise<(slot: Slot) => TakenAndFree> {
  const slots = others.length === 0 ? [] : await slotsOf(others, find, between);
  return (asked) => {
    const meanwhile = overlapping(slots, asked);
    return {
      taken: meanwhile.filter(({ resource }) => TAKEN.has(resource.status ?? '') && !isFree(resource, now)),
      free: meanwhile.filter(({ resource }) => isFree(resource, now)),
    };
  };
}

interface Timed<T> {
  readonly resource: T;
  readonly version: number;
  readonly begin: number;
  readonly end: number;
}

/** Of thousands it is asked for each time that is found: their times are read once. */
const timed = <T extends Slot | Appointment>(resource: T, version: number): Timed<T> => ({
  resource,
  version,
  ...timeOf(resource),
});

function overlapping<T>(all: readonly Timed<T>[], asked: Slot): readonly Timed<T>[] {
  const { begin, end } = timeOf(asked);
  return all.filter((each) => each.begin < end && begin < each.end);
}

/** By a visit, or while somebody decides. `busy-unavailable` is of that schedule alone: who is not here may be there. */
const TAKEN: ReadonlySet<string> = new Set(['busy', 'busy-tentative']);
const VISITED = ['booked', 'arrived', 'checked-in', 'fulfilled'];

async function slotsOf(schedules: readonly string[], find: Find, between: While): Promise<Timed<Slot>[]> {
  const where = and(
    { kind: 'reference', param: 'schedule', targets: schedules },
    ...beginning('start', between),
    between.isFreeAsked ? all : oneOf([...TAKEN]),
  );
  return (await find('Slot', where, MOST_SLOTS)).map((each) => timed(resourceOf<Slot>(each), each.version));
}

async function visitsOf(
  actors: readonly string[],
  find: Find,
  between: While,
): Promise<Timed<Appointment>[]> {
  const where = and(
    { kind: 'reference', param: 'actor', targets: actors },
    ...beginning('date', between),
    oneOf(VISITED),
  );
  return (await find('Appointment', where, MOST_SLOTS)).map((each) =>
    timed(resourceOf<Appointment>(each), each.version),
  );
}

/** Those that name a slot of these schedules which does not say so: whoever is at them, also where they name nobody of the clinic. */
async function visitsBySlots(
  schedules: readonly string[],
  find: Find,
  between: While,
): Promise<Timed<Appointment>[]> {
  const slots = and(
    { kind: 'reference', param: 'schedule', targets: schedules },
    ...beginning('start', between),
    oneOf(['free', 'busy-tentative']),
  );
  const where = and(
    { kind: 'chained', param: 'slot', type: 'Slot', where: slots },
    oneOf([...VISITED, 'pending']),
  );
  return (await find('Appointment', where, MOST_SLOTS)).map((each) =>
    timed(resourceOf<Appointment>(each), each.version),
  );
}

/** Those that have such a slot: its schedule's people are at them. What was moved away from its slot is at its own time, and only with whom it names. */
async function visitsOnOthers(
  others: readonly string[],
  find: Find,
  between: While,
): Promise<Timed<Appointment>[]> {
  const visits = (await visitsBySlots(others, find, between)).filter(({ resource }) => !isHold(resource));
  const ids = [...new Set(visits.flatMap(({ resource }) => namedSlots(resource)))];
  if (ids.length === 0) return [];
  const slots = (await find('Slot', { kind: 'id', ids }, ids.length)).map((each) => ({
    ...resourceOf<Slot>(each),
    id: each.id,
  }));
  const ofOthers = slots.filter(({ schedule }) => others.includes(withoutVersion(schedule?.reference ?? '')));
  return visits.filter(({ resource }) => ofOthers.some((slot) => takes(resource, slot)));
}

/** Those whose whole time is that of slots which say so themselves: of the schedule that is asked about (`id`), or taken on another of the same people. Whoever comes to a visit of somebody else's schedule is there too. */
async function coveredBySlots(
  id: string | undefined,
  others: readonly string[],
  visits: readonly Appointment[],
  find: Find,
): Promise<ReadonlySet<Appointment>> {
  const ids = new Set(visits.flatMap(namedSlots));
  if (ids.size === 0) return new Set();
  const found = await find('Slot', { kind: 'id', ids: [...ids] }, ids.size);
  const slots = new Map(found.map((each) => [each.id, resourceOf<Slot>(each)]));
  const isTelling = ({ status, schedule }: Slot): boolean => {
    const name = withoutVersion(schedule?.reference ?? '');
    return name === `Schedule/${id}` || (TAKEN.has(status ?? '') && others.includes(name));
  };
  return new Set(
    visits.filter((visit) =>
      isCovered(
        visit,
        namedSlots(visit)
          .flatMap((each) => slots.get(each) ?? [])
          .filter(isTelling),
      ),
    ),
  );
}

function isCovered(visit: Appointment, slots: readonly Slot[]): boolean {
  const { begin, end } = timeOf(visit);
  let covered = begin;
  for (const slot of slots.map(timeOf).toSorted((a, b) => a.begin - b.begin))
    if (slot.begin <= covered) covered = Math.max(covered, slot.end);
  return covered >= end;
}

const oneOf = (statuses: readonly string[]): QueryNode =>
  or(...statuses.map((status) => tokenNode('status', status)));

const beginning = (param: string, { from, until }: While): QueryNode[] =>
  (
    [
      ['ge', from - LONGEST_MS],
      ['lt', until],
    ] as const
  ).map(([test, at]) => ({ kind: 'date', param, test, range: { low: at, high: at } }));

async function otherSchedules(
  id: string | undefined,
  people: readonly string[],
  find: Find,
): Promise<string[]> {
  if (people.length === 0) return [];
  const where: QueryNode = { kind: 'reference', param: 'actor', targets: people };
  const found = await find('Schedule', where, MOST_SCHEDULES);
  return found.filter((each) => each.id !== id).map((each) => `Schedule/${each.id}`);
}
