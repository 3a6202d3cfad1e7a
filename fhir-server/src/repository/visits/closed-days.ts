/**
 * Times at which the clinic is closed: whatever stands free then, made before they were named or by another system, is offered to nobody and booked by nobody. Which
 * times those are, profiles/closed-times.ts says, as the apps read them too; here is what it takes of the store.
 */
import { inMilliseconds } from '@wellspring/profiles';
import {
  type ClosedAt,
  closedTimes,
  closedWhile,
  lastMomentOf,
  type NotAvailable,
  placesNamed,
  servicesNamed,
  servicesOfClinics,
} from '@wellspring/profiles/closed-times';
import { dayIn, zoneIn } from '@wellspring/serving/time-zone';
import type { ResourceJson } from '../text/resource-text.ts';
import type { Reference, Slot } from './slot-hold.ts';

interface Service extends ResourceJson {
  readonly active?: boolean;
  readonly providedBy?: Reference;
  readonly notAvailable?: readonly NotAvailable[];
}

export interface ClinicReader {
  /** undefined: it is not there. */
  read(reference: string): Promise<ResourceJson | undefined>;
  /** Every HealthcareService, up to MOST_SERVICES. */
  services(): Promise<readonly ResourceJson[]>;
}

/** Where there are more, nobody can say that all of them are closed. */
export const MOST_SERVICES = 500;

/** Whether somebody who comes at its time finds it closed, for any minute of it. */
export type IsClosed = (slot: Pick<Slot, 'start' | 'end'>) => boolean;

const ORGANIZATION = /^Organization\/[A-Za-z0-9\-.]{1,64}$/;

export async function closedTimesOf(
  { actor = [] }: { readonly actor?: readonly Reference[] },
  reader: ClinicReader,
): Promise<IsClosed> {
  const named = servicesNamed(actor);
  const services =
    named.length > 0
      ? (await Promise.all(named.map((each) => reader.read(each)))).flatMap((each) => (each as Service) ?? [])
      : await servicesOfItsClinic(actor, reader);
  if (services.length >= MOST_SERVICES) return () => false;
  const each = await Promise.all(services.map((service) => closedTimesOfService(service, reader)));
  const closed = closedWhile(each, named.length > 0 ? 'named' : 'ofClinic');
  return (slot) => {
    const start = inMilliseconds(String(slot.start));
    return closed(start, lastMomentOf(start, inMilliseconds(String(slot.end)))) !== undefined;
  };
}

async function servicesOfItsClinic(
  actors: readonly Reference[],
  reader: ClinicReader,
): Promise<readonly Service[]> {
  const services = (await reader.services()) as readonly Service[];
  // Most clinics name no such time: their places are not read for it.
  if (!services.some(({ notAvailable }) => notAvailable !== undefined)) return [];
  const places = await Promise.all(placesNamed(actors).map((each) => reader.read(each)));
  const clinics = places.map((place) => (place?.managingOrganization as Reference | undefined)?.reference);
  return servicesOfClinics<Service>(services, clinics);
}

async function closedTimesOfService(service: Service, { read }: ClinicReader): Promise<ClosedAt> {
  const { notAvailable, providedBy } = service;
  if (notAvailable === undefined) return () => undefined;
  const clinic = providedBy?.reference ?? '';
  const timeZone = zoneIn(ORGANIZATION.test(clinic) ? await read(clinic) : undefined);
  return closedTimes(notAvailable, (at) => dayIn(timeZone, at));
}
