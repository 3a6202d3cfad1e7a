/** Names and codes as clinicians use them: what the record says, not what it means in plain words. */
import type { CodeableConcept, Coding } from '@medplum/fhirtypes';
import { t } from '../i18n/text.ts';
import { withoutTag } from './display.ts';
import { lookUp } from './table.ts';

/** By their addresses, as they are called at work. */
const SYSTEMS: Readonly<Record<string, string>> = {
  'http://snomed.info/sct': 'SNOMED CT',
  'http://loinc.org': 'LOINC',
  'http://hl7.org/fhir/sid/icd-10-cm': 'ICD-10-CM',
  'http://hl7.org/fhir/sid/icd-10': 'ICD-10',
  'http://www.nlm.nih.gov/research/umls/rxnorm': 'RxNorm',
  'http://hl7.org/fhir/sid/cvx': 'CVX',
  'http://hl7.org/fhir/sid/ndc': 'NDC',
  'http://www.ama-assn.org/go/cpt': 'CPT',
};

/** As whoever wrote it down put it. */
export function clinicalName(concept: CodeableConcept | undefined): string {
  const { text, coding = [] } = concept ?? {};
  return withoutTag(
    text ||
      coding.find(({ display }) => display)?.display ||
      coding.find(({ code }) => code)?.code ||
      t('Not named'),
  );
}

/** As the terminology calls it: the text is often written for the patient. */
export function termName(concept: CodeableConcept | undefined): string {
  const term = concept?.coding?.find(({ system, display }) => display && lookUp(SYSTEMS, system));
  return term?.display ? withoutTag(capital(term.display)) : clinicalName(concept);
}

/** RxNorm begins with a small letter; what is written in capitals by design (`pH`) stays. */
const capital = (name: string): string =>
  /^[a-z]{2}/.test(name) ? name.charAt(0).toUpperCase() + name.slice(1) : name;

/** `SNOMED CT 44054006 · ICD-10-CM E11.9`; '' without a code of a known terminology. */
export function codesText(concept: CodeableConcept | undefined): string {
  return (concept?.coding ?? []).flatMap(codeText).join(' · ');
}

function codeText({ system, code }: Coding): readonly string[] {
  const name = lookUp(SYSTEMS, system);
  return name === undefined || code === undefined ? [] : [`${name} ${code}`];
}
