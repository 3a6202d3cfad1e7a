/**
 * Sends what subscriptions are owed, each in its own order and at its own pace. Before a page of events (pages.ts) the resource is read, and what its maker may see is asked:
 * what was deleted, ended or taken away is told nothing more. How far one was sent is kept after each page, so that a server that dies in between sends that page again, and
 * no other.
 */
import type { Logger } from 'pino';
import type { AccessContext } from '../../access/access-context.ts';
import type { Compose } from '../../interactions/request.ts';
import type { ResourceStore, StoredVersion } from '../../store/store.ts';
import type { DeadLetters } from '../../subscriptions/event.ts';
import type { Notification, NotificationType } from '../../subscriptions/notification.ts';
import type { Plan, PlanContext } from '../../subscriptions/plan.ts';
import type { Outcome } from './call.ts';
import type { EventLog, Owed, SentState } from './event-log.ts';
import { COUNTS_MS, createPages, type Telling } from './pages.ts';
import { createReader, type Registered } from './registry.ts';
import { type RetryRules, retryDelay, verdict, waitLeft } from './retry.ts';
import type { Send } from './sender.ts';
import type { Standing } from './standing.ts';
import { setStatus } from './status.ts';
import { createTurns, type Turns } from './turns.ts';

export interface DelivererDependencies {
  readonly store: ResourceStore;
  readonly log: EventLog;
  readonly standing: Standing;
  readonly compose: Compose;
  readonly send: Send;
  readonly turns: Turns;
  readonly context: PlanContext;
  readonly retry: RetryRules;
  readonly now: () => number;
  /** Milliseconds by a clock that nobody sets. */
  readonly elapsed: () => number;
  /** Whether this one is this server's to deliver. */
  readonly isMine: (id: string) => boolean;
  readonly logger: Logger;
}

export interface Deliverer {
  /** Something may be owed to it, or it has changed. */
  look(id: string): void;
  /** Resolves when the calls under way have ended. */
  stop(): Promise<void>;
}

/** What is kept of events that were sent, for `$events`. */
const KEPT = 1000;
/** What could not be asked now (the authorization server is away) is asked again. */
const ASK_AGAIN_MS = 5000;
const ENDED = 'What the subscription rested on has ended.';
const OVER = 'Its end has come.';
/** Of an older release, or of a topic that is gone. */
const UNREADABLE = 'It can not be worked by as it stands: store it anew.';
const LETTERS = 100;
const READ_AT_ONCE = 32;
/** Who has a turn that others wait for leaves it after this: what is read in one go pays by then. */
const WANTED_MS = 50;

/** As it may be told now. */
interface Found {
  readonly version: StoredVersion;
  readonly registered: Registered;
  readonly access: AccessContext;
  /** When it was read (`elapsed`). */
  readonly at: number;
}

export function createDeliverer(dependencies: DelivererDependencies): Deliverer {
  const { store, log, standing, compose, send, turns, context, retry, now, elapsed, isMine, logger } =
    dependencies;
  const running = new Map<string, Promise<void>>();
  /** Looked at again when its run has ended. */
  const again = new Set<string>();
  const timers = new Map<string, NodeJS.Timeout>();
  const lastSent = new Map<string, number>();
  const registeredOf = createReader(context);
  /** When everything is looked at. */
  const reading = createTurns({ inAll: READ_AT_ONCE, ofPlace: READ_AT_ONCE });
  let stopping = false;
  const pages = createPages({
    log,
    standing,
    compose,
    call: (plan, last, told) => sendNow(plan, 'event-notification', last, told),
    mayGoOn: (plan, sinceMs) =>
      !stopping && isMine(plan.id) && (sinceMs < WANTED_MS || !turns.isWanted(placeOf(plan))),
    elapsed,
  });

  function look(id: string): void {
    if (stopping || !isMine(id)) return;
    if (running.has(id)) {
      again.add(id);
      return;
    }
    clearTimeout(timers.get(id));
    timers.delete(id);
    const run = deliver(id)
      .catch((error: unknown) => {
        logger.warn({ subscription: id, failure: (error as Error).message }, 'a subscription waits');
        later(id, ASK_AGAIN_MS);
      })
      .finally(() => {
        running.delete(id);
        if (again.delete(id)) look(id);
      });
    running.set(id, run);
  }

  function later(id: string, ms: number): void {
    if (stopping) return;
    clearTimeout(timers.get(id));
    timers.set(id, setTimeout(look, Math.min(ms, 2 ** 31 - 1), id).unref());
  }

  /** As it is now; undefined: it is owed nothing. What has ended is marked so. */
  async function find(id: string): Promise<Found | undefined> {
    const at = elapsed();
    const version = await store.read('Subscription', id);
    if (version?.body === undefined) {
      lastSent.delete(id);
      pages.forget(id);
      if (version) await log.purge(id);
      return undefined;
    }
    const { status } = JSON.parse(version.body) as { readonly status?: string };
    if (status === 'off' || status === 'error') return undefined;
    const registered = registeredOf(version);
    if (!registered) return over(version, UNREADABLE, 'error');
    const { end } = registered.plan;
    if (end !== undefined && end <= now()) return over(version, OVER);
    const access = await standing.accessOf(registered.ground);
    return access ? { version, registered, access, at } : over(version, ENDED);
  }

  async function over(
    version: StoredVersion,
    reason: string,
    status: 'off' | 'error' = 'off',
  ): Promise<undefined> {
    await setStatus(store, version, status, reason);
    logger.info({ subscription: version.id, reason }, 'a subscription has ended');
    return undefined;
  }

  async function deliver(id: string): Promise<void> {
    for (;;) {
      const [found, what] = await reading.take('', () => Promise.all([find(id), log.owed(id)]));
      if (!found || stopping || !isMine(id)) return;
      if (found.registered.plan.status === 'requested') {
        if (!(await handshake(found, what))) return;
        continue;
      }
      if (!(await next(found, what))) return;
    }
  }

  /** False: nothing is to be done now; a timer may have been set. */
  async function next(found: Found, { sent, state: { events }, due }: Owed): Promise<boolean> {
    const { plan } = found.registered;
    if (plan.channel.type === 'websocket') return keepUp(plan, sent, events);
    if (due !== undefined) {
      const letters = (await log.deadLetters(plan.id, LETTERS)).find(({ isDue }) => isDue);
      if (letters) return sendAgain(found, letters);
      await log.doneDue(plan.id, due);
    }
    if (sent.number >= events) return rest(plan, events, sent);
    if (isLeftAlone(found, sent)) return false;
    const telling = await tell(found, sent.number + 1, events);
    if (!telling) return true;
    if (telling.failed) return settle(found, sent, telling.taken, telling.failed);
    await keep(plan.id, sent.number, { number: telling.taken });
    // What came meanwhile was said since (`again`).
    return telling.taken < events || rest(plan, events, { number: telling.taken });
  }

  /** undefined: it is not what it was any more. */
  function tell(found: Found, from: number, until: number): Promise<Telling | undefined> {
    return turns.take(placeOf(found.registered.plan), async () => {
      // Who waited for a turn has it now, and does not wait once more for what is so now.
      const now = elapsed() - found.at < COUNTS_MS ? found : await find(found.version.id);
      if (now?.registered.plan.status !== 'active') return undefined;
      return pages.tell({ ...now.registered, access: now.access, from, until });
    });
  }

  /** How far it is now, where it was before. */
  async function keep(id: string, before: number, sent: SentState): Promise<void> {
    await Promise.all([log.setSent(id, sent), log.forget(id, before + 1 - KEPT, sent.number - KEPT)]);
  }

  function call(plan: Plan, type: NotificationType, events: number): Promise<Outcome> {
    return turns.take(placeOf(plan), () => sendNow(plan, type, events, []));
  }

  async function sendNow(
    plan: Plan,
    type: NotificationType,
    events: number,
    told: Notification['told'],
  ): Promise<Outcome> {
    const { id, topic, content } = plan;
    const { baseUrl } = context;
    const status = type === 'handshake' ? 'requested' : 'active';
    const outcome = await send(plan, { baseUrl, id, topic, status, type, content, events, told });
    lastSent.set(id, now());
    return outcome;
  }

  /** What happens meanwhile does not end a wait: a subscriber in trouble would be called the more, and given up the sooner, the more happens. */
  function isLeftAlone({ version: { id, version } }: Found, { wait }: SentState): boolean {
    const left = waitLeft(wait, version, now());
    if (left > 0) later(id, left);
    return left > 0;
  }

  /** Kept, so that whoever delivers after a restart waits too. */
  async function waitFor(
    { version: { id, version } }: Found,
    sent: SentState & { readonly failures: number },
    asked: number,
  ): Promise<void> {
    const ms = Math.max(asked, retryDelay(retry, sent.failures, Math.random()));
    await log.setSent(id, { ...sent, wait: { until: now() + ms, version } });
    later(id, ms);
  }

  /** A call failed, after those up to `taken` were. */
  async function settle(
    found: Found,
    before: SentState,
    taken: number,
    { outcome, until }: NonNullable<Telling['failed']>,
  ): Promise<boolean> {
    const { id } = found.version;
    const sent: SentState = taken > before.number ? { number: taken } : before;
    await log.forget(id, before.number + 1 - KEPT, taken - KEPT);
    const failures = (sent.failures ?? 0) + 1;
    const failingSince = sent.failingSince ?? now();
    const { fault, isRefused, wait } = outcome;
    const judged = verdict(retry, { failures, since: failingSince, isRefused }, now());
    if (judged === 'again') {
      await waitFor(found, { number: sent.number, failures, failingSince, fault }, wait);
      return false;
    }
    const last = judged === 'give-up' ? (await log.state(id)).events : until;
    await log.setDeadLetters({ subscription: id, from: sent.number + 1, until: last, at: now(), fault });
    await log.setSent(id, { number: last, fault });
    logger.warn({ subscription: id, from: sent.number + 1, until: last }, 'notifications were given up');
    if (judged === 'give-up') await fail(id, fault);
    return judged !== 'give-up';
  }

  async function fail(id: string, fault: string): Promise<void> {
    const version = await store.read('Subscription', id);
    if (version?.body !== undefined) await setStatus(store, version, 'error', fault);
  }

  /** In their order, those that were given up first. */
  async function sendAgain(found: Found, letters: DeadLetters): Promise<boolean> {
    const telling = await tell(found, letters.from, letters.until);
    if (!telling) return true;
    const { taken, failed } = telling;
    const { isDue, ...kept } = { ...letters, from: taken + 1 };
    if (failed) await log.setDeadLetters({ ...kept, at: now(), fault: failed.outcome.fault });
    else if (taken < letters.until) await log.setDeadLetters({ ...kept, ...(isDue ? { isDue } : {}) });
    if (taken >= letters.from) await log.removeDeadLetters(letters);
    return true;
  }

  async function handshake(found: Found, { state, sent }: Owed): Promise<boolean> {
    const { version, registered } = found;
    const { id } = version;
    if (isLeftAlone(found, sent)) return false;
    const outcome = await call(registered.plan, 'handshake', state.events);
    const { number } = sent;
    if (outcome.kind === 'taken') {
      await log.setSent(id, { number });
      return setStatus(store, version, 'active');
    }
    const { fault } = outcome;
    const failures = (sent.wait?.version === version.version ? (sent.failures ?? 0) : 0) + 1;
    if (failures < HANDSHAKES) await waitFor(found, { number, failures, fault }, outcome.wait);
    else {
      await log.setSent(id, { number, fault });
      await setStatus(store, version, 'error', fault);
    }
    return false;
  }

  /** Its events go out by the sockets of each process; here is kept what `$events` gives. */
  async function keepUp(plan: Plan, sent: SentState, events: number): Promise<boolean> {
    if (sent.number < events) {
      await keep(plan.id, sent.number, { number: events });
    }
    wake(plan, undefined);
    return false;
  }

  /** Nothing is owed: until the next sign of life, or its end. */
  async function rest(plan: Plan, events: number, sent: SentState): Promise<boolean> {
    const { heartbeatSeconds } = plan.channel;
    const before = lastSent.get(plan.id) ?? now();
    lastSent.set(plan.id, before);
    const beat =
      heartbeatSeconds === undefined || plan.isPlain ? undefined : before + heartbeatSeconds * 1000;
    if (beat !== undefined && beat <= now()) {
      const outcome = await call(plan, 'heartbeat', events);
      await log.setSent(plan.id, {
        number: sent.number,
        ...(outcome.kind === 'failed' ? { fault: outcome.fault } : {}),
      });
      return true;
    }
    wake(plan, beat);
    return false;
  }

  function wake({ id, end }: Plan, beat: number | undefined): void {
    const due = Math.min(beat ?? Number.POSITIVE_INFINITY, end ?? Number.POSITIVE_INFINITY);
    if (Number.isFinite(due)) later(id, Math.max(due - now(), 0) + 1);
  }

  return {
    look,
    async stop() {
      stopping = true;
      for (const timer of timers.values()) clearTimeout(timer);
      await Promise.all(running.values());
    },
  };
}

/** A handshake that fails is tried as often. */
const HANDSHAKES = 3;

/** Who is slow holds up what goes to the same place. */
const placeOf = ({ channel }: Plan): string =>
  channel.type === 'rest-hook' ? new URL(channel.endpoint).host : channel.type;
