/**
 * How sure the clinic is of a health problem or an allergy: what was ruled out is none, and what is only supposed is said to be so
 * (https://hl7.org/fhir/R4/valueset-condition-ver-status.html, https://hl7.org/fhir/R4/valueset-allergyintolerance-verification.html).
 */
import type { CodeableConcept } from '@medplum/fhirtypes';
import { type Text, t } from '../i18n/text.ts';

interface Judged {
  readonly verificationStatus?: CodeableConcept | undefined;
}

const saysOne = ({ verificationStatus }: Judged, ...codes: readonly string[]): boolean =>
  verificationStatus?.coding?.some(({ code }) => codes.includes(code ?? '')) === true;

export const isRuledOut = (each: Judged): boolean => saysOne(each, 'refuted', 'entered-in-error');

const UNSURE = ['unconfirmed', 'provisional', 'differential'];

/** undefined: confirmed, or nobody said otherwise. */
export function certaintyText(each: Judged): string | undefined {
  const words: Text | undefined = saysOne(each, 'refuted')
    ? 'Ruled out'
    : saysOne(each, ...UNSURE)
      ? 'Not confirmed'
      : undefined;
  return words && t(words);
}
