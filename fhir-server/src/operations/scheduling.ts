/**
 * Self-scheduling after IHE ITI Scheduling: `Appointment/$find`, `$hold`, `$book`; and `Appointment/[id]/$cancel`, which gives the slot back. A slot and
 * the appointment that takes it are one transaction that names the slot's version: of two who press at once, one gets it.
 */
import { conflict, FhirError, forbidden, invalid } from '@wellspring/profiles';
import { requireWriteScope } from '../access/check-write.ts';
import { onBehalf } from '../access/on-behalf.ts';
import { ownersOf } from '../access/owner-table.ts';
import type { Json } from '../access/write-rules.ts';
import type { FhirRequest, Reply, Services } from '../interactions/request.ts';
import { parse, searchset } from '../interactions/search.ts';
import type { Write } from '../repository/prepare-writes.ts';
import { parseJson, type ResourceJson } from '../repository/resource-text.ts';
import type { StoredVersion } from '../store/store.ts';
import { inputOf, jsonReply } from './parameters.ts';
import { heldBy, isFree, type Slot, withHold, withoutHold } from './slot-hold.ts';

interface Reference {
  readonly reference?: string;
  readonly display?: string;
}
interface Schedule extends ResourceJson {
  readonly actor?: readonly Reference[];
}
interface Appointment extends ResourceJson {
  readonly status?: string;
  readonly slot?: readonly Reference[];
  readonly participant?: readonly { readonly actor?: Reference; readonly status?: string }[];
}
interface Versioned<T> {
  readonly version: number;
  readonly resource: T;
}

const MOST_FOUND = 100;
const HOLD_MS = 10 * 60_000;
const SCOPES = 'system/Slot.ru system/Appointment.cru';

/** Free slots between `start` and `end`, as proposed appointments that can be handed to `$hold` or `$book`. */
export async function findAppointments(services: Services, request: FhirRequest): Promise<Reply> {
  const input = inputOf(request, ['start', 'end', 'practitioner', 'specialty', '_count']);
  const [start, end] = [input.one('start'), input.one('end')];
  if (!start || !end) throw invalid("$find needs a 'start' and an 'end'.", 'Parameters.parameter');
  const count = Math.min(Number(input.one('_count') ?? 20) || 20, MOST_FOUND);
  const practitioner =
    input.one('practitioner') ?? (input.value('practitioner') as Reference | undefined)?.reference;
  const specialty = input.one('specialty');
  const query: [string, string][] = [
    ['status', 'free,busy-tentative'],
    ['start', `ge${start}`],
    ['start', `lt${end}`],
    ...(practitioner
      ? [
          ['schedule.actor', `Practitioner/${practitioner.replace(/^Practitioner\//, '')}`] as [
            string,
            string,
          ],
        ]
      : []),
    ...(specialty ? [['specialty', specialty] as [string, string]] : []),
    ['_sort', 'start'],
    ['_count', String(MOST_FOUND)],
  ];
  const asked = await parse(services, request, 'Slot', query);
  const page = await services.repository.search(request.access, { ...asked, total: 'none' });
  const now = services.now();
  const slots = page.matches
    .map(resourceOf<Slot>)
    .filter(({ start: begin, ...slot }) => isFree(slot, now) && Date.parse(String(begin)) > now);
  const proposals = await Promise.all(slots.slice(0, count).map((slot) => proposal(services, request, slot)));
  const entries = proposals.map((resource) => JSON.stringify({ resource, search: { mode: 'match' } }));
  const self = { relation: 'self', url: `${services.repository.baseUrl}/Appointment/$find` };
  return { status: 200, headers: {}, body: searchset(entries.length, [self], entries) };
}

/** Keeps the slot for ten minutes, while the person decides. Returns the pending Appointment. */
export function holdAppointment(services: Services, request: FhirRequest): Promise<Reply> {
  return take(services, request, 'pending');
}

/** Takes the slot for good. `replaces`: an appointment that is given up for it, in the same transaction. */
export function bookAppointment(services: Services, request: FhirRequest): Promise<Reply> {
  return take(services, request, 'booked');
}

export async function cancelAppointment(services: Services, request: FhirRequest): Promise<Reply> {
  const input = inputOf(request, ['reason']);
  const { access, id } = request;
  const owner = requireWriteScope(access, 'u', 'Appointment');
  const before = await readOne<Appointment>(services, request, `Appointment/${id}`);
  checkOwner(before.resource, owner);
  if (!['proposed', 'pending', 'booked', 'waitlist'].includes(before.resource.status ?? ''))
    throw conflict(`The appointment is ${before.resource.status} already.`, 'Appointment.status');
  const writes = await cancellation(services, request, before, input.one('reason') ?? 'Cancelled');
  const [cancelled] = await write(services, request, writes);
  return jsonReply(resourceOf(cancelled as StoredVersion));
}

async function take(services: Services, request: FhirRequest, status: 'pending' | 'booked'): Promise<Reply> {
  const { access } = request;
  const input = inputOf(request, ['appt-resource', 'resource', 'replaces']);
  const asked = (input.value('appt-resource') ?? input.value('resource')) as Appointment | undefined;
  if (asked?.resourceType !== 'Appointment')
    throw invalid("An Appointment is needed: parameter 'appt-resource'.", 'Parameters.parameter');
  checkOwner(asked, requireWriteScope(access, 'c', 'Appointment'));
  const references = (asked.slot ?? []).flatMap(({ reference }) => reference ?? []);
  if (references.length === 0) throw invalid('The appointment names no slot.', 'Appointment.slot');
  const held = asked.id === undefined ? undefined : await heldAppointment(services, request, asked.id);
  const id = held?.resource.id ?? services.repository.newId();
  const writes: Write[] = [];
  const slots: Slot[] = [];
  for (const reference of references) {
    const slot = await readOne<Slot>(services, request, reference);
    const isOurs = heldBy(slot.resource) === `Appointment/${id}`;
    if (!isOurs && !isFree(slot.resource, services.now())) throw taken();
    const next =
      status === 'booked'
        ? withoutHold(slot.resource, 'busy')
        : withHold(slot.resource, id, services.now() + HOLD_MS);
    writes.push({
      interaction: 'update',
      resource: next,
      id: next.id as string,
      expectedVersion: slot.version,
    });
    if (!isOurs) writes.push(...(await releaseStale(services, request, slot.resource)));
    slots.push(slot.resource);
  }
  const appointment = { ...(await appointmentOf(services, request, asked, slots)), status, id };
  writes.unshift(
    held
      ? { interaction: 'update', resource: appointment, id, expectedVersion: held.version }
      : { interaction: 'update', resource: appointment, id, expectedVersion: 0 },
  );
  const replaced = input.one('replaces') ?? (input.value('replaces') as Reference | undefined)?.reference;
  if (replaced) writes.push(...(await replacement(services, request, replaced)));
  const [written] = await write(services, request, writes);
  return jsonReply(resourceOf(written as StoredVersion), 201, {
    Location: `${services.repository.baseUrl}/Appointment/${id}`,
  });
}

const taken = (): FhirError =>
  conflict('Somebody else has just taken this time. Please choose another.', 'Appointment.slot');

async function write(
  services: Services,
  request: FhirRequest,
  writes: readonly Write[],
): Promise<(StoredVersion | undefined)[]> {
  try {
    const written = await services.repository.write(onBehalf(request.access, SCOPES), writes);
    return written.map(({ version }) => version);
  } catch (error) {
    // The slot was free when it was read, and another version of it stands now.
    if (error instanceof FhirError && error.status === 412) throw taken();
    throw error;
  }
}

/** The old appointment, which must be theirs and not be over. */
async function replacement(services: Services, request: FhirRequest, reference: string): Promise<Write[]> {
  const old = await readOne<Appointment>(services, request, reference);
  checkOwner(old.resource, requireWriteScope(request.access, 'u', 'Appointment'));
  if (old.resource.status !== 'booked')
    throw conflict('Only a booked appointment can be moved.', 'Appointment.status');
  return cancellation(services, request, old, 'Moved to another time');
}

async function cancellation(
  services: Services,
  request: FhirRequest,
  { resource, version }: Versioned<Appointment>,
  reason: string,
): Promise<Write[]> {
  const cancelled = { ...resource, status: 'cancelled', cancelationReason: { text: reason } };
  const writes: Write[] = [
    { interaction: 'update', resource: cancelled, id: resource.id as string, expectedVersion: version },
  ];
  for (const { reference } of resource.slot ?? []) {
    const slot = await readOne<Slot>(services, request, reference ?? '');
    writes.push({
      interaction: 'update',
      resource: withoutHold(slot.resource, 'free'),
      id: slot.resource.id as string,
      expectedVersion: slot.version,
    });
  }
  return writes;
}

/** A hold that ran out leaves a pending appointment behind: whoever takes the slot ends it. */
async function releaseStale(services: Services, request: FhirRequest, slot: Slot): Promise<Write[]> {
  const id = heldBy(slot)?.replace(/^Appointment\//, '');
  if (id === undefined) return [];
  const found = await services.repository.read(onBehalf(request.access, SCOPES), 'Appointment', id);
  const stale = resourceOf<Appointment>(found);
  if (stale.status !== 'pending') return [];
  const ended = { ...stale, status: 'cancelled', cancelationReason: { text: 'The time was not confirmed' } };
  return [{ interaction: 'update', resource: ended, id, expectedVersion: found.version }];
}

async function heldAppointment(
  services: Services,
  request: FhirRequest,
  id: string,
): Promise<Versioned<Appointment>> {
  const held = await readOne<Appointment>(services, request, `Appointment/${id}`);
  if (held.resource.status !== 'pending')
    throw conflict(`The appointment is ${held.resource.status} already.`, 'Appointment.status');
  return held;
}

/** What the person may say of their visit, and what the slot says of it. */
async function appointmentOf(
  services: Services,
  request: FhirRequest,
  asked: Appointment,
  slots: readonly Slot[],
): Promise<ResourceJson> {
  const offered = await proposal(services, request, slots[0] as Slot);
  const { description, comment, reasonCode, appointmentType } = asked as Record<string, unknown>;
  const own = Object.fromEntries(
    Object.entries({ description, comment, reasonCode, appointmentType }).filter(
      ([, value]) => value !== undefined,
    ),
  );
  const patient = asked.participant?.find(({ actor }) => actor?.reference?.startsWith('Patient/'))?.actor;
  const participant = [{ actor: patient, status: 'accepted' }, ...(offered.participant ?? [])].map(
    (each) => ({ ...each, status: 'accepted' }),
  );
  return {
    ...offered,
    ...own,
    slot: slots.map(({ id }) => ({ reference: `Slot/${id}` })),
    end: slots.at(-1)?.end,
    created: new Date(services.now()).toISOString(),
    participant,
  };
}

async function proposal(services: Services, request: FhirRequest, slot: Slot): Promise<Appointment> {
  const schedule = await readOne<Schedule>(services, request, slot.schedule?.reference ?? '');
  const actors = (schedule.resource.actor ?? []).filter(({ reference }) =>
    /^(Practitioner|Location)\//.test(reference ?? ''),
  );
  return {
    resourceType: 'Appointment',
    status: 'proposed',
    ...(slot.serviceType ? { serviceType: slot.serviceType } : {}),
    ...(slot.specialty ? { specialty: slot.specialty } : {}),
    start: slot.start,
    end: slot.end,
    slot: [{ reference: `Slot/${slot.id}` }],
    participant: actors.map((actor) => ({ actor, status: 'needs-action' })),
  };
}

function checkOwner(appointment: Appointment, owner: string): void {
  if (owner === 'unrestricted') return;
  const owners = ownersOf(appointment as Json);
  if (owners.length !== 1 || owners[0] !== owner)
    throw forbidden('The appointment must be of the patient in context, and of nobody else.');
}

/** Under the caller's own access. */
async function readOne<T extends ResourceJson>(
  services: Services,
  request: FhirRequest,
  reference: string,
): Promise<Versioned<T>> {
  const [type = '', id = ''] = reference.split('/');
  if (!['Slot', 'Schedule', 'Appointment'].includes(type))
    throw invalid(`${reference.slice(0, 80)} is not what is expected here.`);
  const found = await services.repository.read(request.access, type, id);
  return { version: found.version, resource: resourceOf<T>(found) };
}

const resourceOf = <T extends ResourceJson>({ body }: StoredVersion): T => parseJson(body ?? '{}') as T;
