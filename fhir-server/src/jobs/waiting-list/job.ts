/**
 * The waiting list at work, by one server at a time: what is free is offered to the first in turn whom it suits, kept for a set time, and then to the next. Everything
 * that is known stands in the Appointments and Slots (repository/visits/waiting-list.ts): a server that was killed goes on from them. Each offer, and each that is not taken, is one
 * transaction that names the versions it was made for: who books, cancels or takes the time at the same moment is first or second, and nothing is half done. An offer that `$book` would
 * refuse by now is over with the next look (offers.ts): nobody is kept waiting for a time that can't be had.
 */
import type { Logger } from 'pino';
import { createBreath } from '../../breath.ts';
import { ownUpdate, storedResource } from '../../repository/own-writes.ts';
import type { OtherSlot } from '../../repository/visits/elsewhere.ts';
import { heldUntil, withHold, withoutHold } from '../../repository/visits/slot-hold.ts';
import { backOnList, type Over, offerOf } from '../../repository/visits/waiting-list.ts';
import { type ResourceStore, StoreError, type WriteOperation } from '../../store/store.ts';
import type { Lease } from '../lease.ts';
import { preferencesOf, quietUntil } from '../notices/preferences.ts';
import { createRounds } from '../rounds.ts';
import type { StandingOffer } from './offers.ts';
import { type FreeSlot, isMoot, patientOf, type Schedule, timeFor, type Wish } from './times.ts';
import { createWaiting, type FreeTimes } from './waiting.ts';

/** The lease holds three times as long. */
export const WAITING_RENEW_MS = 10_000;
const BATCH = 500;
/** Looked through whatever has changed: what was passed over for another's write, patients, and time itself. */
const ANYWAY_MS = 60_000;
/** What is to be had changes with these: times, visits, and who sees people when and where. */
const LOOKED_AT: ReadonlySet<string> = new Set([
  'Slot',
  'Appointment',
  'Schedule',
  'Practitioner',
  'PractitionerRole',
  'HealthcareService',
  'Location',
  'Device',
  'Organization',
]);

export interface WaitingList {
  /** One round. Returns how many offers were made. */
  run(): Promise<number>;
  start(): void;
  stop(): Promise<void>;
}

export function createWaitingList({
  store,
  lease,
  holdMs,
  everyMs,
  now,
  log,
}: {
  readonly store: ResourceStore;
  readonly lease: Lease;
  /** How long an offer is kept for somebody; of a time that comes soon, half of what is left. */
  readonly holdMs: number;
  readonly everyMs: number;
  readonly now: () => number;
  readonly log: Logger;
}): WaitingList {
  const waiting = createWaiting(store, now);
  let position: string | undefined;
  /** Before this nothing is to do unless something that is looked at changes. */
  let next = 0;

  async function run(): Promise<number> {
    if (!(await lease.hold())) return 0;
    if (!(await hasChanged()) && now() < next) return 0;
    next = now() + ANYWAY_MS;
    const out = await endOffers();
    const wishes = await waiting.wishes();
    if (wishes.length === 0) return 0;
    const times = await waiting.freeSlots();
    const breath = createBreath();
    let made = 0;
    for (const wish of wishes) {
      await breath();
      made += await serve(wish, times, out, breath);
    }
    return made;
  }

  async function hasChanged(): Promise<boolean> {
    if (position === undefined) {
      position = (await store.logEnd()).position;
      return true;
    }
    let isNew = false;
    for (;;) {
      const changes = await store.changes(position, BATCH, []);
      isNew ||= changes.some(({ type }) => LOOKED_AT.has(type));
      position = changes.at(-1)?.position ?? position;
      if (changes.length < BATCH) return isNew;
    }
  }

  /**
   * Those that ran out go back on the list, and those whose time can't be had any more: somebody else has it by now, or nobody is seen then. Returns the patients who have one: nobody has
   * two.
   */
  async function endOffers(): Promise<Set<string | undefined>> {
    const out = new Set<string | undefined>();
    for (const offer of await waiting.offers()) {
      const until = heldUntil(offer.appointment, now());
      const over = until === undefined ? 'ran-out' : offer.isToBeHad ? undefined : 'withdrawn';
      if (over !== undefined && (await write(ended(offer, over)))) continue;
      out.add(patientOf(offer.appointment));
      next = Math.min(next, until ?? next);
    }
    return out;
  }

  const ended = ({ appointment, version, slots }: StandingOffer, over: Over): WriteOperation[] => [
    ownUpdate(backOnList(appointment, over), String(appointment.id), version),
    ...slots.map((slot) =>
      ownUpdate(withoutHold(slot.resource, 'free'), String(slot.resource.id), slot.version),
    ),
  ];

  async function serve(
    wish: Wish,
    times: FreeTimes[],
    out: Set<string | undefined>,
    breath: () => Promise<void> | undefined,
  ): Promise<number> {
    const { appointment, version, visit } = wish;
    const patient = patientOf(appointment);
    if (isMoot(appointment, visit, now())) {
      const cancelationReason = { text: 'The visit that an earlier time was asked for is no longer to come' };
      await write([
        ownUpdate(
          { ...appointment, status: 'cancelled', cancelationReason },
          String(appointment.id),
          version,
        ),
      ]);
      return 0;
    }
    if (patient === undefined || !wish.isSeen || out.has(patient)) return 0;
    const found = await earliestFor(wish, times, breath);
    if (!found) return 0;
    const { run, schedule, beside } = found;
    const until = await keptUntil(patient, run[0] as FreeSlot);
    const offer = offerOf(
      appointment,
      run.map(({ slot }) => slot),
      schedule,
      until,
    );
    const isMade = await write([
      ownUpdate(offer, String(appointment.id), version),
      ...run.map((each) =>
        ownUpdate(withHold(each.slot, 'busy-tentative', until), String(each.slot.id), each.version),
      ),
      // As `$book` does: of two who take overlapping times of one person, one names a version that is gone.
      ...beside.map(({ resource, version: at }) => ownUpdate(resource, String(resource.id), at)),
    ]);
    leaveOut(times, run);
    if (!isMade) return 0;
    out.add(patient);
    next = Math.min(next, until);
    return 1;
  }

  /** Somebody's other schedules are asked as they stand now: this round may have offered their time there. */
  async function earliestFor(
    wish: Wish,
    times: FreeTimes[],
    breath: () => Promise<void> | undefined,
  ): Promise<(Time & { readonly beside: readonly OtherSlot[] }) | undefined> {
    for (;;) {
      const best = await earliestOf(wish, times, breath);
      if (!best) return undefined;
      const beside = await waiting.beside(best.schedule, best.run);
      if (beside) return { ...best, beside };
      leaveOut(times, best.run);
    }
  }

  async function earliestOf(
    wish: Wish,
    times: readonly FreeTimes[],
    breath: () => Promise<void> | undefined,
  ): Promise<Time | undefined> {
    let best: Time | undefined;
    for (const { schedule, people, free } of times) {
      await breath();
      const run = timeFor(wish, free, { schedule, people }, now());
      if (run && (!best || startOf(run) < startOf(best.run))) best = { run, schedule };
    }
    return best;
  }

  /** Who is asleep is not asked: the time begins when their quiet hours end. */
  async function keptUntil(patient: string, first: FreeSlot): Promise<number> {
    const found = await storedResource(store, patient);
    const points = (found?.resource.telecom ?? []) as { extension?: Parameters<typeof preferencesOf>[0] }[];
    const quiet = points
      .map((each) => preferencesOf(each.extension).quiet)
      .find((each) => each !== undefined);
    const begins = quietUntil(quiet, now()) ?? now();
    return Math.min(begins + holdMs, now() + (startOf([first]) - now()) / 2);
  }

  /** False where somebody else was quicker. */
  async function write(operations: readonly WriteOperation[]): Promise<boolean> {
    try {
      await store.transact(operations);
      return true;
    } catch (error) {
      if (!(error instanceof StoreError) || error.fault !== 'version-mismatch') throw error;
      next = 0;
      return false;
    }
  }

  const rounds = createRounds(run, everyMs, (error) => {
    next = 0;
    log.warn({ failure: (error as Error).message }, 'the waiting list waits: the store did not answer');
  });

  return {
    run,
    start: rounds.start,
    async stop() {
      await rounds.stop();
      await lease.release().catch(() => undefined);
    },
  };
}

interface Time {
  readonly run: readonly FreeSlot[];
  readonly schedule: Schedule;
}

const startOf = (run: readonly FreeSlot[]): number => Date.parse(String(run[0]?.slot.start));

/** Offered, changed by somebody else, or of somebody who has a visit then: not to be offered in this round again. */
function leaveOut(times: FreeTimes[], run: readonly FreeSlot[]): void {
  for (const [i, each] of times.entries())
    times[i] = { ...each, free: each.free.filter((one) => !run.includes(one)) };
}
