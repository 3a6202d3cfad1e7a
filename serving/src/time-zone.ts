/** The time zone of a clinic, as its Organization says it; when a day begins and ends there, and with it a Period that the clinic recorded. */

const ZONES = ['http://hl7.org/fhir/StructureDefinition/timezone', 'urn:wellspring:time-zone'];

/** IANA name; UTC where none is told that is known. */
export function zoneIn(organization: object | undefined): string {
  const { extension = [] } = (organization ?? {}) as { extension?: { url?: string; valueCode?: string }[] };
  const zone = extension.find(({ url }) => ZONES.includes(url ?? ''))?.valueCode ?? 'UTC';
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return zone;
  } catch {
    return 'UTC';
  }
}

/** YYYY-MM-DD that it is there at an instant. */
export function dayIn(timeZone: string, at: number): string {
  const format = formats.get(timeZone) ?? new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' });
  formats.set(timeZone, format);
  return format.format(at);
}

/** Minutes since midnight that the clock there shows at an instant. */
export function minuteOfDayIn(timeZone: string, at: number): number {
  const clock = clocks.get(timeZone) ?? new Intl.DateTimeFormat('sv-SE', { timeZone, timeStyle: 'short' });
  clocks.set(timeZone, clock);
  const [hours, minutes] = clock.format(at).split(':');
  return Number(hours) * 60 + Number(minutes);
}

/** To make one takes longer than to use it. Of names that Intl knows: some hundreds. */
const formats = new Map<string, Intl.DateTimeFormat>();
const clocks = new Map<string, Intl.DateTimeFormat>();

/** The last second of a day (YYYY-MM-DD) there, as FHIR dateTime: with the day itself in front, and the zone's difference to UTC behind. */
export const endOfDayIn = (timeZone: string, day: string): string => clockIn(timeZone, `${day}T23:59:59`);

/** FHIR R4 Period. https://hl7.org/fhir/R4/datatypes.html#Period */
export interface Period {
  readonly start?: string;
  readonly end?: string;
}

/**
 * A Period as the clinic meant it: a day, a month or a year begins and ends by the clock there, told as times with their difference to UTC. What bears a time, and
 * what is no date, stays as it is.
 */
export function periodIn(timeZone: string, { start, end }: Period): Period {
  return {
    ...(start === undefined ? {} : { start: boundIn(timeZone, start, 0) }),
    ...(end === undefined ? {} : { end: boundIn(timeZone, end, 1) }),
  };
}

/** The time zones of the world are from UTC-12 to UTC+14. */
const FARTHEST_MS = 14 * 3_600_000;

/** Whether a Period holds can't be told without its zone: it begins or ends today, somewhere. */
export function dependsOnZone(period: Period, now: number): boolean {
  const { start, end } = periodIn('UTC', period);
  const isNear = (given: string | undefined, bound = ''): boolean =>
    given !== bound && Math.abs(Date.parse(bound) - now) <= FARTHEST_MS + 1000;
  return isNear(period.start, start) || isNear(period.end, end);
}

/** `edge`: 0 for the first second of what the date says, 1 for the last. */
function boundIn(timeZone: string, date: string, edge: 0 | 1): string {
  const [, year, month, day] = /^(\d{4})(?:-(\d\d)(?:-(\d\d))?)?$/.exec(date) ?? [];
  if (year === undefined) return date;
  const ofYear = ['01', '12'][edge];
  const ofMonth = `${year}-${month ?? ofYear}`;
  const last = new Date(Date.UTC(Number(year), Number(month ?? ofYear), 0)).getUTCDate();
  const shown = `${ofMonth}-${day ?? ['01', last][edge]}T${['00:00:00', '23:59:59'][edge]}`;
  return Number.isNaN(Date.parse(`${shown}Z`)) ? date : clockIn(timeZone, shown);
}

/** When the clock there shows this (`2026-11-29T23:59:59`), as FHIR dateTime. */
function clockIn(timeZone: string, shown: string): string {
  // A clock that is changed that day has been by its end, and the first guess is hours off at most.
  const guess = offsetAt(timeZone, Date.parse(`${shown}Z`));
  return shown + offsetAt(timeZone, Date.parse(shown + guess));
}

/** `-05:00` */
function offsetAt(timeZone: string, at: number): string {
  const parts = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' }).formatToParts(at);
  // "GMT-05:00", and "GMT" of UTC.
  return parts.find(({ type }) => type === 'timeZoneName')?.value.slice('GMT'.length) || '+00:00';
}
