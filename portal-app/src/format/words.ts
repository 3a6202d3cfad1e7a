/** FHIR's data types as words. */
import type {
  Annotation,
  CodeableConcept,
  HumanName,
  Medication,
  MedicationRequest,
  Reference,
} from '@medplum/fhirtypes';
import { t } from '../i18n/text.ts';
import { unnamed } from './codes.ts';
import { plainDisplay } from './display.ts';
import { plainName } from './plain-words.ts';

export const LOINC = 'http://loinc.org';

export const conceptText = (concept: CodeableConcept | undefined): string =>
  saidText(concept) ?? unnamed('Not named', concept);

/** As somebody wrote it, or as its system calls it; undefined: neither is known. */
function saidText({ text, coding = [] }: CodeableConcept = {}): string | undefined {
  const said = text || coding.find(({ display }) => display)?.display;
  return said ? plainDisplay(said) : undefined;
}

export function loincCode(concept: CodeableConcept | undefined): string | undefined {
  return concept?.coding?.find((coding) => coding.system === LOINC)?.code ?? concept?.coding?.[0]?.code;
}

/** The plain name where we have one, else the laboratory's. */
export function testName(concept: CodeableConcept | undefined): string {
  const name = plainName(loincCode(concept));
  return name ? t(name) : conceptText(concept);
}

/** Of somebody's names the official one before others; an old one only where there is no other. */
export function officialName({
  name = [],
}: {
  readonly name?: HumanName[] | undefined;
}): HumanName | undefined {
  return name.find(({ use }) => use === 'official') ?? name.find(({ use }) => use !== 'old') ?? name[0];
}

export function nameText(name: HumanName | undefined): string {
  if (!name) return t('Name not recorded');
  return (
    name.text || [...(name.given ?? []), name.family].filter(Boolean).join(' ') || t('Name not recorded')
  );
}

export function firstName(name: HumanName | undefined): string {
  return name?.given?.[0] ?? nameText(name);
}

export function medicineName({
  medicationCodeableConcept,
  medicationReference,
  contained = [],
}: Pick<MedicationRequest, 'medicationCodeableConcept' | 'medicationReference'> &
  Partial<Pick<MedicationRequest, 'contained'>>): string {
  const inside = contained.find(
    (each): each is Medication =>
      each.resourceType === 'Medication' && `#${each.id}` === medicationReference?.reference,
  );
  const concept = medicationCodeableConcept ?? inside?.code;
  return (
    saidText(medicationCodeableConcept) ??
    (inside && medicationText(inside)) ??
    (medicationReference?.display || (concept ? unnamed('Medicine without a name', concept) : t('Medicine')))
  );
}

/** By its code, else by what is in it; undefined where neither has a name. */
export function medicationText({ code, ingredient = [] }: Medication): string | undefined {
  const parts = ingredient.map(
    ({ itemCodeableConcept: concept, itemReference }) => saidText(concept) ?? itemReference?.display,
  );
  return saidText(code) ?? (parts.length > 0 && parts.every(Boolean) ? parts.join(' + ') : undefined);
}

/** Written by the patient or who acts for them, not by the clinic. */
export const isFromPerson = (author: Reference | undefined): boolean =>
  /^(Patient|RelatedPerson)\//.test(author?.reference ?? '');

/** By the clinic: what a person writes to it bears no author. */
export const isFromClinic = ({ authorReference, authorString }: Annotation): boolean =>
  authorString !== undefined || (authorReference !== undefined && !isFromPerson(authorReference));
