/** Visits as words: their times, and what is said of one in a line. */
import type { Appointment } from '@medplum/fhirtypes';
import { reason, withWhom } from '../../format/appointment.ts';
import { dayNamed, formatDate, formatDateTime } from '../../format/date.ts';
import { t } from '../../i18n/text.ts';

/** When it is, or when it was asked for. */
export function when({ start, requestedPeriod }: Appointment): string {
  if (start) return formatDateTime(start);
  const [asked] = requestedPeriod ?? [];
  if (!asked?.start) return t('No time yet');
  return t('Between {from} and {until}', {
    from: formatDate(dayNamed(asked.start)),
    until: formatDate(dayNamed(asked.end)),
  });
}

/** When it is, what it is about and with whom. */
export const visitText = (visit: Appointment): string =>
  [when(visit), reason(visit), withWhom(visit)].filter(Boolean).join(' · ');
