/** FHIR dates as people say them, in the reader's own habits and time zone. A date keeps its precision: 2024-03 stays a month. */
import { locale as readersLocale } from '../i18n/language.ts';
import { t } from '../i18n/text.ts';

function parts(text: string): { date: Date; precision: 'year' | 'month' | 'day' | 'time' } {
  if (text.length === 4) return { date: new Date(Number(text), 0, 1), precision: 'year' };
  if (text.length === 7) return { date: new Date(`${text}-01T12:00:00`), precision: 'month' };
  // A date without a time is the same day everywhere: noon keeps it clear of time zones.
  if (text.length === 10) return { date: new Date(`${text}T12:00:00`), precision: 'day' };
  return { date: new Date(text), precision: 'time' };
}

/** `12 Nov 2026`, or what of it is known. */
export function formatDate(text: string | undefined, locale = readersLocale()): string {
  if (!text) return t('Date not recorded');
  const { date, precision } = parts(text);
  if (Number.isNaN(date.getTime())) return text;
  const options: Intl.DateTimeFormatOptions =
    precision === 'year'
      ? { year: 'numeric' }
      : precision === 'month'
        ? { month: 'long', year: 'numeric' }
        : { day: 'numeric', month: 'short', year: 'numeric' };
  return new Intl.DateTimeFormat(locale, options).format(date);
}

/** `Thu, 3 Dec, 10:20` */
export function formatDateTime(text: string | undefined, locale = readersLocale()): string {
  if (!text) return t('Time not recorded');
  const { date, precision } = parts(text);
  if (precision !== 'time') return formatDate(text, locale);
  return new Intl.DateTimeFormat(locale, {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    ...(date.getFullYear() === new Date().getFullYear() ? {} : { year: 'numeric' }),
    hour: 'numeric',
    minute: '2-digit',
  }).format(date);
}

/** `November 2026` */
export function formatMonth(text: string, locale = readersLocale()): string {
  return new Intl.DateTimeFormat(locale, { month: 'long', year: 'numeric' }).format(parts(text).date);
}

/** Milliseconds, for charts and sorting; NaN when it is no date. */
export function timeOf(text: string | undefined): number {
  return text ? parts(text).date.getTime() : Number.NaN;
}

/** `today`, `in 3 days`, `2 months ago` */
export function formatDistance(text: string, now = Date.now(), locale = readersLocale()): string {
  const days = Math.round((startOfDay(timeOf(text)) - startOfDay(now)) / 86_400_000);
  const words = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  if (Math.abs(days) < 45) return words.format(days, 'day');
  if (Math.abs(days) < 545) return words.format(Math.round(days / 30.4), 'month');
  return words.format(Math.round(days / 365.25), 'year');
}

function startOfDay(time: number): number {
  return new Date(time).setHours(0, 0, 0, 0);
}

export function greeting(now = new Date()): string {
  const hour = now.getHours();
  return t(hour < 12 ? 'Good morning' : hour < 18 ? 'Good afternoon' : 'Good evening');
}
