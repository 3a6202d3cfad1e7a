/** Subscriptions put together from their parts. */
import type { Logger } from 'pino';
import type { Reopen } from '../../access/standing.ts';
import { subscriberOf } from '../../access/subscriber.ts';
import type { AuditLog } from '../../audit/audit-log.ts';
import type { SubscriptionControl } from '../../interactions/request.ts';
import type { Repository } from '../../repository/repository.ts';
import { planContext, type SubscriptionRules } from '../../repository/subscription-rules.ts';
import { createOwnerReach } from '../../repository/whose/owner-reach.ts';
import type { ResourceStore } from '../../store/store.ts';
import type { Senders } from '../notices/senders.ts';
import { createCaller } from './call.ts';
import { createCompose } from './compose.ts';
import { createDeliverer } from './deliverer.ts';
import { createEventLog } from './event-log.ts';
import { createFeed } from './feed.ts';
import { createSubscriptionJob, type SubscriptionJob } from './job.ts';
import { createMatcher } from './matcher.ts';
import { registeredOf } from './registry.ts';
import type { RetryRules } from './retry.ts';
import { createSend } from './sender.ts';
import { createShare } from './share.ts';
import { createSigner } from './signing.ts';
import { createSockets, type Sockets } from './sockets.ts';
import { createStanding } from './standing.ts';
import { createTurns } from './turns.ts';

export interface SubscriptionsOptions {
  readonly store: ResourceStore;
  readonly repository: Repository;
  readonly audit: AuditLog;
  readonly reopen: Reopen;
  readonly rules: SubscriptionRules;
  readonly email: Senders['email'] | undefined;
  readonly portalUrl: string;
  readonly retry: RetryRules;
  /** Of one call. */
  readonly timeoutMs: number;
  /** For how long it counts that what a subscription rests on stands. */
  readonly standingMs: number;
  /** How often it is asked of those that are owed nothing. */
  readonly sweepMs: number;
  /** Between two looks at the log. */
  readonly everyMs: number;
  /** This process: the same after a restart, and no other. */
  readonly holder: string;
  readonly now: () => number;
  readonly logger: Logger;
}

export interface Subscriptions {
  readonly control: SubscriptionControl;
  readonly sockets: Sockets;
  readonly job: SubscriptionJob;
  close(): Promise<void>;
}

/** At once, and to one host. */
const CALLS = { inAll: 128, ofPlace: 8 };
/** How long a websocket is bound by one token. */
const BINDING_MS = 30 * 60_000;
const MOST_LETTERS = 1000;
const LOOK_MS = 1000;
/** What was asked counts for so long and no longer, wherever somebody sets the other clock. */
const elapsed = (): number => performance.now();

export function openSubscriptions(options: SubscriptionsOptions): Subscriptions {
  const { store, repository, audit, reopen, rules, now, logger } = options;
  const context = planContext(rules);
  const log = createEventLog(store);
  const feed = createFeed(store);
  const standing = createStanding(reopen, options.standingMs, elapsed);
  const compose = createCompose(repository, audit, now);
  const signer = createSigner(store);
  const caller = createCaller(rules.endpoints);
  const { portalUrl, timeoutMs, email, retry, holder, everyMs } = options;
  const send = createSend({ caller, signer, email, portalUrl, timeoutMs, now });
  const share = createShare(store, holder, now);
  const matcher = createMatcher({
    store,
    log,
    feed,
    standing,
    reach: createOwnerReach(store, now),
    context,
    refreshTopics: () => rules.topics.refresh(),
    now,
    logger,
  });
  const deliverer = createDeliverer({
    store,
    log,
    standing,
    compose,
    send,
    turns: createTurns(CALLS),
    context,
    retry,
    now,
    elapsed,
    isMine: (id) => share.holds(share.partOf(id)),
    logger,
  });
  const sockets = createSockets({
    store,
    log,
    standing,
    compose,
    signer,
    context,
    standsMs: options.sweepMs + LOOK_MS,
    now,
    elapsed,
    logger,
  });
  const job = createSubscriptionJob({
    store,
    feed,
    matcher,
    deliverer,
    share,
    standing,
    tellSockets: sockets.tell,
    holder,
    everyMs,
    sweepMs: options.sweepMs + LOOK_MS,
    now,
    elapsed,
    logger,
  });
  const control: SubscriptionControl = {
    topics: () => rules.topics.all(),
    plan: (body) => registeredOf({ body }, context)?.plan,
    async state(id) {
      const { state, sent } = await log.owed(id);
      return { events: state.events, fault: sent.fault };
    },
    events: log.events,
    compose,
    async bindingToken(ids, access, origin) {
      const until = now() + BINDING_MS;
      const { endings, signIn } = access;
      return {
        token: await sockets.token({ ids, holder: subscriberOf(access), endings, signIn, origin, until }),
        until,
      };
    },
    signingSecret: signer.secretOf,
    deadLetters: (id) => log.deadLetters(id, MOST_LETTERS),
    async replay(id) {
      const letters = await log.deadLetters(id, MOST_LETTERS);
      await Promise.all(letters.map((each) => log.setDeadLetters({ ...each, isDue: true })));
      await log.setDue(id);
      await feed.append([id]);
    },
  };
  return {
    control,
    sockets,
    job,
    async close() {
      sockets.close();
      await job.stop();
      caller.close();
    },
  };
}
