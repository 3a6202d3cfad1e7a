/**
 * MedlinePlus Connect of the National Library of Medicine: a page about a code, for what we have no article of. A link that the person follows or does not;
 * the portal itself asks nothing there. https://medlineplus.gov/medlineplus-connect/web-application/
 */
import type { CodeableConcept } from '@medplum/fhirtypes';
import type { Language } from '../../i18n/wished.ts';

/** Code systems as MedlinePlus names them: OIDs. */
const SYSTEMS: Readonly<Record<string, string>> = {
  'http://loinc.org': '2.16.840.1.113883.6.1',
  'http://hl7.org/fhir/sid/icd-10-cm': '2.16.840.1.113883.6.90',
  'http://snomed.info/sct': '2.16.840.1.113883.6.96',
  'http://www.nlm.nih.gov/research/umls/rxnorm': '2.16.840.1.113883.6.88',
};

export function medlinePlusUrl(concept: CodeableConcept | undefined, language: Language): string | undefined {
  for (const { system = '', code } of concept?.coding ?? []) {
    const oid = SYSTEMS[system];
    if (oid === undefined || code === undefined) continue;
    const query = new URLSearchParams({
      'mainSearchCriteria.v.cs': oid,
      'mainSearchCriteria.v.c': code,
      'informationRecipient.languageCode.c': language,
    });
    return `https://connect.medlineplus.gov/application?${query}`;
  }
  return undefined;
}
