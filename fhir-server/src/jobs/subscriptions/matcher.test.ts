/** Who is told of which changes, where the log is read later than the subscriptions; on the real store. */
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { useEmbeddedStore } from '../../../test/embedded-store.ts';
import { BASE, contextOf } from '../../../test/in-memory.ts';
import { setSubscriber } from '../../access/subscriber.ts';
import { ownUpdate } from '../../repository/own-writes.ts';
import { createTopics } from '../../repository/stored-topics.ts';
import { planContext, type SubscriptionRules } from '../../repository/subscription-rules.ts';
import type { ResourceJson } from '../../repository/text/resource-text.ts';
import { createOwnerReach } from '../../repository/whose/owner-reach.ts';
import type { ResourceStore } from '../../store/store.ts';
import { createEventLog } from './event-log.ts';
import { createFeed } from './feed.ts';
import { createMatcher, type Matcher } from './matcher.ts';
import { createStanding } from './standing.ts';

let store: ResourceStore;
useEmbeddedStore((opened) => {
  ({ store } = opened);
});

const system = contextOf('system/*.cruds');
const TOPIC = 'http://example.org/topic/late';
const R5 = 'http://hl7.org/fhir/5.0/StructureDefinition/extension-SubscriptionTopic.';

const topic: ResourceJson = {
  resourceType: 'Basic',
  code: { coding: [{ system: 'http://hl7.org/fhir/fhir-types', code: 'SubscriptionTopic' }] },
  extension: [
    { url: `${R5}url`, valueUri: TOPIC },
    { url: `${R5}status`, valueCode: 'active' },
    {
      url: `${R5}resourceTrigger`,
      extension: [
        { url: 'description', valueMarkdown: 'x' },
        { url: 'resource', valueUri: 'http://hl7.org/fhir/StructureDefinition/Encounter' },
      ],
    },
  ],
};

const encounter = (status: string): ResourceJson => ({
  resourceType: 'Encounter',
  status,
  class: { code: 'AMB' },
});

function subscription(): ResourceJson {
  const resource: ResourceJson = {
    resourceType: 'Subscription',
    status: 'active',
    reason: 'test',
    criteria: TOPIC,
    channel: { type: 'websocket', payload: 'application/fhir+json' },
  };
  setSubscriber(resource, system, ['Encounter']);
  return resource;
}

function matcher(): Matcher {
  const topics = createTopics(store);
  const rules: SubscriptionRules = {
    topics,
    baseUrl: BASE,
    now: Date.now,
    hasMail: false,
    endpoints: { demandsHttps: false, allowed: [] },
  };
  return createMatcher({
    store,
    log: createEventLog(store),
    feed: createFeed(store),
    standing: createStanding(async () => system, 0, Date.now),
    reach: createOwnerReach(store, Date.now),
    context: planContext(rules),
    refreshTopics: topics.refresh,
    now: Date.now,
    logger: pino({ level: 'silent' }),
  });
}

it('what was written before somebody subscribed is not told them, though their topic, which brings them into view, comes in the log before it', async () => {
  const late = matcher();
  await late.run(() => true);
  await store.transact([ownUpdate(topic, 'late')]);
  await store.transact([ownUpdate(encounter('planned'), 'visit')]);
  // A time of its own: what is written in the millisecond of the subscription is told.
  const written = Date.now();
  await expect.poll(() => Date.now()).toBeGreaterThan(written);
  await store.transact([ownUpdate(subscription(), 'sub')]);
  await late.run(() => true);
  expect((await createEventLog(store).state('sub')).events).toBe(0);
  await store.transact([ownUpdate(encounter('finished'), 'visit')]);
  await late.run(() => true);
  expect((await createEventLog(store).state('sub')).events).toBe(1);
});
