/** The slots that a visit takes which is booked or moved. */
import type { Slot } from '@medplum/fhirtypes';
import { useRef } from 'react';
import { runFrom } from '../../../record/schedule/day.ts';

/** By how many minutes it lasts. Those that were sent once are sent again though they are shown as taken by now: its answer was lost, and it may be this very visit that has them. */
export function useRun(
  slots: readonly Slot[],
  first: Slot,
): (minutes: number) => readonly Slot[] | undefined {
  const sent = useRef(new Map<number, readonly Slot[]>());
  return (minutes) => {
    const run = runFrom(slots, first, minutes) ?? sent.current.get(minutes);
    if (run) sent.current.set(minutes, run);
    return run;
  };
}
