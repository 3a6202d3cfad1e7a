/** `Appointment/$hold` and `$book`: what takes a slot. Nobody keeps more than a few times from the others. */
import { businessRule, conflict, type FhirError, forbidden, invalid } from '@wellspring/profiles';
import { requireWriteScope } from '../access/check-write.ts';
import { securityOf, withLabels } from '../access/sent-labels.ts';
import type { FhirRequest, Reply, Services } from '../interactions/request.ts';
import { resourceOf } from '../repository/text/resource-text.ts';
import { isAsShown } from '../repository/visits/as-shown.ts';
import type { OtherSlot, While } from '../repository/visits/elsewhere.ts';
import { leftFor } from '../repository/visits/left-for.ts';
import type { Refusal } from '../repository/visits/offered-times.ts';
import { proposedSlots } from '../repository/visits/proposed-times.ts';
import {
  type Appointment,
  heldUntil,
  isFree,
  isHold,
  namedSlots,
  namesSlot,
  type Slot,
  timeOf,
  withHold,
  withoutHold,
} from '../repository/visits/slot-hold.ts';
import { insteadOf, isOffer } from '../repository/visits/waiting-list.ts';
import type { Write } from '../repository/writes/write.ts';
import { makeReferencesLocal, patientId, withoutVersion } from '../search/own-references.ts';
import type { StoredVersion } from '../store/store.ts';
import { requirePatient, requireSeen } from './acting-for.ts';
import { keptOf, saidOf } from './asked-visit.ts';
import { holdOf, ownHolds } from './own-holds.ts';
import { inputOf, jsonReply, named, type OperationInput, ofKind } from './parameters.ts';
import { bookedPlaces, giveBackPlaces, heldPlaces, withPlaces } from './places.ts';
import {
  cancellation,
  type Diaries,
  diariesOf,
  endOfHold,
  holdsOn,
  proposal,
  readOne,
  requireToCome,
  taken,
  untilSettled,
  update,
  type Versioned,
  writeAll,
} from './slots.ts';
import type { Chosen } from './visit-contradictions.ts';

/** As IHE ITI Scheduling 1.0.0 names them, and as its drafts did. */
const AS_A_RESOURCE = ['appointment-resource', 'appt-resource', 'resource'];
const BY_ITS_ID = ['appointment-reference', 'appt-id'];
const PARAMETERS = {
  ...ofKind(AS_A_RESOURCE, 'resource'),
  ...ofKind([...BY_ITS_ID, 'slot', 'replaces'], 'reference'),
  comment: 'text',
} as const;
const HOLD_MS = 10 * 60_000;
const MOST_SLOTS = 4;

/** Keeps the slot for ten minutes, while the person decides. Returns the pending Appointment. */
export function holdAppointment(services: Services, request: FhirRequest): Promise<Reply> {
  return untilSettled(() => take(services, request, 'pending'));
}

/** Takes the slot for good. `replaces`: an appointment that is given up for it, in the same transaction; of an offer of the waiting list the visit that they have. */
export function bookAppointment(services: Services, request: FhirRequest): Promise<Reply> {
  return untilSettled(() => take(services, request, 'booked'));
}

async function take(services: Services, request: FhirRequest, status: 'pending' | 'booked'): Promise<Reply> {
  const { access } = request;
  const { repository } = services;
  const input = inputOf(request, PARAMETERS);
  const { asked, isStored } = await askedFor(services, request, input);
  makeReferencesLocal(asked, repository.baseUrl);
  const patient = await patientOf(services, request, asked);
  await requireSeen(services, request, patient);
  await repository.settle(access, 'c', asked);
  const slots = await slotsOf(services, request, asked);
  const run = slots.map(({ resource }) => resource);
  const held =
    asked.id === undefined ? undefined : await heldAppointment(services, request, asked.id, patient);
  const id = held?.resource.id ?? repository.newId();
  const others = (await ownHolds(services, request, patient)).filter((each) => each.resource.id !== id);
  const holds = held ? [held, ...others] : others;
  for (const slot of run) requireOpen(services, slot, holds);
  const diaries = diariesOf(services, request, whileOf(run));
  const chosen = { run, offered: await proposal(diaries, run[0] as Slot), patient };
  if (held) requireAsShown(held.resource, chosen);
  const said = isStored
    ? keptOf(asked, chosen)
    : await saidOf(services, request, asked, chosen, held !== undefined);
  await requireOffered(diaries, run);
  const replaces =
    named(services, input, 'replaces') ??
    (held && status === 'booked' && isWish(held.resource) ? insteadOf(held.resource) : undefined);
  const replaced = replaces === undefined ? undefined : await oldVisit(services, request, replaces, patient);
  const beside = await besideVisits(diaries, run, holds, [replaced?.resource, held?.resource]);
  const given = eachOnce(
    [...run.flatMap((slot) => holdOf(holds, slot) ?? []), ...beside.given],
    (each) => each !== held,
  );
  const ended = eachOnce(
    [...given, ...(await staleHolds(services, request, run))],
    (each) => each.resource.id !== id,
  );
  const until = untilOf(services, held ? [held] : given);
  const taking = <T extends Slot | Appointment>(resource: T, when: { held: string; taken: string }): T =>
    status === 'pending' ? withHold(resource, when.held, until) : withoutHold(resource, when.taken);
  const created = said.created ?? new Date(services.now()).toISOString();
  // R18d: a visit that was asked for, or is moved, is kept from whom it was.
  const labels = [held, replaced].flatMap((each) => (each ? securityOf({ ...each.resource }) : []));
  const appointment = taking(withLabels({ ...said, id, created }, labels), {
    held: 'pending',
    taken: 'booked',
  });
  const writes: Write[] = [
    update({ resource: appointment, version: held?.version ?? 0 }),
    ...slots.map(({ resource, version }) =>
      update({ resource: taking(resource, { held: 'busy-tentative', taken: 'busy' }), version }),
    ),
    ...ended.map((each) => endOfHold(each, services.now())),
    ...beside.free.map(update),
    ...(replaced ? [cancellation(replaced, 'Moved to another time')] : []),
  ];
  const places =
    status === 'pending'
      ? heldPlaces(patient, appointment, until, slotCount(given))
      : bookedPlaces(patient, appointment, replaced !== undefined);
  const written = await withPlaces(services, request, places, () => writeAll(services, request, writes));
  for (const each of [held, replaced, ...ended])
    await giveBackPlaces(services, each?.resource, patient, places.keys);
  return jsonReply(resourceOf(written[0] as StoredVersion), 201, {
    Location: `${repository.baseUrl}/Appointment/${id}`,
  });
}

/** What was kept is booked as it was shown. Errors: 409 where its slots were changed since, or are another's. */
function requireAsShown(held: Appointment, { run, offered }: Pick<Chosen, 'run' | 'offered'>): void {
  const isOther = run.some((slot) => !namesSlot(held, slot)) || namedSlots(held).length !== run.length;
  if (isOther || held.start === undefined) return;
  const actors = (offered.participant ?? []).flatMap(({ actor }) => actor ?? []);
  if (isAsShown(held, run, actors)) return;
  throw conflict('What was kept is at another time, or with somebody else, by now. Please choose again.');
}

const slotCount = (holds: readonly Versioned<Appointment>[]): number =>
  holds.reduce((count, { resource }) => count + (resource.slot ?? []).length, 0);

/** Of slots that follow each other. */
const whileOf = (run: readonly Slot[]): While => ({
  from: timeOf(run[0] as Slot).begin,
  until: timeOf(run.at(-1) as Slot).end,
  isFreeAsked: true,
});

/** A hold that takes the place of another ends when that would have: nobody keeps a time for longer by asking again. */
function untilOf({ now }: Services, before: readonly Versioned<Appointment>[]): number {
  const ends = before.map(({ resource }) => heldUntil(resource, now()) ?? Number.POSITIVE_INFINITY);
  return Math.min(now() + HOLD_MS, ...ends);
}

/** On these slots: what ran out, and is still pending. */
const staleHolds = async (
  services: Services,
  request: FhirRequest,
  run: readonly Slot[],
): Promise<readonly Versioned<Appointment>[]> =>
  (await Promise.all(run.map((slot) => holdsOn(services, request, slot)))).flat();

const eachOnce = (
  holds: readonly Versioned<Appointment>[],
  isMeant: (hold: Versioned<Appointment>) => boolean,
): readonly Versioned<Appointment>[] => [
  ...new Map(holds.filter(isMeant).map((each) => [each.resource.id, each])).values(),
];

/** An appointment as `$find` proposed it; or, by `appt-id`, one that is held, or one that times were proposed for, of which `slot` is the chosen one. */
async function askedFor(services: Services, request: FhirRequest, input: OperationInput): Promise<Asked> {
  const forms = [...AS_A_RESOURCE, ...BY_ITS_ID].filter((name) => input.names.includes(name));
  const [form] = forms;
  if (form === undefined || forms.length > 1)
    throw invalid(
      "One Appointment is needed: parameter 'appt-resource', or 'appt-id' of one that is held.",
      'Parameters.parameter',
    );
  const comment = input.one('comment');
  const isStored = BY_ITS_ID.includes(form);
  const asked = isStored
    ? await stored(services, request, input, form)
    : (input.value(form) as Appointment | undefined);
  if (asked?.resourceType !== 'Appointment')
    throw invalid(`'${form}' takes an Appointment.`, 'Parameters.parameter');
  if (!isStored && input.names.includes('slot'))
    throw invalid(
      "'slot' is for times that were proposed: an Appointment names its own.",
      'Parameters.parameter',
    );
  if (comment === undefined) return { asked, isStored };
  if (!isStored && asked.comment !== undefined && asked.comment !== comment)
    throw invalid("'comment' is said twice, and not the same.", 'Parameters.parameter');
  return { asked: { ...asked, comment }, isStored };
}

interface Asked {
  readonly asked: Appointment;
  /** Named by its id: what it says was accepted before. */
  readonly isStored: boolean;
}

async function stored(
  services: Services,
  request: FhirRequest,
  input: OperationInput,
  form: string,
): Promise<Appointment> {
  const id = idOf(named(services, input, form) ?? '');
  const { resource } = await readOne<Appointment>(services, request, `Appointment/${id}`);
  const proposed = proposedSlots(resource);
  if (proposed.length === 0) return resource;
  const chosen = named(services, input, 'slot');
  const slot = proposed.find((each) => each === chosen);
  if (slot === undefined)
    throw invalid("A time must be chosen: parameter 'slot', one of those proposed.", 'Parameters.parameter');
  return { ...resource, slot: [{ reference: slot }] };
}

/** Something was asked for: it is over with the visit. */
const isWish = (appointment: Appointment): boolean =>
  isOffer(appointment) || proposedSlots(appointment).length > 0;

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
  const references = referencesIn(listOf(asked.slot)).map(withoutVersion);
  if (references.length === 0) throw invalid('The appointment names no slot.', 'Appointment.slot');
  if (references.length > MOST_SLOTS)
    throw businessRule(`An appointment takes ${MOST_SLOTS} slots at most.`, 'Appointment.slot');
  if (new Set(references).size < references.length)
    throw businessRule('A slot is named more than once.', 'Appointment.slot');
  const slots: Versioned<Slot>[] = [];
  for (const reference of references) slots.push(await readOne<Slot>(services, request, reference));
  slots.sort((a, b) => timeOf(a.resource).begin - timeOf(b.resource).begin);
  const isOneTime = slots.every(({ resource }, i) => {
    const before = slots[i - 1]?.resource;
    return (
      !before ||
      (timeOf(before).end === timeOf(resource).begin &&
        before.schedule?.reference === resource.schedule?.reference)
    );
  });
  if (!isOneTime) throw businessRule('The slots do not follow each other.', 'Appointment.slot');
  return slots;
}

/** Somebody is seen then by the schedule of these slots. */
async function requireOffered(diaries: Diaries, run: readonly Slot[]): Promise<void> {
  for (const slot of run) {
    const refusal = (await diaries.timesOf(slot)).refusal(slot);
    if (refusal !== undefined) throw conflict(REFUSED[refusal], 'Appointment.slot');
  }
}

const REFUSED: Readonly<Record<Refusal, string>> = {
  away: 'Nobody is seen by this schedule at this time. Please choose another.',
  closed: 'The clinic is closed at this time. Please choose another.',
};

/**
 * Whoever works by this schedule has no visit elsewhere meanwhile; what is given up for this does not count, nor what the patient holds themself (`given`). What is free elsewhere
 * meanwhile is written as it is: of two who take overlapping times of one person, one names a version that is gone.
 */
async function besideVisits(
  diaries: Diaries,
  run: readonly Slot[],
  holds: readonly Versioned<Appointment>[],
  givenUp: readonly (Appointment | undefined)[],
): Promise<{ readonly free: readonly OtherSlot[]; readonly given: readonly Versioned<Appointment>[] }> {
  const free = new Map<string, OtherSlot>();
  const given: Versioned<Appointment>[] = [];
  for (const slot of run) {
    const meanwhile = (await diaries.timesOf(slot)).meanwhile(slot);
    const left = leftFor(slot, meanwhile, { holds, givenUp });
    if (left === 'taken') throw taken();
    if (left === 'elsewhere') throw elsewhere();
    given.push(...left);
    for (const each of meanwhile.free) free.set(String(each.resource.id), each);
  }
  return { free: [...free.values()], given };
}

const elsewhere = (): FhirError =>
  conflict('Whoever works then is at another visit. Please choose another time.', 'Appointment.slot');

function requireOpen({ now }: Services, slot: Slot, holds: readonly Versioned<Appointment>[]): void {
  if (holdOf(holds, slot) === undefined && !isFree(slot, now())) throw taken();
  if (timeOf(slot).begin <= now())
    throw conflict('This time has begun already. Please choose another.', 'Appointment.slot');
}

/** Times were proposed for it, or it names one itself: nobody keeps that yet. */
const isAskedFor = (appointment: Appointment): boolean =>
  proposedSlots(appointment).length > 0 ||
  (appointment.status === 'proposed' && (appointment.slot ?? []).length > 0);

/** Theirs, and still waiting to be booked. */
async function heldAppointment(
  services: Services,
  request: FhirRequest,
  id: string,
  patient: string,
): Promise<Versioned<Appointment>> {
  const held = await readOne<Appointment>(services, request, `Appointment/${id}`);
  requireOf(held.resource, patient);
  if (!isHold(held.resource) && !isAskedFor(held.resource))
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
  const named = participant.flatMap(({ actor }) => actor?.reference ?? []);
  const patients = new Set(named.filter((each) => each.startsWith('Patient/')));
  if (patients.size !== 1 || !patients.has(`Patient/${patient}`))
    throw forbidden('The appointment must be of the same patient, and of nobody else.');
}
