/**
 * Whether a time is left for one patient, of what is meanwhile: what they hold, and what they give up for it, never keeps it from them. One answer for what is found, held, booked, and
 * kept for who waits.
 */
import type { Meanwhile } from './elsewhere.ts';
import { type Appointment, isHeldFor, namesSlot, type Slot } from './slot-hold.ts';

export interface OwnTimes<Hold> {
  /** That have not run out. */
  readonly holds: readonly Hold[];
  /** Visits that are given up for it. */
  readonly givenUp: readonly (Appointment | undefined)[];
}

/** A visit has the slot itself, or whoever works then is at another. */
type HadBy = 'taken' | 'elsewhere';

/** The holds that give way to it; or why it is not left. */
export function leftFor<Hold extends { readonly resource: Appointment }>(
  slot: Slot,
  { taken, visits }: Pick<Meanwhile, 'taken' | 'visits'>,
  { holds, givenUp }: OwnTimes<Hold>,
): readonly Hold[] | HadBy {
  const others = visits.filter(({ id }) => !givenUp.some((each) => each?.id === id));
  if (others.some((each) => namesSlot(each, slot))) return 'taken';
  if (others.length > 0) return 'elsewhere';
  const given: Hold[] = [];
  for (const { resource } of taken) {
    const hold = holds.find((each) => isHeldFor(resource, each.resource));
    if (hold) given.push(hold);
    else if (!givenUp.some((each) => each && namesSlot(each, resource))) return 'elsewhere';
  }
  return given;
}
