/** Slots and visits of some days as what is drawn: each in its place on the day, and which slots in a row are long enough. */
import type { Appointment, Slot } from '@medplum/fhirtypes';
import { minuteOfDay } from '../../format/clinic-clock.ts';
import { timeOf } from '../../format/date.ts';

export type Item =
  | { readonly kind: 'visit'; readonly visit: Appointment; readonly from: number; readonly until: number }
  | {
      readonly kind: 'free' | 'blocked' | 'taken';
      readonly slot: Slot;
      readonly from: number;
      readonly until: number;
    };

const MINUTE_MS = 60_000;
const GONE: ReadonlySet<string> = new Set([
  'cancelled',
  'noshow',
  'entered-in-error',
  'proposed',
  'waitlist',
]);
const HELD_UNTIL = 'urn:wellspring:slot-held-until';

/** Ids of slots that can be had, as the server finds them; undefined: it does not say. */
export type ToBeHad = ReadonlySet<string> | undefined;

/** In the order of time. A slot under a visit is the visit; what nobody may see of, or can book whatever it says of itself, is taken. */
export function itemsOf(
  slots: readonly Slot[],
  appointments: readonly Appointment[],
  now = Date.now(),
  toBeHad?: ToBeHad,
): Item[] {
  const visits = appointments.flatMap((visit): Item[] => {
    const [from, until] = [timeOf(visit.start), timeOf(visit.end)];
    return GONE.has(visit.status) || !(from < until) ? [] : [{ kind: 'visit', visit, from, until }];
  });
  const others = slots.flatMap((slot): Item[] => {
    const [from, until] = [timeOf(slot.start), timeOf(slot.end)];
    const isUnder = visits.some((visit) => visit.from < until && from < visit.until);
    return isUnder || !(from < until) ? [] : [{ kind: kindOf(slot, now, toBeHad), slot, from, until }];
  });
  return [...visits, ...others].sort((a, b) => a.from - b.from || a.until - b.until);
}

/** A visit as it is by now, where it is still among these: what was pressed may have been moved since. */
export function asItIs(item: Item, appointments: readonly Appointment[]): Item {
  if (item.kind !== 'visit') return item;
  const visit = appointments.find(({ id }) => id === item.visit.id) ?? item.visit;
  return { ...item, visit, from: timeOf(visit.start), until: timeOf(visit.end) };
}

function kindOf(slot: Slot, now: number, toBeHad: ToBeHad): 'free' | 'blocked' | 'taken' {
  if (slot.status === 'busy-unavailable') return 'blocked';
  return isFree(slot, now) && (isOver(slot, now) || isToBeHad(slot, toBeHad)) ? 'free' : 'taken';
}

/** Nobody looks for what has begun: that it was free is all that is said of it. */
const isOver = ({ start }: Slot, now: number): boolean => timeOf(start) <= now;

const isToBeHad = ({ id }: Slot, toBeHad: ToBeHad): boolean => toBeHad?.has(id ?? '') ?? true;

/** Those that can be booked, as far as is known. */
export const bookable = (slots: readonly Slot[], toBeHad: ToBeHad): readonly Slot[] =>
  slots.filter((slot) => isToBeHad(slot, toBeHad));

/** Also what was held for somebody who did not come back to it. */
export function isFree({ status, extension = [], overbooked }: Slot, now = Date.now()): boolean {
  if (overbooked === true) return false;
  if (status === 'free') return true;
  const until = timeOf(extension.find(({ url }) => url === HELD_UNTIL)?.valueInstant);
  return status === 'busy-tentative' && until <= now;
}

/** As the server takes them in one booking. */
const MOST_SLOTS = 4;

/** Free slots from this one on, each beginning where the one before ends, that are long enough together; undefined: there are not enough. */
export function runFrom(slots: readonly Slot[], first: Slot, minutes: number, now = Date.now()) {
  const run = [first];
  const needed = timeOf(first.start) + minutes * MINUTE_MS;
  while (timeOf(run.at(-1)?.end) < needed) {
    const end = timeOf(run.at(-1)?.end);
    const next = slots.find((slot) => timeOf(slot.start) === end && isFree(slot, now));
    if (!next || run.length === MOST_SLOTS) return undefined;
    run.push(next);
  }
  return run.every((slot) => isFree(slot, now)) && timeOf(first.start) > now ? run : undefined;
}

export const minutesOf = ({ start, end, minutesDuration }: Appointment): number => {
  const minutes = Math.round((timeOf(end) - timeOf(start)) / MINUTE_MS);
  return Number.isFinite(minutes) && minutes > 0 ? minutes : (minutesDuration ?? 0);
};

/** Items that overlap stand side by side: which of how many lanes each has. */
export function lanesOf(
  items: readonly Item[],
): readonly { readonly lane: number; readonly lanes: number }[] {
  const lane: number[] = [];
  const groups: number[][] = [];
  let until = -Infinity;
  items.forEach((item, i) => {
    if (item.from >= until) groups.push([]);
    const group = groups.at(-1) as number[];
    const busy = new Set(group.filter((j) => (items[j] as Item).until > item.from).map((j) => lane[j]));
    let free = 0;
    while (busy.has(free)) free += 1;
    lane[i] = free;
    group.push(i);
    until = Math.max(until, item.until);
  });
  return items.map((_, i) => {
    const group = groups.find((each) => each.includes(i)) as number[];
    return { lane: lane[i] as number, lanes: Math.max(...group.map((j) => lane[j] as number)) + 1 };
  });
}

const DAY_MINUTES = 24 * 60;

/** The first and the last minute that anything on these days begins or ends, in minutes of the day, as whole hours; an ordinary day where there is nothing. */
export function spanOf(items: readonly Item[]): { readonly first: number; readonly last: number } {
  if (items.length === 0) return { first: 9 * 60, last: 17 * 60 };
  const first = Math.min(...items.map(({ from }) => minuteOfDay(from)));
  const last = Math.max(
    ...items.map(({ from, until }) => minuteOfDay(from) + Math.min((until - from) / MINUTE_MS, DAY_MINUTES)),
  );
  return { first: Math.floor(first / 60) * 60, last: Math.min(Math.ceil(last / 60) * 60, 24 * 60) };
}
