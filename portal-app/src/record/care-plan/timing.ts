/** When something of a plan is to be done, in words. */
import type { Timing } from '@medplum/fhirtypes';
import { formatDate } from '../../format/date.ts';
import { dayFormat } from '../../format/day-names.ts';
import { lookUp } from '../../format/table.ts';
import { conceptText, oftenText } from '../../format/words.ts';
import { t } from '../../i18n/text.ts';

/** Again and again; else, when it is done, it is done. */
export function isAgain({ repeat, event = [] }: Timing = {}): boolean {
  return event.length > 1 || (repeat !== undefined && repeat.count !== 1);
}

/** Of a week that began with a Monday. */
const DAYS: Readonly<Record<string, string>> = {
  mon: '2024-01-01',
  tue: '2024-01-02',
  wed: '2024-01-03',
  thu: '2024-01-04',
  fri: '2024-01-05',
  sat: '2024-01-06',
  sun: '2024-01-07',
};

export function timingWords(timing: Timing | undefined): string | undefined {
  if (!timing) return undefined;
  const { repeat, code, event = [] } = timing;
  const days = (repeat?.dayOfWeek ?? []).flatMap((day) => lookUp(DAYS, day) ?? []);
  const weekdays = days.map((day) => dayFormat(day, { weekday: 'long' })).join(', ');
  const words = [
    oftenText(repeat),
    yearly(repeat),
    weekdays,
    (repeat?.timeOfDay ?? []).map((time) => time.slice(0, 5)).join(', '),
    periodWords(repeat?.boundsPeriod),
    event.map((each) => formatDate(each)).join(', '),
  ]
    .filter(Boolean)
    .join(', ');
  return words || (code && conceptText(code)) || undefined;
}

function yearly(repeat: Timing['repeat']): string {
  const { frequency, period, periodUnit } = repeat ?? {};
  if (frequency !== 1 || period !== 1) return '';
  return periodUnit === 'a' ? t('once a year') : periodUnit === 'mo' ? t('once a month') : '';
}

export function periodWords(
  period: { readonly start?: string; readonly end?: string } | undefined,
): string | undefined {
  const { start, end } = period ?? {};
  if (start && end) return t('{from} to {until}', { from: formatDate(start), until: formatDate(end) });
  if (start) return t('since {from}', { from: formatDate(start) });
  return end && t('until {until}', { until: formatDate(end) });
}
