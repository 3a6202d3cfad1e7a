/**
 * Times at which the clinic is closed: whatever stands free then, made before they were named or by another system, is offered to nobody and booked by nobody. Which
 * times those are, profiles/closed-times.ts says, as the apps read them too; here is what it takes of the store.
 */
import {
  type ClosedAt,
  closedTimes,
  closedWhile,
  lastMomentOf,
  type NotAvailable,
  servicesOfClinics,
} from '@wellspring/profiles/closed-times';
import { dayIn, zoneIn } from '@wellspring/serving/time-zone';
import type { ResourceJson } from '../text/resource-text.ts';
import { type ClinicReader, MOST_SERVICES } from './clinic-reader.ts';
import { type Reference, type Slot, timeOf } from './slot-hold.ts';
import type { WorkedBy } from './worked-by.ts';

interface Service extends ResourceJson {
  readonly active?: boolean;
  readonly providedBy?: Reference;
  readonly notAvailable?: readonly NotAvailable[];
}

/** Whether somebody who comes at its time finds it closed, for any minute of it. */
export type IsClosed = (slot: Pick<Slot, 'start' | 'end'>) => boolean;

export async function closedTimesOf(
  by: Pick<WorkedBy, 'services' | 'isForEach' | 'clinics'>,
  reader: ClinicReader,
): Promise<IsClosed> {
  const services =
    by.services.length > 0
      ? (await Promise.all(by.services.map((each) => reader.read(each)))).flatMap(
          (each) => (each as Service) ?? [],
        )
      : servicesOfClinics<Service>(await reader.services(), by.clinics);
  if (services.length >= MOST_SERVICES) return () => false;
  const each = await Promise.all(services.map((service) => closedTimesOfService(service, reader)));
  const closed = closedWhile(each, by.isForEach ? 'named' : 'ofClinic');
  return (slot) => {
    const { begin, end } = timeOf(slot);
    return closed(begin, lastMomentOf(begin, end)) !== undefined;
  };
}

async function closedTimesOfService(service: Service, { read }: ClinicReader): Promise<ClosedAt> {
  const { notAvailable, providedBy } = service;
  if (notAvailable === undefined) return () => undefined;
  const timeZone = zoneIn(await read(providedBy?.reference ?? ''));
  return closedTimes(notAvailable, (at) => dayIn(timeZone, at));
}
