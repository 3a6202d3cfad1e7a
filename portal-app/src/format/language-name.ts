/** A language as the browser calls it, in the reader's own. */
import type { CodeableConcept } from '@medplum/fhirtypes';

/** undefined where the record says none. */
export function languageName(language: CodeableConcept | undefined, locale: string): string | undefined {
  const [coding] = language?.coding ?? [];
  const words = language?.text ?? coding?.display;
  if (coding?.code === undefined) return words;
  try {
    return new Intl.DisplayNames(locale, { type: 'language' }).of(coding.code);
  } catch {
    return words ?? coding.code;
  }
}
