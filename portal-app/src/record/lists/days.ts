/** Since when something of a list is so, and since when it is over: never as of a day that is to come, which would be on record as one that was. */
import { today } from '../../format/clinic-clock.ts';
import { requireRight } from '../../format/field-problem.ts';
import type { Listed } from './queries.ts';

const TO_COME = 'This day is still to come.';
const BEFORE_IT_BEGAN = 'It would be over before it began.';
export const HOW_SINCE = 'A year, a month or a day: 2019, 2019-05 or 2019-05-21';

/** R4 has a day of the end of these only: what is asked for is kept. */
export const keepsItsEnd = ({ resourceType }: Listed): boolean =>
  resourceType === 'Condition' || resourceType === 'MedicationStatement';

/** `since`: '' where it is not known. */
export function requireOver(field: string, date: string, since: string): void {
  requireRight(field, date > today() && TO_COME);
  requireRight(field, isBefore(date, since) && BEFORE_IT_BEGAN);
}

/** By what both say: 2024-05-01 is not before 2024-05. */
function isBefore(day: string, other: string): boolean {
  const said = Math.min(day.length, other.length);
  return day.slice(0, said) < other.slice(0, said);
}

/** What stood there before is not asked about again. `over`: since when it is over, or ''. */
export function requireSince(field: string, since: string, before: string, over = ''): void {
  if (since === '' || since === before) return;
  requireRight(field, !/^\d{4}(-\d\d(-\d\d)?)?$/.test(since) && HOW_SINCE);
  requireRight(field, since > today().slice(0, since.length) && TO_COME);
  requireRight(field, isBefore(over, since) && BEFORE_IT_BEGAN);
}
