/**
 * Whether a Period holds, where its days are a clinic's; and when the clinic is closed (`HealthcareService.notAvailable`): the same for the server, which then offers and books
 * nothing, and for the apps that show it. A leaf without data: the apps bundle it.
 */

/** Of FHIR dates, as precise as they are: a year, a month, a day, or a time with its zone. */
interface DayPeriod {
  readonly start?: string | undefined;
  readonly end?: string | undefined;
}

/** YYYY-MM-DD: the clinic's day at a time (milliseconds). */
type DayAt = (at: number) => string;

/** A day, a month or a year begins and ends by the clinic's clock; a time that is the end is not within any more. Of a while: at any moment of it, until `last`. */
export function holdsAt({ start, end }: DayPeriod, at: number, dayAt: DayAt, last = at): boolean {
  const hasBegun = start === undefined || (isTime(start) ? inMs(start) <= last : start <= dayAt(last));
  return hasBegun && (end === undefined || (isTime(end) ? at < inMs(end) : endsOnOrAfter(end, dayAt(at))));
}

/** From `at` until `last`, at every moment between. */
export const holdsThrough = (period: DayPeriod, at: number, last: number, dayAt: DayAt): boolean =>
  holdsAt(period, at, dayAt) && holdsAt(period, last, dayAt);

const isTime = (date: string): boolean => date.includes('T');

const endsOnOrAfter = (end: string, day: string): boolean => day.slice(0, end.length) <= end;

/** FHIR writes a leap second as `:60`, which Date does not take. */
const inMs = (time: string): number => Date.parse(time.replace(/:60(?=[.Z+-])/, ':59'));

export interface NotAvailable {
  readonly description?: string | undefined;
  readonly during?: DayPeriod | undefined;
}

/** Why somebody who comes at that time (milliseconds), and stays until `last`, finds it closed; undefined: it is open. */
export type ClosedAt = (at: number, last?: number) => NotAvailable | undefined;

/** Of one service. What has only a start, is that day; what names no time, is none. */
export function closedTimes(notAvailable: readonly NotAvailable[] = [], dayAt: DayAt): ClosedAt {
  const periods = notAvailable.map((each) => ({ each, period: periodOf(each) }));
  return (at, last) =>
    periods.find(({ period }) => period !== undefined && holdsAt(period, at, dayAt, last))?.each;
}

function periodOf({ during: { start, end } = {} }: NotAvailable): DayPeriod | undefined {
  return start === undefined && end === undefined ? undefined : { start, end: end ?? start };
}

/**
 * Of a schedule. `named`: of what it says it is for, one that is closed is enough; of a schedule that names no service, the clinic is closed when each of its services is
 * (`ofClinic`), and all of them at one moment: while one of two is closed and then the other, somebody is there.
 */
export function closedWhile(services: readonly ClosedAt[], by: 'named' | 'ofClinic'): ClosedAt {
  return (at, last = at) => {
    const closed = services.flatMap((closedAt) => closedAt(at, last) ?? []);
    if (by === 'named') return closed[0];
    if (closed.length < services.length) return undefined;
    for (const moment of momentsOf(at, last)) {
      const [first, ...others] = services.map((closedAt) => closedAt(moment));
      if (first && others.every((each) => each !== undefined)) return first;
    }
    return undefined;
  };
}

const MINUTE_MS = 60_000;

/** Where something may begin or end: clinics close by the minute. */
function* momentsOf(at: number, last: number): Generator<number> {
  yield at;
  for (let next = (Math.floor(at / MINUTE_MS) + 1) * MINUTE_MS; next <= last; next += MINUTE_MS) yield next;
}

/** The last moment of a visit or a slot; of one without an end, its beginning. */
export const lastMomentOf = (start: number, end: number): number => (end > start ? end - 1 : start);

const SERVICE = /^HealthcareService\/[A-Za-z0-9\-.]{1,64}$/;
const LOCATION = /^Location\/[A-Za-z0-9\-.]{1,64}$/;

type Actors = readonly { readonly reference?: string | undefined }[];

const namedBy = (pattern: RegExp, actors: Actors): readonly string[] => [
  ...new Set(actors.flatMap(({ reference = '' }) => (pattern.test(reference) ? [reference] : []))),
];

/** `HealthcareService/…` that a Schedule says it is for. */
export const servicesNamed = (actors: Actors = []): readonly string[] => namedBy(SERVICE, actors);

/** `Location/…` where it is. */
export const placesNamed = (actors: Actors = []): readonly string[] => namedBy(LOCATION, actors);

interface OfClinic {
  readonly active?: boolean | undefined;
  readonly providedBy?: { readonly reference?: string | undefined } | undefined;
}

/** Those of the clinics (`Organization/…`) of its places, and what names no clinic; where no place says whose it is, all. */
export function servicesOfClinics<T extends OfClinic>(
  services: readonly T[],
  clinics: readonly (string | undefined)[],
): readonly T[] {
  const known = clinics.filter((each) => each !== undefined);
  return services.filter(({ active, providedBy }) => {
    const clinic = providedBy?.reference;
    return active !== false && (known.length === 0 || clinic === undefined || known.includes(clinic));
  });
}
