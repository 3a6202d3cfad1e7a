/** When a Schedule's free slots can be had: whoever works by it is there, has nothing else then, and it is open. One answer for what is found, held, booked and offered to who waits. */
import type { ClinicReader } from './clinic-reader.ts';
import { closedTimesOf } from './closed-days.ts';
import { elsewhereOf, type Meanwhile, type While } from './elsewhere.ts';
import { isOrdered } from './ordered-times.ts';
import type { Slot } from './slot-hold.ts';
import { type Diary, type WorkedBy, workedBy } from './worked-by.ts';

/** `away`: nobody is seen by this schedule then. */
export type Refusal = 'away' | 'closed';

export interface OfferedTimes {
  readonly by: WorkedBy;
  /** undefined: it is to be had, as far as nothing is `meanwhile`. */
  refusal(slot: Slot): Refusal | undefined;
  meanwhile(slot: Slot): Meanwhile;
}

export async function offeredTimes(
  schedule: Diary,
  reader: ClinicReader,
  between: While,
  now: number,
): Promise<OfferedTimes> {
  const by = await workedBy(schedule, reader);
  const isClosed = await closedTimesOf(by, reader);
  const meanwhile = await elsewhereOf(schedule, by, reader.find, between, now);
  return {
    by,
    refusal(slot) {
      if (!isOrdered(slot) || !by.isThere(slot) || !by.isPlanned(slot)) return 'away';
      return isClosed(slot) ? 'closed' : undefined;
    },
    meanwhile,
  };
}
