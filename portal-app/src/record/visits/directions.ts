/** The way to the clinic: a page of OpenStreetMap that the person opens. Nothing but the clinic's own address goes there. */
import type { Appointment, Location, Resource } from '@medplum/fhirtypes';
import { modeOf } from '../../format/virtual-service.ts';

export function directionsTo(location: Location | undefined): string | undefined {
  // A visit by video has a place on record all the same: where the patient is.
  if (location?.type?.some(({ coding }) => coding?.some(({ code }) => code === 'PTRES'))) return undefined;
  const { line = [], city, state, postalCode, country, text } = location?.address ?? {};
  const address = text ?? [...line, city, state, postalCode, country].filter(Boolean).join(', ');
  return address === ''
    ? undefined
    : `https://www.openstreetmap.org/search?query=${encodeURIComponent(address)}`;
}

/** The appointment's Location among what came with it; none of a visit by video or telephone. */
export function locationOf(appointment: Appointment, included: readonly Resource[]): Location | undefined {
  if (modeOf(appointment) !== 'in-person') return undefined;
  const reference = appointment.participant?.find(({ actor }) => actor?.reference?.startsWith('Location/'))
    ?.actor?.reference;
  return included.find(
    (each): each is Location => each.resourceType === 'Location' && `Location/${each.id}` === reference,
  );
}
