/**
 * How a medicine is taken, as words (https://hl7.org/fhir/R4/dosage.html). Where nobody wrote words, what the elements say: amount, how often, when, as needed. Nothing
 * that was prescribed is left out because another part of it has words.
 */
import type { Dosage, TimingRepeat } from '@medplum/fhirtypes';
import { plural, type Text, t } from '../i18n/text.ts';
import { dayFormat } from './day-names.ts';
import { quantityText } from './quantity.ts';
import { lookUp } from './table.ts';
import { valueText } from './value.ts';
import { beside, conceptText, dosageInWords } from './words.ts';

export const dosageText = (dosage: readonly Dosage[] | undefined): string =>
  dosageInWords(dosage) ?? (prescribedText(dosage) || dosageInWords() || '');

/** All that another dosage would take the place of; '' where nothing is said. */
export const prescribedText = (dosage: readonly Dosage[] = []): string =>
  dosage.map(wholeText).filter(Boolean).join('; ');

/** Advice never stands in the place of the dose: an EHR has the order in `text`, or in its elements, and what is meant for the patient beside it. */
function wholeText(dosage: Dosage): string {
  const { text, patientInstruction, additionalInstruction = [] } = dosage;
  const parts = [patientInstruction, ...additionalInstruction.map(conceptText), mostText(dosage)];
  return parts.reduce(beside, text ?? structured(dosage)) ?? '';
}

function structured(dosage: Dosage): string {
  const repeat = dosage.timing?.repeat;
  return [
    amountOf(dosage),
    oftenText(repeat) || intervalText(repeat),
    ...(repeat?.when ?? []).map(eventText),
    ...(repeat?.dayOfWeek ?? []).map(weekdayText),
    ...(repeat?.timeOfDay ?? []).map((time) => time.slice(0, 5)),
    dosage.timing?.code && !repeat ? conceptText(dosage.timing.code) : '',
    neededText(dosage),
  ]
    .filter(Boolean)
    .join(', ');
}

function amountOf({ doseAndRate: [first] = [] }: Dosage): string {
  if (!first) return '';
  const { doseQuantity, doseRange, rateQuantity, rateRange, rateRatio } = first;
  return [
    quantityText(doseQuantity),
    doseRange && valueText({ valueRange: doseRange }),
    quantityText(rateQuantity),
    rateRange && valueText({ valueRange: rateRange }),
    rateRatio && valueText({ valueRatio: rateRatio }),
  ]
    .filter(Boolean)
    .join(', ');
}

/** `2 times a day`, `every 3 days`; what is neither is left to the pharmacy's label. */
export function oftenText(repeat: TimingRepeat | undefined): string {
  const { frequency, period, periodUnit } = repeat ?? {};
  if (!frequency || !period || (periodUnit !== 'd' && periodUnit !== 'wk')) return '';
  const isDaily = periodUnit === 'd';
  if (period === 1)
    return isDaily
      ? plural(frequency, 'once a day', '{count} times a day')
      : plural(frequency, 'once a week', '{count} times a week');
  return frequency === 1 ? t(isDaily ? 'every {count} days' : 'every {count} weeks', { count: period }) : '';
}

function intervalText({ frequency = 1, period, periodUnit }: TimingRepeat = {}): string {
  return frequency === 1 && period && periodUnit === 'h' ? t('every {count} hours', { count: period }) : '';
}

/** https://hl7.org/fhir/R4/valueset-event-timing.html: AC before, PC after, C with; M breakfast, D lunch, V dinner. */
const EVENTS: Readonly<Record<string, Text>> = {
  MORN: 'in the morning',
  'MORN.early': 'in the morning',
  'MORN.late': 'in the morning',
  WAKE: 'on waking',
  NOON: 'at midday',
  AFT: 'in the afternoon',
  'AFT.early': 'in the afternoon',
  'AFT.late': 'in the afternoon',
  EVE: 'in the evening',
  'EVE.early': 'in the evening',
  'EVE.late': 'in the evening',
  NIGHT: 'at night',
  HS: 'at bedtime',
  PHS: 'after falling asleep',
  AC: 'before meals',
  ACM: 'before breakfast',
  ACD: 'before lunch',
  ACV: 'before dinner',
  C: 'with meals',
  CM: 'with breakfast',
  CD: 'with lunch',
  CV: 'with dinner',
  PC: 'after meals',
  PCM: 'after breakfast',
  PCD: 'after lunch',
  PCV: 'after dinner',
};

/** A code that is no event stands as it came: it was meant to say something. */
function eventText(code: string): string {
  const words = lookUp(EVENTS, code);
  return words ? t(words) : code;
}

/** In a week that began with a Monday. */
const DAYS: Readonly<Record<string, string>> = {
  mon: '2024-01-01',
  tue: '2024-01-02',
  wed: '2024-01-03',
  thu: '2024-01-04',
  fri: '2024-01-05',
  sat: '2024-01-06',
  sun: '2024-01-07',
};

/** `day`: a code of https://hl7.org/fhir/R4/valueset-days-of-week.html. */
export function weekdayText(day: string): string {
  const date = lookUp(DAYS, day);
  return date ? dayFormat(date, { weekday: 'long' }) : '';
}

function neededText({ asNeededBoolean, asNeededCodeableConcept }: Dosage): string {
  if (asNeededCodeableConcept) return t('as needed: {why}', { why: conceptText(asNeededCodeableConcept) });
  return asNeededBoolean ? t('as needed') : '';
}

function mostText({ maxDosePerPeriod, maxDosePerAdministration }: Dosage): string {
  const most = maxDosePerPeriod
    ? valueText({ valueRatio: maxDosePerPeriod })
    : quantityText(maxDosePerAdministration);
  return most ? t('at most {amount}', { amount: most }) : '';
}
