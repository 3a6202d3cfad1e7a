/**
 * Work that comes back at a day (decision 39): the Task is on hold until then, for the pool or for whoever put it off; the server has it back in the queue on that day, or
 * when the patient writes again, by the same rule (profiles/put-off.ts).
 */
import type { Task } from '@medplum/fhirtypes';
import { backInQueue, isPutOff, PUT_OFF } from '@wellspring/profiles/put-off';
import { dayLater, dayText, instantText, weekdayOf } from '../../format/clinic-clock.ts';
import type { FhirApi } from '../../smart/fhir.ts';
import { isSeenByPatient } from '../patient/kept-from.ts';
import type { By } from '../staff/use-by.ts';
import { decide, decided } from './decide.ts';
import { isOpen, kindOf } from './kinds.ts';

export { isPutOff };

/** Answers that frighten wait for no day. What is on hold has its day, or a reason of another system. */
export const canBePutOff = (task: Task): boolean =>
  isOpen(task) && task.status !== 'on-hold' && kindOf(task) !== 'questionnaire-alarm';

/** Monday is 0. */
const FIRST_OF_WEEKEND = 5;

/** YYYY-MM-DD: those that are offered: tomorrow, the day after, Monday, and a week and two from now, which are no day of a weekend. */
export function daysOffered(now = Date.now()): readonly string[] {
  const today = dayText(now);
  const monday = dayLater(today, 7 - weekdayOf(today));
  const weeks = [7, 14].map((days) => {
    const day = dayLater(today, days);
    return weekdayOf(day) < FIRST_OF_WEEKEND ? day : dayLater(day, 7 - weekdayOf(day));
  });
  return [...new Set([dayLater(today, 1), dayLater(today, 2), monday, ...weeks])].sort();
}

/** `same`: whoever has it, or nobody as now. */
export type ForWhom = 'same' | 'me' | 'pool';

interface PuttingOff {
  readonly by: By;
  /** YYYY-MM-DD: from its morning on at the clinic. */
  readonly day: string;
  readonly forWhom: ForWhom;
  /** For colleagues; where the patient reads the Task there is none. */
  readonly note: string;
}

export function putOffOf(task: Task, { by, day, forWhom, note }: PuttingOff): Task {
  const at = instantText(day, '08:00');
  const { owner: me, ...held } = decided(task, by, {
    status: 'on-hold',
    ...(isSeenByPatient(task) ? {} : { note }),
  });
  const owner = forWhom === 'pool' ? undefined : forWhom === 'me' ? me : task.owner;
  return {
    ...held,
    ...(owner ? { owner } : {}),
    businessStatus: { coding: [PUT_OFF] },
    executionPeriod: { start: at, end: at },
  };
}

export const putOff = (fhir: FhirApi, task: Task, putting: PuttingOff, identity: string): Promise<void> =>
  decide(fhir, putOffOf(task, putting), [], identity);

/** In the queue again before its day, for whoever it waited for. */
export const bringBack = (fhir: FhirApi, task: Task, identity: string): Promise<void> =>
  decide(fhir, backInQueue(task, Date.now()), [], identity);
