/**
 * The clinic's clock: which day and hour it is there, and at which instant it shows a time. Where its time zone is not known, the device's. Days and hours of the
 * clinic's calendar (a schedule, a week, "from that day on") are reckoned here and nowhere else: what Date says of hours and days is the device's.
 */
let clinicZone: string | undefined;

/** The clinic's IANA time zone. Times are its own, and say so, where the device has another; undefined: they follow the device. */
export function setZoneOfClinic(zone: string | undefined): void {
  clinicZone = zone !== undefined && isZone(zone) ? zone : undefined;
  clock = undefined;
  offsets.clear();
}

function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

/** For Intl: nothing where the clinic's clock shows at that moment what the device's does. */
export function zoneAt(date: Date): { readonly timeZone?: string } {
  if (clinicZone === undefined || Number.isNaN(date.getTime())) return {};
  const isSame = offsetAt(date.getTime()) === -date.getTimezoneOffset() * MINUTE_MS;
  return isSame ? {} : { timeZone: clinicZone };
}

const MINUTE_MS = 60_000;
const QUARTER_MS = 15 * MINUTE_MS;
const DAY_MS = 86_400_000;

let clock: Intl.DateTimeFormat | undefined;
/** By the quarter of an hour: at no other time has a clock been changed. */
const offsets = new Map<number, number>();

/** Milliseconds that the clinic's clock is before UTC, at an instant. */
function offsetAt(time: number): number {
  const quarter = Math.floor(time / QUARTER_MS) * QUARTER_MS;
  const known = offsets.get(quarter);
  if (known !== undefined) return known;
  clock ??= new Intl.DateTimeFormat('en-US', {
    ...(clinicZone ? { timeZone: clinicZone } : {}),
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  const shown = Object.fromEntries(
    clock.formatToParts(quarter).map(({ type, value }) => [type, Number(value)]),
  );
  const { year = 0, month = 1, day, hour, minute, second } = shown;
  const offset = Date.UTC(year, month - 1, day, hour, minute, second) - quarter;
  offsets.set(quarter, offset);
  return offset;
}

/** What the clinic's clock shows, to be read by the UTC parts of a Date. */
const wall = (time: number): Date => new Date(time + (Number.isFinite(time) ? offsetAt(time) : Number.NaN));

/** YYYY-MM-DD at the clinic; '' for no time. */
export function dayText(time: number): string {
  const date = wall(time);
  return Number.isNaN(date.getTime()) ? '' : date.toISOString().slice(0, 10);
}

/** YYYY-MM-DD so many days after another; '' when it is none. */
export function dayLater(day: string, days: number): string {
  const date = new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS);
  return Number.isNaN(date.getTime()) ? '' : date.toISOString().slice(0, 10);
}

/**
 * The instant at which the clinic's clock shows a time (`HH:MM`) of a day (`YYYY-MM-DD`); NaN when they are none. Of a time that comes twice the first, of one that a change
 * of the clock leaves out the one that stands in its place.
 */
export function instantOf(day: string, time = '00:00'): number {
  const shown = Date.parse(`${day}T${time}Z`);
  if (Number.isNaN(shown)) return shown;
  const before = shown - offsetAt(shown - DAY_MS);
  const after = shown - offsetAt(shown + DAY_MS);
  return [before, after].find((each) => each + offsetAt(each) === shown) ?? before;
}

/** ISO 8601, with the time zone, of `instantOf`. Throws RangeError when they are no day and time. */
export const instantText = (day: string, time = '00:00'): string =>
  new Date(instantOf(day, time)).toISOString();

/** Midnight at the clinic of the day so many days after this one. */
export const dayOf = (time: number, later = 0): number => instantOf(dayLater(dayText(time), later));

/** ISO 8601: the last second of a day at the clinic. Throws RangeError when it is none. */
export const endOfDay = (day: string): string => new Date(instantOf(dayLater(day, 1)) - 1000).toISOString();

/** 0: Monday … 6: Sunday. */
export const weekdayOf = (day: string): number => (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7;

/** Midnight of the Monday of its week. */
export const weekOf = (time: number): number => dayOf(time, -weekdayOf(dayText(time)));

/** The Monday of the week that is worked in or comes next: at a weekend, the one after it. */
export const weekAhead = (time: number): number => {
  const weekday = weekdayOf(dayText(time));
  return dayOf(time, weekday < 5 ? -weekday : 7 - weekday);
};

/** Minutes that the clinic's clock shows since midnight. */
export const minuteOfDay = (time: number): number =>
  wall(time).getUTCHours() * 60 + wall(time).getUTCMinutes();

/** YYYY-MM-DD: today at the clinic. */
export const today = (): string => dayText(Date.now());

/** `EST`: how the clinic's time is called, where the device has another. What the reader's own language has no name for (`GMT-5`, in Mexico's Spanish) is called as it is where the clinic is. */
export function otherZoneName(locale: string, at = Date.now()): string | undefined {
  const zone = zoneAt(new Date(at));
  if (zone.timeZone === undefined) return undefined;
  const [own, american] = [locale, 'en-US'].map(
    (each) =>
      new Intl.DateTimeFormat(each, { ...zone, timeZoneName: 'short' })
        .formatToParts(at)
        .find(({ type }) => type === 'timeZoneName')?.value,
  );
  return own?.startsWith('GMT') ? american : own;
}
