/**
 * FHIR dates as half-open ranges of milliseconds, by their precision (https://hl7.org/fhir/R4/search.html#date).
 * A date without a time zone is read as UTC: one reading for stored and for searched values.
 */
import type { Range } from './query.ts';

const DATE =
  /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d+))?)?(Z|[+-]\d{2}:\d{2})?)?)?)?$/;

/** The range a FHIR date, dateTime or instant covers; undefined when the text is not one. Minutes alone are allowed, as search values may be. */
export function dateRange(text: string): Range | undefined {
  const parts = DATE.exec(text);
  if (!parts) return undefined;
  const [, year, month, day, hour, minute, second, fraction, zone] = parts;
  const y = Number(year);
  const m = month ? Number(month) - 1 : 0;
  const d = day ? Number(day) : 1;
  if (m > 11 || d < 1 || d > daysInMonth(y, m)) return undefined;
  if (month === '00') return undefined;
  if (hour === undefined) {
    const high = day ? utc(y, m, d + 1) : month ? utc(y, m + 1, 1) : utc(y + 1, 0, 1);
    return { low: utc(y, m, d), high };
  }
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second ?? 0) > 60) return undefined;
  if (zone && !/^(?:Z|[+-](?:0\d|1[0-3]):[0-5]\d|[+-]14:00)$/.test(zone)) return undefined;
  const isLeap = second === '60';
  const low =
    utc(y, m, d, Number(hour), Number(minute), isLeap ? 59 : Number(second ?? 0)) - offsetMilliseconds(zone);
  // A leap second comes at the end of a UTC hour, wherever that is told. Milliseconds know none: it is the last one of its own minute, day and year.
  if (isLeap) return new Date(low).getUTCMinutes() === 59 ? { low: low + 999, high: low + 1000 } : undefined;
  if (second === undefined) return { low, high: low + 60_000 };
  if (fraction === undefined) return { low, high: low + 1000 };
  const exact = low + Math.floor(Number(`0.${fraction}`) * 1000 + 1e-6);
  return { low: exact, high: exact + 10 ** Math.max(0, 3 - fraction.length) };
}

function daysInMonth(year: number, month: number): number {
  return new Date(Date.UTC(year < 100 ? 2000 : year, month + 1, 0)).getUTCDate();
}

function utc(year: number, month: number, day: number, hour = 0, minute = 0, second = 0): number {
  const date = new Date(Date.UTC(2000, month, day));
  // Date.UTC reads years 0-99 as 1900-1999, and a leap day needs the real year: set the parts anew.
  date.setUTCFullYear(year, month, day);
  return date.getTime() + ((hour * 60 + minute) * 60 + second) * 1000;
}

function offsetMilliseconds(zone: string | undefined): number {
  if (!zone || zone === 'Z') return 0;
  const sign = zone.startsWith('-') ? -1 : 1;
  return sign * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4, 6))) * 60_000;
}
