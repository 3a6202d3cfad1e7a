/** How a medicine is taken, of what is taken now. Of what is over it is told as what was, and of what is not to be taken nothing: no page has an instruction that does not hold. */
import type { Dosage, MedicationRequest, MedicationStatement } from '@medplum/fhirtypes';
import { dosageText, prescribedText } from '../../format/dosage.ts';
import { type Text, t } from '../../i18n/text.ts';
import { isTaken } from './own.ts';

/** '' where there is nothing to say. */
export function howTaken(entry: MedicationRequest | MedicationStatement): string {
  if (entry.resourceType === 'MedicationStatement')
    return isTaken(entry) ? prescribedText(entry.dosage) : asItWas('Was taken: {how}', entry.dosage);
  const { doNotPerform, status, dosageInstruction } = entry;
  if (doNotPerform) return '';
  return status === 'active'
    ? dosageText(dosageInstruction)
    : asItWas('Was prescribed: {how}', dosageInstruction);
}

/** Where nothing was written, nothing is told: "as your care team told you" is of today. */
function asItWas(words: Text, dosage: readonly Dosage[] | undefined): string {
  const how = prescribedText(dosage);
  return how && t(words, { how });
}
