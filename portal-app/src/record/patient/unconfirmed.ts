/** When contact details were last confirmed: an extension of the first ContactPoint. */
import type { Patient } from '@medplum/fhirtypes';
import { timeOf } from '../../format/date.ts';

export const CONFIRMED = 'urn:wellspring:contact-confirmed';
const YEAR_MS = 365 * 86_400_000;

/** Nobody has looked at them for a year, or there is no way to reach the person. */
export function wantsConfirming({ telecom = [] }: Patient, now = Date.now()): boolean {
  const day = telecom[0]?.extension?.find(({ url }) => url === CONFIRMED)?.valueDate;
  return day === undefined || !(now - timeOf(day) <= YEAR_MS);
}
