/** Free times as they are offered: slots that follow each other on a schedule, and whom of those who wait one suits. Pure. */
import { inMilliseconds } from '@wellspring/profiles';
import type { Appointment, Slot } from '../../repository/visits/slot-hold.ts';
import { insteadOf, wasOffered } from '../../repository/visits/waiting-list.ts';
import type { Diary } from '../../repository/visits/worked-by.ts';

export interface Schedule extends Diary {
  readonly serviceType?: unknown;
}

export interface FreeSlot {
  readonly slot: Slot;
  readonly version: number;
}

/** Somebody who waits. */
export interface Wish {
  readonly appointment: Appointment;
  readonly version: number;
  /** When they began to: by this they have their turn. Milliseconds. */
  readonly since: number;
  /** Of the visit that they have and want earlier. */
  readonly visit: Appointment | undefined;
  /** Of the clinic, IANA: days are its. */
  readonly timeZone: string;
  /** They live, and their record is in use. */
  readonly isSeen: boolean;
}

const MINUTE_MS = 60_000;
/** As `$book` takes them. */
const MOST_SLOTS = 4;
/** Nobody gets ready and comes in less. */
const LEAST_MS = 60 * MINUTE_MS;

const startOf = ({ start }: Pick<Appointment, 'start'>): number => inMilliseconds(String(start));
const endOf = ({ end }: Pick<Appointment, 'end'>): number => inMilliseconds(String(end));

/** The first time that suits, of the free slots of one schedule in their order. `people`: who works by it. */
export function timeFor(
  wish: Wish,
  free: readonly FreeSlot[],
  { schedule, people }: { readonly schedule: Schedule; readonly people: readonly string[] },
  now: number,
): readonly FreeSlot[] | undefined {
  if (!isWithWhom(wish, people)) return undefined;
  const minutes = minutesOf(wish);
  for (const [i, first] of free.entries()) {
    if (!suits(wish, first.slot, schedule, now)) continue;
    const run = runFrom(free, i, minutes);
    if (run) return run;
  }
  return undefined;
}

function suits(wish: Wish, slot: Slot, schedule: Schedule, now: number): boolean {
  const start = startOf(slot);
  if (!(start >= now + LEAST_MS) || wasOffered(wish.appointment, slot)) return false;
  if (wish.visit && !(start < startOf(wish.visit))) return false;
  return isOnTheirDays(wish, start) && isOfService(wish, slot.serviceType ?? schedule.serviceType);
}

/** Days of the clinic, as `requestedPeriod` names them; none named: any. */
function isOnTheirDays({ appointment, timeZone }: Wish, start: number): boolean {
  const periods = listOf<{ start?: string; end?: string }>(appointment.requestedPeriod);
  if (periods.length === 0) return true;
  const day = dayIn(timeZone, start);
  return periods.some(
    ({ start: from = '', end: until = '9999' }) =>
      day >= dayNamed(timeZone, from) && isUntil(day, dayNamed(timeZone, until)),
  );
}

/** A date is the clinic's day, as precise as it is; a time is that of whichever zone it was written in. */
function dayNamed(timeZone: string, text: string): string {
  const time = text.includes('T') ? inMilliseconds(text) : Number.NaN;
  return Number.isNaN(time) ? text.slice(0, 10) : dayIn(timeZone, time);
}

/** To the end of a day, of a month, of a year. */
const isUntil = (day: string, until: string): boolean => day.slice(0, until.length) <= until;

const MOST_DAYS = 20_000;
/** By time zone: each time is asked of by everybody who waits. */
const days = new Map<string, { readonly format: Intl.DateTimeFormat; readonly known: Map<number, string> }>();

function dayIn(timeZone: string, start: number): string {
  const own = days.get(timeZone) ?? {
    format: new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' }),
    known: new Map<number, string>(),
  };
  days.set(timeZone, own);
  const day = own.known.get(start) ?? own.format.format(start);
  if (own.known.size >= MOST_DAYS) own.known.clear();
  own.known.set(start, day);
  return day;
}

interface Concept {
  readonly coding?: readonly { readonly system?: string; readonly code?: string }[];
}

const listOf = <T>(value: unknown): readonly T[] => (Array.isArray(value) ? (value as T[]) : []);

const codes = (concepts: unknown): string[] =>
  listOf<Concept>(concepts).flatMap(({ coding = [] }) =>
    coding.map(({ system, code }) => `${system}|${code}`),
  );

/** Of a visit that they have its own service, whatever the wish says. A time that is for no service in particular is for any. */
function isOfService({ appointment, visit }: Wish, offered: unknown): boolean {
  const [wanted, had] = [codes((visit ?? appointment).serviceType), codes(offered)];
  return wanted.length === 0 || had.length === 0 || wanted.some((code) => had.includes(code));
}

const PERSON = /^(Practitioner|PractitionerRole)\//;

const peopleOf = ({ participant = [] }: Appointment): string[] =>
  participant.flatMap(({ actor }) =>
    PERSON.test(actor?.reference ?? '') ? (actor?.reference as string) : [],
  );

/** With any of those they named; where they named nobody, with anybody. */
function isWithWhom({ appointment }: Wish, people: readonly string[]): boolean {
  const wanted = peopleOf(appointment);
  return wanted.length === 0 || people.some((each) => wanted.includes(each));
}

function minutesOf({ appointment, visit }: Wish): number {
  const length = visit ? (endOf(visit) - startOf(visit)) / MINUTE_MS : Number(appointment.minutesDuration);
  return Number.isFinite(length) && length > 0 ? length : 0;
}

/** From this one on, each beginning where the one before ends, long enough together. */
function runFrom(free: readonly FreeSlot[], at: number, minutes: number): readonly FreeSlot[] | undefined {
  const first = free[at] as FreeSlot;
  const run = [first];
  const needed = startOf(first.slot) + minutes * MINUTE_MS;
  for (const next of free.slice(at + 1)) {
    const end = endOf((run.at(-1) as FreeSlot).slot);
    if (end >= needed || run.length === MOST_SLOTS) break;
    if (startOf(next.slot) === end) run.push(next);
  }
  return endOf((run.at(-1) as FreeSlot).slot) >= needed ? run : undefined;
}

/** The visit that they have is still to come, and theirs: else there is nothing to wait for. */
export const isMoot = (appointment: Appointment, visit: Appointment | undefined, now: number): boolean =>
  insteadOf(appointment) !== undefined &&
  (visit?.status !== 'booked' ||
    !(startOf(visit) > now) ||
    patientOf(visit) === undefined ||
    patientOf(visit) !== patientOf(appointment));

/** `Patient/…` */
export const patientOf = ({ participant = [] }: Appointment): string | undefined =>
  participant.map(({ actor }) => actor?.reference).find((reference) => reference?.startsWith('Patient/'));
