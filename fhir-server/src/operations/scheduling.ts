/**
 * Self-scheduling after IHE ITI Scheduling: `Appointment/$find` (find-times.ts), `$hold`, `$book` (take-slot.ts); and `Appointment/[id]/$cancel`, which gives the slot back. A
 * slot and the appointment that takes it are one transaction that names the slot's version: of two who press at once, one gets it.
 */
import { businessRule, conflict, forbidden } from '@wellspring/profiles';
import { requireWriteScope } from '../access/check-write.ts';
import { ownersOf } from '../access/owner-table.ts';
import { requireWritable } from '../interactions/preconditions.ts';
import type { FhirRequest, Reply, Services } from '../interactions/request.ts';
import { resourceOf } from '../repository/text/resource-text.ts';
import { proposedSlots, withoutProposals } from '../repository/visits/proposed-times.ts';
import type { Appointment } from '../repository/visits/slot-hold.ts';
import { backOnList, isOffer } from '../repository/visits/waiting-list.ts';
import type { StoredVersion } from '../store/store.ts';
import { requirePatient } from './acting-for.ts';
import { inputOf, jsonReply, references } from './parameters.ts';
import { giveBackPlaces } from './places.ts';
import { cancellation, readOne, requireToCome, untilSettled, update, writeAll } from './slots.ts';

/**
 * `declines`: slots of an offer or of a proposal, the only thing that is given up: where they are not offered any more, nothing is changed. Also of a hold; by a patient, an offer of the waiting list and times that were proposed are declined by it, and they wait on. Whose it is, and what becomes of the
 * slots, is as for any other change of the appointment; a condition of the request (If-Match) holds of the appointment, so that nobody gives up a visit that has another time by now (412).
 */
export function cancelAppointment(services: Services, request: FhirRequest): Promise<Reply> {
  return untilSettled(() => cancel(services, request));
}

async function cancel(services: Services, request: FhirRequest): Promise<Reply> {
  const input = inputOf(request, { reason: 'text', declines: 'reference' });
  const { id } = request;
  const owner = requireWriteScope(request.access, 'u', 'Appointment');
  const before = await readOne<Appointment>(services, request, `Appointment/${id}`);
  requireWritable(request.headers, before);
  const [patient, ...more] = ownersOf(before.resource);
  if (patient === undefined || more.length > 0) {
    const text = 'The appointment must be of one patient, and of nobody else.';
    throw owner === 'unrestricted' ? businessRule(text, 'Appointment.participant') : forbidden(text);
  }
  const isPatientSide = await requirePatient(services, request, 'u', 'Appointment', patient);
  if (
    input.names.includes('declines') &&
    !isOffered(before.resource, references(services, input, 'declines', ['Slot']))
  )
    return jsonReply(before.resource);
  if (!['proposed', 'pending', 'booked', 'waitlist'].includes(before.resource.status ?? ''))
    throw conflict(`The appointment is ${before.resource.status} already.`, 'Appointment.status');
  if (isPatientSide) requireToCome(services, before.resource);
  const declined = isPatientSide ? afterDeclining(before.resource) : undefined;
  const [cancelled] = await writeAll(services, request, [
    declined
      ? update({ ...before, resource: declined })
      : cancellation(before, input.one('reason') ?? 'Cancelled'),
  ]);
  if (isPatientSide) await giveBackPlaces(services, before.resource, patient);
  return jsonReply(resourceOf(cancelled as StoredVersion));
}

/** Sent again because its answer was lost, or from a page that stood open while the offer ended: to cancel then would take them off the list. */
function isOffered(appointment: Appointment, slots: readonly string[]): boolean {
  const offered = isOffer(appointment)
    ? (appointment.slot ?? []).map(({ reference }) => reference)
    : proposedSlots(appointment);
  return slots.some((each) => offered.includes(each));
}

/** They don't want what they were offered, and still wait; undefined: nothing was. */
function afterDeclining(appointment: Appointment): Appointment | undefined {
  if (isOffer(appointment)) return backOnList(appointment);
  return proposedSlots(appointment).length > 0 ? withoutProposals(appointment) : undefined;
}
