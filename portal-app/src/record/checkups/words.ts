/** Why something of the schedule is recommended, and how often, in words. */
import { formatDate, formatMonth, timeOf } from '../../format/date.ts';
import { locale } from '../../i18n/language.ts';
import { plural, type Text, t } from '../../i18n/text.ts';
import type { Planned } from './due.ts';
import type { Rule } from './schedule.ts';

/** `For women from 40 to 74 years.` */
export function whoWords({ doses, until, sex }: Rule): string {
  const [first = 0] = doses;
  const values = { from: ageWords(first), to: until === undefined ? '' : ageWords(until - 1) };
  const isOpen = until === undefined;
  const words: Readonly<Record<'female' | 'male' | 'all', Text>> = {
    female: isOpen ? 'For women from {from} on.' : 'For women from {from} to {to}.',
    male: isOpen ? 'For men from {from} on.' : 'For men from {from} to {to}.',
    all: isOpen ? 'For everybody from {from} on.' : 'For everybody from {from} to {to}.',
  };
  return t(words[sex ?? 'all'], values);
}

const ageWords = (months: number): string =>
  months < 24
    ? plural(months, '{count} month', '{count} months')
    : t('{count} years', { count: Math.floor(months / 12) });

/** What else it rests on, and how often it is done. */
export function whyWords({ only, doneBy, isSeasonal, id }: Rule): readonly string[] {
  const every = [...new Set(doneBy.flatMap((by) => by.every ?? []))].toSorted((a, b) => a - b);
  const often = isSeasonal
    ? t('Each autumn.')
    : every.length > 1
      ? t('Every {years} years, by which test it is.', { years: either(every.map(inYears)) })
      : every.map((months) => plural(inYears(months), 'Every year.', 'Every {count} years.')).join('');
  return [
    only === 'smoked' ? t('Because this record says that you have smoked.') : '',
    only === 'overweight' ? t('Because the last body mass index on record is 25 or more.') : '',
    id === 'cervical' ? t('Before 30 by a smear only.') : '',
    often,
  ].filter(Boolean);
}

/** `3 or 5` */
const either = (numbers: readonly number[]): string =>
  new Intl.ListFormat(locale(), { type: 'disjunction' }).format(numbers.map(String));

const YEAR_MS = 31_557_600_000;

/** Since when; where nothing is on record and the age for it was reached long ago, a date would say nothing. */
export function dueWords({ from, last }: Pick<Planned, 'from' | 'last'>, now = Date.now()): string {
  const isLong = !(now - timeOf(from) < YEAR_MS);
  if (last === undefined && isLong) return t('Due: there is no record of it here');
  return t('Due since {date}', { date: formatDate(from) });
}

const inYears = (months: number): number => months / 12;

export const sourceWords = ({ source: { name, date } }: Rule): string => `${t(name)}, ${formatMonth(date)}`;
