/**
 * A visit that is cancelled, moved to a time that its slot does not have, or no longer names a slot, gives the slot back in the same commit, by whatever way it is written: $cancel, a plain update, a patch, a deletion.
 * What the writes say of a slot themselves goes before, and what the clinic has blocked or taken out stays so.
 */
import { localName } from '../../search/own-references.ts';
import type { ResourceStore, WriteOperation } from '../../store/store.ts';
import { ownUpdate, storedResource } from '../own-writes.ts';
import {
  type Appointment,
  isAtTimeOf,
  isHeldFor,
  isHold,
  isSameTime,
  isSetAside,
  type Slot,
  takes,
  withoutHold,
} from './slot-hold.ts';
import { visitsOfSlots } from './slot-visits.ts';

/** Those where the time can be somebody else's. */
const GIVEN_UP: ReadonlySet<unknown> = new Set(['cancelled', 'entered-in-error']);

/** An appointment that is written over; `after` undefined: deleted. */
export interface ChangedAppointment {
  readonly id: string;
  readonly after: Appointment | undefined;
}

interface Changes {
  readonly changes: readonly ChangedAppointment[];
  /** All that are written, as they will be. */
  readonly written: readonly { readonly id: string; readonly after: Appointment }[];
}

/** `own`: `Type/id` of all that is written or deleted, and of what the server writes beside. */
export async function freedSlots(
  store: ResourceStore,
  { changes, written }: Changes,
  own: ReadonlySet<string>,
): Promise<WriteOperation[]> {
  const operations = new Map<string, WriteOperation>();
  for (const { id, after } of changes) {
    const before = await storedResource<Appointment>(store, `Appointment/${id}`);
    if (!before) continue;
    const kept = after ? slotsOf(after) : new Set<string>();
    for (const name of slotsOf(before.resource)) {
      if (own.has(name) || operations.has(name)) continue;
      if (after && kept.has(name) && isSameTime(before.resource, after)) continue;
      const operation = await freed(store, name, {
        before: { ...before.resource, id },
        keeps: kept.has(name) ? after : undefined,
        others: written.filter((each) => each.id !== id),
        own,
      });
      if (operation) operations.set(name, operation);
    }
  }
  return [...operations.values()];
}

/** Names of the slots that it holds on to. */
function slotsOf({ status, slot = [] }: Appointment): Set<string> {
  if (GIVEN_UP.has(status)) return new Set();
  return new Set(
    slot.flatMap(({ reference }) => {
      const name = localName(reference ?? '');
      return name?.startsWith('Slot/') ? name : [];
    }),
  );
}

interface Change {
  readonly before: Appointment;
  /** The appointment afterwards, where it still names the slot. */
  readonly keeps: Appointment | undefined;
  readonly others: Changes['written'];
  readonly own: ReadonlySet<string>;
}

async function freed(
  store: ResourceStore,
  name: string,
  { before, keeps, others, own }: Change,
): Promise<WriteOperation | undefined> {
  const found = await storedResource<Slot>(store, name);
  if (!found || !takes(before, found.resource)) return undefined;
  if (keeps && isKept(keeps, found.resource)) return undefined;
  if (others.some(({ after }) => takes(after, found.resource))) return undefined;
  const isTaken = (await visitsOfSlots(store, [idOf(name)])).some(
    (other) => other.id !== before.id && !own.has(`Appointment/${other.id}`) && takes(other, found.resource),
  );
  if (isTaken) return undefined;
  // Written as it stands too: who opens it at this moment, by what its visits were, is asked again.
  const resource = isSetAside(found.resource) ? found.resource : withoutHold(found.resource, 'free');
  return ownUpdate(resource, idOf(name), found.version);
}

/** A hold is on the slot at the very time that was shown; a visit may be longer or shorter than it. */
const isKept = (appointment: Appointment, slot: Slot): boolean =>
  isHold(appointment) ? isHeldFor(slot, appointment) : isAtTimeOf(appointment, slot);

const idOf = (name: string): string => name.slice('Slot/'.length);
