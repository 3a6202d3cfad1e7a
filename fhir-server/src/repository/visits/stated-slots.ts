/**
 * A Slot does not say that it is free while a visit has it, whoever says so: what copies a diary here (a transaction, an import, an interface) often leaves `Slot.status` as it was
 * opened, and who searches for `status=free` would take it for granted. It is stored `busy` (`busy-tentative` where all that has it is pending), by whatever way and in whichever order
 * the two come. All else that its writer says of it stands: `busy`, blocked, `entered-in-error`; and what is over is history.
 */
import type { ResourceStore } from '../../store/store.ts';
import type { ResourceJson } from '../text/resource-text.ts';
import { type Appointment, namedSlots, type Slot, takes, timeOf, withoutHold } from './slot-hold.ts';
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

/** Of those that say they are free, by their index. */
export async function statedSlots(writes: Writes): Promise<ReadonlyMap<number, Stated>> {
  const free = writes.slots.filter(
    ({ after }) => after.status === 'free' && timeOf(after as Slot).end > writes.now,
  );
  const stated = new Map<number, Stated>();
  // An import may have a line twice: the second is written over the first.
  const times = Map.groupBy(writes.slots, ({ id }) => id);
  const beside = bySlots(writes.appointments.map(({ id, after }) => ({ ...after, id })));
  for (let from = 0; from < free.length; from += AT_ONCE) {
    const some = free.slice(from, from + AT_ONCE);
    const versions = await versionsOf(
      writes,
      some.filter(({ id }) => times.get(id)?.length === 1),
    );
    const stored = await storedVisits(writes, some);
    for (const { id, index, after } of some) {
      const slot = { ...after, id } as Slot;
      const having = [...(stored.get(id) ?? []), ...(beside.get(id) ?? [])].filter((each) =>
        takes(each, slot),
      );
      stated.set(index, {
        resource: having.length > 0 ? hadBy(after, having) : undefined,
        version: versions.get(id),
      });
    }
  }
  return stated;
}

const hadBy = (slot: ResourceJson, visits: readonly Appointment[]): Slot =>
  withoutHold(slot as Slot, visits.every(({ status }) => status === 'pending') ? 'busy-tentative' : 'busy');

/** Read before its visits are: who takes or gives it back meanwhile writes another one. */
async function versionsOf(
  { store }: Writes,
  slots: readonly WrittenSlot[],
): Promise<ReadonlyMap<string, number>> {
  const updated = slots.filter(({ isUpdate }) => isUpdate);
  const read = await Promise.all(updated.map(({ id }) => store.read('Slot', id)));
  return new Map(updated.map(({ id }, i) => [id, read[i]?.body === undefined ? 0 : (read[i]?.version ?? 0)]));
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
