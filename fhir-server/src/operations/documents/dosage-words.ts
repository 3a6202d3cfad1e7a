/** How a medicine is taken, in English words, for narratives (https://hl7.org/fhir/R4/dosage.html): as somebody wrote it, else as its elements say. */
import { type DoseForm, doseForm } from '@wellspring/profiles/dose-form';
import { repeatOf, saysWhen } from '@wellspring/profiles/timing-code';
import { conceptWords, dateWords, quantityWords, rangeWords } from './value-words.ts';

type Json = Record<string, unknown>;

interface Repeat {
  readonly frequency?: number;
  readonly frequencyMax?: number;
  readonly period?: number;
  readonly periodMax?: number;
  readonly periodUnit?: string;
  readonly when?: readonly string[];
  readonly offset?: number;
  readonly dayOfWeek?: readonly string[];
  readonly timeOfDay?: readonly string[];
  readonly count?: number;
  readonly countMax?: number;
  readonly duration?: number;
  readonly durationUnit?: string;
  readonly boundsDuration?: Json;
  readonly boundsRange?: Json;
  readonly boundsPeriod?: Json;
}

interface Dosage {
  readonly sequence?: number;
  readonly text?: string;
  readonly patientInstruction?: string;
  readonly additionalInstruction?: readonly unknown[];
  readonly timing?: {
    readonly event?: readonly string[];
    readonly repeat?: Repeat;
    readonly code?: { readonly text?: string; readonly coding?: readonly { readonly code?: string }[] };
  };
  readonly asNeededBoolean?: boolean;
  readonly asNeededCodeableConcept?: unknown;
  readonly site?: unknown;
  readonly route?: unknown;
  readonly method?: unknown;
  readonly doseAndRate?: readonly Json[];
  readonly maxDosePerPeriod?: { readonly numerator?: Json; readonly denominator?: Json };
  readonly maxDosePerAdministration?: Json;
  readonly maxDosePerLifetime?: Json;
}

const joined = (words: readonly (string | undefined)[], by = ', '): string => words.filter(Boolean).join(by);

export function dosageWords(value: unknown): string {
  const all = [...((value as readonly Dosage[] | undefined) ?? [])];
  const inTurn = all.toSorted((a, b) => (a.sequence ?? 0) - (b.sequence ?? 0));
  return joined(
    inTurn.map((each, i) => {
      const words = oneWords(each);
      return words && i > 0 && (each.sequence ?? 0) > (inTurn[i - 1]?.sequence ?? 0)
        ? `then ${words}`
        : words;
    }),
    '; ',
  );
}

function oneWords(dosage: Dosage): string {
  const { text, patientInstruction, additionalInstruction = [] } = dosage;
  const said = text ?? elementWords(dosage);
  const advice = [patientInstruction, ...additionalInstruction.map(conceptWords)];
  return joined([said, mostWords(dosage), ...advice.filter((each) => each && !said.includes(each))], ' – ');
}

function elementWords(dosage: Dosage): string {
  const { timing = {}, method, route, site, doseAndRate = [], asNeededCodeableConcept: why } = dosage;
  const needed = dosage.asNeededBoolean ? 'as needed' : '';
  return joined([
    conceptWords(method),
    ...doseAndRate.map(amountWords),
    ...timingWords(timing),
    why ? `as needed for ${conceptWords(why)}` : needed,
    conceptWords(route),
    conceptWords(site),
  ]);
}

const amountWords = ({ doseQuantity, doseRange, rateQuantity, rateRange, rateRatio }: Json): string => {
  const { numerator, denominator } = (rateRatio ?? {}) as { numerator?: Json; denominator?: Json };
  return joined([
    counted(doseQuantity),
    doseRange ? countedRange(doseRange as { low?: Json; high?: Json }) : '',
    counted(rateQuantity),
    rateRange ? rangeWords(rateRange as Json) : '',
    joined([counted(numerator), lasting(denominator)], ' in '),
  ]);
};

/** Of others it is an s. */
const PLURALS: Readonly<Partial<Record<DoseForm, string>>> = {
  patch: 'patches',
  suppository: 'suppositories',
};

/** `2 puffs`; what else UCUM has in braces is what is counted. */
function counted(value: unknown): string {
  const quantity = (value ?? {}) as Json;
  return quantityWords(inForm(quantity), quantity).replaceAll(/[{}]/g, '');
}

function inForm(quantity: Json): Json {
  const form = doseForm(String(quantity.unit ?? quantity.code ?? ''));
  if (!form) return quantity;
  return { ...quantity, unit: quantity.value === 1 ? form : (PLURALS[form] ?? `${form}s`) };
}

/** In the words of its upper end. */
const countedRange = ({ low, high, ...more }: { readonly low?: Json; readonly high?: Json }): string =>
  low && high
    ? `${quantityWords({ ...low, unit: undefined, code: undefined }, low)} to ${counted(high)}`
    : rangeWords({ ...more, ...(low && { low: inForm(low) }), ...(high && { high: inForm(high) }) });

function timingWords(timing: NonNullable<Dosage['timing']>): readonly string[] {
  const { event = [], code } = timing;
  const repeat = repeatOf(timing) ?? {};
  return [
    oftenWords(repeat),
    ...whenWords(repeat),
    saysWhen(repeat) ? '' : conceptWords(code),
    ...boundsWords(repeat),
    ...event.map(dateWords),
  ];
}

const UNITS: Readonly<Record<string, string>> = {
  s: 'second',
  min: 'minute',
  h: 'hour',
  d: 'day',
  wk: 'week',
  mo: 'month',
  a: 'year',
};

const span = (count: number, unit = ''): string => {
  const name = Object.hasOwn(UNITS, unit) ? UNITS[unit] : unit;
  return count === 1 ? `1 ${name}` : `${count} ${name}s`;
};

/** `7 days`, where UCUM says `d`. */
function lasting(value: unknown): string {
  const { value: count, code, unit = code, comparator } = (value ?? {}) as Json;
  const isSpan = typeof count === 'number' && comparator === undefined && Object.hasOwn(UNITS, String(unit));
  return isSpan ? span(count, String(unit)) : counted(value);
}

const OFTEN: Readonly<Record<string, string>> = { d: 'a day', wk: 'a week', mo: 'a month', a: 'a year' };

function oftenWords({ frequency = 1, frequencyMax, period, periodMax, periodUnit }: Repeat): string {
  if (period === undefined) return '';
  const often = period === 1 && periodMax === undefined ? OFTEN[periodUnit ?? ''] : undefined;
  if (often && frequencyMax === undefined)
    return frequency === 1 ? `once ${often}` : `${frequency} times ${often}`;
  const time =
    periodMax === undefined ? span(period, periodUnit) : `${period} to ${span(periodMax, periodUnit)}`;
  if (frequencyMax !== undefined) return `${frequency} to ${frequencyMax} times in ${time}`;
  return frequency === 1 ? `every ${time.replace(/^1 /, '')}` : `${frequency} times in ${time}`;
}

/** https://hl7.org/fhir/R4/valueset-event-timing.html */
const EVENTS: Readonly<Record<string, string>> = {
  MORN: 'in the morning',
  WAKE: 'on waking',
  NOON: 'at midday',
  AFT: 'in the afternoon',
  EVE: 'in the evening',
  NIGHT: 'at night',
  HS: 'before sleep',
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

const DAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

/** https://hl7.org/fhir/R4/valueset-days-of-week.html */
const dayWords = (code: string): string => DAYS.find((each) => each.toLowerCase().startsWith(code)) ?? code;

function whenWords({ when = [], offset, dayOfWeek = [], timeOfDay = [] }: Repeat): readonly string[] {
  const events = when.map((code) => {
    const name = code.split('.')[0] ?? code;
    return Object.hasOwn(EVENTS, name) ? (EVENTS[name] as string) : code;
  });
  return [
    ...events.map((each) => (offset ? `${span(offset, 'min')} ${each}` : each)),
    ...(dayOfWeek.length > 0 ? [`on ${dayOfWeek.map(dayWords).join(', ')}`] : []),
    ...(timeOfDay.length > 0 ? [`at ${timeOfDay.map((each) => each.slice(0, 5)).join(', ')}`] : []),
  ];
}

function boundsWords(repeat: Repeat): readonly string[] {
  const { boundsDuration, boundsRange, boundsPeriod, count, countMax, duration, durationUnit } = repeat;
  return [
    duration === undefined ? '' : `within ${span(duration, durationUnit)}`,
    boundsDuration ? `for ${lasting(boundsDuration)}` : '',
    boundsRange ? `for ${rangeWords(boundsRange)}` : '',
    boundsPeriod ? dateWords(boundsPeriod) : '',
    count === undefined ? '' : `${countMax === undefined ? count : `${count} to ${countMax}`} times in all`,
  ];
}

function mostWords({ maxDosePerPeriod, maxDosePerAdministration, maxDosePerLifetime }: Dosage): string {
  const { numerator, denominator } = maxDosePerPeriod ?? {};
  const ofPeriod = joined([counted(numerator), lasting(denominator)], ' in ');
  return joined([
    ofPeriod && `at most ${ofPeriod}`,
    maxDosePerAdministration && `at most ${counted(maxDosePerAdministration)} each time`,
    maxDosePerLifetime && `at most ${counted(maxDosePerLifetime)} ever`,
  ]);
}
