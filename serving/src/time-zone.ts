/** The time zone of a clinic, as its Organization says it; and when a day ends there. */

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

/** To make one takes longer than to use it. Of names that Intl knows: some hundreds. */
const formats = new Map<string, Intl.DateTimeFormat>();

/** The last second of a day (YYYY-MM-DD) there, as FHIR dateTime: with the day itself in front, and the zone's difference to UTC behind. */
export function endOfDayIn(timeZone: string, day: string): string {
  const shown = `${day}T23:59:59`;
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
