/** How far a result or report is, as words. */
import { type Text, t } from '../../i18n/text.ts';

const STATUS: Readonly<Record<string, Text>> = {
  registered: 'Not measured yet',
  partial: 'Some of it is still missing',
  preliminary: 'Not final yet',
  amended: 'Changed later',
  corrected: 'Corrected',
  appended: 'Added to later',
  cancelled: 'Was not done',
  unknown: 'Status not known',
};

export function statusWords(status: string): string {
  const words = STATUS[status];
  return words ? t(words) : status;
}
