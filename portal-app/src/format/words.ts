/** FHIR's data types as words. */
import type {
  CodeableConcept,
  Dosage,
  HumanName,
  MedicationRequest,
  Observation,
  Quantity,
  Reference,
} from '@medplum/fhirtypes';
import { plainWords } from './plain-words.ts';

const LOINC = 'http://loinc.org';

export function conceptText(concept: CodeableConcept | undefined): string {
  return (
    concept?.text ??
    concept?.coding?.find((coding) => coding.display)?.display ??
    concept?.coding?.[0]?.code ??
    'Not named'
  );
}

export function loincCode(concept: CodeableConcept | undefined): string | undefined {
  return concept?.coding?.find((coding) => coding.system === LOINC)?.code ?? concept?.coding?.[0]?.code;
}

/** The plain name where we have one, else the laboratory's. */
export function testName(concept: CodeableConcept | undefined): string {
  return plainWords(loincCode(concept))?.name ?? conceptText(concept);
}

export function nameText(name: HumanName | undefined): string {
  if (!name) return 'Name not recorded';
  return name.text ?? [...(name.given ?? []), name.family].filter(Boolean).join(' ');
}

export function firstName(name: HumanName | undefined): string {
  return name?.given?.[0] ?? nameText(name);
}

/** UCUM spellings that nobody writes by hand. */
const UNITS: Readonly<Record<string, string>> = {
  'mm[Hg]': 'mmHg',
  '[degF]': '°F',
  Cel: '°C',
  '[lb_av]': 'lb',
  '[in_i]': 'in',
  '{score}': '',
  '{INR}': '',
  '/min': 'per minute',
  'mL/min/{1.73_m2}': 'mL/min',
  'mL/min/1.73.m2': 'mL/min',
  '10*3/uL': 'thousand/µL',
  '10*6/uL': 'million/µL',
};

export function unitText(quantity: Quantity | undefined): string {
  const unit = quantity?.unit ?? quantity?.code ?? '';
  return UNITS[unit] ?? unit;
}

/** At most two decimals, none added: 6.10 was measured to two places, 128 to none. */
export function numberText(value: number): string {
  return String(Math.round(value * 100) / 100);
}

export function quantityText(quantity: Quantity | undefined): string {
  if (quantity?.value === undefined) return '';
  const unit = unitText(quantity);
  const space = unit === '%' || unit.startsWith('°') ? ' ' : ' ';
  return `${quantity.comparator ?? ''}${numberText(quantity.value)}${unit ? space + unit : ''}`;
}

type Valued = Pick<
  Observation,
  | 'valueQuantity'
  | 'valueString'
  | 'valueCodeableConcept'
  | 'valueInteger'
  | 'valueBoolean'
  | 'valueDateTime'
  | 'component'
  | 'dataAbsentReason'
>;

/** The result as one line: number and unit, text, or `128/82 mmHg`. */
export function valueText(observation: Valued): string {
  const { valueQuantity, valueString, valueCodeableConcept, valueInteger, valueBoolean, component } =
    observation;
  if (valueQuantity) return quantityText(valueQuantity);
  if (valueString) return valueString;
  if (valueCodeableConcept) return conceptText(valueCodeableConcept);
  if (valueInteger !== undefined) return String(valueInteger);
  if (valueBoolean !== undefined) return valueBoolean ? 'Yes' : 'No';
  const [first, second] = (component ?? []).map((each) => each.valueQuantity);
  if (first?.value !== undefined && second?.value !== undefined) {
    return `${numberText(first.value)}/${numberText(second.value)} ${unitText(first)}`;
  }
  if (observation.dataAbsentReason) return conceptText(observation.dataAbsentReason);
  return 'No value';
}

export function medicineName({
  medicationCodeableConcept,
  medicationReference,
}: Pick<MedicationRequest, 'medicationCodeableConcept' | 'medicationReference'>): string {
  return medicationCodeableConcept
    ? conceptText(medicationCodeableConcept)
    : (medicationReference?.display ?? 'Medicine');
}

/** Written by the patient or who acts for them, not by the clinic. */
export const isFromPerson = (author: Reference | undefined): boolean =>
  /^(Patient|RelatedPerson)\//.test(author?.reference ?? '');

export function dosageText(dosage: readonly Dosage[] | undefined): string {
  const texts = (dosage ?? [])
    .map((each) => each.patientInstruction ?? each.text ?? timingText(each))
    .filter(Boolean);
  return texts.length > 0 ? texts.join('; ') : 'Take as your care team told you.';
}

function timingText(dosage: Dosage): string {
  const amount = dosage.doseAndRate?.[0]?.doseQuantity;
  const repeat = dosage.timing?.repeat;
  const often =
    repeat?.frequency && repeat.period
      ? `${repeat.frequency} × every ${repeat.period} ${repeat.periodUnit ?? ''}`
      : '';
  return [quantityText(amount), often].filter(Boolean).join(', ');
}
