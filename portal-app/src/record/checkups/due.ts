/** What of the schedule is due for a person, since when, and what was done last. Pure. */
import { dayText } from '../../format/clinic-clock.ts';
import { dayNamed, timeOf } from '../../format/date.ts';
import { plainCode } from '../../format/vaccine.ts';
import { type Rule, SCHEDULE } from './schedule.ts';

/** One thing that a record says was done: its codes, and when as FHIR dateTime. */
export interface Deed {
  readonly codes: readonly string[];
  readonly date: string | undefined;
}

export interface Person {
  readonly birthDate: string | undefined;
  readonly sex: string | undefined;
  readonly deeds: readonly Deed[];
  /** Names of health problems and of operations. */
  readonly problems: readonly string[];
  readonly smoked: boolean;
  /** kg/m², the newest. */
  readonly bodyMass: number | undefined;
}

export interface Planned {
  readonly rule: Rule;
  /** YYYY-MM-DD: due from then on; undefined: nothing more to do. */
  readonly from: string | undefined;
  readonly isDue: boolean;
  /** When it was last done. */
  readonly last: string | undefined;
  /** Which dose it is, of how many; a screening has none. */
  readonly dose: { readonly number: number; readonly of: number } | undefined;
}

/** The day that a FHIR date names, as its midnight in UTC: days are reckoned without a time zone. NaN: none. */
function dayTime(text: string | undefined): number {
  const time = timeOf(text);
  const isDay = text !== undefined && /^\d{4}(-\d\d){0,2}$/.test(text);
  // Of a year or a month its first day.
  const day = isDay ? `${text}-01-01`.slice(0, 10) : dayText(time);
  return Number.isNaN(time) ? time : Date.parse(`${day}T00:00:00Z`);
}

export const dayOfTime = (time: number): string => new Date(time).toISOString().slice(0, 10);

/** A day that a shorter month lacks is the first of the next. */
export function monthsAfter(time: number, months: number): number {
  const date = new Date(time);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, date.getUTCDate());
}

/** What is for this person, the due first and of these the longest due. Without a birth date: nothing. */
export function plan(person: Person, at = Date.now()): readonly Planned[] {
  const now = dayTime(new Date(at).toISOString());
  const born = dayTime(person.birthDate);
  if (Number.isNaN(born) || born > now) return [];
  return SCHEDULE.filter((rule) => isFor(rule, person, born, now))
    .map((rule) => planned(rule, person, born, now))
    .toSorted((a, b) => Number(b.isDue) - Number(a.isDue) || (a.from ?? '~').localeCompare(b.from ?? '~'));
}

function isFor(rule: Rule, person: Person, born: number, now: number): boolean {
  const { sex, problems, smoked, bodyMass, deeds } = person;
  const { sex: only = sex, until, unless, clinicDecidesAfter = [] } = rule;
  const [first = 0] = rule.doses;
  if (monthsAfter(born, first) > now || (until !== undefined && monthsAfter(born, until) <= now))
    return false;
  // Where the record does not say, each finds what is for them by the words "for women", "for men".
  if ((sex === 'female' || sex === 'male') && only !== sex) return false;
  if (rule.only === 'smoked' && !smoked) return false;
  if (rule.only === 'overweight' && !(bodyMass !== undefined && bodyMass >= 25)) return false;
  if (deeds.some(({ codes }) => isBy(codes, clinicDecidesAfter))) return false;
  return unless === undefined || !problems.some((name) => unless.test(name));
}

function planned(rule: Rule, { deeds }: Person, born: number, now: number): Planned {
  const done = deeds.filter(({ codes }) => rule.doneBy.some((by) => isBy(codes, by.codes)));
  // Two entries of one day are one dose, entered twice.
  const days = new Set(done.map(({ date }, i) => dayNamed(date) || `?${i}`));
  const times = done.map(({ date }) => dayTime(date)).filter((time) => !Number.isNaN(time));
  const newest = times.length === 0 ? undefined : Math.max(...times);
  const oldest = times.length === 0 ? now : Math.min(...times);
  const { begunLate, enough } = rule;
  const doses = begunLate && oldest >= monthsAfter(born, begunLate.from) ? begunLate.doses : rule.doses;
  const isEnough =
    enough !== undefined &&
    days.size >= enough.doses &&
    newest !== undefined &&
    newest >= monthsAfter(born, enough.lastFrom);
  const from = isEnough
    ? undefined
    : nextOf({ ...rule, doses }, done, { count: days.size, newest, born, now });
  return {
    rule,
    from: from === undefined ? undefined : dayOfTime(from),
    isDue: from !== undefined && from <= now,
    last: newest === undefined ? undefined : dayOfTime(newest),
    dose: from !== undefined && doses.length > 1 ? { number: days.size + 1, of: doses.length } : undefined,
  };
}

const isBy = (codes: readonly string[], of: readonly string[]): boolean =>
  codes.some((code) => of.includes(plainCode(code)));

interface History {
  readonly count: number;
  readonly newest: number | undefined;
  readonly born: number;
  readonly now: number;
}

/** Milliseconds; undefined: nothing more. */
function nextOf(rule: Rule, done: readonly Deed[], history: History): number | undefined {
  const { count, newest, born, now } = history;
  const told =
    rule.recommendedSince === undefined ? Number.NEGATIVE_INFINITY : Date.parse(rule.recommendedSince);
  if (rule.isSeasonal) return seasonOf(newest, monthsAfter(born, rule.doses[0] ?? 0), now);
  const age = rule.doses[count];
  if (age !== undefined) {
    const soonest = newest === undefined ? born : monthsAfter(newest, rule.apart ?? 0);
    return Math.max(monthsAfter(born, age), soonest, told);
  }
  const lasting = rule.doneBy.filter(({ codes }) => done.some((deed) => isBy(deed.codes, codes)));
  if (lasting.some(({ every }) => every === undefined)) return undefined;
  const ends = done.flatMap(({ codes, date }) =>
    lasting.flatMap((by) => (isBy(codes, by.codes) ? monthsAfter(dayTime(date), by.every ?? 0) : [])),
  );
  // Done, nobody knows when: it is as if it were not.
  const known = ends.filter((end) => !Number.isNaN(end));
  return known.length === 0 ? Math.max(monthsAfter(born, rule.doses[0] ?? 0), told) : Math.max(...known);
}

/** September of this season; the next one's where a dose was given since July before it. */
function seasonOf(newest: number | undefined, old: number, now: number): number {
  const begun = seasonYear(now);
  const isGiven = newest !== undefined && newest >= countsSince(now);
  return Math.max(Date.UTC(isGiven ? begun + 1 : begun, 8, 1), old);
}

/** The year in whose September the season of a time began. */
function seasonYear(now: number): number {
  const year = new Date(now).getUTCFullYear();
  return now >= Date.UTC(year, 8, 1) ? year : year - 1;
}

/** Milliseconds: from July before it on a dose counts for the season of a time. */
export const countsSince = (now: number): number => Date.UTC(seasonYear(now), 6, 1);
