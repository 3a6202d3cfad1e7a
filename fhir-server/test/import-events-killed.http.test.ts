/** `kill -9` while an import comes in and its events go out: each reaches its subscribers, by a call and by a websocket, in order and under one number (issue 15); but nobody whose access has ended (issue 12). */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { eventually, type Hook, type Notified, notified, openHook, statusValue } from './hook.ts';
import { observation, patient } from './resources.ts';
import { killedStores } from './stores.ts';
import { killed, openWorld, spawned, type World } from './world.ts';

const EVENTS = 900;
const AT_ONCE = 10;
const LONG = 120_000;
const BACKPORT = 'http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-';

describe.each(killedStores())('an import whose server is killed, on %s', (_, store) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'wellspring-killed-'));
  const environment = {
    ...store.environment,
    SUBSCRIPTION_ALLOWED_HOSTS: '127.0.0.1',
    SUBSCRIPTION_POLL_SECONDS: '0.1',
    SUBSCRIPTION_RETRY_SECONDS: '0.05',
    INTROSPECTION_CACHE_SECONDS: '0',
  };
  let hook: Hook;
  beforeEach(async () => {
    hook = await openHook();
  });
  afterEach(() => hook?.close());
  afterAll(async () => {
    rmSync(dataDir, { recursive: true, force: true });
    await store.drop();
  });

  const again = (world: World): Promise<World> => killed(world, environment, { ...spawned, dataDir });

  async function subscribe(world: World, channel: object, token = world.system, of = 'p'): Promise<string> {
    const content = { extension: [{ url: `${BACKPORT}payload-content`, valueCode: 'id-only' }] };
    const most = [{ url: `${BACKPORT}max-count`, valuePositiveInt: AT_ONCE }];
    const body = {
      resourceType: 'Subscription',
      status: 'requested',
      reason: 'test',
      criteria: `Observation?patient=Patient/${of}`,
      channel: { payload: 'application/fhir+json', _payload: content, extension: most, ...channel },
    };
    const made = await world.ask('POST', '/Subscription', { token, body });
    expect(made.status, made.text).toBe(201);
    const status = async () =>
      (await world.ask('GET', `/Subscription/${made.body.id}`, { token })).body.status;
    await eventually(status).toBe('active');
    return made.body.id;
  }

  const told = (): Notified[] => hook.notifications('event-notification');
  const heard = (): number => told().reduce((most, { numbers }) => Math.max(most, ...numbers), 0);

  it('tells of each resource once, however often it was killed', async () => {
    let world = await openWorld(environment, { ...spawned, dataDir });
    await world.ask('PUT', '/Patient/p', { token: world.system, body: patient('p') });
    await subscribe(world, { type: 'rest-hook', endpoint: hook.url });
    const socketed = await subscribe(world, { type: 'websocket' });
    const lines = Array.from({ length: EVENTS }, (_, i) => ({ ...observation('p', i), id: `o${i}` }));
    const begun = await world.ask('POST', '/$import', {
      token: world.system,
      body: lines.map((each) => JSON.stringify(each)).join('\n'),
      headers: { 'Content-Type': 'application/fhir+ndjson' },
    });
    // In the midst of the first notifications, and twice more on the way.
    for (const number of [1, 200, 500]) {
      await eventually(heard, LONG).toBeGreaterThanOrEqual(number);
      expect(heard()).toBeLessThan(EVENTS);
      world = await again(world);
    }
    const place = `/$import/${begun.headers.get('content-location')?.split('/').at(-1)}`;
    const state = async () => {
      await sleep(520);
      return (await world.ask('GET', place, { token: world.system })).status;
    };
    await eventually(state, LONG).toBe(200);
    await eventually(heard, LONG).toBe(EVENTS);

    const firsts = new Map<number, string>();
    for (const { numbers, focus } of told())
      for (const [i, number] of numbers.entries()) {
        expect(firsts.get(number) ?? focus[i]).toBe(focus[i]);
        firsts.set(number, focus[i] as string);
      }
    const all = lines.map(({ id }) => `Observation/${id}`).sort();
    expect([...firsts.keys()]).toEqual(all.map((_, i) => i + 1));
    expect([...firsts.values()].sort()).toEqual(all);

    // Of what the other was not connected for: the same events under the same numbers, and it goes on from there.
    const asked = await world.ask('GET', `/Subscription/${socketed}/$events?eventsSinceNumber=1`, {
      token: world.system,
    });
    const missed = notified(asked.body);
    expect(missed.numbers).toEqual([...firsts.keys()]);
    expect(missed.focus).toEqual([...firsts.values()]);
    const { body: token } = await world.ask('GET', `/Subscription/${socketed}/$get-ws-binding-token`, {
      token: world.system,
    });
    const value = (name: string) =>
      token.parameter.find((each: { name: string }) => each.name === name) as {
        valueString: string;
        valueUrl: string;
      };
    const came: string[] = [];
    const socket = new WebSocket(value('websocket-url').valueUrl);
    socket.on('open', () => socket.send(`bind-with-token ${value('token').valueString}`));
    socket.on('message', (data) => {
      const bundle = JSON.parse(String(data));
      came.push(`${statusValue(bundle, 'type')} ${notified(bundle).total} ${notified(bundle).numbers}`);
    });
    await eventually(() => came).toEqual([`handshake ${EVENTS} `]);
    await world.ask('PUT', '/Observation/next', {
      token: world.system,
      body: { ...observation('p', 0), id: 'next' },
    });
    await eventually(() => came.slice(1)).toEqual([`event-notification ${EVENTS + 1} ${EVENTS + 1}`]);
    await eventually(heard).toBe(EVENTS + 1);
    socket.close();
    await world.close();
  }, 400_000);

  it('tells nobody whose access has ended what they were owed, whoever takes over', async () => {
    const first = await openWorld(environment, { ...spawned, dataDir });
    const makerIn = (world: World) =>
      world.token({ scope: 'system/*.cruds', client_id: 'maker', sub: 'maker' });
    await first.ask('PUT', '/Patient/q', { token: first.system, body: patient('q') });
    const id = await subscribe(first, { type: 'rest-hook', endpoint: hook.url }, makerIn(first), 'q');
    const { calls } = hook;
    hook.answer = 500;
    await first.ask('POST', '/Observation', { token: first.system, body: observation('q', 1) });
    await eventually(() => hook.calls).toBeGreaterThan(calls);
    const second = await killed(first, environment, { ...spawned, dataDir, ended: ['maker'] });
    hook.answer = 200;
    const token = makerIn(second);
    const status = async () => (await second.ask('GET', `/Subscription/${id}`, { token })).body.status;
    await eventually(status).toBe('off');
    expect(told()).toEqual([]);
    await second.close();
  }, 120_000);
});
