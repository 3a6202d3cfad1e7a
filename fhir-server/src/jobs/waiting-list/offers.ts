/**
 * Which offers are out, and whether they still are what `$book` would take: each of their slots is kept for them, at the time and with whom it was shown, somebody is seen by its schedule
 * then and has nothing else, and the patient, and the visit that they would give up, are as they were. Read from the store as it stands, of each schedule once.
 */
import { onceFor } from '../../once-for.ts';
import { type Addressee, whyNotWrittenTo } from '../../repository/notices/addressee.ts';
import { type Stored, storedResource } from '../../repository/own-writes.ts';
import { type ResourceJson, resourceOf } from '../../repository/text/resource-text.ts';
import { actorsAt, isAsShown } from '../../repository/visits/as-shown.ts';
import { clinicReader, type Find } from '../../repository/visits/clinic-reader.ts';
import { leftFor } from '../../repository/visits/left-for.ts';
import { type OfferedTimes, offeredTimes } from '../../repository/visits/offered-times.ts';
import {
  type Appointment,
  heldUntil,
  isHeldFor,
  type Slot,
  timeOf,
} from '../../repository/visits/slot-hold.ts';
import { insteadOf } from '../../repository/visits/waiting-list.ts';
import { and } from '../../search/query.ts';
import { tokenNode } from '../../search/types/token.ts';
import type { ResourceStore } from '../../store/store.ts';
import { isMoot, patientOf, type Schedule } from './times.ts';

interface Offer {
  readonly appointment: Appointment;
  readonly version: number;
}

export interface StandingOffer extends Offer {
  /** Those of its slots that are kept for it, in the order of time. */
  readonly slots: readonly Stored<Slot>[];
  /** As far as its time has not run out. */
  readonly isToBeHad: boolean;
}

const MOST_HOLDS = 100;

/** Somebody is seen here: nobody waits for who has died, or for a record that is no longer in use. */
export const isSeen = (patient: ResourceJson | undefined): boolean =>
  patient !== undefined && whyNotWrittenTo(patient as Addressee) === undefined;

export async function standingOffers(
  store: ResourceStore,
  find: Find,
  offers: readonly Offer[],
  now: number,
): Promise<readonly StandingOffer[]> {
  // Read at the same time: it is one command to the database.
  const kept = await Promise.all(offers.map((offer) => keptFor(store, offer)));
  const times = timesOf(store, find, kept.flat(), now);
  return Promise.all(
    offers.map(async (offer, i) => {
      const slots = kept[i] as readonly Stored<Slot>[];
      const { appointment } = offer;
      const [patient, visit] = await Promise.all(
        [patientOf(appointment), insteadOf(appointment)].map(async (name) =>
          name === undefined ? undefined : (await storedResource<Appointment>(store, name))?.resource,
        ),
      );
      const isToBeHad =
        slots.length === appointment.slot?.length &&
        isSeen(patient) &&
        !isMoot(appointment, visit, now) &&
        (await isLeft({ find, times, now }, { appointment, visit }, slots));
      return { ...offer, slots, isToBeHad };
    }),
  );
}

async function keptFor(store: ResourceStore, { appointment }: Offer): Promise<readonly Stored<Slot>[]> {
  const read = await Promise.all(
    (appointment.slot ?? []).map(({ reference = '' }) => storedResource<Slot>(store, reference)),
  );
  return read
    .filter((each) => each !== undefined)
    .filter(({ resource }) => isHeldFor(resource, appointment))
    .toSorted((a, b) => timeOf(a.resource).begin - timeOf(b.resource).begin);
}

interface Times {
  readonly schedule: Schedule;
  readonly offered: OfferedTimes;
}

/** By schedule (`Schedule/…`): undefined where there is none. */
function timesOf(store: ResourceStore, find: Find, kept: readonly Stored<Slot>[], now: number) {
  const reader = clinicReader(find);
  const once = onceFor<Times | undefined>();
  return (name: string): Promise<Times | undefined> =>
    once(name, async () => {
      const schedule = (await storedResource<Schedule>(store, name))?.resource;
      const own = kept.flatMap(({ resource }) =>
        resource.schedule?.reference === name ? timeOf(resource) : [],
      );
      const between = {
        from: Math.min(...own.map(({ begin }) => begin)),
        until: Math.max(...own.map(({ end }) => end)),
        isFreeAsked: false,
      };
      return schedule && { schedule, offered: await offeredTimes(schedule, reader, between, now) };
    });
}

interface Asked {
  readonly find: Find;
  readonly times: ReturnType<typeof timesOf>;
  readonly now: number;
}

/** `visit`: that they would give up. */
async function isLeft(
  { find, times, now }: Asked,
  { appointment, visit }: { readonly appointment: Appointment; readonly visit: Appointment | undefined },
  slots: readonly Stored<Slot>[],
): Promise<boolean> {
  const run = slots.map(({ resource }) => resource);
  const name = run[0]?.schedule?.reference ?? '';
  const known = await times(name);
  if (!known || !run.every(({ schedule }) => schedule?.reference === name)) return false;
  const { schedule, offered } = known;
  if (!isAsShown(appointment, run, actorsAt(schedule, run[0] as Slot))) return false;
  if (run.some((slot) => offered.refusal(slot) !== undefined)) return false;
  const meanwhile = run.map((slot) => ({ slot, ...offered.meanwhile(slot) }));
  if (meanwhile.every(({ taken, visits }) => taken.length + visits.length === 0)) return true;
  const own = { holds: await holdsOf(find, appointment, now), givenUp: [visit] };
  return meanwhile.every((each) => Array.isArray(leftFor(each.slot, each, own)));
}

/** What they hold gives way to what they take. */
async function holdsOf(
  find: Find,
  appointment: Appointment,
  now: number,
): Promise<readonly { readonly resource: Appointment }[]> {
  const targets = [patientOf(appointment) ?? ''];
  const where = and({ kind: 'reference', param: 'patient', targets }, tokenNode('status', 'pending'));
  const found = (await find('Appointment', where, MOST_HOLDS)).map((each) => ({
    resource: resourceOf<Appointment>(each),
  }));
  return found.filter(({ resource }) => heldUntil(resource, now) !== undefined);
}
