/**
 * Reads the change log and gives each subscription its events, one server at a time. What was written is dealt with in order, and what was dealt with twice (a crash
 * before the place in the log was kept) is an event once. Who may not see a change is not told that there was one: no number is spent on it.
 */
import { FhirError } from '@wellspring/profiles';
import type { Logger } from 'pino';
import { readCondition } from '../../access/read-condition.ts';
import { createBreath } from '../../breath.ts';
import { isVisible } from '../../repository/version-visibility.ts';
import type { OwnerReach } from '../../repository/whose/owner-reach.ts';
import {
  type Change as LogChange,
  type ResourceStore,
  type StoredVersion,
  StoreError,
} from '../../store/store.ts';
import { type Changed, concerns } from '../../subscriptions/match.ts';
import type { Plan, PlanContext } from '../../subscriptions/plan.ts';
import { isTopic } from '../../subscriptions/topic.ts';
import { type Earlier, earlierVersions } from '../earlier.ts';
import { type EventDraft, type EventLog, type EventState, Overtaken } from './event-log.ts';
import type { Feed } from './feed.ts';
import { changeOf, draftOf, sideOf } from './log-change.ts';
import { createRegistry, liveSubscriptions, type Registered, type Registry } from './registry.ts';
import type { Standing } from './standing.ts';
import { createSuccessors } from './successors.ts';

export interface MatcherDependencies {
  readonly store: ResourceStore;
  readonly log: EventLog;
  readonly feed: Feed;
  readonly standing: Standing;
  readonly reach: Pick<OwnerReach, 'ofOwner'>;
  readonly context: PlanContext;
  /** Topics have changed. */
  readonly refreshTopics: () => Promise<void>;
  readonly now: () => number;
  readonly logger: Logger;
}

export interface Matcher {
  /** Deals with what is new. `goOn`: whether it is still this server's turn. Returns how many changes were looked at. */
  run(goOn: () => boolean): Promise<number>;
  /** Somebody else had the turn: what is kept in memory may be old. */
  forget(): void;
  /** Whether there is anything that changes are held against here. */
  isBusy(): boolean;
}

/** What a batch of changes adds to one subscription, as it stands after it. */
interface Drafted {
  readonly plan: Plan;
  readonly list: readonly EventDraft[];
}

interface Concerned {
  readonly found: readonly Registered[];
  /** Whose record the change is in. */
  readonly patients: readonly string[];
}

/** Subscriptions themselves, and topics. */
const OWN_TYPES = ['Subscription', 'Basic'] as const;
const POSITION = 'subscriptions';
const BATCH = 200;
/** Subscriptions whose beginnings are read in one go. */
const MADE_AT_ONCE = 100;
const KEEP_MS = 5000;
/** Of a subscription in error. */
const MOST_WAITING = 10_000;
/** Everything: after a change of whoever matches, nobody knows what was not told. */
export const EVERYTHING = '*';
const NOTHING = { kind: 'none' } as const;

export function createMatcher(dependencies: MatcherDependencies): Matcher {
  const { store, log, feed, standing, reach, context, refreshTopics, now, logger } = dependencies;
  let registry: Registry | undefined;
  let successors = createSuccessors(store);
  let position: string | undefined;
  let kept: string | undefined;
  let keptAt = 0;
  /** What many ask of many changes is asked in turns. */
  const breath = createBreath();
  const states = new Map<string, EventState>();
  /** When those were made that were read from the store, and not from the log, which may be behind that. Others count from their place in the log. */
  const since = new Map<string, number>();

  function forget(): void {
    registry = undefined;
    position = undefined;
    states.clear();
    since.clear();
  }

  async function load(): Promise<Registry> {
    await refreshTopics();
    const made = createRegistry(context);
    successors = createSuccessors(store);
    // The place first: what is written meanwhile is read again.
    position = (await store.getNote(POSITION)) ?? (await begin());
    kept = position;
    const asked = await takeAll(made);
    await follow(made, asked);
    await feed.append([EVERYTHING]);
    registry = made;
    return made;
  }

  /** Those that there are now, though the log may come to the making of some of them later. Returns the Patients (ids) that they ask for by name. */
  async function takeAll(into: Registry): Promise<string[]> {
    const asked: string[] = [];
    for await (const some of inGroups(liveSubscriptions(store), MADE_AT_ONCE)) {
      const times = await Promise.all(some.map(madeAt));
      for (const [i, version] of some.entries()) {
        asked.push(...into.take(version));
        since.set(version.id, times[i] as number);
      }
    }
    return asked;
  }

  /** What was merged belongs to whoever asked for the Patient that is gone. */
  async function follow(from: Registry, patients: readonly string[]): Promise<void> {
    if (patients.length === 0) return;
    for (const [patient, into] of await successors.read(patients)) from.follow(patient, into);
  }

  const followNew = (from: Registry, patients: readonly string[]): Promise<void> =>
    follow(
      from,
      patients.filter((id) => !successors.knows(id)),
    );

  async function madeAt({ type, id, version, lastUpdated }: StoredVersion): Promise<number> {
    if (version === 1) return lastUpdated;
    return (await store.vread(type, id, 1, { kind: 'all' }))?.lastUpdated ?? 0;
  }

  /** At the very first start: from now on. */
  async function begin(): Promise<string> {
    const { position: end } = await store.logEnd();
    await store.setNote(POSITION, end);
    return end;
  }

  async function run(goOn: () => boolean): Promise<number> {
    try {
      return await runThrough(registry ?? (await load()), goOn);
    } catch (error) {
      forget();
      if (!(error instanceof Overtaken)) throw error;
      return 0;
    }
  }

  async function runThrough(from: Registry, goOn: () => boolean): Promise<number> {
    let looked = 0;
    while (goOn()) {
      // What nobody asks for is passed over without reading it.
      const changes = await store.changes(position, BATCH, [...from.types(), ...OWN_TYPES]);
      if (changes.length === 0) break;
      await deal(from, changes);
      looked += changes.length;
      if (changes.length < BATCH) break;
    }
    return looked;
  }

  async function deal(from: Registry, changes: readonly LogChange[]): Promise<void> {
    const places = new Map(changes.map((change, i) => [change.position, i]));
    const drafts = new Map<string, Drafted>();
    const told = new Set<string>();
    const earlier = earlierVersions(store, changes, ({ type }) => from.hasType(type));
    for (const [i, change] of changes.entries()) {
      if (change.type === 'Subscription') {
        await followNew(from, from.take(change));
        told.add(change.id);
      } else if (change.type === 'Patient') await follow(from, successors.affectedBy(change.id));
      else if (change.type === 'Basic') await lookAtTopic(from, change);
      if (!from.hasType(change.type)) continue;
      const { found, patients } = await concerned(from, await whole(change), await earlier(change));
      for (const { plan } of found) {
        const state = states.get(plan.id) ?? (await log.state(plan.id));
        states.set(plan.id, state);
        // Dealt with before the place in the log was kept.
        if ((places.get(state.position) ?? -1) >= i) continue;
        drafts.set(plan.id, {
          plan,
          list: [...(drafts.get(plan.id)?.list ?? []), draftOf(change, patients)],
        });
      }
    }
    // Begun anew after a crash, it must begin where this did: the same changes are in the same batch then.
    if (drafts.size > 0 && kept !== position) await keepPlace(position, true);
    await Promise.all([...drafts.values()].map(append));
    for (const id of drafts.keys()) told.add(id);
    await keepPlace(changes.at(-1)?.position, drafts.size > 0);
    if (told.size > 0) await feed.append([...told]);
  }

  /** Of a type that a subscription of the same batch asks for first. */
  async function whole(change: LogChange): Promise<LogChange> {
    if (change.body !== undefined || change.method === 'delete') return change;
    const { type, id, version, position: place } = change;
    const found = await store.vread(type, id, version, { kind: 'all' });
    return found ? { ...found, position: place } : change;
  }

  /** The place is written with events, else now and then: most changes are nobody's. */
  async function keepPlace(end: string | undefined, isNow: boolean): Promise<void> {
    position = end;
    if (!isNow && now() - keptAt < KEEP_MS) return;
    await store.setNote(POSITION, end);
    kept = end;
    keptAt = now();
  }

  async function append({ plan: { id, status }, list }: Drafted): Promise<void> {
    const state = await log.append(id, list);
    states.set(id, state);
    const last = state.events - MOST_WAITING;
    // Nobody fetches them: the oldest make room.
    if (status === 'error' && last > 0) await log.forget(id, last - list.length + 1, last);
  }

  /** A topic changed: its subscriptions are read anew. */
  async function lookAtTopic(from: Registry, { type, id, version, body }: LogChange): Promise<void> {
    const text = body ?? (await store.vread(type, id, version - 1, { kind: 'all' }))?.body;
    if (text === undefined || !isTopic(JSON.parse(text))) return;
    await refreshTopics();
    await followNew(from, await takeAll(from));
  }

  async function concerned(from: Registry, change: LogChange, earlier: Earlier): Promise<Concerned> {
    const { type } = change;
    const changed: Changed = {
      change: changeOf(change),
      type,
      before: sideOf(earlier, context.baseUrl),
      after: sideOf(change, context.baseUrl),
      triggered: new Map(),
    };
    const sides = [changed.before, changed.after].flatMap((side) => side?.examined ?? []);
    const found: Registered[] = [];
    for (const candidate of from.candidates(type, sides)) {
      const pause = breath();
      if (pause) await pause;
      if (counts(candidate, change) && candidate.plan.clauses.some((clause) => concerns(clause, changed)))
        found.push(candidate);
    }
    const seen = await Promise.all(found.map((each) => maySee(each, change, changed)));
    const { owners = [] } = (changed.after ?? changed.before)?.examined.entries ?? {};
    return { found: found.filter((_, i) => seen[i]), patients: type === 'Patient' ? [] : owners };
  }

  /** From when it was asked for, whether or not it can be told: what happens during the handshake is told after it. */
  const counts = ({ plan }: Registered, { lastUpdated }: LogChange): boolean =>
    lastUpdated >= (since.get(plan.id) ?? 0) && (plan.end === undefined || lastUpdated < plan.end);

  /** Throws while it can't be said; who asks for what can't be answered is told nothing. */
  async function maySee({ ground }: Registered, change: LogChange, changed: Changed): Promise<boolean> {
    try {
      const access = await standing.accessOf(ground);
      if (!access) return false;
      const owners = (changed.after ?? changed.before)?.examined.entries.owners ?? [];
      const [owner] = owners;
      const granted =
        readCondition(access, change.type, 's', owners.length === 1 ? owner : undefined) ??
        readCondition(access, change.type, 'r', owners.length === 1 ? owner : undefined) ??
        NOTHING;
      const condition =
        owners.length === 1 && owner !== undefined ? await reach.ofOwner(granted, owner) : granted;
      if (condition.kind === 'all' || condition.kind === 'none') return condition.kind === 'all';
      return await isVisible(store, change, condition, context.baseUrl);
    } catch (error) {
      if (isPassing(error)) throw error;
      logger.warn({ failure: (error as Error).message }, 'a subscription could not be held against a change');
      return false;
    }
  }

  return { run, forget, isBusy: () => registry?.isEmpty() === false };
}

async function* inGroups<T>(all: AsyncIterable<T>, count: number): AsyncGenerator<readonly T[]> {
  let group: T[] = [];
  for await (const each of all) {
    group.push(each);
    if (group.length < count) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}

const isPassing = (error: unknown): boolean =>
  (error instanceof FhirError && error.status === 503) ||
  (error instanceof StoreError && (error.fault === 'unavailable' || error.fault === 'transient'));
