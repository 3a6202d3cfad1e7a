/** What was ruled out is no health problem and no allergy, nor is what was written down by mistake. */
import type { CodeableConcept } from '@medplum/fhirtypes';

export interface Judged {
  readonly verificationStatus?: CodeableConcept | undefined;
}

const isJudged = ({ verificationStatus }: Judged, as: RegExp): boolean =>
  verificationStatus?.coding?.some(({ code }) => as.test(code ?? '')) === true;

/** Only supposed, or one of several that it may be. */
export const isSupposed = (each: Judged): boolean =>
  isJudged(each, /^(unconfirmed|provisional|differential)$/);

export const isRuledOut = (each: Judged): boolean => isJudged(each, /^(refuted|entered-in-error)$/);
