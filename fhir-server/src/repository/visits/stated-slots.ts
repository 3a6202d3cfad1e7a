/**
 * A Slot does not say that it is free while a visit has it, whoever says so: what copies a diary here (a transaction, an import, an interface) often leaves `Slot.status` as it was
 * opened, and who searches for `status=free` would take it for granted. It is stored `busy` (`busy-tentative` where all that has it is pending), by whatever way and in whichever order
 * the two come. One that is kept for somebody stays so, or is free where it is moved (held-slots.ts). All else that its writer says of it stands: `busy`, blocked, `entered-in-error`;
 * and what is over is history.
 */
import type { ResourceStore } from '../../store/store.ts';
import { storedResource } from '../own-writes.ts';
import type { ResourceJson } from '../text/resource-text.ts';
import { isHeldElsewhere, stillHeld, type Written } from './held-slots.ts';
import {
  type Appointment,
  heldUntil,
  namedSlots,
  type Slot,
  takes,
  timeOf,
  withoutHold,
} from './slot-hold.ts';
import { visitsOfSlots } from './slot-visits.ts';

/** So many are looked for at once, with the visits that they have. */
const AT_ONCE = 100;

export interface WrittenSlot {
  readonly id: string;
  /** Of the writes. */
  readonly index: number;
  readonly after: ResourceJson;
  /** Under an id that visits may name already. */
  readonly isUpdate: boolean;
}

interface Writes {
  readonly store: ResourceStore;
  readonly now: number;
  readonly slots: readonly WrittenSlot[];
  readonly appointments: readonly { readonly id: string; readonly after: Appointment }[];
  /** `Type/id` of what is written or deleted beside: as it was it counts no more. */
  readonly own: ReadonlySet<string>;
}

export interface Stated {
  /** What is to be stored; undefined: what its writer says. */
  readonly resource: Slot | undefined;
  /** By which no other visit had it (0: none was there); undefined: of one that is made. */
  readonly version: number | undefined;
}

/** Of those that say they are free, or kept, by their index. */
export async function statedSlots(writes: Writes): Promise<ReadonlyMap<number, Stated>> {
  const asked = writes.slots.filter(({ after }) => saysIt(after as Slot, writes.now));
  const stated = new Map<number, Stated>();
  // An import may have a line twice: the second is written over the first.
  const times = Map.groupBy(writes.slots, ({ id }) => id);
  const beside = bySlots(writes.appointments.map(({ id, after }) => ({ ...after, id })));
  for (let from = 0; from < asked.length; from += AT_ONCE) {
    const some = asked.slice(from, from + AT_ONCE);
    const before = await slotsBefore(writes, some);
    const stored = await storedVisits(writes, some);
    for (const { id, index, after } of some) {
      const read = before.get(id);
      const slot = { ...after, id } as Slot;
      const resource = statedSlot(
        { before: read?.resource, after: slot, now: writes.now },
        { stored: stored.get(id) ?? [], beside: beside.get(id) ?? [] },
      );
      if (resource !== slot || slot.status === 'free')
        stated.set(index, {
          resource: resource === slot ? undefined : resource,
          version: times.get(id)?.length === 1 ? read?.version : undefined,
        });
    }
  }
  return stated;
}

const saysIt = (slot: Slot, now: number): boolean =>
  timeOf(slot).end > now &&
  (slot.status === 'free' || (slot.status === 'busy-tentative' && heldUntil(slot, now) !== undefined));

interface Visits {
  readonly stored: readonly Appointment[];
  readonly beside: readonly Appointment[];
}

/** As it is to be stored. */
function statedSlot(written: Written, { stored, beside }: Visits): Slot {
  const { after } = written;
  const isFree = after.status === 'free' || isHeldElsewhere(written, beside);
  if (!isFree) return after;
  const free = after.status === 'free' ? after : withoutHold(after, 'free');
  const having = [...stored, ...beside].filter((each) => takes(each, free));
  if (having.length > 0) return hadBy(free, having);
  return stillHeld({ ...written, after: free }, stored) ?? free;
}

const hadBy = (slot: Slot, visits: readonly Appointment[]): Slot =>
  withoutHold(slot, visits.every(({ status }) => status === 'pending') ? 'busy-tentative' : 'busy');

/** Read before its visits are: who takes or gives it back meanwhile writes another one. */
async function slotsBefore(
  { store }: Writes,
  slots: readonly WrittenSlot[],
): Promise<ReadonlyMap<string, { readonly version: number; readonly resource: Slot | undefined }>> {
  const updated = slots.filter(({ isUpdate }) => isUpdate);
  const read = await Promise.all(updated.map(({ id }) => storedResource<Slot>(store, `Slot/${id}`)));
  return new Map(
    updated.map(({ id }, i) => [id, { version: read[i]?.version ?? 0, resource: read[i]?.resource }]),
  );
}

async function storedVisits(
  { store, own }: Writes,
  slots: readonly WrittenSlot[],
): Promise<ReadonlyMap<string, readonly Appointment[]>> {
  const visits = await visitsOfSlots(
    store,
    slots.flatMap(({ id, isUpdate }) => (isUpdate ? id : [])),
  );
  return bySlots(visits.filter(({ id }) => !own.has(`Appointment/${id}`)));
}

/** Visits by the ids of the slots that they name. */
function bySlots(visits: readonly Appointment[]): ReadonlyMap<string, readonly Appointment[]> {
  const named = visits.flatMap((visit) => namedSlots(visit).map((id) => ({ id, visit })));
  const grouped = Map.groupBy(named, ({ id }) => id);
  return new Map([...grouped].map(([id, all]) => [id, all.map(({ visit }) => visit)]));
}
