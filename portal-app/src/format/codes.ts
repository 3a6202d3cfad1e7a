/** Codes by the names of their systems; and what is said of a thing that has a code and no name. */
import type { CodeableConcept, Coding } from '@medplum/fhirtypes';
import { type Text, t } from '../i18n/text.ts';
import { lookUp } from './table.ts';

/** Systems whose codes are no words, by their addresses, as they are called at work. */
export const SYSTEMS: Readonly<Record<string, string>> = {
  'http://snomed.info/sct': 'SNOMED CT',
  'http://loinc.org': 'LOINC',
  'http://hl7.org/fhir/sid/icd-10-cm': 'ICD-10-CM',
  'http://hl7.org/fhir/sid/icd-10': 'ICD-10',
  'http://www.nlm.nih.gov/research/umls/rxnorm': 'RxNorm',
  'http://hl7.org/fhir/sid/cvx': 'CVX',
  'http://hl7.org/fhir/sid/ndc': 'NDC',
  'http://www.ama-assn.org/go/cpt': 'CPT',
  'http://www.whocc.no/atc': 'ATC',
};

/** `RxNorm 314076`; undefined: none, or of no system that is known. */
export function codeText({ system, code }: Coding): string | undefined {
  const name = lookUp(SYSTEMS, system);
  return name === undefined || !code ? undefined : `${name} ${code}`;
}

/** A number is no name: it is said to be one, by which somebody can look it up. Of other systems the code is a word. */
export function unnamed(words: Text, concept: CodeableConcept | undefined): string {
  const coding = concept?.coding?.find(({ code }) => code);
  if (!coding) return t(words);
  const text = codeText(coding);
  return text ? `${t(words)} (${text})` : (coding.code ?? '');
}
