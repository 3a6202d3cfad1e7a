/** Since when something of a list is so, and since when it is over: never as of a day that is to come, which would be on record as one that was. */
import { today } from '../../format/clinic-clock.ts';
import { requireRight } from '../../format/field-problem.ts';
import type { Listed } from './queries.ts';

const TO_COME = 'This day is still to come.';
export const HOW_SINCE = 'A year, a month or a day: 2019, 2019-05 or 2019-05-21';

/** R4 has a day of the end of these only: what is asked for is kept. */
export const keepsItsEnd = ({ resourceType }: Listed): boolean =>
  resourceType === 'Condition' || resourceType === 'MedicationStatement';

export const requireOver = (field: string, date: string): void =>
  requireRight(field, date > today() && TO_COME);

/** What stood there before is not asked about again. */
export function requireSince(field: string, since: string, before: string): void {
  if (since === '' || since === before) return;
  requireRight(field, !/^\d{4}(-\d\d(-\d\d)?)?$/.test(since) && HOW_SINCE);
  requireRight(field, since > today().slice(0, since.length) && TO_COME);
}
