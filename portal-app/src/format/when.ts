/** Times that are no dates: how long something lasts, and what R4 lets a time be besides (https://hl7.org/fhir/R4/condition-definitions.html#Condition.onset_x_). */
import type { Period, Quantity, Range } from '@medplum/fhirtypes';
import { locale } from '../i18n/language.ts';
import { t } from '../i18n/text.ts';
import { formatDate } from './date.ts';
import { quantityText } from './quantity.ts';
import { lookUp } from './table.ts';
import { periodText, rangeText } from './value.ts';

/** UCUM, and as people write it → units of ECMA-402. */
const UNITS: Readonly<Record<string, string>> = {
  a: 'year',
  year: 'year',
  years: 'year',
  mo: 'month',
  month: 'month',
  months: 'month',
  wk: 'week',
  week: 'week',
  weeks: 'week',
  d: 'day',
  day: 'day',
  days: 'day',
  h: 'hour',
  hours: 'hour',
  min: 'minute',
  s: 'second',
  minutes: 'minute',
};

/** `3 months`, in the reader's language; of another unit as it came. */
export function durationText(duration: Quantity | undefined): string | undefined {
  const unit = lookUp(UNITS, duration?.code) ?? lookUp(UNITS, duration?.unit);
  const { value, comparator = '' } = duration ?? {};
  if (unit === undefined || value === undefined) return quantityText(duration) || undefined;
  const words = new Intl.NumberFormat(locale(), { style: 'unit', unit, unitDisplay: 'long' });
  return comparator + words.format(value);
}

/** The time `[name][x]` of a resource, in whichever type it came: a date, a span, an age, or somebody's words. */
export function whenText(resource: object, name: string): string | undefined {
  const of = <T>(type: string): T | undefined => (resource as Record<string, T>)[name + type];
  const date = of<string>('DateTime');
  if (date) return formatDate(date);
  const period = of<Period>('Period');
  const range = of<Range>('Range');
  return (
    (period && periodText(period)) ??
    durationText(of<Quantity>('Age')) ??
    (range && ageRangeText(range)) ??
    (of<string>('String') || undefined)
  );
}

/** `30 – 40 years` of an age, `5 days – 1 week` of any span. */
export function ageRangeText(range: Range): string | undefined {
  const [low, high] = [durationText(range.low), durationText(range.high)];
  return low && high ? `${low} – ${high}` : rangeText(range);
}

const DAY = 'YYYY-MM-DD'.length;

/** `since Nov 12, 2026`; Spanish has its article before a day, and none before a month or a year. */
export const sinceText = (date: string): string =>
  date.length < DAY
    ? t('since {month}', { month: formatDate(date) })
    : t('since {date}', { date: formatDate(date) });
