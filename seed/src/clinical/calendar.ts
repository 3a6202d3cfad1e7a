/**
 * Dates of the demonstration clinic: history lies on fixed days, what is current is counted from "today".
 * The clinic keeps United States Eastern time, so every dateTime carries that offset.
 */
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** The hour at which a day of the clinic has begun: what is of "today" was sent by then, and what is booked or free comes after it. */
const DAY_BEGINS = 8;

/** The day the histories were written for. Values of current moments are computed as if today were this day. */
export const ANCHOR = '2026-11-24';

/** Today at the clinic, which before its day has begun is still the day before: nothing that is sent today may lie ahead of `now`. */
export function clinicDay(now: Date): string {
  const begun = new Date(now.getTime() - DAY_BEGINS * HOUR);
  return dayAt(begun, easternOffset(dayAt(begun, '-05:00')));
}

function dayAt(time: Date, offset: string): string {
  return new Date(time.getTime() + Number(offset.slice(0, 3)) * HOUR).toISOString().slice(0, 10);
}

export interface Moment {
  /** The calendar day, YYYY-MM-DD. */
  readonly date: string;
  /** The part of an id that names this moment; it never depends on today. */
  readonly key: string;
  /** The day for which values are computed; equals `date` for history. */
  readonly modelDate: string;
}

/** A fixed day of the history. */
export function on(date: string): Moment {
  return { date, key: date, modelDate: date };
}

export interface Calendar {
  readonly today: string;
  /** A day `days` before today, named `key` in ids. */
  ago(days: number, key: string): Moment;
  /** A day `days` after today, moved to a working day, named `key` in ids. */
  ahead(days: number, key: string): Moment;
}

/** A calendar around `today`; days before the anchor would put the current moments before the history. */
export function createCalendar(today: string): Calendar {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(today) || Number.isNaN(Date.parse(today))) {
    throw new RangeError(`not a day (YYYY-MM-DD): ${today}`);
  }
  if (today < ANCHOR) throw new RangeError(`the demonstration clinic begins on ${ANCHOR}, not on ${today}`);
  return {
    today,
    ago: (days, key) => ({
      date: workingDay(addDays(today, -days), -1),
      key,
      modelDate: addDays(ANCHOR, -days),
    }),
    ahead: (days, key) => ({
      date: workingDay(addDays(today, days), 1),
      key,
      modelDate: addDays(ANCHOR, days),
    }),
  };
}

export function addDays(date: string, days: number): string {
  return new Date(Date.parse(date) + days * DAY).toISOString().slice(0, 10);
}

export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / DAY);
}

export function ageAt(birthDate: string, date: string): number {
  return daysBetween(birthDate, date) / 365.25;
}

/** 0 = Sunday … 6 = Saturday. */
export function weekday(date: string): number {
  return new Date(Date.parse(date)).getUTCDay();
}

export function isWorkingDay(date: string): boolean {
  const day = weekday(date);
  return day !== 0 && day !== 6;
}

function workingDay(date: string, step: 1 | -1): string {
  return isWorkingDay(date) ? date : workingDay(addDays(date, step), step);
}

/** A FHIR dateTime or instant: the clinic's wall clock with its offset. */
export function at(date: string, time: string): string {
  return `${date}T${time}:00${easternOffset(date)}`;
}

/** `minutes` after HH:MM, as HH:MM of the same day. */
export function plusMinutes(time: string, minutes: number): string {
  const [hour = 0, minute = 0] = time.split(':').map(Number);
  const total = hour * 60 + minute + minutes;
  return `${String(Math.floor(total / 60)).padStart(2, '0')}:${String(total % 60).padStart(2, '0')}`;
}

/** Daylight saving time runs from the second Sunday of March to the first Sunday of November. */
function easternOffset(date: string): string {
  const year = date.slice(0, 4);
  const start = nthSunday(`${year}-03-01`, 2);
  const end = nthSunday(`${year}-11-01`, 1);
  return date >= start && date < end ? '-04:00' : '-05:00';
}

function nthSunday(firstOfMonth: string, nth: number): string {
  return addDays(firstOfMonth, ((7 - weekday(firstOfMonth)) % 7) + 7 * (nth - 1));
}
