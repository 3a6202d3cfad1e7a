/**
 * How a person wants to be told, kept in their own resource: an extension of the contact point that the notices go to.
 * `urn:wellspring:notice-preferences`, of `quietFrom` and `quietUntil` (time), `timeZone` (code, IANA), `reminderHours` (positiveInt, repeats) and
 * `reminders` (boolean; false = none). What can't be understood counts as not said.
 */
import { minuteOfDayIn } from '@wellspring/serving/time-zone';

export interface Preferences {
  /** Hours before a visit; undefined: as the clinic has it. */
  readonly reminderHours: readonly number[] | undefined;
  readonly quiet: Quiet | undefined;
}

/** Minutes of the day in the person's time zone; from the evening to the morning when `until` is the earlier one. */
interface Quiet {
  readonly from: number;
  readonly until: number;
  readonly timeZone: string;
}

export interface Extension {
  readonly url?: string;
  readonly extension?: readonly Extension[];
  readonly valueTime?: string;
  readonly valueCode?: string;
  readonly valuePositiveInt?: number;
  readonly valueBoolean?: boolean;
}

const PREFERENCES = 'urn:wellspring:notice-preferences';
/** A week; the job looks no farther ahead. */
export const MOST_REMINDER_HOURS = 168;
const MOST_REMINDERS = 5;
const DAY_MINUTES = 1440;
const MINUTE_MS = 60_000;

export function preferencesOf(extensions: readonly Extension[] = []): Preferences {
  const parts = extensions.find(({ url }) => url === PREFERENCES)?.extension ?? [];
  const all = (name: string): Extension[] => parts.filter(({ url }) => url === name);
  const [from, until] = ['quietFrom', 'quietUntil'].map((name) => minutes(all(name)[0]?.valueTime));
  const timeZone = all('timeZone')[0]?.valueCode;
  const hours = all('reminderHours').map(({ valuePositiveInt = 0 }) => valuePositiveInt);
  const wanted = hours.filter((each) => each >= 1 && each <= MOST_REMINDER_HOURS).slice(0, MOST_REMINDERS);
  return {
    reminderHours: all('reminders')[0]?.valueBoolean === false ? [] : wanted.length > 0 ? wanted : undefined,
    quiet:
      from !== undefined && until !== undefined && from !== until && isTimeZone(timeZone)
        ? { from, until, timeZone }
        : undefined,
  };
}

/** When the quiet hours that `at` falls into end; undefined when it falls into none. Milliseconds. */
export function quietUntil(quiet: Quiet | undefined, at: number): number | undefined {
  if (!quiet) return undefined;
  const { from, until } = quiet;
  const minute = minuteOfDayIn(quiet.timeZone, at);
  const isQuiet = from < until ? minute >= from && minute < until : minute >= from || minute < until;
  if (!isQuiet) return undefined;
  const left = (until - minute + DAY_MINUTES) % DAY_MINUTES;
  return Math.floor(at / MINUTE_MS) * MINUTE_MS + left * MINUTE_MS;
}

function minutes(time: string | undefined): number | undefined {
  const found = /^([01]\d|2[0-3]):([0-5]\d)(:|$)/.exec(time ?? '');
  return found ? Number(found[1]) * 60 + Number(found[2]) : undefined;
}

function isTimeZone(name: string | undefined): name is string {
  if (name === undefined) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
