/**
 * Days on which the clinic is closed: `notAvailable` of each of its services, so that patients read it where they read the hours, and messages are not answered then. What is
 * free on their schedules is blocked with it, so that nobody books it and it is offered to nobody.
 */
import type { HealthcareService, Schedule, Slot } from '@medplum/fhirtypes';
import { dayLater, dayOf, dayText, instantText, today } from '../../format/clinic-clock.ts';
import { timeOf } from '../../format/date.ts';
import { allPages } from '../../smart/all-pages.ts';
import type { FhirApi } from '../../smart/fhir.ts';
import { blockSlots, openSlots as giveBack } from '../schedule/changes.ts';

export interface ClosedDays {
  /** YYYY-MM-DD, the first and the last day. */
  readonly first: string;
  readonly last: string;
  /** What patients read. */
  readonly why: string;
}

/** Of a year or a month the last. Until midnight is until the end of the day before. */
function lastDayOf(text = ''): string {
  if (/^\d{4}$/.test(text)) return `${text}-12-31`;
  if (/^\d{4}-\d\d$/.test(text)) return dayLater(`${dayLater(`${text}-01`, 31).slice(0, 7)}-01`, -1);
  if (isDate(text)) return text;
  const time = timeOf(text);
  return time === dayOf(time) ? dayText(time - 1) : dayText(time);
}

type Closed = NonNullable<HealthcareService['notAvailable']>[number];

/** By the clinic's clock, also where another system wrote instants. */
const daysOf = ({ description, during }: Closed): ClosedDays | undefined => {
  const { start, end = start } = during ?? {};
  const first = firstDayOf(start);
  return first === '' ? undefined : { first, last: lastDayOf(end), why: description };
};

const isDate = (text: string): boolean => /^\d{4}(-\d\d){0,2}$/.test(text);

/** Of a year or a month the first; '' for none. */
const firstDayOf = (text = ''): string =>
  isDate(text) ? `${text}-01-01`.slice(0, 10) : dayText(timeOf(text));

const isSame = (a: ClosedDays, b: ClosedDays | undefined): boolean =>
  a.first === b?.first && a.last === b.last && a.why === b.why;

/** Each once, whichever services have it, those that are not over; the next first. */
export function closedDaysOf(services: readonly HealthcareService[]): readonly ClosedDays[] {
  const found: ClosedDays[] = [];
  for (const each of services.flatMap(({ notAvailable = [] }) => notAvailable)) {
    const days = daysOf(each);
    if (days && days.last >= today() && !found.some((other) => isSame(other, days))) found.push(days);
  }
  return found.toSorted((a, b) => a.first.localeCompare(b.first));
}

/** Just these, whichever services have them. */
export const isClosed = (services: readonly HealthcareService[], days: ClosedDays | undefined): boolean =>
  closedDaysOf(services).some((each) => isSame(each, days));

export const isClosedOn = (closed: readonly ClosedDays[], day: string): boolean =>
  closed.some(({ first, last }) => first <= day && day <= last);

/** Those of the clinic, and what names no clinic. `organization`: `Organization/…` */
export const servicesOfClinic = (
  services: readonly HealthcareService[],
  organization: string | undefined,
): readonly HealthcareService[] =>
  services.filter(({ providedBy }) => !providedBy?.reference || providedBy.reference === organization);

/** Of what somebody's schedule is for; where it does not say, of everything. */
export function closedFor(
  services: readonly HealthcareService[],
  { actor = [] }: Schedule,
): readonly ClosedDays[] {
  const named = actor.map(({ reference }) => reference);
  const own = services.filter(({ id }) => named.includes(`HealthcareService/${id}`));
  return closedDaysOf(own.length > 0 ? own : services);
}

/** Of how many times visits are booked already: they stay. */
export interface Blocked {
  readonly blocked: number;
  readonly booked: number;
}

/** The slots first: where it is interrupted, pressing again goes on. Resolves to what was blocked. */
export async function closeDays(
  fhir: FhirApi,
  services: readonly HealthcareService[],
  closed: ClosedDays,
): Promise<Blocked> {
  const free = await slotsOn(fhir, services, closed, 'free');
  await inChunks(free, (some) => blockSlots(fhir, some, closed.why));
  const booked = await slotsOn(fhir, services, closed, 'busy');
  const { first: start, last: end, why: description } = closed;
  await fhir.transact(
    services
      .filter(({ notAvailable = [] }) => !notAvailable.some((each) => isSame(closed, daysOf(each))))
      .map((service) => ({
        resource: {
          ...service,
          notAvailable: [...(service.notAvailable ?? []), { description, during: { start, end } }],
        },
      })),
  );
  return { blocked: free.length, booked: booked.length };
}

/** Open after all: what was blocked for this reason is free again. */
export async function openDays(
  fhir: FhirApi,
  services: readonly HealthcareService[],
  closed: ClosedDays,
): Promise<void> {
  await fhir.transact(
    services
      .filter(({ notAvailable = [] }) => notAvailable.some((each) => isSame(closed, daysOf(each))))
      .map(({ notAvailable = [], ...service }) => {
        const left = notAvailable.filter((each) => !isSame(closed, daysOf(each)));
        return { resource: { ...service, ...(left.length > 0 ? { notAvailable: left } : {}) } };
      }),
  );
  const blocked = await slotsOn(fhir, services, closed, 'busy-unavailable');
  const ofThis = blocked.filter(({ comment }) => comment === closed.why);
  await inChunks(ofThis, (some) => giveBack(fhir, some));
}

const TOGETHER = 200;

async function inChunks(
  slots: readonly Slot[],
  act: (some: readonly Slot[]) => Promise<void>,
): Promise<void> {
  for (let at = 0; at < slots.length; at += TOGETHER) await act(slots.slice(at, at + TOGETHER));
}

/** Of schedules that are for these services, or for none by name. */
async function slotsOn(
  fhir: FhirApi,
  services: readonly HealthcareService[],
  { first, last }: ClosedDays,
  status: Slot['status'],
): Promise<readonly Slot[]> {
  const { resources, included } = await allPages<Slot>(fhir, 'Slot', {
    status,
    _filter: `start ge ${instantText(first)} and start lt ${instantText(dayLater(last, 1))}`,
    _count: '500',
    _include: 'Slot:schedule',
  });
  const own = new Set(services.map(({ id }) => `HealthcareService/${id}`));
  const isOwn = ({ actor = [] }: Schedule): boolean => {
    const named = actor.flatMap(({ reference = '' }) =>
      reference.startsWith('HealthcareService/') ? [reference] : [],
    );
    return named.length === 0 || named.some((reference) => own.has(reference));
  };
  const schedules = new Set(
    included.flatMap((each) =>
      each.resourceType === 'Schedule' && isOwn(each) ? [`Schedule/${each.id}`] : [],
    ),
  );
  return resources.filter(({ schedule }) => schedules.has(schedule.reference ?? ''));
}
