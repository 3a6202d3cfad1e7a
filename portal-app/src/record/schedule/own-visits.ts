/** One's own next day of visits: today's as long as some are left, else those of the next day that has any. */
import type { Appointment, Resource } from '@medplum/fhirtypes';
import { queryOptions } from '@tanstack/react-query';
import { dayOf, dayText } from '../../format/clinic-clock.ts';
import { timeOf } from '../../format/date.ts';
import { type FhirApi, listOf } from '../../smart/fhir.ts';
import { eachOnce, withNames } from './queries.ts';

export interface DayOfVisits {
  /** YYYY-MM-DD at the clinic. */
  readonly day: string;
  readonly visits: readonly Appointment[];
}

const DAYS = 28;
const KEPT = 'pending,booked,arrived,checked-in,fulfilled';

/** null: there is no visit within four weeks, or none that this person's role may see. */
export const ownVisitsQuery = (fhir: FhirApi) =>
  queryOptions({
    queryKey: ['own-visits'],
    queryFn: async (): Promise<DayOfVisits | null> => {
      const now = Date.now();
      const between = [dayOf(now), dayOf(now, DAYS)].map((time) => new Date(time).toISOString());
      const asked = `status=${KEPT}&date=ge${between[0]}&date=lt${between[1]}&_sort=date&_count=200&_include=Appointment:patient`;
      const found = await fhir.batch([
        `Appointment?actor=${fhir.self}&${asked}`,
        `Appointment?actor:PractitionerRole.practitioner=${fhir.self}&${asked}`,
      ]);
      return dayOfVisits(inOrder(withNames(found.flatMap((each) => listOf<Resource>(each) ?? []))), now);
    },
  });

const inOrder = (visits: readonly Appointment[]): readonly Appointment[] =>
  eachOnce(visits).toSorted((a, b) => timeOf(a.start) - timeOf(b.start));

/** Of visits in the order of their times. */
export function dayOfVisits(visits: readonly Appointment[], now: number): DayOfVisits | null {
  const next = visits.find(({ start, end }) => timeOf(end ?? start) > now);
  if (!next) return null;
  const day = dayText(timeOf(next.start));
  return { day, visits: visits.filter(({ start }) => dayText(timeOf(start)) === day) };
}
