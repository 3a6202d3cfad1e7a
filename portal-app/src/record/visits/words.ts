/** Visits as words: their times, and what is said of one in a line. */
import type { Appointment } from '@medplum/fhirtypes';
import { reason, withWhom } from '../../format/appointment.ts';
import { dayNamed, formatDate, formatDateTime } from '../../format/date.ts';
import { conceptText } from '../../format/words.ts';
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

/** Written by the apps and the server themselves: what the patient did, or what the visit beside it tells. */
const BY_ITSELF = [
  'Cancelled by the patient',
  'No longer wanted by the patient',
  'Moved to another time',
  'The visit that an earlier time was asked for is no longer to come',
  // What http://terminology.hl7.org/CodeSystem/appointment-cancellation-reason has for the same: `pat`, `pat-cpp`, `pat-crs`.
  'Patient',
  'Patient: Canceled via Patient Portal',
  'Patient: Canceled via automated reminder system',
];

/** Why it does not take place, in the words of whoever cancelled or declined it; undefined where nobody said. */
export function whyCancelled({ status, cancelationReason }: Appointment): string | undefined {
  const words = status === 'cancelled' && cancelationReason ? conceptText(cancelationReason) : '';
  return words === '' || BY_ITSELF.includes(words) ? undefined : words;
}
