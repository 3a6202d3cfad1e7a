/**
 * What a Slot that is written says of a hold that it is under. One that says it is free at the time at which it is kept for somebody is a diary that is copied here once more: its sender
 * knows nothing of the hold, which stands. One that is moved, or becomes another schedule's, is kept for nobody there: the mark that came along in what was read and sent back is no hold.
 */
import { type Appointment, heldUntil, isHeldFor, isSameTime, type Slot, withHold } from './slot-hold.ts';

export interface Written {
  readonly before: Slot | undefined;
  readonly after: Slot;
  readonly now: number;
}

/** As it stays; undefined: nobody keeps it who was shown it so. `stored`: pending appointments that name it. */
export function stillHeld({ before, after, now }: Written, stored: readonly Appointment[]): Slot | undefined {
  if (!before || !isAsBefore(before, after)) return undefined;
  const until = heldUntil(before, now);
  const isKept = until !== undefined && stored.some((each) => isHeldFor(before, each));
  return isKept ? withHold(after, 'busy-tentative', until) : undefined;
}

/** The mark of a hold that it was under elsewhere. `beside`: what is written with it, which may be moved as it is. */
export const isHeldElsewhere = ({ before, after, now }: Written, beside: readonly Appointment[]): boolean =>
  after.status === 'busy-tentative' &&
  before !== undefined &&
  heldUntil(before, now) !== undefined &&
  heldUntil(before, now) === heldUntil(after, now) &&
  !isAsBefore(before, after) &&
  !beside.some((each) => isHeldFor(after, each));

const isAsBefore = (before: Slot, after: Slot): boolean =>
  isSameTime(before, after) && before.schedule?.reference === after.schedule?.reference;
