/**
 * Self-scheduling after IHE ITI Scheduling: `Appointment/$find`, `$hold`, `$book`; and `Appointment/[id]/$cancel`, which gives the slot back. A slot and
 * the appointment that takes it are one transaction that names the slot's version: of two who press at once, one gets it.
 */
import { conflict, forbidden, inMilliseconds, invalid } from '@wellspring/profiles';
import { requireWriteScope } from '../access/check-write.ts';
import { ownersOf } from '../access/owner-table.ts';
import { parse } from '../interactions/parse.ts';
import type { FhirRequest, Reply, Services } from '../interactions/request.ts';
import { searchset } from '../interactions/searchset.ts';
import { proposedSlots, withoutProposals } from '../repository/proposed-times.ts';
import { type Appointment, isFree, type Slot } from '../repository/slot-hold.ts';
import { backOnList, isOffer } from '../repository/waiting-list.ts';
import type { StoredVersion } from '../store/store.ts';
import { requirePatient } from './acting-for.ts';
import { inputOf, jsonReply, type OperationInput } from './parameters.ts';
import { giveBackPlaces } from './places.ts';
import { cancellation, proposal, readOne, resourceOf, update, writeAll } from './slots.ts';

const MOST_FOUND = 100;

/** Free slots between `start` and `end`, as proposed appointments that can be handed to `$hold` or `$book`. */
export async function findAppointments(services: Services, request: FhirRequest): Promise<Reply> {
  const input = inputOf(request, [
    'start',
    'end',
    'practitioner',
    'location',
    'specialty',
    'service-type',
    '_count',
  ]);
  const [start, end] = [input.one('start'), input.one('end')];
  if (!start || !end) throw invalid("$find needs a 'start' and an 'end'.", 'Parameters.parameter');
  const count = Math.min(Number(input.one('_count') ?? 20) || 20, MOST_FOUND);
  const actors = ['Practitioner', 'Location'].flatMap((type) => actorOf(input, type) ?? []);
  const codes = ['specialty', 'service-type'].flatMap((name): [string, string][] =>
    input.one(name) === undefined ? [] : [[name, input.all(name).join(',')]],
  );
  const query: [string, string][] = [
    ['status', 'free,busy-tentative'],
    ['start', `ge${start}`],
    ['start', `lt${end}`],
    ...actors.map((actor): [string, string] => ['schedule.actor', actor]),
    ...codes,
    ['_sort', 'start'],
    ['_count', String(MOST_FOUND)],
  ];
  const asked = await parse(services, request, 'Slot', query);
  const page = await services.repository.search(request.access, { ...asked, total: 'none' });
  const now = services.now();
  const slots = page.matches
    .map(resourceOf<Slot>)
    .filter(({ start: begin, ...slot }) => isFree(slot, now) && inMilliseconds(String(begin)) > now);
  const proposals = await Promise.all(slots.slice(0, count).map((slot) => proposal(services, request, slot)));
  const entries = proposals.map((resource) => JSON.stringify({ resource, search: { mode: 'match' } }));
  const self = { relation: 'self', url: `${services.repository.baseUrl}/Appointment/$find` };
  return { status: 200, headers: {}, body: searchset(entries.length, [self], entries) };
}

/** `practitioner`, `location`: an id or a reference, as text or as a Reference. */
function actorOf(input: OperationInput, type: string): string | undefined {
  const name = type.toLowerCase();
  const given = input.one(name) ?? (input.value(name) as { reference?: string } | undefined)?.reference;
  return given === undefined ? undefined : `${type}/${given.replace(new RegExp(`^${type}/`), '')}`;
}

/** Also of a hold; by a patient, an offer of the waiting list and times that were proposed are declined by it, and they wait on. Whose it is, and what becomes of the slots, is as for any other change of the appointment. */
export async function cancelAppointment(services: Services, request: FhirRequest): Promise<Reply> {
  const input = inputOf(request, ['reason']);
  const { id } = request;
  requireWriteScope(request.access, 'u', 'Appointment');
  const before = await readOne<Appointment>(services, request, `Appointment/${id}`);
  const [patient, ...more] = ownersOf(before.resource);
  if (patient === undefined || more.length > 0)
    throw forbidden('The appointment must be of one patient, and of nobody else.');
  const isPatientSide = await requirePatient(services, request, 'u', 'Appointment', patient);
  if (!['proposed', 'pending', 'booked', 'waitlist'].includes(before.resource.status ?? ''))
    throw conflict(`The appointment is ${before.resource.status} already.`, 'Appointment.status');
  const declined = isPatientSide ? afterDeclining(before.resource) : undefined;
  const [cancelled] = await writeAll(services, request, [
    declined
      ? update({ ...before, resource: declined })
      : cancellation(before, input.one('reason') ?? 'Cancelled'),
  ]);
  if (isPatientSide) await giveBackPlaces(services, before.resource, patient);
  return jsonReply(resourceOf(cancelled as StoredVersion));
}

/** They don't want what they were offered, and still wait; undefined: nothing was. */
function afterDeclining(appointment: Appointment): Appointment | undefined {
  if (isOffer(appointment)) return backOnList(appointment);
  return proposedSlots(appointment).length > 0 ? withoutProposals(appointment) : undefined;
}
