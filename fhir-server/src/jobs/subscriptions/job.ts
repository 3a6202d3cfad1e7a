/** Subscriptions at work in one process: matching while it has the turn, delivery of its share, its own sockets. */
import type { Logger } from 'pino';
import { groundOf } from '../../access/subscriber.ts';
import type { ResourceStore } from '../../store/store.ts';
import { createLease } from '../lease.ts';
import type { Deliverer } from './deliverer.ts';
import type { Feed } from './feed.ts';
import { EVERYTHING, type Matcher } from './matcher.ts';
import { liveSubscriptions } from './registry.ts';
import { RENEW_MS, type Share } from './share.ts';
import type { Standing } from './standing.ts';

export interface SubscriptionJob {
  /** Something was written here: it need not be waited for. */
  nudge(): void;
  start(): void;
  stop(): Promise<void>;
}

export interface JobDependencies {
  readonly store: ResourceStore;
  readonly feed: Feed;
  readonly matcher: Matcher;
  readonly deliverer: Deliverer;
  readonly share: Share;
  readonly standing: Standing;
  /** Tells the sockets of this process. */
  readonly tellSockets: (ids: readonly string[] | undefined) => void;
  readonly holder: string;
  /** Between two looks, where nothing is known to have happened. */
  readonly everyMs: number;
  /** How often it is asked of all whether what they rest on still stands. */
  readonly sweepMs: number;
  readonly now: () => number;
  readonly elapsed: () => number;
  readonly logger: Logger;
}

/** What is written at the same time is looked at together. */
const TOGETHER_MS = 15;
/** Where a look takes long, the next one comes as long after it, at most: it takes as long however much it finds, and then finds more. */
const MOST_REST_MS = 250;
/** Whether it stands can't be said now: it is asked again. */
const UNKNOWN = true;

export function createSubscriptionJob(dependencies: JobDependencies): SubscriptionJob {
  const { store, feed, matcher, deliverer, share, standing, tellSockets } = dependencies;
  const { holder, everyMs, sweepMs, now, elapsed, logger } = dependencies;
  const turn = createLease(store, { name: 'subscriptions', holder, ttlMs: 4 * RENEW_MS, now });
  let turnUntil = 0;
  let renewed = 0;
  let restUntil = Number.NEGATIVE_INFINITY;
  let swept = Number.NEGATIVE_INFINITY;
  let stopping = false;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  let isNudged = false;
  let nudged: NodeJS.Timeout | undefined;
  let isAllToSee = false;
  let sweeping: Promise<void> | undefined;

  const hasTurn = (): boolean => turnUntil > now() && !stopping;

  async function renew(): Promise<void> {
    if (now() - renewed < RENEW_MS) return;
    const until = now() + 4 * RENEW_MS;
    const had = turnUntil > now();
    const holds = await turn.hold();
    if (holds && !had) matcher.forget();
    turnUntil = holds ? until : 0;
    const parts = await share.renew();
    renewed = now();
    if (parts.length > 0) isAllToSee = true;
  }

  async function round(): Promise<void> {
    await renew();
    if (hasTurn()) await matcher.run(hasTurn);
    await readFeed();
    if (isAllToSee) {
      isAllToSee = false;
      for await (const { id } of liveSubscriptions(store)) deliverer.look(id);
    }
    sweeping ??= sweep().finally(() => {
      sweeping = undefined;
    });
  }

  async function readFeed(): Promise<void> {
    const ids = await feed.next();
    if (ids?.length === 0) return;
    const isAll = ids === undefined || ids.includes(EVERYTHING);
    if (isAll) isAllToSee = true;
    tellSockets(isAll ? undefined : ids);
    for (const id of isAll ? [] : ids) deliverer.look(id);
  }

  /** Those that are owed nothing end too when what they rest on has ended. */
  async function sweep(): Promise<void> {
    if (elapsed() - swept < sweepMs) return;
    swept = elapsed();
    for await (const { id, body } of liveSubscriptions(store)) {
      if (stopping) return;
      if (!share.holds(share.partOf(id)) || body === undefined) continue;
      const ground = groundOf(JSON.parse(body));
      if (ground && !(await standing.accessOf(ground).catch(() => UNKNOWN))) deliverer.look(id);
    }
  }

  function go(): void {
    if (running || stopping) return;
    isNudged = false;
    const began = elapsed();
    running = round()
      .catch((error: unknown) => {
        logger.warn({ failure: (error as Error).message }, 'subscriptions wait');
      })
      .finally(() => {
        running = undefined;
        const took = elapsed() - began;
        restUntil = elapsed() + Math.min(took, MOST_REST_MS);
        if (isNudged) soon(0);
      });
  }

  function soon(ms: number): void {
    if (nudged || stopping) return;
    nudged = setTimeout(
      () => {
        nudged = undefined;
        if (running) isNudged = true;
        else go();
      },
      Math.max(ms, restUntil - elapsed()),
    );
  }

  return {
    nudge() {
      if (matcher.isBusy()) soon(TOGETHER_MS);
    },
    start() {
      timer = setInterval(go, everyMs);
      go();
    },
    async stop() {
      stopping = true;
      clearInterval(timer);
      clearTimeout(nudged);
      await running;
      await sweeping;
      await deliverer.stop();
      await share.release().catch(() => undefined);
      if (turnUntil > now()) await turn.release().catch(() => undefined);
    },
  };
}
