/** When a visit is wanted, as a Timing (https://hl7.org/fhir/R4/datatypes.html#Timing): days and parts of them by the clinic's clock. What a single visit has no use for is refused. */
import { inMilliseconds, invalid } from '@wellspring/profiles';
import { dayIn, minuteOfDayIn } from '@wellspring/serving/time-zone';
import { type Slot, timeOf } from '../repository/visits/slot-hold.ts';
import { dateRange } from '../search/date-range.ts';

type Json = Readonly<Record<string, unknown>>;
type Suits = (slot: Slot, zone: string) => boolean;

const MOST = 100;
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
/** Minutes of a day, as the clinic's own pages part it. */
const PARTS: Readonly<Record<string, readonly [from: number, until: number]>> = {
  MORN: [0, 12 * 60],
  AFT: [12 * 60, 17 * 60],
  EVE: [17 * 60, 24 * 60],
};

/** Errors: 400 for a part that is not heard, and for a value that is not of its kind. */
export function preferredTimes(timing: Json | undefined): Suits {
  if (timing === undefined) return () => true;
  const { event, repeat = {}, ...rest } = timing;
  const { boundsPeriod, dayOfWeek, timeOfDay, when, ...others } = repeat as Json;
  const [unheard] = [...Object.keys(rest), ...Object.keys(others)];
  if (unheard !== undefined) throw fault(`'${unheard.slice(0, 64)}' is not heard of a visit`);
  const tests: Suits[] = [
    ...anyOf(event, isAtEvent),
    ...anyOf(dayOfWeek, isOnDay),
    ...anyOf(timeOfDay, isAtTime),
    ...anyOf(when, isInPart),
    ...(boundsPeriod === undefined ? [] : [isWithin(boundsPeriod as Json)]),
  ];
  if (tests.length === 0) throw fault('says nothing');
  return (slot, zone) => tests.every((suits) => suits(slot, zone));
}

const fault = (text: string): Error =>
  invalid(
    `'timing' ${text}: it is heard by event, and by boundsPeriod, dayOfWeek, timeOfDay and when of its repeat.`,
    'Parameters.parameter',
  );

function anyOf(given: unknown, test: (text: string) => Suits): Suits[] {
  if (given === undefined) return [];
  const list = (given as readonly unknown[]).map(String);
  if (list.length > MOST) throw fault(`names more than ${MOST} times`);
  const tests = list.map(test);
  return [(slot, zone) => tests.some((suits) => suits(slot, zone))];
}

const beginOf = (slot: Slot): number => timeOf(slot).begin;

/** A day is all of it, there; an instant is within the visit. */
function isAtEvent(text: string): Suits {
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return (slot, zone) => dayIn(zone, beginOf(slot)) === text;
  const at = inMilliseconds(text);
  if (!text.includes('T') || Number.isNaN(at)) throw fault('names an event that is no day and no instant');
  return (slot) => beginOf(slot) <= at && at < timeOf(slot).end;
}

function isOnDay(code: string): Suits {
  const day = DAYS.indexOf(code);
  if (day < 0) throw fault('names a day that is none of the week');
  return (slot, zone) => new Date(`${dayIn(zone, beginOf(slot))}T12:00:00Z`).getUTCDay() === day;
}

function isAtTime(text: string): Suits {
  const [, hours, minutes] = /^(\d\d):(\d\d)(?::00(?:\.0+)?)?$/.exec(text) ?? [];
  if (hours === undefined) throw fault('names a time of day that is no minute of it');
  const minute = Number(hours) * 60 + Number(minutes);
  return (slot, zone) => minuteOfDayIn(zone, beginOf(slot)) === minute;
}

function isInPart(code: string): Suits {
  const part = Object.hasOwn(PARTS, code) ? PARTS[code] : undefined;
  if (part === undefined)
    throw fault(`is not heard by '${code.slice(0, 16)}' (but by ${Object.keys(PARTS).join(', ')})`);
  return (slot, zone) => {
    const minute = minuteOfDayIn(zone, beginOf(slot));
    return minute >= part[0] && minute < part[1];
  };
}

/** From its first moment to its last; a day counts by the clock there. */
function isWithin({ start, end }: Json): Suits {
  for (const bound of [start, end])
    if (bound !== undefined && !dateRange(String(bound))) throw fault('has bounds that are no dates');
  const isFrom = (text: string, slot: Slot, zone: string): boolean =>
    text.includes('T')
      ? beginOf(slot) >= inMilliseconds(text)
      : dayIn(zone, beginOf(slot)).slice(0, text.length) >= text;
  const isUntil = (text: string, slot: Slot, zone: string): boolean =>
    text.includes('T')
      ? timeOf(slot).end <= inMilliseconds(text)
      : dayIn(zone, timeOf(slot).end - 1).slice(0, text.length) <= text;
  return (slot, zone) =>
    (start === undefined || isFrom(String(start), slot, zone)) &&
    (end === undefined || isUntil(String(end), slot, zone));
}
