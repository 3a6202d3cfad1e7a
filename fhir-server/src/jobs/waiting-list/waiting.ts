/** Who waits, in turn; what is free; and which offers are out: read from the store as they stand. */

import { inMilliseconds } from '@wellspring/profiles';
import { zoneIn } from '@wellspring/serving/time-zone';
import { createBreath } from '../../breath.ts';
import { storedResource } from '../../repository/own-writes.ts';
import { type ResourceJson, resourceOf } from '../../repository/text/resource-text.ts';
import { clinicReader } from '../../repository/visits/clinic-reader.ts';
import type { Meanwhile, OtherSlot, While } from '../../repository/visits/elsewhere.ts';
import { offeredTimes } from '../../repository/visits/offered-times.ts';
import { type Appointment, isFree, type Slot, timeOf } from '../../repository/visits/slot-hold.ts';
import { insteadOf, isOffer } from '../../repository/visits/waiting-list.ts';
import { and, type Cursor, type QueryNode } from '../../search/query.ts';
import { dateNode } from '../../search/types/date.ts';
import { tokenNode } from '../../search/types/token.ts';
import type { ResourceStore, StoredVersion } from '../../store/store.ts';
import { isSeen, type StandingOffer, standingOffers } from './offers.ts';
import { type FreeSlot, patientOf, type Schedule, type Wish } from './times.ts';

const PAGE = 500;
const MOST_WISHES = 5000;
/** Wishes whose visits and patients are read in one go. */
const AT_ONCE = 100;
const MOST_SLOTS = 10_000;
/** An offer is before its time; one that was out when the server stood still is found this long after it. */
const STANDSTILL_MS = 30 * 86_400_000;

export interface FreeTimes {
  readonly schedule: Schedule;
  /** Who works by it, by all their names. */
  readonly people: readonly string[];
  readonly free: readonly FreeSlot[];
}

export function createWaiting(store: ResourceStore, now: () => number) {
  const since = new Map<string, number>();

  async function found(type: string, where: QueryNode, most: number): Promise<StoredVersion[]> {
    const matches: StoredVersion[] = [];
    let after: Cursor | undefined;
    do {
      const page = await store.search({
        type,
        where,
        sort: [{ by: 'mainDate', descending: false }],
        count: PAGE,
        total: 'none',
        ...(after ? { after } : {}),
      });
      matches.push(...page.matches);
      after = page.next;
    } while (after && matches.length < most);
    return matches;
  }

  /** When it was first stored: what a patient says of it, they could make up. */
  async function sinceOf({ type, id, version, lastUpdated }: StoredVersion): Promise<number> {
    if (version === 1) return lastUpdated;
    const known = since.get(id);
    if (known !== undefined) return known;
    const first = await store.vread(type, id, 1, { kind: 'all' });
    since.set(id, first?.lastUpdated ?? lastUpdated);
    return first?.lastUpdated ?? lastUpdated;
  }

  async function wishOf(each: StoredVersion, zones: Map<string, string>): Promise<Wish> {
    const appointment = resourceOf<Appointment>(each);
    const name = insteadOf(appointment);
    const [since, visit, person] = await Promise.all([
      sinceOf(each),
      name ? storedResource<Appointment>(store, name) : undefined,
      storedResource<ResourceJson>(store, patientOf(appointment) ?? ''),
    ]);
    return {
      appointment,
      version: each.version,
      since,
      visit: visit?.resource,
      timeZone: await zoneOf(person?.resource, zones),
      isSeen: isSeen(person?.resource),
    };
  }

  async function zoneOf(person: ResourceJson | undefined, known: Map<string, string>): Promise<string> {
    const name = (person?.managingOrganization as { reference?: string } | undefined)?.reference ?? '';
    if (!/^Organization\/[A-Za-z0-9\-.]{1,64}$/.test(name)) return 'UTC';
    const zone = known.get(name) ?? zoneIn((await storedResource<ResourceJson>(store, name))?.resource);
    known.set(name, zone);
    return zone;
  }

  return {
    /** Whoever waits longest comes first. */
    async wishes(): Promise<Wish[]> {
      const zones = new Map<string, string>();
      const waiting = await found('Appointment', tokenNode('status', 'waitlist'), MOST_WISHES);
      const wishes: Wish[] = [];
      const breath = createBreath();
      for (let from = 0; from < waiting.length; from += AT_ONCE) {
        await breath();
        const some = waiting.slice(from, from + AT_ONCE);
        wishes.push(...(await Promise.all(some.map((each) => wishOf(each, zones)))));
      }
      return wishes.sort((a, b) => a.since - b.since);
    },
    async offers(): Promise<readonly StandingOffer[]> {
      const from = new Date(now() - STANDSTILL_MS).toISOString();
      const isLately = and(tokenNode('status', 'pending'), dateNode('date', `ge${from}`, now));
      const pending = await found('Appointment', isLately, MOST_WISHES);
      const offers = pending
        .map((each) => ({ appointment: resourceOf<Appointment>(each), version: each.version }))
        .filter(({ appointment }) => isOffer(appointment));
      return standingOffers(store, found, offers, now());
    },
    /** By schedule, each in the order of time. */
    async freeSlots(): Promise<FreeTimes[]> {
      const from = new Date(now()).toISOString();
      const where = and(tokenNode('status', 'free'), dateNode('start', `ge${from}`, now));
      const slots = (await found('Slot', where, MOST_SLOTS)).map(
        (each): FreeSlot => ({ slot: resourceOf<Slot>(each), version: each.version }),
      );
      const free = slots.filter(({ slot }) => isFree(slot, now()));
      const times: FreeTimes[] = [];
      const reader = clinicReader(found);
      const bySchedule = [...Map.groupBy(free, ({ slot }) => slot.schedule?.reference ?? '')];
      const schedules = await Promise.all(bySchedule.map(([name]) => storedResource<Schedule>(store, name)));
      for (const [i, [, ofOne]] of bySchedule.entries()) {
        const schedule = schedules[i];
        if (!schedule) continue;
        const offered = await offeredTimes(schedule.resource, reader, whileOf(ofOne, now()), now());
        const open = ofOne.filter(
          ({ slot }) => offered.refusal(slot) === undefined && isLeft(offered.meanwhile(slot)),
        );
        times.push({ schedule: schedule.resource, people: offered.by.people, free: open });
      }
      return times;
    },
    /** What is free meanwhile on other schedules of whoever works by this one; undefined: they have a visit there by now. */
    async beside(schedule: Schedule, run: readonly FreeSlot[]): Promise<OtherSlot[] | undefined> {
      const begin = inMilliseconds(String(run[0]?.slot.start));
      const between = { ...whileOf(run, begin), isFreeAsked: true };
      const offered = await offeredTimes(schedule, clinicReader(found), between, now());
      const others = run.map(({ slot }) => offered.meanwhile(slot));
      if (!others.every(isLeft) || run.some(({ slot }) => offered.refusal(slot) !== undefined))
        return undefined;
      return [...new Set(others.flatMap(({ free }) => free))];
    },
  };
}

const isLeft = ({ taken, visits }: Meanwhile): boolean => taken.length === 0 && visits.length === 0;

/** Free slots of one schedule. */
const whileOf = (free: readonly FreeSlot[], from: number): While => ({
  from,
  until: free.reduce((last, { slot }) => Math.max(last, timeOf(slot).end), from),
  isFreeAsked: false,
});
