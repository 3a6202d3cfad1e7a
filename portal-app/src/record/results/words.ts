/** How far a result or report is, as words. */
import { lookUp } from '../../format/table.ts';
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

/** undefined: final, which goes without saying. */
export const unusualStatus = (status: string): string | undefined =>
  status === 'final' ? undefined : statusWords(status);

export function statusWords(status: string): string {
  const words = lookUp(STATUS, status);
  return words ? t(words) : (status ?? t('Status not known'));
}
