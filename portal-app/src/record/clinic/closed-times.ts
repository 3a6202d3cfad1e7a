/** Times at which somebody who comes finds the clinic closed: the server offers and books nothing then, by the same rule (profiles/closed-times.ts). */
import type { HealthcareService, Location, Schedule, Slot } from '@medplum/fhirtypes';
import {
  closedTimes,
  closedWhile,
  lastMomentOf,
  placesNamed,
  servicesNamed,
  servicesOfClinics,
} from '@wellspring/profiles/closed-times';
import { dayText } from '../../format/clinic-clock.ts';
import { timeOf } from '../../format/date.ts';
import { type FhirApi, listOf } from '../../smart/fhir.ts';

/** Why it is closed at a time (milliseconds), or at any moment from then until `last`, in the clinic's words; undefined: it is open. */
export type ClosedAt = (time: number, last?: number) => string | undefined;

/** Why nobody comes at this time, which is booked by nobody then. */
export function closedFor({ start, end }: Slot, closed: ClosedAt = () => undefined): string | undefined {
  return closed(timeOf(start), lastMomentOf(timeOf(start), timeOf(end)));
}

/** Of what the schedule names as what it is for; where it names nothing, of all that is done at the clinic of its places. */
export function closedAt(
  services: readonly HealthcareService[],
  places: readonly Location[],
  { actor }: Schedule,
): ClosedAt {
  const named = servicesNamed(actor);
  const at = placesNamed(actor);
  const clinics = places
    .filter(({ id }) => at.includes(`Location/${id}`))
    .map(({ managingOrganization }) => managingOrganization?.reference);
  const own =
    named.length > 0
      ? services.filter(({ id }) => named.includes(`HealthcareService/${id}`))
      : servicesOfClinics(services, clinics);
  const closed = closedWhile(
    own.map(({ notAvailable }) => closedTimes(notAvailable, dayText)),
    named.length > 0 ? 'named' : 'ofClinic',
  );
  return (time, last) => closed(time, last)?.description;
}

const idsOf = (references: readonly string[]): string =>
  [...new Set(references.map((each) => each.split('/')[1]))].join(',');

/** Of several schedules, in one request. What may not be read closes nothing: the server says so when it is booked. */
export async function closedTimesOf(
  fhir: FhirApi,
  schedules: readonly Schedule[],
): Promise<(schedule: Schedule) => ClosedAt> {
  const [unnamed, named] = [true, false].map((isNone) =>
    schedules.filter(({ actor }) => (servicesNamed(actor).length === 0) === isNone),
  ) as [Schedule[], Schedule[]];
  const at = unnamed.flatMap(({ actor }) => placesNamed(actor));
  const [services, places] = await fhir.batch([
    unnamed.length > 0
      ? 'HealthcareService?_count=500'
      : `HealthcareService?_id=${idsOf(named.flatMap(({ actor }) => servicesNamed(actor)))}`,
    ...(at.length > 0 ? [`Location?_id=${idsOf(at)}`] : []),
  ]);
  const known = listOf<HealthcareService>(services) ?? [];
  const where = places ? (listOf<Location>(places) ?? []) : [];
  return (schedule) => closedAt(known, where, schedule);
}
