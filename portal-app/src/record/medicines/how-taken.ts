/** How a medicine is taken, of what is taken now. Of what is over it is told as what was, and of what is not to be taken nothing: no page has an instruction that does not hold. */
import type { Dosage, MedicationRequest, MedicationStatement } from '@medplum/fhirtypes';
import { dosageText, prescribedText } from '../../format/dosage.ts';
import { type Text, t } from '../../i18n/text.ts';
import { isTaken } from './own.ts';
import { isBefore } from './state.ts';

/** '' where there is nothing to say. */
export function howTaken(entry: MedicationRequest | MedicationStatement): string {
  if (entry.resourceType === 'MedicationStatement') return statedHow(entry);
  const { doNotPerform, status, dosageInstruction } = entry;
  if (doNotPerform) return '';
  return status === 'active'
    ? dosageText(dosageInstruction)
    : inWords('Was prescribed: {how}', dosageInstruction);
}

/** What is only planned, or begins later, was not taken yet; what was not taken has no how (https://hl7.org/fhir/R4/valueset-medication-statement-status.html). */
function statedHow(statement: MedicationStatement): string {
  const { status, dosage, effectivePeriod } = statement;
  if (isTaken(statement)) return prescribedText(dosage);
  if (status === 'not-taken') return '';
  const isToCome = status === 'intended' || (status === 'active' && isBefore(effectivePeriod?.start));
  return inWords(isToCome ? 'To be taken: {how}' : 'Was taken: {how}', dosage);
}

/** Where nothing was written, nothing is told: "as your care team told you" is of today. */
function inWords(words: Text, dosage: readonly Dosage[] | undefined): string {
  const how = prescribedText(dosage);
  return how && t(words, { how });
}
