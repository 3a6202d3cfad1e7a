/**
 * What is done on a schedule. A visit and the slots that it gives back and takes are one transaction, each named by the version that was read: of two who press at
 * once one gets it, and nothing is ever half moved. The patient is told by the server's own notices.
 */

import type { Appointment, Schedule, Slot } from '@medplum/fhirtypes';
import { timeOf } from '../../format/date.ts';
import { idOf } from '../../format/reference.ts';
import { modeOf } from '../../format/virtual-service.ts';
import { type Change, type FhirApi, FhirFailure } from '../../smart/fhir.ts';
import { bookedAt } from '../visits/booking.ts';
import { isFree } from './day.ts';
import { heldAs, participantsOn, virtualAt } from './held.ts';

const HELD = new Set(['urn:wellspring:slot-held-until', 'urn:wellspring:slot-held-for']);

function slotAs(slot: Slot, status: Slot['status']): Slot {
  const { extension = [], comment: _, ...rest } = slot;
  const others = extension.filter(({ url }) => !HELD.has(url ?? ''));
  return { ...rest, status, ...(others.length > 0 ? { extension: others } : {}) };
}

/**
 * To these slots, which follow each other on the schedule: a booked visit to another time, or a visit that was asked for to its first. Those that it had are given back by the
 * server in the same commit, where no other visit has them.
 */
export async function placeVisit(
  fhir: FhirApi,
  visit: Appointment,
  schedule: Schedule,
  slots: readonly Slot[],
): Promise<void> {
  const before = (await slotsNamedBy(fhir, visit)).filter(({ status }) => status === 'busy');
  const [first, last] = [slots[0], slots.at(-1)];
  if (!first || !last) throw new RangeError('A visit takes a slot.');
  const virtual = virtualAt(first, schedule);
  const isElsewhere =
    visit.slot === undefined ||
    before[0]?.schedule.reference !== `Schedule/${schedule.id}` ||
    virtual.length > 0 !== (modeOf(visit) !== 'in-person');
  const instead = visit.status === 'booked' ? undefined : await visitGivenUp(fhir, visit);
  const { requestedPeriod: _, supportingInformation: __, extension: ___, ...rest } = visit;
  const placed: Appointment = {
    ...rest,
    ...heldAs(visit, virtual),
    status: 'booked',
    start: first.start,
    end: last.end,
    minutesDuration: Math.round((timeOf(last.end) - timeOf(first.start)) / 60_000),
    slot: slots.map(({ id }) => ({ reference: `Slot/${id}` })),
    participant: isElsewhere
      ? participantsOn(schedule, visit.participant, virtual.length > 0)
      : visit.participant,
  };
  const changes: Change[] = [
    { resource: placed },
    ...(instead ? [{ resource: instead }] : []),
    ...slots.map((slot) => ({ resource: slotAs(slot, 'busy') })),
  ];
  await fhir.transact(changes);
}

/** Of a wish for an earlier time: the visit that they have, cancelled. */
async function visitGivenUp(
  fhir: FhirApi,
  { supportingInformation = [] }: Appointment,
): Promise<Appointment | undefined> {
  const id = supportingInformation
    .map((each) => idOf(each, 'Appointment'))
    .find((each) => each !== undefined);
  const visit = id === undefined ? undefined : await fhir.read<Appointment>('Appointment', id);
  if (visit?.status !== 'booked') return undefined;
  return { ...visit, status: 'cancelled', cancelationReason: { text: 'Moved to another time' } };
}

async function slotsNamedBy(fhir: FhirApi, { slot = [] }: Appointment): Promise<readonly Slot[]> {
  const ids = slot.flatMap(({ reference }) => reference?.replace(/^Slot\//, '') ?? []);
  return ids.length === 0 ? [] : (await fhir.search<Slot>('Slot', { _id: ids.join(',') })).resources;
}

/** A new visit in these slots, by the server's own booking (`Appointment/$book`). What was booked although its answer was lost is found again, by its first slot; another visit that the patient has then, or this one with other words, is not what was sent (412). */
export async function bookVisit(
  fhir: FhirApi,
  slots: readonly Slot[],
  { patient, why }: { readonly patient: string; readonly why: string },
): Promise<Appointment> {
  const [first, last] = [slots[0], slots.at(-1)];
  const resource: Appointment = {
    resourceType: 'Appointment',
    status: 'proposed',
    ...(why.trim() === '' ? {} : { description: why.trim() }),
    ...(first?.start ? { start: first.start } : {}),
    ...(last?.end ? { end: last.end } : {}),
    slot: slots.map(({ id }) => ({ reference: `Slot/${id}` })),
    participant: [{ actor: { reference: `Patient/${patient}` }, status: 'accepted' }],
  };
  try {
    return await fhir.operation<Appointment>({
      type: 'Appointment',
      name: '$book',
      parameter: [{ name: 'appt-resource', resource }],
    });
  } catch (error) {
    if (!(error instanceof FhirFailure) || error.status !== 409) throw error;
    const own = await bookedAt({ ...fhir, patient }, `Slot/${first?.id}`);
    if (!own) throw error;
    if (own.description === resource.description && slotsOf(own) === slotsOf(resource)) return own;
    throw new FhirFailure(412);
  }
}

const slotsOf = ({ slot = [] }: Appointment): string => slot.map(({ reference }) => reference).join();

/** Nobody can book these any more, all or none; visits that are there stay. */
export const blockSlots = (fhir: FhirApi, slots: readonly Slot[], why: string): Promise<void> =>
  fhir.transact(
    slots
      .filter((slot) => isFree(slot))
      .map((slot) => ({
        resource: {
          ...slotAs(slot, 'busy-unavailable'),
          ...(why.trim() === '' ? {} : { comment: why.trim() }),
        },
      })),
  );

/** Blocked no more, all or nothing. */
export const openSlots = (fhir: FhirApi, slots: readonly Slot[]): Promise<void> =>
  fhir.transact(slots.map((slot) => ({ resource: slotAs(slot, 'free') })));

export const openSlot = (fhir: FhirApi, slot: Slot): Promise<Slot> => fhir.update(slotAs(slot, 'free'));

export const setStatus = (
  fhir: FhirApi,
  visit: Appointment,
  status: 'booked' | 'arrived' | 'fulfilled' | 'noshow',
): Promise<Appointment> => fhir.update({ ...visit, status });
