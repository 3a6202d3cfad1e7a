/** What the scheduling operations read and write of slots and appointments: the caller's rights are checked by the operations, what follows is done on their behalf. */
import { conflict, FhirError, invalid } from '@wellspring/profiles';
import { onBehalf } from '../access/on-behalf.ts';
import { hasBegun, type Json } from '../access/write-rules.ts';
import { againUntilWon } from '../interactions/races.ts';
import type { FhirRequest, Reply, Services } from '../interactions/request.ts';
import { onceFor } from '../once-for.ts';
import { type ResourceJson, resourceOf } from '../repository/text/resource-text.ts';
import { actorsAt } from '../repository/visits/as-shown.ts';
import { type ClinicReader, clinicReader } from '../repository/visits/clinic-reader.ts';
import type { While } from '../repository/visits/elsewhere.ts';
import { type OfferedTimes, offeredTimes } from '../repository/visits/offered-times.ts';
import {
  type Appointment,
  heldUntil,
  isHeldFor,
  type Slot,
  withoutHold,
} from '../repository/visits/slot-hold.ts';
import { havingSlots } from '../repository/visits/slot-visits.ts';
import { virtualOf } from '../repository/visits/virtual-service.ts';
import { backOnList, isOffer } from '../repository/visits/waiting-list.ts';
import type { Diary } from '../repository/visits/worked-by.ts';
import type { Write } from '../repository/writes/write.ts';
import type { StoredVersion } from '../store/store.ts';

export interface Schedule extends Diary {
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
): Promise<Versioned<T> & Pick<StoredVersion, 'lastUpdated'>> {
  const [type = '', id = ''] = reference.split('/');
  if (!['Slot', 'Schedule', 'Appointment'].includes(type))
    throw invalid(`${reference.slice(0, 80)} is not what is expected here.`);
  const found = await services.repository.read(request.access, type, id);
  return { version: found.version, lastUpdated: found.lastUpdated, resource: resourceOf<T>(found) };
}

/** What is asked of the schedules of slots, each once; of their times on the caller's behalf: what they say is no more than whether they can be had. */
export interface Diaries {
  /** Under the caller's own access. */
  scheduleOf(slot: Slot): Promise<Schedule>;
  timesOf(slot: Slot): Promise<OfferedTimes>;
}

/** `between`: when the slots are that are asked about. */
export function diariesOf(services: Services, request: FhirRequest, between: While): Diaries {
  const onceSchedule = onceFor<Schedule>();
  const onceTimes = onceFor<OfferedTimes>();
  const reader = readerFor(services, request);
  const scheduleOf = ({ schedule: { reference: name = '' } = {} }: Slot): Promise<Schedule> =>
    onceSchedule(name, async () => {
      const { resource } = await readOne<Schedule>(services, request, name);
      return resource;
    });
  return {
    scheduleOf,
    timesOf: (slot) =>
      onceTimes(slot.schedule?.reference ?? '', async () =>
        offeredTimes(await scheduleOf(slot), reader, between, services.now()),
      ),
  };
}

const CLINIC =
  'system/HealthcareService.rs system/Organization.rs system/Location.rs system/Device.rs system/Practitioner.rs system/PractitionerRole.rs system/Schedule.rs system/Slot.rs system/Appointment.rs';

export function readerFor({ repository }: Services, { access }: FhirRequest): ClinicReader {
  const system = onBehalf(access, CLINIC);
  return clinicReader((...asked) => repository.find(system, ...asked));
}

/** The appointment that a slot is for, as it would be proposed. */
export async function proposal(diaries: Diaries, slot: Slot): Promise<Appointment> {
  const schedule = await diaries.scheduleOf(slot);
  const virtual = virtualOf(schedule, slot);
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
    participant: actorsAt(schedule, slot).map((actor) => ({ actor, status: 'needs-action' })),
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
    if (error instanceof FhirError && (error.status === 409 || error.status === 412))
      throw new Overtaken('what was read is not what stands', { cause: error });
    throw error;
  }
}

/** Something stands otherwise than it was read: a slot, or the appointment itself. */
class Overtaken extends Error {
  /** A visit has the time by now; else a version is gone. */
  get isTaken(): boolean {
    return this.cause instanceof FhirError && this.cause.status === 409;
  }
}
/** What is taken is seen when it is read again. */
const MOST_TAKEN = 3;

/** Whoever was overtaken is told of what stands then: who has taken the time, what the appointment is by now. */
export async function untilSettled(attempt: () => Promise<Reply>): Promise<Reply> {
  let taken = 0;
  const isLost = (error: unknown): boolean =>
    error instanceof Overtaken && (!error.isTaken || ++taken < MOST_TAKEN);
  try {
    return await againUntilWon(attempt, isLost);
  } catch (error) {
    if (!(error instanceof Overtaken)) throw error;
    throw error.isTaken
      ? error.cause
      : conflict('What this would change is being changed at this moment. Please try again.');
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

/** Of a hold that ran out, or that gives way to what its patient chose: whoever takes the slot ends it, and who was offered it waits on. */
export const endOfHold = ({ resource, version }: Versioned<Appointment>, now: number): Write =>
  update({
    resource: isOffer(resource)
      ? backOnList(resource, heldUntil(resource, now) === undefined ? 'ran-out' : undefined)
      : {
          ...withoutHold(resource, 'cancelled'),
          cancelationReason: { text: 'The time was not confirmed' },
        },
    version,
  });

/** Pending appointments that hold a slot, also those that ran out: such a hold leaves them behind. */
export async function holdsOn(
  services: Services,
  request: FhirRequest,
  slot: Slot,
): Promise<readonly Versioned<Appointment>[]> {
  if (slot.status !== 'busy-tentative') return [];
  const found = await appointmentsOf(services, request, slot);
  return found.filter(({ resource }) => isHeldFor(slot, resource));
}

async function appointmentsOf(
  services: Services,
  request: FhirRequest,
  { id }: Slot,
): Promise<Versioned<Appointment>[]> {
  const where = havingSlots(id === undefined ? [] : [id]);
  const system = onBehalf(request.access, SCOPES);
  const found = await services.repository.find(system, 'Appointment', where, MOST_APPOINTMENTS);
  return found.map((each) => ({ version: each.version, resource: resourceOf<Appointment>(each) }));
}
