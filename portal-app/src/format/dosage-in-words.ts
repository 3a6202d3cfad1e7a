/** How a medicine is taken, where somebody wrote it: the desk's inbox and every first page do without the rest (dosage.ts). */
import type { Dosage } from '@medplum/fhirtypes';
import { t } from '../i18n/text.ts';
import { conceptText } from './words.ts';

/**
 * At a glance: where somebody wrote words for each part of it, those, with what is said beside them; else undefined, and its elements say it
 * (dosage.ts, which says the whole, limits too).
 */
export function dosageInWords(dosage: readonly Dosage[] = []): string | undefined {
  if (dosage.length === 0) return asTold();
  const isInTurn = dosage.length > 1 && dosage.some(({ sequence }) => sequence);
  const isWhole = !isInTurn && dosage.every(({ text }) => text);
  return isWhole ? dosage.map((each) => withAdvice(each.text ?? '', each)).join('; ') : undefined;
}

/** Where nothing is said. */
export const asTold = (): string => t('Take as your care team told you.');

/** What is meant for the patient stands beside the dose. */
export const withAdvice = (
  said: string,
  { patientInstruction, additionalInstruction = [] }: Dosage,
): string => [patientInstruction, ...additionalInstruction.map(conceptText)].reduce<string>(beside, said);

/** Nothing is said twice. */
export const beside = (said: string, more: string | undefined): string =>
  !more || said.includes(more) ? said : said ? `${said}, ${more}` : more;
