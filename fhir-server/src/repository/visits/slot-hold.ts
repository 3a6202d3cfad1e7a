/**
 * A hold on a slot: `busy-tentative` and until when, on the slot and on the pending appointment that it is for. Everybody reads slots, so nothing of the
 * appointment stands there; the two belong together where they end at the same instant. A hold ends by itself: nobody has to clean up.
 */
import { inMilliseconds } from '@wellspring/profiles';
import { withoutVersion } from '../../search/own-references.ts';
import type { ResourceJson } from '../text/resource-text.ts';

interface Extension {
  readonly url: string;
  readonly valueInstant?: string;
  readonly valueReference?: Reference;
}
interface Extended extends ResourceJson {
  readonly extension?: readonly Extension[];
}
export interface Reference {
  readonly reference?: string;
  readonly display?: string;
}

export interface Slot extends Extended {
  readonly status?: string;
  readonly start?: string;
  readonly end?: string;
  readonly schedule?: Reference;
  readonly serviceType?: unknown;
  readonly specialty?: unknown;
  readonly appointmentType?: unknown;
  readonly overbooked?: boolean;
}

export interface Appointment extends Extended {
  readonly status?: string;
  readonly start?: string;
  readonly end?: string;
  readonly slot?: readonly Reference[];
  readonly participant?: readonly { readonly actor?: Reference; readonly status?: string }[];
}

const UNTIL = 'urn:wellspring:slot-held-until';
/** Earlier versions of this server named the appointment on the slot. */
const FOR = 'urn:wellspring:slot-held-for';

const untilOf = ({ extension = [] }: Extended): string | undefined =>
  extension.find(({ url }) => url === UNTIL)?.valueInstant;

/** Milliseconds; undefined: it holds nothing, or no longer. */
export function heldUntil(resource: Extended, now: number): number | undefined {
  const until = inMilliseconds(untilOf(resource) ?? '');
  return until > now ? until : undefined;
}

/** What is overbooked has room for nobody who comes by themself ("appointments are unlikely to be accepted for this time"). */
export function isFree(slot: Pick<Slot, 'status' | 'extension' | 'overbooked'>, now: number): boolean {
  if (slot.overbooked === true) return false;
  if (slot.status === 'free') return true;
  const until = untilOf(slot as Slot);
  return slot.status === 'busy-tentative' && until !== undefined && inMilliseconds(until) <= now;
}

/** By the clinic, whoever has it or gives it back: it opens the slot again itself. */
export const isSetAside = ({ status }: Pick<Slot, 'status'>): boolean =>
  status === 'busy-unavailable' || status === 'entered-in-error';

/** Made by a hold, and still waiting to be booked. What the clinic keeps pending is the clinic's to book. */
export const isHold = (appointment: Appointment): boolean =>
  appointment.status === 'pending' && untilOf(appointment) !== undefined;

export const isHeldFor = (slot: Slot, appointment: Appointment): boolean =>
  slot.status === 'busy-tentative' &&
  isHold(appointment) &&
  untilOf(slot) === untilOf(appointment) &&
  namesSlot(appointment, slot) &&
  isWithin(slot, appointment);

/** Whether the appointment has the slot now: as a visit, or by a hold on it that has not passed to another. */
export function takes(appointment: Appointment, slot: Slot): boolean {
  if (!namesSlot(appointment, slot) || !isAtTimeOf(appointment, slot)) return false;
  if (appointment.status !== 'pending') return TAKING.has(appointment.status ?? '');
  return !isHold(appointment) || isHeldFor(slot, appointment);
}

/** A visit of these has its slots; one that is pending has them too. */
export const TAKING: ReadonlySet<string> = new Set(['booked', 'arrived', 'checked-in', 'fulfilled']);

/** Ids. */
export const namedSlots = ({ slot = [] }: Appointment): string[] =>
  slot.flatMap(({ reference = '' }) =>
    reference.startsWith('Slot/') ? withoutVersion(reference).slice('Slot/'.length) : [],
  );

export const namesSlot = (appointment: Appointment, { id }: Slot): boolean =>
  namedSlots(appointment).some((each) => each === id);

/** A visit that was moved, or whose slot was, is at its own time: the slot that it still names is another's to have. One without a time is when its slots are. */
export function isAtTimeOf(appointment: Appointment, slot: Slot): boolean {
  const [visit, offered] = [timeOf(appointment), timeOf(slot)];
  return !(visit.begin >= offered.end || offered.begin >= visit.end);
}

/** Of all that it names, in their order: their time together is its own. */
export const isAtTimesOf = (appointment: Appointment, run: readonly Slot[]): boolean =>
  timeOf(appointment).begin === timeOf(run[0] ?? {}).begin &&
  timeOf(appointment).end === timeOf(run.at(-1) ?? {}).end;

/**
 * A slot that was moved, or that is longer or shorter, is not kept for whom it was shown as it was before. Of one that is alone that is the question of all (isAtTimesOf); of several
 * each is asked here without the others: it is no more than among them, and whoever has them all asks of them together.
 */
function isWithin(slot: Slot, appointment: Appointment): boolean {
  const [visit, offered] = [timeOf(appointment), timeOf(slot)];
  if (namedSlots(appointment).length === 1)
    return Number.isNaN(visit.begin) || isAtTimesOf(appointment, [slot]);
  return !(offered.begin < visit.begin || offered.end > visit.end);
}

export const isSameTime = (one: Appointment, other: Appointment): boolean =>
  inMilliseconds(String(one.start)) === inMilliseconds(String(other.start)) &&
  inMilliseconds(String(one.end)) === inMilliseconds(String(other.end));

/** Milliseconds. */
export const timeOf = ({
  start,
  end,
}: Pick<Slot, 'start' | 'end'>): { readonly begin: number; readonly end: number } => ({
  begin: inMilliseconds(String(start)),
  end: inMilliseconds(String(end)),
});

export function withHold<T extends Extended>(resource: T, status: string, until: number): T {
  const hold: Extension = { url: UNTIL, valueInstant: new Date(until).toISOString() };
  return { ...resource, status, extension: [...others(resource), hold] };
}

export function withoutHold<T extends Extended>(resource: T, status: string): T {
  const { extension: _, ...rest } = resource;
  const left = others(resource);
  return { ...rest, status, ...(left.length > 0 ? { extension: left } : {}) } as unknown as T;
}

const others = ({ extension = [] }: Extended): Extension[] =>
  extension.filter(({ url }) => url !== UNTIL && url !== FOR);
