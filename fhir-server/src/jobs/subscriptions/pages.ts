/**
 * Events of one subscription are read many at a time, and told one call after the other. What was read counts for a second, and as long as what the subscription rests on
 * says the same: so each call goes out by what may be seen then, or was a moment ago. How many are read at a time follows from how many were told in that time, and how
 * long they are: for whoever is slow, fails or asks for long resources one by one, as nothing is gained by more.
 */
import type { AccessContext } from '../../access/access-context.ts';
import type { KeptAccess } from '../../access/standing.ts';
import type { Compose } from '../../interactions/request.ts';
import type { Told } from '../../subscriptions/notification.ts';
import type { Plan } from '../../subscriptions/plan.ts';
import type { Outcome } from './call.ts';
import type { EventLog } from './event-log.ts';
import type { Standing } from './standing.ts';

/**
 * What was read longer ago is read anew before it is told. Counted from the end of the reading: where that takes long, because the database is busy, what was read must pay for
 * it, or there would be one reading for each call just then.
 */
export const COUNTS_MS = 1000;

export interface PagesDependencies {
  readonly log: Pick<EventLog, 'counted'>;
  readonly standing: Standing;
  readonly compose: Compose;
  /** `last`: the number of the last event that is told. */
  readonly call: (plan: Plan, last: number, told: readonly Told[]) => Promise<Outcome>;
  /** Whether the next one may be told: it is still this server's to do, and nobody waits for this one to end, who has told for so many milliseconds. */
  readonly mayGoOn: (plan: Plan, sinceMs: number) => boolean;
  readonly elapsed: () => number;
}

export interface Wanted {
  readonly plan: Plan;
  readonly ground: KeptAccess;
  readonly access: AccessContext;
  /** Numbers, both included. */
  readonly from: number;
  readonly until: number;
}

export interface Telling {
  /** Everything up to this number was taken, or is forgotten. */
  readonly taken: number;
  /** The call after it, which told up to a number. */
  readonly failed?: { readonly outcome: Outcome & { kind: 'failed' }; readonly until: number };
}

export interface Pages {
  /** Some of these, the first at least. */
  tell(wanted: Wanted): Promise<Telling>;
  forget(id: string): void;
}

/** Calls by one reading. */
const FIRST = 4;
const MOST = 64;
/** Calls whose texts are there at a time, and how long they are together (characters), by what those before were. */
const HELD = 16;
const ROOM = 524_288;

export function createPages(dependencies: PagesDependencies): Pages {
  const { log, standing, compose, call, mayGoOn, elapsed } = dependencies;
  /** By subscription: so many calls. */
  const paces = new Map<string, number>();

  async function tell(wanted: Wanted): Promise<Telling> {
    const { plan, access, from } = wanted;
    const pace = paces.get(plan.id) ?? FIRST;
    const ofCall = plan.isPlain ? 1 : plan.channel.maxCount;
    const until = Math.min(wanted.until, from + pace * ofCall - 1);
    const events = await log.counted(plan.id, from, until);
    let calls = 0;
    let began = 0;
    let taken = from - 1;
    let next = Math.min(pace * 2, MOST);
    for (let at = 0; at < events.length; at += ofCall * HELD) {
      const told = await compose(access, plan, events.slice(at, at + ofCall * HELD));
      if (at === 0) began = elapsed();
      next = Math.min(next, fitting(told, ofCall));
      for (let first = 0; first < told.length; first += ofCall) {
        if (calls > 0 && !(await counts(wanted, began))) return paced(calls, { taken });
        const some = told.slice(first, first + ofCall);
        const last = (some.at(-1) as Told).event.number;
        const outcome = await call(plan, last, some);
        if (outcome.kind === 'failed') return paced(1, { taken, failed: { outcome, until: last } });
        calls += 1;
        taken = last;
      }
    }
    // Those at the end may be forgotten, because nobody fetched them for so long: they are passed over.
    return paced(next, { taken: until });

    function paced(by: number, telling: Telling): Telling {
      paces.set(plan.id, by);
      return telling;
    }
  }

  /** Before each call but the first, which was just read. */
  async function counts({ plan, ground, access }: Wanted, began: number): Promise<boolean> {
    const since = elapsed() - began;
    if (since >= COUNTS_MS || !mayGoOn(plan, since)) return false;
    // What can't be said now is asked when it is read anew.
    return (await standing.accessOf(ground).catch(() => undefined)) === access;
  }

  return { tell, forget: (id) => void paces.delete(id) };
}

/** As many calls as there is room for, going by these. */
function fitting(told: readonly Told[], ofCall: number): number {
  const length = told.reduce(
    (sum, { body, included = [] }) =>
      [{ body }, ...included].reduce((all, each) => all + (each.body?.length ?? 0), sum),
    0,
  );
  const ofOneCall = (length * ofCall) / told.length;
  return Math.max(1, Math.floor(ROOM / ofOneCall));
}
