/**
 * Times at which the clinic is closed (`notAvailable` of the HealthcareServices that a Schedule is for): whatever stands free then, made before they were named or by another
 * system, is offered to nobody and booked by nobody. A date is the clinic's day, as precise as it is.
 */
import { inMilliseconds } from '@wellspring/profiles';
import { dayIn, zoneIn } from '@wellspring/serving/time-zone';
import type { ResourceJson } from '../text/resource-text.ts';
import type { Reference } from './slot-hold.ts';

type Period = { readonly start?: string; readonly end?: string } | undefined;

interface Service extends ResourceJson {
  readonly providedBy?: Reference;
  readonly notAvailable?: readonly { readonly during?: Period }[];
}

/** undefined: it is not there. */
type Read = (reference: string) => Promise<ResourceJson | undefined>;

/** Whether somebody who comes at that time (milliseconds) finds it closed. */
export type IsClosed = (start: number) => boolean;

const OPEN: IsClosed = () => false;
const SERVICE = /^HealthcareService\/[A-Za-z0-9\-.]{1,64}$/;
const ORGANIZATION = /^Organization\/[A-Za-z0-9\-.]{1,64}$/;

/** Of a schedule of several services: while any of them is closed. */
export async function closedTimesOf(
  { actor = [] }: { readonly actor?: readonly Reference[] },
  read: Read,
): Promise<IsClosed> {
  const named = actor.flatMap(({ reference = '' }) => (SERVICE.test(reference) ? [reference] : []));
  const each = await Promise.all(
    [...new Set(named)].map((reference) => closedTimesOfService(reference, read)),
  );
  const closed = each.filter((one) => one !== OPEN);
  return closed.length === 0 ? OPEN : (start) => closed.some((isClosed) => isClosed(start));
}

async function closedTimesOfService(reference: string, read: Read): Promise<IsClosed> {
  const { notAvailable = [], providedBy } = ((await read(reference)) ?? {}) as Partial<Service>;
  const periods = notAvailable.flatMap(({ during }) => (during?.start || during?.end ? [during] : []));
  if (periods.length === 0) return OPEN;
  const clinic = providedBy?.reference ?? '';
  const timeZone = zoneIn(ORGANIZATION.test(clinic) ? await read(clinic) : undefined);
  return (start) => {
    const day = dayIn(timeZone, start);
    return periods.some(
      ({ start: from, end: until = from }) => isFrom(from, day, start) && isUntil(until, day, start),
    );
  };
}

const isFrom = (from: string | undefined, day: string, start: number): boolean => {
  if (from === undefined) return true;
  return from.includes('T') ? inMilliseconds(from) <= start : from <= day;
};

/** What has only a start, is that day; a time that is the end is not within any more. */
const isUntil = (until: string | undefined, day: string, start: number): boolean => {
  if (until === undefined) return true;
  return until.includes('T') ? start < inMilliseconds(until) : day.slice(0, until.length) <= until;
};
