/** What a person holds gives way to what they choose: their other hold, or an offer of theirs, is never what keeps a time from them. */
import { onBehalf } from '../access/on-behalf.ts';
import type { FhirRequest, Services } from '../interactions/request.ts';
import { resourceOf } from '../repository/text/resource-text.ts';
import { type Appointment, heldUntil, isHeldFor, isHold, type Slot } from '../repository/visits/slot-hold.ts';
import { and } from '../search/query.ts';
import { tokenNode } from '../search/types/token.ts';
import type { Versioned } from './slots.ts';

/** More than a patient may hold at a time. */
const MOST_HOLDS = 100;

/** Holds of a patient (an id) that have not run out. */
export async function ownHolds(
  { repository, now }: Services,
  { access }: FhirRequest,
  patient: string,
): Promise<readonly Versioned<Appointment>[]> {
  const where = and(
    { kind: 'reference', param: 'patient', targets: [`Patient/${patient}`] },
    tokenNode('status', 'pending'),
  );
  const system = onBehalf(access, 'system/Appointment.rs');
  const found = await repository.find(system, 'Appointment', where, MOST_HOLDS);
  return found
    .map((each) => ({ version: each.version, resource: resourceOf<Appointment>(each) }))
    .filter(({ resource }) => isHold(resource) && heldUntil(resource, now()) !== undefined);
}

/** The one of these that keeps the slot. */
export const holdOf = (
  holds: readonly Versioned<Appointment>[],
  slot: Slot,
): Versioned<Appointment> | undefined => holds.find(({ resource }) => isHeldFor(slot, resource));
