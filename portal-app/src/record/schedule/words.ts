/** Visits on a schedule as words. */
import type { Appointment } from '@medplum/fhirtypes';
import { zoneAt } from '../../format/clinic-clock.ts';
import { locale } from '../../i18n/language.ts';
import { t } from '../../i18n/text.ts';

const patientIn = ({ participant = [] }: Appointment) =>
  participant.find(({ actor }) => actor?.reference?.startsWith('Patient/'))?.actor;

export const patientName = (visit: Appointment): string => patientIn(visit)?.display ?? t('Patient');

/** undefined: it names none. */
export const patientId = (visit: Appointment): string | undefined =>
  patientIn(visit)?.reference?.replace(/^Patient\//, '');

/** "Mon, Nov 30". `day`: an instant of it. */
export const dayName = (day: number): string =>
  new Intl.DateTimeFormat(locale(), {
    ...zoneAt(new Date(day)),
    weekday: 'short',
    day: 'numeric',
    month: 'short',
  }).format(day);
