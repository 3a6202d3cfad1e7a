/** `Appointment/$hold` and `$book`: what takes a slot. Nobody keeps more than a few times from the others. */
import { businessRule, conflict, forbidden, invalid } from '@wellspring/profiles';
import { requireWriteScope } from '../access/check-write.ts';
import type { FhirRequest, Reply, Services } from '../interactions/request.ts';
import { type ResourceJson, resourceOf } from '../repository/text/resource-text.ts';
import { timeOf } from '../repository/visits/elsewhere.ts';
import { proposedSlots } from '../repository/visits/proposed-times.ts';
import {
  type Appointment,
  heldUntil,
  isFree,
  isHeldFor,
  isHold,
  type Slot,
  withHold,
  withoutHold,
} from '../repository/visits/slot-hold.ts';
import { insteadOf } from '../repository/visits/waiting-list.ts';
import type { Write } from '../repository/writes/write.ts';
import { localReference, makeReferencesLocal, patientId } from '../search/own-references.ts';
import type { StoredVersion } from '../store/store.ts';
import { requirePatient } from './acting-for.ts';
import { inputOf, jsonReply, type OperationInput } from './parameters.ts';
import { bookedPlaces, giveBackPlaces, heldPlaces, withPlaces } from './places.ts';
import {
  cancellation,
  elsewhereAt,
  endStaleHolds,
  isClosedAt,
  proposal,
  readOne,
  requireToCome,
  taken,
  update,
  type Versioned,
  writeAll,
} from './slots.ts';

const HOLD_MS = 10 * 60_000;
const MOST_SLOTS = 4;

/** Keeps the slot for ten minutes, while the person decides. Returns the pending Appointment. */
export function holdAppointment(services: Services, request: FhirRequest): Promise<Reply> {
  return take(services, request, 'pending');
}

/** Takes the slot for good. `replaces`: an appointment that is given up for it, in the same transaction; of an offer of the waiting list the visit that they have. */
export function bookAppointment(services: Services, request: FhirRequest): Promise<Reply> {
  return take(services, request, 'booked');
}

async function take(services: Services, request: FhirRequest, status: 'pending' | 'booked'): Promise<Reply> {
  const { access } = request;
  const { repository } = services;
  const input = inputOf(request, ['appt-resource', 'appt-id', 'slot', 'resource', 'replaces']);
  const asked = await askedFor(services, request, input);
  if (asked?.resourceType !== 'Appointment')
    throw invalid("An Appointment is needed: parameter 'appt-resource'.", 'Parameters.parameter');
  makeReferencesLocal(asked, repository.baseUrl);
  const patient = await patientOf(services, request, asked);
  await repository.settle(access, 'c', asked);
  const slots = await slotsOf(services, request, asked);
  const held =
    asked.id === undefined ? undefined : await heldAppointment(services, request, asked.id, patient);
  const id = held?.resource.id ?? repository.newId();
  for (const { resource } of slots) {
    requireOpen(services, resource, held?.resource);
    if (await isClosedAt(services, request, resource))
      throw conflict('The clinic is closed at this time. Please choose another.', 'Appointment.slot');
  }
  const until = (held && heldUntil(held.resource, services.now())) ?? services.now() + HOLD_MS;
  const taking = <T extends Slot | Appointment>(resource: T, when: { held: string; taken: string }): T =>
    status === 'pending' ? withHold(resource, when.held, until) : withoutHold(resource, when.taken);
  const made = await appointmentOf(services, request, asked, slots, patient);
  const appointment = taking({ ...made, id }, { held: 'pending', taken: 'booked' });
  const writes: Write[] = [update({ resource: appointment, version: held?.version ?? 0 })];
  for (const { resource, version } of slots) {
    writes.push(update({ resource: taking(resource, { held: 'busy-tentative', taken: 'busy' }), version }));
    if (!held || !isHeldFor(resource, held.resource))
      writes.push(...(await endStaleHolds(services, request, resource)));
  }
  const replaces =
    named(services, input, 'replaces') ??
    (held && status === 'booked' ? insteadOf(held.resource) : undefined);
  const replaced = replaces === undefined ? undefined : await oldVisit(services, request, replaces, patient);
  writes.push(...(await besideVisits(services, request, slots, replaced?.resource)));
  if (replaced) writes.push(cancellation(replaced, 'Moved to another time'));
  const places =
    status === 'pending'
      ? heldPlaces(patient, appointment, until)
      : bookedPlaces(patient, appointment, replaced !== undefined);
  const written = await withPlaces(services, request, places, () => writeAll(services, request, writes));
  await giveBackPlaces(services, held?.resource, patient, places.keys);
  await giveBackPlaces(services, replaced?.resource, patient, places.keys);
  return jsonReply(resourceOf(written[0] as StoredVersion), 201, {
    Location: `${repository.baseUrl}/Appointment/${id}`,
  });
}

/** An appointment as `$find` proposed it; or, by `appt-id`, one that is held, or one that times were proposed for, of which `slot` is the chosen one. */
async function askedFor(
  services: Services,
  request: FhirRequest,
  input: OperationInput,
): Promise<Appointment | undefined> {
  const id = named(services, input, 'appt-id');
  if (id === undefined)
    return (input.value('appt-resource') ?? input.value('resource')) as Appointment | undefined;
  const { resource } = await readOne<Appointment>(services, request, `Appointment/${idOf(id)}`);
  const proposed = proposedSlots(resource);
  if (proposed.length === 0) return resource;
  const chosen = named(services, input, 'slot');
  const slot = proposed.find((each) => each === chosen);
  if (slot === undefined)
    throw invalid("A time must be chosen: parameter 'slot', one of those proposed.", 'Parameters.parameter');
  return { ...resource, slot: [{ reference: slot }] };
}

/** By its id or a reference; one below this server's base is the same as its relative form. */
function named({ repository }: Services, input: OperationInput, parameter: string): string | undefined {
  const text: unknown = input.one(parameter) ?? input.value(parameter)?.reference;
  return text === undefined ? undefined : localReference(String(text), repository.baseUrl);
}

const idOf = (reference: string): string => reference.replace(/^Appointment\//, '');

const LIKE_A_PATIENT = /(?:^|\/)Patient(?:[/?#]|$)/i;

/** What is asked was not validated yet: only what will be stored is. */
function listOf(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'object' && each !== null) : [];
}

function referencesIn(list: readonly unknown[]): string[] {
  const references = list.map((each) => (each as { reference?: unknown } | undefined)?.reference);
  return references.filter((each) => typeof each === 'string');
}

/** X9: whose appointment it will be: of a patient-level token the caller's patient, always; whoever works for many says of whom. */
async function patientOf(services: Services, request: FhirRequest, asked: Appointment): Promise<string> {
  const owner = requireWriteScope(request.access, 'c', 'Appointment');
  const actors = listOf(asked.participant).map((each) => each.actor);
  const named = new Set(referencesIn(actors).filter((reference) => LIKE_A_PATIENT.test(reference)));
  const [first = ''] = named;
  const patient = patientId(first);
  const isOfOne = named.size === 1 && patient !== undefined;
  if (!isOfOne && owner === 'unrestricted') {
    if (named.size === 0) throw invalid('The appointment names no patient.', 'Appointment.participant');
    throw businessRule('The appointment must be of one patient.', 'Appointment.participant');
  }
  if (!isOfOne || (owner !== 'unrestricted' && patient !== owner))
    throw forbidden('The appointment must be of the patient in context, and of nobody else.');
  await requirePatient(services, request, 'c', 'Appointment', patient);
  return patient;
}

/** In the order of time, of one schedule, each beginning where the one before ends. */
async function slotsOf(
  services: Services,
  request: FhirRequest,
  asked: Appointment,
): Promise<Versioned<Slot>[]> {
  const references = [...new Set(referencesIn(listOf(asked.slot)))];
  if (references.length === 0) throw invalid('The appointment names no slot.', 'Appointment.slot');
  if (references.length > MOST_SLOTS)
    throw businessRule(`An appointment takes ${MOST_SLOTS} slots at most.`, 'Appointment.slot');
  const slots: Versioned<Slot>[] = [];
  for (const reference of references) slots.push(await readOne<Slot>(services, request, reference));
  slots.sort((a, b) => timeOf(a.resource).begin - timeOf(b.resource).begin);
  const isOneTime = slots.every(({ resource }, i) => {
    const before = slots[i - 1]?.resource;
    return (
      !before ||
      (before.end === resource.start && before.schedule?.reference === resource.schedule?.reference)
    );
  });
  if (!isOneTime) throw businessRule('The slots do not follow each other.', 'Appointment.slot');
  return slots;
}

/**
 * Whoever works by this schedule has no visit elsewhere meanwhile; the one that is given up for this does not count. What is free elsewhere meanwhile is written as it is: of two
 * who take overlapping times of one person, one names a version that is gone.
 */
async function besideVisits(
  services: Services,
  request: FhirRequest,
  slots: readonly Versioned<Slot>[],
  replaced: Appointment | undefined,
): Promise<Write[]> {
  const given = new Set((replaced?.slot ?? []).map(({ reference }) => reference));
  const beside = new Map<string, Write>();
  for (const { resource } of slots) {
    const { begin, end } = timeOf(resource);
    const between = { from: begin, until: end, isFreeAsked: true };
    const { taken: visits, free } = await elsewhereAt(services, request, resource, between);
    if (visits.some((each) => !given.has(`Slot/${each.resource.id}`))) throw taken();
    for (const each of free) beside.set(String(each.resource.id), update(each));
  }
  return [...beside.values()];
}

function requireOpen({ now }: Services, slot: Slot, held: Appointment | undefined): void {
  const isOurs = held !== undefined && isHeldFor(slot, held);
  if (!isOurs && !isFree(slot, now())) throw taken();
  if (timeOf(slot).begin <= now())
    throw conflict('This time has begun already. Please choose another.', 'Appointment.slot');
}

/** Theirs, and still waiting to be booked. */
async function heldAppointment(
  services: Services,
  request: FhirRequest,
  id: string,
  patient: string,
): Promise<Versioned<Appointment>> {
  const held = await readOne<Appointment>(services, request, `Appointment/${id}`);
  requireOf(held.resource, patient);
  if (!isHold(held.resource) && proposedSlots(held.resource).length === 0)
    throw conflict('The appointment is not held, or no longer.', 'Appointment.status');
  return held;
}

/** The old appointment, which must be theirs and not be over. */
async function oldVisit(
  services: Services,
  request: FhirRequest,
  reference: string,
  patient: string,
): Promise<Versioned<Appointment>> {
  const owner = requireWriteScope(request.access, 'u', 'Appointment');
  const old = await readOne<Appointment>(services, request, reference);
  requireOf(old.resource, patient);
  if (old.resource.status !== 'booked')
    throw conflict('Only a booked appointment can be moved.', 'Appointment.status');
  if (owner !== 'unrestricted') requireToCome(services, old.resource);
  return old;
}

function requireOf({ participant = [] }: Appointment, patient: string): void {
  const patients = participant.filter(({ actor }) => actor?.reference?.startsWith('Patient/'));
  if (patients.length !== 1 || patients[0]?.actor?.reference !== `Patient/${patient}`)
    throw forbidden('The appointment must be of the same patient, and of nobody else.');
}

/** What the person may say of their visit, and what the slots say of it. */
async function appointmentOf(
  services: Services,
  request: FhirRequest,
  asked: Appointment,
  slots: readonly Versioned<Slot>[],
  patient: string,
): Promise<Appointment> {
  const offered = await proposal(services, request, slots[0]?.resource as Slot);
  const { description, comment, reasonCode, appointmentType } = asked as ResourceJson;
  const own = Object.fromEntries(
    Object.entries({ description, comment, reasonCode, appointmentType }).filter(
      ([, value]) => value !== undefined,
    ),
  );
  const others = offered.participant ?? [];
  return {
    ...offered,
    ...own,
    slot: slots.map(({ resource }) => ({ reference: `Slot/${resource.id}` })),
    ...(slots.at(-1)?.resource.end === undefined ? {} : { end: slots.at(-1)?.resource.end as string }),
    created: new Date(services.now()).toISOString(),
    participant: [{ actor: { reference: `Patient/${patient}` } }, ...others].map((each) => ({
      ...each,
      status: 'accepted',
    })),
  };
}
