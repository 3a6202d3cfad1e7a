/**
 * Events told many by one reading: on the real store (MongoDB too, where CONTRACT_MONGODB_URL names one), by real calls. What a page must not change: each at least once, in
 * order, under its number, by what may be seen when it is told.
 */
import { randomUUID } from 'node:crypto';
import { MongoClient } from 'mongodb';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { useEmbeddedStore } from '../../../test/embedded-store.ts';
import { eventually, type Hook, openHook } from '../../../test/hook.ts';
import { BASE, contextOf } from '../../../test/in-memory.ts';
import { setSubscriber } from '../../access/subscriber.ts';
import type { AuditRow } from '../../audit/audit-log.ts';
import { ownUpdate } from '../../repository/own-writes.ts';
import { createRepository, type Repository } from '../../repository/repository.ts';
import { createTopics } from '../../repository/stored-topics.ts';
import { planContext, type SubscriptionRules } from '../../repository/subscription-rules.ts';
import type { ResourceJson } from '../../repository/text/resource-text.ts';
import { type MongodbStore, openMongodbStore } from '../../store/mongodb/mongodb-store.ts';
import type { ResourceStore } from '../../store/store.ts';
import { createCaller } from './call.ts';
import { createCompose } from './compose.ts';
import { createDeliverer, type Deliverer } from './deliverer.ts';
import { createEventLog, type EventDraft, type EventLog } from './event-log.ts';
import { createSend } from './sender.ts';
import { createSigner } from './signing.ts';
import { createStanding } from './standing.ts';
import { createTurns } from './turns.ts';

const url = process.env.CONTRACT_MONGODB_URL;
const system = contextOf('system/*.cruds');
const patient = contextOf('patient/*.cruds', { user: 'Patient/ana', patient: 'ana' });
const elapsed = (): number => performance.now();

describe('on the embedded store', () => {
  let store: ResourceStore;
  useEmbeddedStore((opened) => {
    ({ store } = opened);
  });
  tellsInPages(() => store);
});

describe.runIf(url !== undefined && process.env.CONTRACT_MONGODB_KIND !== 'ferretdb')('on MongoDB', () => {
  const database = `deliverer_${randomUUID().slice(0, 8)}`;
  let store: MongodbStore;
  beforeAll(async () => {
    store = await openMongodbStore({ url: url as string, database });
  });
  afterAll(async () => {
    await store.close();
    const client = await new MongoClient(url as string).connect();
    await client.db(database).dropDatabase();
    await client.close();
  });
  const opened = (): MongodbStore => store;
  tellsInPages(opened);

  it('a stream to one subscription takes fewer commands than calls', async () => {
    const { make, deliverer } = await subscribers(opened);
    const events = 200;
    const [id, hook] = await make({ events, content: 'full-resource' });
    const before = store.counts.commands;
    const running = deliverer();
    running.look(id);
    await eventually(() => numbersOf(hook).length, 60_000).toBe(events);
    await running.stop();
    expect((store.counts.commands - before) / events).toBeLessThan(0.6);
    await hook.close();
  }, 90_000);

  it('single events of many subscriptions take fewer than two commands each', async () => {
    const { make, deliverer } = await subscribers(opened);
    const many = 200;
    const hooks = await Promise.all(upTo(20).map(() => openHook()));
    const ids: string[] = [];
    for (let i = 0; i < many; i++)
      ids.push((await make({ events: 1, hook: hooks[i % hooks.length] as Hook }))[0]);
    const before = store.counts.commands;
    const running = deliverer();
    for (const id of ids) running.look(id);
    await eventually(() => hooks.flatMap(numbersOf).length, 60_000).toBe(many);
    await running.stop();
    expect((store.counts.commands - before) / many).toBeLessThan(2);
    for (const hook of hooks) await hook.close();
  }, 90_000);
});

function tellsInPages(storeOf: () => ResourceStore): void {
  let world: Subscribers;
  let hook: Hook;
  beforeAll(async () => {
    world = await subscribers(storeOf);
  });
  beforeEach(async () => {
    hook = await openHook();
    world.mayStand = true;
  });
  afterEach(async () => {
    await world.stop();
    await hook.close();
  });

  it('all are told, one call each, in order, and it is kept a few times how far', async () => {
    const events = 150;
    let kept = 0;
    const [id] = await world.make({ events, hook });
    const log = {
      ...world.log,
      setSent: (...args: Parameters<EventLog['setSent']>) => {
        kept += 1;
        return world.log.setSent(...args);
      },
    };
    world.deliverer({ log }).look(id);
    await eventually(() => numbersOf(hook).length, 60_000).toBe(events);
    expect(numbersOf(hook)).toEqual(upTo(events));
    expect(hook.calls).toBe(events);
    await eventually(async () => (await world.log.owed(id)).sent.number).toBe(events);
    expect(kept).toBeLessThan(events / 3);
  }, 90_000);

  it('a server that dies between a call and the keeping of how far it came leaves its page to the next, which tells it again, and what comes after, with no gap', async () => {
    const events = 60;
    const [id] = await world.make({ events, hook });
    let keeps = 0;
    const dying = {
      ...world.log,
      setSent: (...args: Parameters<EventLog['setSent']>) =>
        ++keeps === 3 ? new Promise<never>(() => undefined) : world.log.setSent(...args),
    };
    const killed = world.deliverer({ log: dying });
    killed.look(id);
    await eventually(() => keeps).toBe(3);
    const before = numbersOf(hook);
    const kept = (await world.log.owed(id)).sent.number;
    expect(before).toEqual(upTo(before.length));
    expect(kept).toBeLessThan(before.length);
    world.deliverer().look(id);
    await eventually(async () => (await world.log.owed(id)).sent.number, 60_000).toBe(events);
    // From where it was kept on: nothing before it again, and nothing after it left out.
    expect(numbersOf(hook).slice(before.length)).toEqual(upTo(events).slice(kept));
  }, 90_000);

  it('what fails in the middle is told again first, after what was taken, which is not told twice', async () => {
    const events = 40;
    const [id] = await world.make({ events, hook });
    const { deliverer } = world;
    let calls = 0;
    deliverer({
      called: () => {
        hook.answer = ++calls === 21 || calls === 23 ? 500 : 200;
      },
    }).look(id);
    await eventually(() => numbersOf(hook).length, 60_000).toBe(events);
    expect(numbersOf(hook)).toEqual(upTo(events));
    expect(hook.calls).toBe(events + 2);
  }, 90_000);

  it('what it rests on is asked before each call: nothing of the page is told after it has ended', async () => {
    const [id] = await world.make({ events: 60, hook });
    let calls = 0;
    world
      .deliverer({
        called: () => {
          if (++calls === 10) world.mayStand = false;
        },
      })
      .look(id);
    await eventually(async () => (await storeOf().read('Subscription', id))?.body).toContain('"off"');
    expect(numbersOf(hook)).toEqual(upTo(10));
    expect((await world.log.owed(id)).sent.number).toBe(10);
  }, 90_000);

  it('whose part it is not any more tells no more of the page', async () => {
    const [id] = await world.make({ events: 60, hook });
    let calls = 0;
    const deliverer = world.deliverer({
      called: () => {
        calls += 1;
      },
      isMine: () => calls < 7,
    });
    deliverer.look(id);
    await eventually(async () => (await world.log.owed(id)).sent.number, 60_000).toBe(7);
    expect(numbersOf(hook)).toEqual(upTo(7));
  }, 90_000);

  it('what may not be seen any more keeps its number, and says nothing else; what is told whole is in the audit log before', async () => {
    const [id, , names] = await world.make({ events: 8, hook, access: patient, content: 'full-resource' });
    const [hidden = ''] = names.slice(2);
    await storeOf().transact([
      ownUpdate({ ...observation(hidden), meta: { security: [NOT_FOR_PATIENTS] } }, hidden),
    ]);
    world.rows = [];
    world.deliverer().look(id);
    await eventually(() => numbersOf(hook).length).toBe(8);
    const texts = hook.received.map(({ text }) => text);
    expect(texts.map((text, i) => text.includes(`"id":"${names[i]}"`))).toEqual(names.map((_, i) => i !== 2));
    expect(texts.join()).not.toContain(`Observation/${hidden}`);
    expect(world.rows.map((row) => row.id)).toEqual(names.filter((name) => name !== hidden));
  }, 90_000);

  it('who is slow holds nobody else up, and is told by what is so when it is their turn', async () => {
    const slow = await openHook();
    const [slowId] = await world.make({ events: 20, hook: slow });
    const others = await Promise.all(upTo(5).map(() => world.make({ events: 40 })));
    const deliverer = world.deliverer({
      called: ({ port }) => (port === new URL(slow.url).port ? sleep(1200) : undefined),
    });
    deliverer.look(slowId);
    for (const [id] of others) deliverer.look(id);
    for (const [, each] of others) await eventually(() => numbersOf(each).length, 60_000).toBe(40);
    expect(numbersOf(slow).length).toBeLessThan(20);
    await storeOf().transact([{ kind: 'delete', type: 'Subscription', id: slowId }]);
    const then = numbersOf(slow).length;
    await deliverer.stop();
    // The call that was under way.
    expect(numbersOf(slow).length).toBeLessThanOrEqual(then + 1);
    for (const each of [slow, ...others.map(([, other]) => other)]) await each.close();
  }, 90_000);

  it('what was given up is told again in pages when it is asked for, and what is left of it stays listed', async () => {
    const [id] = await world.make({ events: 30, hook });
    const letters = { subscription: id, from: 1, until: 30, at: 0, fault: 'gone', isDue: true };
    await world.log.setSent(id, { number: 30 });
    await world.log.setDeadLetters(letters);
    await world.log.setDue(id);
    let calls = 0;
    world
      .deliverer({
        called: () => {
          hook.answer = ++calls === 12 ? 500 : 200;
        },
      })
      .look(id);
    await eventually(async () => (await world.log.owed(id)).due).toBeUndefined();
    expect(numbersOf(hook)).toEqual(upTo(12));
    expect(await world.log.deadLetters(id, 9)).toMatchObject([{ from: 13, until: 30 }]);
  }, 90_000);
}

const NOT_FOR_PATIENTS = { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'NOPAT' };
const BACKPORT = 'http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-';
const sleep = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));
const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i + 1);
const numbersOf = (hook: Hook): number[] =>
  hook.notifications('event-notification').flatMap(({ numbers }) => numbers);

const observation = (id: string): ResourceJson => ({
  resourceType: 'Observation',
  id,
  status: 'final',
  code: { text: 'test' },
  subject: { reference: 'Patient/ana' },
});

interface Made {
  readonly events: number;
  readonly hook?: Hook;
  readonly access?: typeof system;
  readonly content?: string;
}

interface Changed {
  readonly log?: EventLog;
  /** After each call. */
  readonly called?: (endpoint: URL) => unknown;
  readonly isMine?: () => boolean;
}

interface Subscribers {
  readonly log: EventLog;
  mayStand: boolean;
  rows: readonly AuditRow[];
  /** An active subscription with so many events, each of a resource of its own. */
  make(made: Made): Promise<[id: string, hook: Hook, names: readonly string[]]>;
  deliverer(changed?: Changed): Deliverer;
  /** The last one. */
  stop(): Promise<void>;
}

async function subscribers(storeOf: () => ResourceStore): Promise<Subscribers> {
  const store = storeOf();
  const rules: SubscriptionRules = {
    topics: createTopics(store),
    baseUrl: BASE,
    now: Date.now,
    hasMail: false,
    endpoints: { demandsHttps: false, allowed: ['127.0.0.1'] },
  };
  await rules.topics.refresh();
  await store.transact([ownUpdate({ resourceType: 'Patient' }, 'ana')]);
  const log = createEventLog(store);
  const repository: Repository = createRepository(store, {
    baseUrl: BASE,
    referenceIntegrity: false,
    requiredProfiles: new Map(),
    uncheckedProfiles: 'warn' as never,
    subscriptions: rules,
  });
  let last: Deliverer | undefined;
  const world: Subscribers = {
    log,
    mayStand: true,
    rows: [],
    async make({ events, hook: given, access = system, content = 'id-only' }) {
      const id = randomUUID();
      const hook = given ?? (await openHook());
      const resource: ResourceJson = {
        resourceType: 'Subscription',
        status: 'active',
        reason: 'test',
        criteria: 'urn:wellspring:SubscriptionTopic:record-change',
        channel: {
          type: 'rest-hook',
          endpoint: hook.url,
          payload: 'application/fhir+json',
          _payload: { extension: [{ url: `${BACKPORT}payload-content`, valueCode: content }] },
        },
      };
      setSubscriber(resource, access, ['Observation']);
      const names = upTo(events).map((i) => `o${i}-${id}`);
      await store.transact([
        ownUpdate(resource, id),
        ...names.map((name) => ownUpdate(observation(name), name)),
      ]);
      await log.append(id, names.map(draft));
      return [id, hook, names];
    },
    deliverer(changed) {
      const caller = createCaller(rules.endpoints);
      const send = createSend({
        caller,
        signer: createSigner(store),
        email: undefined,
        portalUrl: BASE,
        timeoutMs: 5000,
        now: Date.now,
      });
      const standing = createStanding(
        async (kept) => (world.mayStand ? (kept.patient === undefined ? system : patient) : undefined),
        0,
        elapsed,
      );
      const audit = {
        append: async (rows: readonly AuditRow[]) => {
          world.rows = [...world.rows, ...rows];
        },
      };
      last = createDeliverer({
        store,
        log: changed?.log ?? log,
        standing,
        compose: createCompose(repository, audit, Date.now),
        async send(plan, notification) {
          const outcome = await send(plan, notification);
          await changed?.called?.(new URL(plan.channel.endpoint));
          return outcome;
        },
        turns: createTurns({ inAll: 128, ofPlace: 8 }),
        context: planContext(rules),
        retry: { firstMs: 5, giveUpMs: 60_000 },
        now: Date.now,
        elapsed,
        isMine: changed?.isMine ?? (() => true),
        logger: pino({ level: 'silent' }),
      });
      return last;
    },
    stop: async () => last?.stop(),
  };
  return world;
}

const draft = (id: string, i: number): EventDraft => ({
  at: 0,
  change: 'create',
  type: 'Observation',
  id,
  version: 1,
  position: String(i),
});
