/** What the scheduling operations read and write of slots and appointments: the caller's rights are checked by the operations, what follows is done on their behalf. */
import { conflict, FhirError, invalid } from '@wellspring/profiles';
import { onBehalf } from '../access/on-behalf.ts';
import { hasBegun, type Json } from '../access/write-rules.ts';
import type { FhirRequest, Services } from '../interactions/request.ts';
import { type ResourceJson, resourceOf } from '../repository/text/resource-text.ts';
import {
  type ClinicReader,
  closedTimesOf,
  type IsClosed,
  MOST_SERVICES,
} from '../repository/visits/closed-days.ts';
import { type Elsewhere, elsewhereOf, type While } from '../repository/visits/elsewhere.ts';
import {
  type Appointment,
  isHeldFor,
  type Reference,
  type Slot,
  withoutHold,
} from '../repository/visits/slot-hold.ts';
import { virtualServicesOf } from '../repository/visits/virtual-service.ts';
import { backOnList, isOffer } from '../repository/visits/waiting-list.ts';
import type { Write } from '../repository/writes/write.ts';
import { all, and } from '../search/query.ts';
import type { StoredVersion } from '../store/store.ts';

export interface Schedule extends ResourceJson {
  readonly actor?: readonly Reference[];
  readonly serviceType?: unknown;
  readonly specialty?: unknown;
}
export interface Versioned<T> {
  readonly version: number;
  readonly resource: T;
}

const SCOPES = 'system/Slot.ru system/Appointment.crus';
/** Of one slot, over the years. */
const MOST_APPOINTMENTS = 100;

/** Under the caller's own access. */
export async function readOne<T extends ResourceJson>(
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

/** The appointment that a slot is for, as it would be proposed. What is held by video or telephone is at no place of the clinic. */
export async function proposal(
  services: Services,
  request: FhirRequest,
  slot: Slot,
  schedules = new Map<string, Promise<Schedule>>(),
): Promise<Appointment> {
  const schedule = await scheduleOf(services, request, slot, schedules);
  const own = virtualServicesOf(slot);
  const virtual = own.length > 0 ? own : virtualServicesOf(schedule);
  const actors = (schedule.actor ?? []).filter(({ reference }) =>
    (virtual.length > 0 ? /^(Practitioner|HealthcareService)\// : ACTORS).test(reference ?? ''),
  );
  const serviceType = slot.serviceType ?? schedule.serviceType;
  const specialty = slot.specialty ?? schedule.specialty;
  return {
    resourceType: 'Appointment',
    status: 'proposed',
    ...(virtual.length > 0 ? { extension: virtual as NonNullable<Appointment['extension']> } : {}),
    ...(serviceType ? { serviceType } : {}),
    ...(specialty ? { specialty } : {}),
    ...(slot.appointmentType ? { appointmentType: slot.appointmentType } : {}),
    ...(slot.start === undefined ? {} : { start: slot.start }),
    ...(slot.end === undefined ? {} : { end: slot.end }),
    slot: [{ reference: `Slot/${slot.id}` }],
    participant: actors.map((actor) => ({ actor, status: 'needs-action' })),
  };
}

const ACTORS = /^(Practitioner|Location|HealthcareService)\//;

/** `known`: what was read for the slots before. */
function scheduleOf(
  services: Services,
  request: FhirRequest,
  { schedule }: Slot,
  known: Map<string, Promise<Schedule>>,
): Promise<Schedule> {
  const reference = schedule?.reference ?? '';
  const found =
    known.get(reference) ?? readOne<Schedule>(services, request, reference).then(({ resource }) => resource);
  known.set(reference, found);
  return found;
}

/** Whether nobody is at the clinic at the time of a slot. Read on the caller's behalf: what it says is no more than that. */
export async function isClosedAt(
  services: Services,
  request: FhirRequest,
  slot: Slot,
  schedules = new Map<string, Promise<Schedule>>(),
  known = new Map<string, Promise<IsClosed>>(),
): Promise<boolean> {
  const schedule = await scheduleOf(services, request, slot, schedules);
  const name = slot.schedule?.reference ?? '';
  const found = known.get(name) ?? closedTimesOf(schedule, readerOf(services, request));
  known.set(name, found);
  return (await found)(slot);
}

/** What others hold of the time of those who work by the slot's schedule. Read on the caller's behalf: what it says is no more than that. */
export async function elsewhereAt(
  services: Services,
  request: FhirRequest,
  slot: Slot,
  between: While,
  schedules = new Map<string, Promise<Schedule>>(),
  known = new Map<string, Promise<Elsewhere>>(),
): Promise<ReturnType<Elsewhere>> {
  const schedule = await scheduleOf(services, request, slot, schedules);
  const system = onBehalf(request.access, 'system/PractitionerRole.rs system/Schedule.rs system/Slot.rs');
  const name = slot.schedule?.reference ?? '';
  const found =
    known.get(name) ??
    elsewhereOf(schedule, (...asked) => services.repository.find(system, ...asked), between, services.now());
  known.set(name, found);
  return (await found)(slot);
}

function readerOf({ repository }: Services, { access }: FhirRequest): ClinicReader {
  const system = onBehalf(access, 'system/HealthcareService.rs system/Organization.rs system/Location.rs');
  return {
    async read(reference) {
      const [type = '', id = ''] = reference.split('/');
      const [found] = await repository.find(system, type, { kind: 'id', ids: [id] }, 1);
      return found && resourceOf<ResourceJson>(found);
    },
    services: async () =>
      (await repository.find(system, 'HealthcareService', all, MOST_SERVICES)).map((each) =>
        resourceOf<ResourceJson>(each),
      ),
  };
}

/** By the patient's side: as the write rules have it of a plain change. */
export function requireToCome({ now }: Services, visit: Appointment): void {
  if (hasBegun(visit as Json, now()))
    throw conflict('The visit has begun. Please call the clinic.', 'Appointment.start');
}

export const taken = (): FhirError =>
  conflict('Somebody else has just taken this time. Please choose another.', 'Appointment.slot');

export async function writeAll(
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

export const update = ({ resource, version }: Versioned<ResourceJson>): Write => ({
  interaction: 'update',
  resource,
  id: resource.id as string,
  expectedVersion: version,
});

/** The appointment, cancelled. The slots that it had go back with it (repository/visits/freed-slots.ts). */
export const cancellation = ({ resource, version }: Versioned<Appointment>, reason: string): Write =>
  update({
    resource: { ...withoutHold(resource, 'cancelled'), cancelationReason: { text: reason } },
    version,
  });

/** A hold that ran out leaves a pending appointment behind: whoever takes the slot ends it, and who was offered it waits on. */
export async function endStaleHolds(services: Services, request: FhirRequest, slot: Slot): Promise<Write[]> {
  if (slot.status !== 'busy-tentative') return [];
  const found = await appointmentsOf(services, request, slot);
  return found
    .filter(({ resource }) => isHeldFor(slot, resource))
    .map(({ resource, version }) =>
      update({
        resource: isOffer(resource)
          ? backOnList(resource)
          : {
              ...withoutHold(resource, 'cancelled'),
              cancelationReason: { text: 'The time was not confirmed' },
            },
        version,
      }),
    );
}

async function appointmentsOf(
  services: Services,
  request: FhirRequest,
  { id }: Slot,
): Promise<Versioned<Appointment>[]> {
  const where = and({ kind: 'reference', param: 'slot', targets: [`Slot/${id}`] });
  const system = onBehalf(request.access, SCOPES);
  const found = await services.repository.find(system, 'Appointment', where, MOST_APPOINTMENTS);
  return found.map((each) => ({ version: each.version, resource: resourceOf<Appointment>(each) }));
}
