/** Joining a visit by video: the meeting is the clinic's own service; here is the way to it, and from when on. */
import type { Appointment, Extension, HealthcareService } from '@medplum/fhirtypes';
import { queryOptions } from '@tanstack/react-query';
import { timeOf } from '../../format/date.ts';
import { modeOf, virtualServices } from '../../format/virtual-service.ts';
import { type Fhir, listOf } from '../../smart/fhir.ts';

const MINUTE_MS = 60_000;
export const MINUTES_EARLY = 30;
/** A visit may last longer than it was planned. */
const MINUTES_LATE = 60;

const ATTENDED: ReadonlySet<string> = new Set(['booked', 'arrived', 'checked-in']);

/** By video, and not over. */
export const isVideoToCome = (visit: Appointment, now = Date.now()): boolean =>
  modeOf(visit) === 'video' && ATTENDED.has(visit.status) && now <= endsAt(visit);

const endsAt = ({ start, end }: Appointment): number => timeOf(end ?? start) + MINUTES_LATE * MINUTE_MS;

/** Milliseconds: from when on it can be joined; NaN: it has no time. */
export const opensAt = ({ start }: Appointment): number => timeOf(start) - MINUTES_EARLY * MINUTE_MS;

export const mayJoin = (visit: Appointment, now = Date.now()): boolean =>
  isVideoToCome(visit, now) && now >= opensAt(visit);

/** Where the meeting is: as the visit itself says, or else one of the services it belongs to; undefined: nobody has said it, or not so that it can be opened. */
export const meetingOf = (visit: Appointment, services: readonly HealthcareService[] = []): URL | undefined =>
  [visit, ...services]
    .flatMap(virtualServices)
    .flatMap(addressesOf)
    .map(safeLink)
    .find((each) => each !== undefined);

function addressesOf({ extension = [], valueUrl, valueUri }: Extension): (string | undefined)[] {
  const parts = extension
    .filter(({ url }) => /^address/.test(url ?? ''))
    .map(
      ({ valueUrl: url, valueUri: uri, valueString: text, valueContactPoint: point }) =>
        url ?? uri ?? text ?? point?.value,
    );
  return [...parts, valueUrl, valueUri];
}

/** https and nothing else: no script, no file, no program of the device, nobody's password, no bare name of a machine. */
function safeLink(text: string | undefined): URL | undefined {
  const url = text === undefined ? null : URL.parse(text);
  if (url?.protocol !== 'https:' || url.username !== '' || url.password !== '') return undefined;
  return url.hostname.includes('.') ? url : undefined;
}

/** A visit with the services that it belongs to. */
export const videoVisitQuery = (fhir: Fhir, id: string) =>
  queryOptions({
    queryKey: ['appointments', fhir.patient, id, 'video'],
    queryFn: async () => {
      const visit = await fhir.read<Appointment>('Appointment', id);
      const named = visit.participant.flatMap(({ actor }) =>
        actor?.reference?.startsWith('HealthcareService/') ? actor.reference : [],
      );
      const services = (await fhir.batch(named)).flatMap((each) => listOf<HealthcareService>(each) ?? []);
      return { visit, meeting: meetingOf(visit, services) };
    },
  });
