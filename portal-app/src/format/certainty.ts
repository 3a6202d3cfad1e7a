/**
 * How sure the clinic is of a health problem or an allergy, in words: what is only supposed is said to be so
 * (https://hl7.org/fhir/R4/valueset-condition-ver-status.html, https://hl7.org/fhir/R4/valueset-allergyintolerance-verification.html).
 */
import { t } from '../i18n/text.ts';
import { isRuledOut, isSupposed, type Judged } from './ruled-out.ts';

/** undefined: confirmed, or nobody said otherwise. */
export function certaintyText(each: Judged): string | undefined {
  if (isRuledOut(each)) return t('Ruled out');
  return isSupposed(each) ? t('Not confirmed') : undefined;
}
