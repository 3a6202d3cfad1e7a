/** When something of a plan is to be done, in words. */
import type { Timing } from '@medplum/fhirtypes';
import { repeatOf, saysWhen } from '@wellspring/profiles/timing-code';
import { formatDate, formatTime } from '../../format/date.ts';
import { oftenText, weekdayText } from '../../format/dosage.ts';
import { conceptText } from '../../format/words.ts';
import { t } from '../../i18n/text.ts';

/** Again and again; else, when it is done, it is done. */
export function isAgain({ repeat, event = [] }: Timing = {}): boolean {
  return event.length > 1 || (repeat !== undefined && repeat.count !== 1);
}

export function timingWords(timing: Timing | undefined): string | undefined {
  if (!timing) return undefined;
  const { code, event = [] } = timing;
  const repeat = repeatOf(timing);
  const words = [
    oftenText(repeat),
    (repeat?.dayOfWeek ?? []).map(weekdayText).filter(Boolean).join(', '),
    (repeat?.timeOfDay ?? []).map((time) => formatTime(time)).join(', '),
    code && !saysWhen(repeat) ? conceptText(code) : '',
    periodWords(repeat?.boundsPeriod),
    event.map((each) => formatDate(each)).join(', '),
  ]
    .filter(Boolean)
    .join(', ');
  return words || undefined;
}

export function periodWords(
  period: { readonly start?: string; readonly end?: string } | undefined,
): string | undefined {
  const { start, end } = period ?? {};
  if (start && end) return t('{from} to {until}', { from: formatDate(start), until: formatDate(end) });
  if (start) return t('since {from}', { from: formatDate(start) });
  return end && t('until {until}', { until: formatDate(end) });
}
