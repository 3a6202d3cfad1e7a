/** Names and codes as clinicians use them: what the record says, not what it means in plain words. */
import type { CodeableConcept } from '@medplum/fhirtypes';
import { t } from '../i18n/text.ts';
import { codeText, SYSTEMS, unnamed } from './codes.ts';
import { withoutTag } from './display.ts';
import { plainName } from './plain-words.ts';
import { lookUp } from './table.ts';
import { LOINC } from './words.ts';

/** As whoever wrote it down put it; what came as a code alone by our own name of the test, where there is one. */
export function clinicalName(concept: CodeableConcept | undefined): string {
  const { text, coding = [] } = concept ?? {};
  const said = text || coding.find(({ display }) => display)?.display;
  if (said) return withoutTag(said);
  const name = plainName(coding.find(({ system }) => system === LOINC)?.code);
  return name ? t(name) : unnamed('Not named', concept);
}

/** As the terminology calls it: the text is often written for the patient. */
export function termName(concept: CodeableConcept | undefined): string {
  const term = concept?.coding?.find(({ system, display }) => display && lookUp(SYSTEMS, system));
  return term?.display ? withoutTag(capital(term.display)) : clinicalName(concept);
}

/** RxNorm begins with a small letter; what is written in capitals by design (`pH`) stays. */
export const capital = (name: string): string =>
  /^\p{Ll}{2}/u.test(name) ? name.charAt(0).toUpperCase() + name.slice(1) : name;

/** `SNOMED CT 44054006 · ICD-10-CM E11.9`; '' without a code of a known terminology. */
export function codesText(concept: CodeableConcept | undefined): string {
  return (concept?.coding ?? []).flatMap((each) => codeText(each) ?? []).join(' · ');
}
