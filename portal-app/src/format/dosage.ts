/**
 * How a medicine is taken, as words (https://hl7.org/fhir/R4/dosage.html). Where nobody wrote words, what the elements say: amount, how often, when, as needed. Nothing
 * that was prescribed is left out because another part of it has words.
 */
import type { Dosage, Range, TimingRepeat } from '@medplum/fhirtypes';
import { repeatOf, saysWhen } from '@wellspring/profiles/timing-code';
import { plural, type Text, t } from '../i18n/text.ts';
import { formatDateTime, formatTime } from './date.ts';
import { dayFormat } from './day-names.ts';
import { asTold, beside, withAdvice } from './dosage-in-words.ts';
import { doseIn } from './dose-amount.ts';
import { quantityText } from './quantity.ts';
import { lookUp } from './table.ts';
import { periodText, rangeText, valueText } from './value.ts';
import { ageRangeText, durationText } from './when.ts';
import { conceptText } from './words.ts';

export const dosageText = (dosage: readonly Dosage[] | undefined): string =>
  prescribedText(dosage) || asTold();

/** All that another dosage would take the place of; '' where nothing is said. */
export function prescribedText(dosage: readonly Dosage[] = []): string {
  const parts = dosage
    .toSorted((a, b) => (a.sequence ?? 0) - (b.sequence ?? 0))
    .map((each) => [wholeText(each), each.sequence] as const)
    .filter(([words]) => words !== '');
  return parts
    .map(([words, sequence = 0], i) =>
      i > 0 && sequence > (parts[i - 1]?.[1] ?? 0) ? t('then {what}', { what: words }) : words,
    )
    .join('; ');
}

/**
 * Advice never stands in the place of the dose: an EHR has the order in `text`, or in its elements, and what is meant for the patient beside it. Where it has words, the elements
 * say the same again, but for what limits it.
 */
const wholeText = (dosage: Dosage): string =>
  beside(withAdvice(dosage.text ?? structured(dosage), dosage), mostText(dosage));

function structured(dosage: Dosage): string {
  const { timing, route, site, method } = dosage;
  const repeat = repeatOf(timing);
  return [
    method && conceptText(method),
    amountOf(dosage),
    oftenText(repeat),
    ...(repeat?.when ?? []).map((code) => eventAt(code, repeat?.offset)),
    ...(repeat?.dayOfWeek ?? []).map(weekdayText),
    ...(repeat?.timeOfDay ?? []).map((time) => formatTime(time)),
    ...(timing?.event ?? []).map((each) => formatDateTime(each)),
    timing?.code && !saysWhen(repeat) ? conceptText(timing.code) : '',
    lastsText(repeat),
    neededText(dosage),
    route && conceptText(route),
    site && conceptText(site),
  ]
    .filter(Boolean)
    .join(', ');
}

const amountOf = ({ doseAndRate = [] }: Dosage): string =>
  doseAndRate.map(oneAmount).filter(Boolean).join(', ');

function oneAmount({
  doseQuantity,
  doseRange,
  rateQuantity,
  rateRange,
  rateRatio,
}: NonNullable<Dosage['doseAndRate']>[number]): string {
  return [
    quantityText(doseIn(doseQuantity)),
    doseRange && rangeText(dosesIn(doseRange)),
    quantityText(rateQuantity),
    rateRange && valueText({ valueRange: rateRange }),
    rateRatio && valueText({ valueRatio: rateRatio }),
  ]
    .filter(Boolean)
    .join(', ');
}

/** Both ends in the same words: what is said is the upper one. */
const dosesIn = ({ low, high }: Range): Range => ({
  ...(low && { low: doseIn(low, high?.value) }),
  ...(high && { high: doseIn(high) }),
});

/** `2 times a day`, `every 3 days`, `1 to 4 times in 12 hours`; '' where it is not said how often. */
export function oftenText(repeat: TimingRepeat | undefined): string {
  const { frequency = 1, frequencyMax, period, periodMax, periodUnit } = repeat ?? {};
  if (!period || !periodUnit) return '';
  const isRange = frequencyMax !== undefined && frequencyMax !== frequency;
  if (!isRange && period === 1 && periodMax === undefined) {
    if (periodUnit === 'd') return plural(frequency, 'once a day', '{count} times a day');
    if (periodUnit === 'wk') return plural(frequency, 'once a week', '{count} times a week');
    if (periodUnit === 'mo' && frequency === 1) return t('once a month');
    if (periodUnit === 'a' && frequency === 1) return t('once a year');
  }
  const time = spanText(period, periodMax, periodUnit);
  if (isRange) return t('{low} to {high} times in {time}', { low: frequency, high: frequencyMax, time });
  return frequency === 1
    ? t('every {time}', { time })
    : t('{count} times in {time}', { count: frequency, time });
}

/** `4 – 6 hours` */
function spanText(least: number | undefined, most: number | undefined, code: string | undefined): string {
  const value = most ?? least;
  const longest = durationText(value === undefined || !code ? undefined : { value, code }) ?? '';
  return least !== undefined && most !== undefined && least !== most ? `${least} – ${longest}` : longest;
}

/** For how long, how many times in all, and how long each takes. */
function lastsText(repeat: TimingRepeat | undefined): string {
  const { boundsDuration, boundsRange, boundsPeriod, count, countMax } = repeat ?? {};
  const { duration, durationMax, durationUnit } = repeat ?? {};
  const bounds = boundsDuration ? durationText(boundsDuration) : boundsRange && ageRangeText(boundsRange);
  const times = countMax === undefined || countMax === count ? count : `${count ?? 1} – ${countMax}`;
  return [
    duration === undefined ? '' : t('within {time}', { time: spanText(duration, durationMax, durationUnit) }),
    bounds ? t('for {time}', { time: bounds }) : '',
    boundsPeriod && periodText(boundsPeriod),
    times === undefined ? '' : times === 1 ? t('once in all') : t('{count} times in all', { count: times }),
  ]
    .filter(Boolean)
    .join(', ');
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

/** `30 minutes before breakfast`: whether it is before or after, the event itself says; of another one it stands beside. */
function eventAt(code: string, offset: number | undefined): string {
  const time = offset ? durationText({ value: offset, code: 'min' }) : undefined;
  if (!time) return eventText(code);
  if (code === 'HS') return `${time} ${t('before going to bed')}`;
  return /^(AC|PC|PHS)/.test(code) ? `${time} ${eventText(code)}` : `${eventText(code)} (${time})`;
}

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

function mostText({ maxDosePerPeriod, maxDosePerAdministration, maxDosePerLifetime }: Dosage): string {
  const [ofPeriod, each, ever] = [
    maxDosePerPeriod?.numerator,
    maxDosePerAdministration,
    maxDosePerLifetime,
  ].map((each) => quantityText(doseIn(each)));
  const time = durationText(maxDosePerPeriod?.denominator);
  return [
    ofPeriod &&
      (time
        ? t('at most {amount} in {time}', { amount: ofPeriod, time })
        : t('at most {amount}', { amount: ofPeriod })),
    each && t('at most {amount} each time', { amount: each }),
    ever && t('at most {amount} ever', { amount: ever }),
  ]
    .filter(Boolean)
    .join(', ');
}
