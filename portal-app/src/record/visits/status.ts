/** How far a visit is, in the clinic's words. */
import { lookUp } from '../../format/table.ts';
import { type Text, t } from '../../i18n/text.ts';

const STATUS: Readonly<Record<string, Text>> = {
  proposed: 'Asked for',
  pending: 'Held, not confirmed',
  booked: 'Booked',
  arrived: 'Arrived',
  'checked-in': 'Checked in',
  fulfilled: 'Took place',
  cancelled: 'Cancelled',
  noshow: 'Missed',
  waitlist: 'On the waiting list',
};

export function statusWords(status: string): string {
  const words = lookUp(STATUS, status);
  return words ? t(words) : status;
}
