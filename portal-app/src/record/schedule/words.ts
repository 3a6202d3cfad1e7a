/** Visits on a schedule as words. */
import type { Appointment } from '@medplum/fhirtypes';
import { t } from '../../i18n/text.ts';

const patientIn = ({ participant = [] }: Appointment) =>
  participant.find(({ actor }) => actor?.reference?.startsWith('Patient/'))?.actor;

export const patientName = (visit: Appointment): string => patientIn(visit)?.display ?? t('Patient');

/** undefined: it names none. */
export const patientId = (visit: Appointment): string | undefined =>
  patientIn(visit)?.reference?.replace(/^Patient\//, '');
