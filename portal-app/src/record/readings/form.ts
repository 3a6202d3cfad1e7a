/** A reading as it stands in a form: texts, until it is sent. */
import { timeOf } from '../../format/date.ts';
import { dateOf } from '../../format/observation.ts';
import { locale } from '../../i18n/language.ts';
import { isMeal, KINDS, type KindName } from './kinds.ts';
import type { Shown } from './queries.ts';
import { type Reading, readingOf } from './reading.ts';

export interface Form {
  readonly value: string;
  readonly lower: string;
  readonly pulse: string;
  readonly arm: string;
  readonly meal: string;
  readonly unit: string;
  /** As a field for date and time has it: by the device's own clock, to the minute; a day where it is counted over one. */
  readonly at: string;
}

/** A field of date and time has no zone: it is the device's. */
export function localTime(time: number): string {
  return new Date(time - new Date(time).getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** With the unit and the arm that were used last; or with what is to be corrected. */
export function formOf(
  kind: KindName,
  last: { readonly unit?: string; readonly arm?: string },
  wrong?: Shown,
  now = Date.now(),
): Form {
  const before = wrong && readingOf(wrong.observation);
  const time = before ? timeOf(dateOf(wrong.observation)) : now;
  const at = localTime(Number.isNaN(time) ? now : time);
  const text = (value: number | undefined): string => (value === undefined ? '' : String(value));
  return {
    value: text(before?.value),
    lower: text(before?.lower),
    pulse: text(wrong?.pulse?.valueQuantity?.value),
    arm: before?.arm ?? last.arm ?? '',
    meal: before?.meal ?? '',
    unit: before?.unit ?? last.unit ?? usualUnit(kind),
    at: KINDS[kind].isOfDay ? at.slice(0, 10) : at,
  };
}

/** Pounds and degrees Fahrenheit are used where people write as in the United States. */
function usualUnit(kind: KindName): string {
  const [first, second] = KINDS[kind].units;
  const isAmerican = /-US$/.test(locale());
  return isAmerican && second && kind !== 'glucose' ? second.code : first.code;
}

/** With a comma or a point, as people write. NaN: no number. */
export function numberOf(text: string, isWhole = false): number {
  const written = text.trim();
  if (isWhole) return /^\d[\d.,\s]*$/.test(written) ? Number(written.replaceAll(/[.,\s]/g, '')) : Number.NaN;
  return /^\d{1,6}([.,]\d+)?$/.test(written) ? Number(written.replace(',', '.')) : Number.NaN;
}

export function readingOfForm(kind: KindName, form: Form): Reading {
  const isPressure = kind === 'blood-pressure';
  const { isOfDay } = KINDS[kind];
  const measured = new Date(form.at);
  const at = isOfDay ? form.at : Number.isNaN(measured.getTime()) ? '' : measured.toISOString();
  return {
    kind,
    value: numberOf(form.value, isOfDay),
    unit: form.unit,
    at,
    ...(isPressure
      ? {
          lower: numberOf(form.lower),
          arm: form.arm,
          ...(form.pulse.trim() === '' ? {} : { pulse: numberOf(form.pulse) }),
        }
      : {}),
    ...(kind === 'glucose' && isMeal(form.meal) ? { meal: form.meal } : {}),
  };
}

/** From longer ago: nothing can be done about it now. */
export const isPast = ({ at }: Reading, now = Date.now()): boolean => now - timeOf(at) > 24 * 3_600_000;
