/** FHIR's data types as words. */
import type {
  CodeableConcept,
  Dosage,
  HumanName,
  MedicationRequest,
  Observation,
  Quantity,
  Reference,
  TimingRepeat,
} from '@medplum/fhirtypes';
import { locale } from '../i18n/language.ts';
import { plural, type Text, t } from '../i18n/text.ts';
import { plainWords } from './plain-words.ts';

const LOINC = 'http://loinc.org';

export function conceptText(concept: CodeableConcept | undefined): string {
  return (
    concept?.text ??
    concept?.coding?.find((coding) => coding.display)?.display ??
    concept?.coding?.[0]?.code ??
    t('Not named')
  );
}

export function loincCode(concept: CodeableConcept | undefined): string | undefined {
  return concept?.coding?.find((coding) => coding.system === LOINC)?.code ?? concept?.coding?.[0]?.code;
}

/** The plain name where we have one, else the laboratory's. */
export function testName(concept: CodeableConcept | undefined): string {
  const words = plainWords(loincCode(concept));
  return words ? t(words.name) : conceptText(concept);
}

export function nameText(name: HumanName | undefined): string {
  if (!name) return t('Name not recorded');
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
  'mL/min/{1.73_m2}': 'mL/min',
  'mL/min/1.73.m2': 'mL/min',
};
const UNITS_IN_WORDS: Readonly<Record<string, Text>> = {
  '/min': 'per minute',
  '10*3/uL': 'thousand/µL',
  '10*6/uL': 'million/µL',
};

export function unitText(quantity: Quantity | undefined): string {
  const unit = quantity?.unit ?? quantity?.code ?? '';
  const words = UNITS_IN_WORDS[unit];
  return words ? t(words) : (UNITS[unit] ?? unit);
}

/** At most two decimals, none added: 6.10 was measured to two places, 128 to none. Point or comma as the reader is used to. */
export function numberText(value: number): string {
  return new Intl.NumberFormat(locale(), { maximumFractionDigits: 2, useGrouping: 'min2' }).format(value);
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
  if (valueBoolean !== undefined) return t(valueBoolean ? 'Yes' : 'No');
  const [first, second] = (component ?? []).map((each) => each.valueQuantity);
  if (first?.value !== undefined && second?.value !== undefined) {
    return `${numberText(first.value)}/${numberText(second.value)} ${unitText(first)}`;
  }
  if (observation.dataAbsentReason) return conceptText(observation.dataAbsentReason);
  return t('No value');
}

export function medicineName({
  medicationCodeableConcept,
  medicationReference,
}: Pick<MedicationRequest, 'medicationCodeableConcept' | 'medicationReference'>): string {
  return medicationCodeableConcept
    ? conceptText(medicationCodeableConcept)
    : (medicationReference?.display ?? t('Medicine'));
}

/** Written by the patient or who acts for them, not by the clinic. */
export const isFromPerson = (author: Reference | undefined): boolean =>
  /^(Patient|RelatedPerson)\//.test(author?.reference ?? '');

export function dosageText(dosage: readonly Dosage[] | undefined): string {
  const texts = (dosage ?? [])
    .map((each) => each.patientInstruction ?? each.text ?? timingText(each))
    .filter(Boolean);
  return texts.length > 0 ? texts.join('; ') : t('Take as your care team told you.');
}

/** `2 times a day`, `every 3 days`; what is neither is left to the pharmacy's label. */
function oftenText(repeat: TimingRepeat | undefined): string {
  const { frequency, period, periodUnit } = repeat ?? {};
  if (!frequency || !period || (periodUnit !== 'd' && periodUnit !== 'wk')) return '';
  const isDaily = periodUnit === 'd';
  if (period === 1)
    return isDaily
      ? plural(frequency, 'once a day', '{count} times a day')
      : plural(frequency, 'once a week', '{count} times a week');
  return frequency === 1 ? t(isDaily ? 'every {count} days' : 'every {count} weeks', { count: period }) : '';
}

function timingText(dosage: Dosage): string {
  const amount = dosage.doseAndRate?.[0]?.doseQuantity;
  const repeat = dosage.timing?.repeat;
  return [quantityText(amount), oftenText(repeat)].filter(Boolean).join(', ');
}
