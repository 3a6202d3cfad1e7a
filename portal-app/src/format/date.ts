/** FHIR dates as people say them, in the reader's own habits and the clinic's time zone. A date keeps its precision: 2024-03 stays a month. What is no date is shown as it came, and takes nothing down. */
import { locale as readersLocale } from '../i18n/language.ts';
import { t } from '../i18n/text.ts';
import { dayLater, dayText, otherZoneName, zoneAt } from './clinic-clock.ts';

interface Parts {
  readonly date: Date;
  readonly precision: 'year' | 'month' | 'day' | 'time';
}

/** undefined: no date that FHIR knows (https://hl7.org/fhir/R4/datatypes.html#dateTime). */
function parts(text: string): Parts | undefined {
  const found = partsOf(text);
  return found && !Number.isNaN(found.date.getTime()) ? found : undefined;
}

/** Minutes as FHIR allows them: a leap second is written as `:60`, which Date does not take. */
const LEAP_SECOND = /(T\d\d:\d\d):60(?:\.\d+)?/;

function partsOf(text: string): Parts | undefined {
  if (/^\d{4}$/.test(text)) return { date: new Date(`${text}-01-01T12:00:00`), precision: 'year' };
  if (/^\d{4}-\d\d$/.test(text)) return { date: new Date(`${text}-01T12:00:00`), precision: 'month' };
  // A date without a time is the same day everywhere: noon keeps it clear of time zones.
  if (/^\d{4}-\d\d-\d\d$/.test(text)) return { date: new Date(`${text}T12:00:00`), precision: 'day' };
  if (!/^\d{4}-\d\d-\d\dT/.test(text)) return undefined;
  const leap = LEAP_SECOND.test(text);
  const time = Date.parse(text.replace(LEAP_SECOND, '$1:59'));
  return { date: new Date(time + (leap ? 1000 : 0)), precision: 'time' };
}

/** `12 Nov 2026`, or what of it is known. */
export function formatDate(text: string | undefined, locale = readersLocale()): string {
  if (!text) return t('Date not recorded');
  const found = parts(text);
  if (!found) return text;
  const { date, precision } = found;
  const options: Intl.DateTimeFormatOptions =
    precision === 'year'
      ? { year: 'numeric' }
      : precision === 'month'
        ? { month: 'long', year: 'numeric' }
        : {
            day: 'numeric',
            month: 'short',
            year: 'numeric',
            ...(precision === 'time' ? zoneAt(date) : {}),
          };
  return new Intl.DateTimeFormat(locale, options).format(date);
}

/** `Thu, 3 Dec, 10:20` */
export function formatDateTime(text: string | undefined, locale = readersLocale()): string {
  if (!text) return t('Time not recorded');
  const found = parts(text);
  if (found?.precision !== 'time') return formatDate(text, locale);
  const { date } = found;
  const zone = zoneAt(date);
  return new Intl.DateTimeFormat(locale, {
    ...zone,
    ...(zone.timeZone ? { timeZoneName: 'short' } : {}),
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    ...(dayText(date.getTime()).slice(0, 4) === dayText(Date.now()).slice(0, 4) ? {} : { year: 'numeric' }),
    hour: 'numeric',
    minute: '2-digit',
  })
    .format(date)
    .replace(/GMT\S+$/, (own) => otherZoneName(locale, date.getTime()) ?? own);
}

/** `Thu, 3 Dec`, of a day to come: YYYY-MM-DD. */
export function formatWeekday(day: string, locale = readersLocale()): string {
  const found = parts(day);
  if (found?.precision !== 'day') return formatDate(day, locale);
  return new Intl.DateTimeFormat(locale, { weekday: 'short', day: 'numeric', month: 'short' }).format(
    found.date,
  );
}

/** `10:20 AM`: the clock of the clinic, for what stands on a day that is said elsewhere. */
export function formatClock(time: number, locale = readersLocale()): string {
  const date = new Date(time);
  return new Intl.DateTimeFormat(locale, { ...zoneAt(date), hour: 'numeric', minute: '2-digit' }).format(
    date,
  );
}

/** A time of day without a date: `14:30:00` → `2:30 PM`. */
export function formatTime(text: string, locale = readersLocale()): string {
  const found = parts(`2024-01-15T${text}`);
  if (!found) return text;
  return new Intl.DateTimeFormat(locale, { hour: 'numeric', minute: '2-digit' }).format(found.date);
}

/** `November 2026` */
export function formatMonth(text: string, locale = readersLocale()): string {
  const found = parts(text);
  if (!found) return text;
  if (found.precision === 'year') return formatDate(text, locale);
  return new Intl.DateTimeFormat(locale, { month: 'long', year: 'numeric' }).format(found.date);
}

/** Milliseconds, for charts and sorting; NaN when it is no date. */
export function timeOf(text: string | undefined): number {
  return (text === undefined ? undefined : parts(text))?.date.getTime() ?? Number.NaN;
}

/** For sorting: the newest first, what has no date last. */
export function newestFirst(a: string | undefined, b: string | undefined): number {
  const [first, second] = [timeOf(a), timeOf(b)].map((time) => (Number.isNaN(time) ? -Infinity : time));
  return first === second ? 0 : (second as number) - (first as number);
}

/** YYYY-MM-DD, so many days later; undefined when it is no date. */
export function dayAfter(text: string | undefined, days: number): string | undefined {
  return dayLater(wholeDay(text), days) || undefined;
}

/** `today`, `in 3 days`, `2 months ago`; '' when it is no date. */
export function formatDistance(text: string, now = Date.now(), locale = readersLocale()): string {
  const days = Math.round((utcOf(wholeDay(text)) - utcOf(dayText(now))) / 86_400_000);
  if (Number.isNaN(days)) return '';
  const words = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  if (Math.abs(days) < 45) return words.format(days, 'day');
  if (Math.abs(days) < 545) return words.format(Math.round(days / 30.4), 'month');
  return words.format(Math.round(days / 365.25), 'year');
}

/**
 * A FHIR date as it is, as precise as it is; of a time the clinic's day, YYYY-MM-DD: its first letters would be the day of whichever zone it was written in.
 * '' when it is neither.
 */
export function dayNamed(text: string | undefined): string {
  return text !== undefined && /^\d{4}(-\d\d){0,2}$/.test(text) ? text : dayText(timeOf(text));
}

/** The same, whole: of a year or a month its first day. */
function wholeDay(text: string | undefined): string {
  const day = dayNamed(text);
  return day.length < 10 ? dayText(timeOf(day)) : day;
}

const utcOf = (day: string): number => Date.parse(`${day}T00:00:00Z`);

/** `hour`: of the reader's own day, where that is not the device's. */
export function greeting(hour = new Date().getHours()): string {
  return t(hour < 12 ? 'Good morning' : hour < 18 ? 'Good afternoon' : 'Good evening');
}
