/**
 * A visit that names a slot has it, by whatever way it is written: in the same commit the slot is `busy` (`busy-tentative` for one that is pending), and of two visits one has it. A
 * clinic that overbooks on purpose says so: on a Slot with `overbooked` there is room for more, and a visit that names no slot is on nobody's schedule. What the writes say of a slot
 * themselves goes before; what is over is history, and is written as it was. A system that copies its own diary here (PUT, under its own ids) is believed: there it is booked already.
 */
import { businessRule, conflict, FhirError, inEntry, type OriginOf } from '@wellspring/profiles';
import type { AccessContext } from '../../access/access-context.ts';
import { isSystem } from '../../access/read-condition.ts';
import type { Json } from '../../access/write-rules.ts';
import { localName } from '../../search/own-references.ts';
import type { ResourceStore, WriteOperation } from '../../store/store.ts';
import { ownUpdate, type Stored, storedResource } from '../own-writes.ts';
import type { ResourceJson } from '../text/resource-text.ts';
import { type ClinicReader, clinicReader } from './clinic-reader.ts';
import { requireOwnDiary } from './diary.ts';
import { elsewhereBySlots } from './elsewhere.ts';
import {
  type Appointment,
  heldUntil,
  isAtTimeOf,
  isFree,
  isHold,
  isSameTime,
  isSetAside,
  namesSlot,
  type Slot,
  takes,
  timeOf,
  withoutHold,
} from './slot-hold.ts';
import { visitsOfSlots } from './slot-visits.ts';
import { type Diary, type WorkedBy, workedBy } from './worked-by.ts';

export interface WrittenAppointment {
  readonly id: string;
  /** Of the writes, for whoever reads what is refused. */
  readonly index: number;
  readonly after: Appointment;
  readonly isUpdate: boolean;
}

interface Writes {
  readonly store: ResourceStore;
  readonly access: AccessContext;
  readonly now: number;
  readonly appointments: readonly WrittenAppointment[];
  /** What is written beside them, by its name (`Type/id`). */
  readonly own: ReadonlyMap<string, ResourceJson>;
  /** Of who works by the schedules. */
  readonly reader: ClinicReader;
  /** What is deleted beside them. */
  readonly gone: ReadonlySet<string>;
  /** See Taken: added to here. */
  readonly read: Map<string, number>;
}

interface Taken {
  readonly operations: readonly WriteOperation[];
  /** Slots that are written beside their visits: the version (0: none) by which nobody else had them. */
  readonly read: ReadonlyMap<string, number>;
}

/** Throws conflict for a slot that another has, or by whose schedule nobody is seen then. */
export async function takenSlots(
  asked: Omit<Writes, 'reader' | 'read'>,
  originOf?: OriginOf,
): Promise<Taken> {
  const read = new Map<string, number>();
  const writes: Writes = { ...asked, reader: readerOf(asked.store), read };
  const operations = new Map<string, WriteOperation>();
  for (const written of writes.appointments) {
    try {
      for (const [name, operation] of await takenBy(writes, written)) operations.set(name, operation);
    } catch (error) {
      throw error instanceof FhirError && originOf ? inEntry(error, originOf(written.index)) : error;
    }
  }
  return { operations: [...operations.values()], read };
}

async function takenBy(
  writes: Writes,
  { id, after, isUpdate }: WrittenAppointment,
): Promise<[string, WriteOperation][]> {
  const named = slotsOf(after);
  if (named.length === 0) return [];
  const before = isUpdate
    ? (await storedResource<Appointment>(writes.store, `Appointment/${id}`))?.resource
    : undefined;
  if (isTwice(named) && !(before && isTwice(slotsOf(before))))
    throw businessRule('A slot is named more than once.', 'Appointment.slot');
  if (!isTaking(after)) return [];
  const isBelieved = isUpdate && isSystem(writes.access.caller ?? writes.access);
  const taken: [string, WriteOperation][] = [];
  for (const name of new Set(named)) {
    const had = before && isTaking(before) && slotsOf(before).includes(name) ? before : undefined;
    if (had && isSameTime(had, after)) continue;
    taken.push(...(await takenSlot(writes, { ...after, id }, name, { isBelieved, had })));
  }
  return taken;
}

const isTwice = (names: readonly string[]): boolean => new Set(names).size < names.length;

const BUSY: Readonly<Record<string, string>> = {
  pending: 'busy-tentative',
  booked: 'busy',
  arrived: 'busy',
  'checked-in': 'busy',
  fulfilled: 'busy',
};

/** A hold is the server's own, and stands on the slot already. */
const isTaking = (appointment: Appointment): boolean =>
  BUSY[appointment.status ?? ''] !== undefined && !isHold(appointment);

const slotsOf = ({ slot = [] }: Appointment): string[] =>
  slot.flatMap(({ reference }) => {
    const name = localName(reference ?? '');
    return name?.startsWith('Slot/') ? name : [];
  });

async function takenSlot(
  writes: Writes,
  appointment: Appointment,
  name: string,
  { isBelieved, had }: { readonly isBelieved: boolean; readonly had: Appointment | undefined },
): Promise<readonly [string, WriteOperation][]> {
  const { store, access, own, gone, read, now } = writes;
  const stored = await storedResource<Slot>(store, name);
  const slot = (own.get(name) as Slot | undefined) ?? stored?.resource;
  if (!slot || !(timeOf(slot).end > now)) return [];
  if (!isAtTimeOf(appointment, slot)) {
    // Moved: it is at its own time from now on, and the slot goes back (freed-slots.ts).
    if (had || isBelieved) return [];
    throw businessRule('The visit is not at the time of this slot.', 'Appointment.slot');
  }
  if (had && stored && isAtTimeOf(had, stored.resource)) return [];
  const beside = isBelieved
    ? []
    : await requireLeft(writes, appointment, { ...slot, id: idOf(name) }, stored);
  if (!isBelieved && own.has(name)) read.set(name, stored?.version ?? 0);
  if (own.has(name) || gone.has(name) || !stored) return beside;
  await requireOwnDiary(store, access, slot as Json);
  const status = isSetAside(slot) ? (slot.status as string) : (BUSY[appointment.status ?? ''] as string);
  return [...beside, [name, ownUpdate(withoutHold(stored.resource, status), idOf(name), stored.version)]];
}

/**
 * Throws conflict for a time that somebody else has, and for whoever is not here any more: they are given no visit by a slot of theirs. Beyond what is planned, and on a closed
 * day, the clinic may. Returns what is to be written beside, by its name.
 */
async function requireLeft(
  writes: Writes,
  appointment: Appointment,
  slot: Slot,
  stored: Stored<Slot> | undefined,
): Promise<readonly [string, WriteOperation][]> {
  if (slot.overbooked !== true && (await isAnothers(writes, appointment, slot, stored)))
    throw conflict(
      'Another visit has this slot. A slot that is to have several says so (overbooked).',
      'Appointment.slot',
    );
  const schedule = await scheduleOf(writes, slot);
  if (!schedule) return [];
  const by = await workedBy(schedule, writes.reader);
  if (!by.isThere(slot))
    throw conflict('Nobody is seen by the schedule of this slot then.', 'Appointment.slot');
  return slot.overbooked === true ? [] : requireNotElsewhere(writes, appointment, slot, { schedule, by });
}

const idOf = (name: string): string => name.slice(name.indexOf('/') + 1);

async function isAnothers(
  writes: Writes,
  appointment: Appointment,
  slot: Slot,
  stored: Stored<Slot> | undefined,
): Promise<boolean> {
  const { own, gone, now } = writes;
  if (isTakenBeside(writes, appointment, slot)) return true;
  const visits = await visitsOf(writes, slot);
  return visits.some((visit) => {
    const name = `Appointment/${visit.id}`;
    if (visit.id === appointment.id || own.has(name) || gone.has(name)) return false;
    if (isHold(visit) && heldUntil(visit, now) === undefined) return false;
    const { start, end } = slot;
    return takes(visit, {
      ...(stored?.resource ?? slot),
      id: slot.id as string,
      ...(start === undefined || end === undefined ? {} : { start, end }),
    });
  });
}

/** Also one that comes in the same commit. undefined: there is none, and nobody who works by it. */
async function scheduleOf({ own, reader }: Writes, slot: Slot): Promise<Diary | undefined> {
  const name = localName(slot.schedule?.reference ?? '') ?? '';
  const schedule = (own.get(name) ?? (await reader.read(name))) as Diary | undefined;
  return schedule && { ...schedule, id: idOf(name) };
}

/**
 * Whoever works by this schedule has no slot of another one taken meanwhile; what the same writes give up does not count. What is free there is written as it stands: of two who
 * take overlapping times of one person at once, one names a version that is gone, and is asked again. Throws conflict.
 */
async function requireNotElsewhere(
  writes: Writes,
  appointment: Appointment,
  slot: Slot,
  { schedule, by }: { readonly schedule: Diary; readonly by: WorkedBy },
): Promise<readonly [string, WriteOperation][]> {
  const { own, gone, reader, now } = writes;
  const { begin, end } = timeOf(slot);
  const between = { from: begin, until: end, isFreeAsked: true };
  const { taken, free } = (await elsewhereBySlots(schedule, by, reader.find, between, now))(slot);
  for (const { resource } of taken) {
    const name = `Slot/${resource.id}`;
    const after = gone.has(name) ? undefined : ((own.get(name) ?? resource) as Slot);
    if (after && !isFree(after, now) && !(await isGivenUp(writes, appointment, resource))) throw elsewhere();
  }
  for (const { resource } of free)
    if (isTakenBeside(writes, appointment, resource) || (await isHad(writes, appointment, resource)))
      throw elsewhere();
  const left = free.filter(({ resource: { id } }) => !own.has(`Slot/${id}`) && !gone.has(`Slot/${id}`));
  return left.map(({ resource, version }) => [
    `Slot/${resource.id}`,
    ownUpdate(resource, String(resource.id), version),
  ]);
}

const elsewhere = (): FhirError =>
  conflict(
    'Whoever works then is at another visit, by another schedule of theirs. A slot that is to be overbooked says so (overbooked).',
    'Appointment.slot',
  );

/** By what is written in the same commit: this visit itself, which moves from there, or another. */
async function isGivenUp(writes: Writes, appointment: Appointment, slot: Slot): Promise<boolean> {
  if (namesSlot(appointment, slot)) return true;
  const { own, gone } = writes;
  const having = (await visitsOf(writes, slot)).filter((each) => takes(each, slot));
  return (
    having.length > 0 &&
    having.every(({ id }) => own.has(`Appointment/${id}`) || gone.has(`Appointment/${id}`)) &&
    !isTakenBeside(writes, appointment, slot)
  );
}

/** It says that it is free, as an earlier release let it, and is not. A hold on what is free has run out. */
async function isHad(writes: Writes, appointment: Appointment, slot: Slot): Promise<boolean> {
  const { own, gone } = writes;
  if (namesSlot(appointment, slot)) return false;
  const having = (await visitsOf(writes, slot)).filter((each) => !isHold(each) && takes(each, slot));
  return having.some(
    ({ id }) => id !== appointment.id && !own.has(`Appointment/${id}`) && !gone.has(`Appointment/${id}`),
  );
}

/** By another visit of the same writes. */
const isTakenBeside = ({ own }: Writes, { id }: Appointment, slot: Slot): boolean =>
  [...own].some(
    ([name, other]) =>
      name.startsWith('Appointment/') &&
      name !== `Appointment/${id}` &&
      isTaking(other as Appointment) &&
      slotsOf(other as Appointment).includes(`Slot/${slot.id}`),
  );

const visitsOf = ({ store }: Pick<Writes, 'store'>, { id }: Slot): Promise<readonly Appointment[]> =>
  visitsOfSlots(store, id === undefined ? [] : [id]);

const readerOf = (store: ResourceStore): ClinicReader =>
  clinicReader(async (type, where, count) => {
    const sort = [{ by: 'lastUpdated', descending: true } as const];
    return (await store.search({ type, where, sort, count, total: 'none' })).matches;
  });
