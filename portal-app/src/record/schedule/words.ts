/** Visits on a schedule as words. */

import type { Appointment } from '@medplum/fhirtypes';
import { reason, withWhom } from '../../format/appointment.ts';
import { zoneAt } from '../../format/clinic-clock.ts';
import { formatDateTime } from '../../format/date.ts';
import { idOf } from '../../format/reference.ts';
import { locale } from '../../i18n/language.ts';
import { t } from '../../i18n/text.ts';
import { when } from '../visits/words.ts';

const patientIn = ({ participant = [] }: Appointment) =>
  participant.find(({ actor }) => actor?.reference?.startsWith('Patient/'))?.actor;

export const patientName = (visit: Appointment): string => patientIn(visit)?.display ?? t('Patient');

/** undefined: it names none. */
export const patientId = (visit: Appointment): string | undefined => idOf(patientIn(visit), 'Patient');

/** "Mon, Nov 30". `day`: an instant of it. */
export const dayName = (day: number): string =>
  new Intl.DateTimeFormat(locale(), {
    ...zoneAt(new Date(day)),
    weekday: 'short',
    day: 'numeric',
    month: 'short',
  }).format(day);

/** What somebody who looks for a time for it has to know: whose visit, what for, when it is or is wanted, with whom, and what was said of it. */
export const placedText = (visit: Appointment): string =>
  [
    patientName(visit),
    reason(visit),
    visit.start ? t('Now: {time}', { time: formatDateTime(visit.start) }) : when(visit),
    withWhom(visit),
    visit.comment,
  ]
    .filter(Boolean)
    .join(' · ');
