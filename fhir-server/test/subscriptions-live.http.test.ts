/** Subscriptions by websocket, on the port of the server itself; and what becomes of events when processes are killed. */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ClientOptions, WebSocket } from 'ws';
import { eventually, type Hook, notified, openHook, statusValue } from './hook.ts';
import { STORES } from './stores.ts';
import { openWorld, spawned, type World } from './world.ts';

const SCOPE = 'openid fhirUser launch/patient patient/*.rs patient/Subscription.cud';
const CONTENT = 'http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-payload-content';

const wanted = (channel: object) => ({
  resourceType: 'Subscription',
  status: 'requested',
  reason: 'test',
  criteria: 'urn:wellspring:SubscriptionTopic:record-change',
  channel: {
    payload: 'application/fhir+json',
    _payload: { extension: [{ url: CONTENT, valueCode: 'id-only' }] },
    ...channel,
  },
});
const observation = (id: string, patient: string) => ({
  resourceType: 'Observation',
  id,
  status: 'final',
  code: { text: 'x' },
  subject: { reference: `Patient/${patient}` },
});

async function putPatient(world: World, id: string): Promise<void> {
  await world.ask('PUT', `/Patient/${id}`, { token: world.system, body: { resourceType: 'Patient', id } });
}

describe.each(STORES)('a websocket, on %s', (_store, openOn) => {
  let world: World;

  beforeAll(async () => {
    world = await openOn({ SUBSCRIPTION_POLL_SECONDS: '0.1', INTROSPECTION_CACHE_SECONDS: '0' });
    for (const id of ['ana', 'ben']) await putPatient(world, id);
  });
  afterAll(() => world?.close());

  interface Socket {
    readonly socket: WebSocket;
    // biome-ignore lint/suspicious/noExplicitAny: tests read Bundles of every shape
    readonly bundles: any[];
    readonly closed: Promise<readonly [number, string]>;
  }

  async function open(url: string, options: ClientOptions = {}): Promise<Socket> {
    const socket = new WebSocket(url, options);
    const bundles: unknown[] = [];
    socket.on('message', (data) => bundles.push(JSON.parse(data.toString())));
    const closed = once(socket, 'close').then(([code, reason]) => [code, String(reason)] as const);
    await once(socket, 'open');
    return { socket, bundles, closed } as Socket;
  }

  async function subscribe(token: string): Promise<string> {
    const { body, text } = await world.ask('POST', '/Subscription', {
      token,
      body: wanted({ type: 'websocket' }),
    });
    expect(body.status, text).toBe('active');
    return body.id;
  }

  async function binding(id: string, token: string, headers = {}): Promise<{ token: string; url: string }> {
    const { body } = await world.ask('GET', `/Subscription/${id}/$get-ws-binding-token`, { token, headers });
    const named = (name: string) => body.parameter.find((each: { name: string }) => each.name === name);
    return { token: named('token').valueString, url: named('websocket-url').valueUrl };
  }

  const put = (id: string, patient: string) =>
    world.ask('PUT', `/Observation/${id}`, { token: world.system, body: observation(id, patient) });
  const typesOf = ({ bundles }: Socket) => bundles.map((bundle) => statusValue(bundle, 'type'));
  const focusOf = ({ bundles }: Socket) => bundles.flatMap((bundle) => notified(bundle).focus);

  it('tells of what happens at once, to whoever is bound, and renews over the same connection', async () => {
    const token = world.patient('ana', SCOPE);
    const id = await subscribe(token);
    const bound = await binding(id, token);
    const [one, two] = await Promise.all([open(bound.url), open(bound.url)]);
    for (const { socket } of [one, two]) socket.send(`bind-with-token ${bound.token}`);
    await eventually(() => [...typesOf(one), ...typesOf(two)]).toEqual(['handshake', 'handshake']);
    await put('live-1', 'ana');
    await put('of-another', 'ben');
    await eventually(() => focusOf(one)).toEqual(['Observation/live-1']);
    one.socket.send(`bind-with-token ${(await binding(id, token)).token}`);
    await eventually(() => typesOf(one)).toEqual(['handshake', 'event-notification', 'handshake']);
    await put('live-2', 'ana');
    await eventually(() => focusOf(two)).toEqual(['Observation/live-1', 'Observation/live-2']);
    await eventually(() => one.bundles.flatMap((each) => notified(each).numbers)).toEqual([1, 2]);
    one.socket.close();
    two.socket.close();
  });

  it('ends when what it rests on does, and nothing is told after', async () => {
    const token = world.token({
      scope: SCOPE,
      patient: 'ana',
      fhirUser: `${world.base}/Patient/ana`,
      sub: 'ends',
    });
    const id = await subscribe(token);
    const bound = await binding(id, token);
    const own = await open(bound.url);
    own.socket.send(`bind-with-token ${bound.token}`);
    await eventually(() => own.bundles.length).toBe(1);
    world.endStanding('ends');
    await put('after-the-end', 'ana');
    expect((await own.closed)[0]).toBe(1008);
    expect(focusOf(own)).toEqual([]);
  });

  it('of somebody who acts for a patient ends with the Consent that let them, and when the patient has grown up', async () => {
    const store = async (resource: { resourceType: string; id: string; [element: string]: unknown }) => {
      const path = `/${resource.resourceType}/${resource.id}`;
      const written = await world.ask('PUT', path, { token: world.system, body: resource });
      expect(written.status, written.text).toBeLessThan(300);
    };
    const kid = (birthDate: string) => store({ resourceType: 'Patient', id: 'kid', birthDate });
    const code = 'MTH';
    const mother = { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-RoleCode', code }] };
    const invited = [{ system: 'urn:wellspring:family-access', value: 'leo' }];
    const patient = { reference: 'Patient/kid' };
    const actor = [{ role: { text: 'x' }, reference: { reference: 'RelatedPerson/leo' } }];
    const consent = (status: string) =>
      store({
        resourceType: 'Consent',
        id: 'leo',
        status,
        scope: { text: 'x' },
        category: [{ text: 'x' }],
        policyRule: { text: 'x' },
        patient,
        provision: { type: 'deny', actor, provision: [{ type: 'permit', actor }] },
      });
    await kid('2020-01-01');
    await store({ resourceType: 'RelatedPerson', id: 'mum', patient, relationship: [mother] });
    await store({ resourceType: 'RelatedPerson', id: 'leo', patient, identifier: invited });
    await consent('active');
    const sockets = await Promise.all(
      ['mum', 'leo'].map(async (person) => {
        const fhirUser = `${world.base}/RelatedPerson/${person}`;
        const token = world.token({ scope: SCOPE, patient: 'kid', fhirUser, sub: person });
        const bound = await binding(await subscribe(token), token);
        const own = await open(bound.url);
        own.socket.send(`bind-with-token ${bound.token}`);
        await eventually(() => own.bundles.length).toBe(1);
        return own;
      }),
    );
    await put('while-they-may', 'kid');
    for (const own of sockets) await eventually(() => focusOf(own)).toEqual(['Observation/while-they-may']);
    await consent('inactive');
    await kid('1990-01-01');
    await put('when-they-may-not', 'kid');
    for (const own of sockets) {
      expect((await own.closed)[0]).toBe(1008);
      expect(focusOf(own)).toEqual(['Observation/while-they-may']);
    }
  });

  it('is for pages of the origin that asked, with the token that was given, and for nothing else', async () => {
    const token = world.patient('ana', SCOPE);
    const id = await subscribe(token);
    const ofPage = await binding(id, token, { Origin: 'https://portal.example' });
    const foreign = await open(ofPage.url, { origin: 'https://evil.example' });
    foreign.socket.send(`bind-with-token ${ofPage.token}`);
    expect(await foreign.closed).toEqual([1008, 'The token is not valid.']);
    const own = await open(ofPage.url, { origin: 'https://portal.example' });
    own.socket.send(`bind-with-token ${ofPage.token}`);
    await eventually(() => own.bundles.length).toBe(1);
    own.socket.close();
    const [part = ''] = ofPage.token.split('.');
    const forged = Buffer.from(part, 'base64url').toString().replace(id, 'another');
    for (const text of [
      `bind-with-token ${Buffer.from(forged).toString('base64url')}.${ofPage.token.split('.')[1]}`,
      'bind-with-token nonsense',
      `bind ${id}`,
    ]) {
      const { socket, closed } = await open(ofPage.url);
      socket.send(text);
      expect((await closed)[0]).toBe(1008);
    }
    const others = await world.ask('GET', `/Subscription/${id}/$get-ws-binding-token`, {
      token: world.patient('ben', SCOPE),
    });
    expect(others.status).toBe(404);
  });

  it.each([
    ['another path', '/fhir/other', {}, 404],
    ['a host that is not this server', '/fhir/websocket', { headers: { Host: 'evil.example' } }, 421],
  ])('is refused at %s', async (_, path, options: ClientOptions, status) => {
    const socket = new WebSocket(world.base.replace(/^http/, 'ws').replace('/fhir', path), options);
    const [, response] = await once(
      socket.on('error', () => undefined),
      'unexpected-response',
    );
    expect(response.statusCode).toBe(status);
  });

  it('is there where mail is not: that is refused', async () => {
    const body = wanted({ type: 'email', endpoint: 'mailto:a@example.org' });
    const refused = await world.ask('POST', '/Subscription', { token: world.system, body });
    expect([refused.status, refused.body.issue[0].expression]).toEqual([422, ['Subscription.channel.type']]);
  });

  it('does not stand in the way of clients that offer HTTP/2 with each request', async () => {
    const headers = {
      Connection: 'Upgrade, HTTP2-Settings',
      Upgrade: 'h2c',
      'HTTP2-Settings': 'AAMAAABkAAQAoAAAAAIAAAAA',
    };
    const { request } = await import('node:http');
    const asked = request(`${world.base}/metadata`, { headers });
    asked.end();
    const [response] = await once(asked, 'response');
    expect(response.statusCode).toBe(200);
    response.destroy();
  });
});

describe('several processes', () => {
  let world: World;
  let hook: Hook;
  const outbox = mkdtempSync(join(tmpdir(), 'wellspring-outbox-'));

  beforeAll(async () => {
    hook = await openHook();
    world = await openWorld(
      {
        WORKERS: '2',
        SUBSCRIPTION_ALLOWED_HOSTS: '127.0.0.1',
        SUBSCRIPTION_POLL_SECONDS: '0.1',
        SUBSCRIPTION_RETRY_SECONDS: '0.05',
        OUTBOX_DIR: outbox,
      },
      spawned,
    );
  });
  afterAll(async () => {
    await world?.close();
    await hook?.close();
  });

  const workers = (): number[] =>
    execFileSync('ps', ['-o', 'pid=', '--ppid', String(world.pid)])
      .toString()
      .split('\n')
      .map(Number)
      .filter((pid) => pid > 0);

  it('with the outbox of developers instead of a mail server mail into it, once', async () => {
    const isReady = async () =>
      (await fetch(`${new URL(world.base).origin}/readyz`).catch(() => undefined))?.ok;
    await eventually(isReady, 60_000).toBe(true);
    await putPatient(world, 'ben');
    const channel = { type: 'email', endpoint: 'mailto:registry@example.org', payload: 'text/plain' };
    const made = await world.ask('POST', '/Subscription', {
      token: world.system,
      body: { ...wanted({}), criteria: 'Observation?_id=mailed', channel },
    });
    expect(made.body.status, made.text).toBe('active');
    await world.ask('PUT', '/Observation/mailed', {
      token: world.system,
      body: observation('mailed', 'ben'),
    });
    const mails = () =>
      readdirSync(outbox)
        .filter((name) => name.endsWith('.json'))
        .map((name) => readFileSync(join(outbox, name), 'utf8'))
        .filter((text) => text.includes(made.body.id));
    await eventually(() => mails().map((text) => JSON.parse(text).to)).toEqual(['registry@example.org']);
    await world.ask('DELETE', `/Subscription/${made.body.id}`, { token: world.system });
  });

  it('that are killed again and again while events come lose none, tell each in order, and give no number twice', async () => {
    const isReady = async () =>
      (await fetch(`${new URL(world.base).origin}/readyz`).catch(() => undefined))?.ok;
    await eventually(isReady, 60_000).toBe(true);
    const EVENTS = 120;
    const SUBSCRIBERS = 4;
    await putPatient(world, 'ana');
    const ids: string[] = [];
    for (let i = 0; i < SUBSCRIBERS; i++) {
      const body = wanted({ type: 'rest-hook', endpoint: `${hook.url}/${i}` });
      ids.push((await world.ask('POST', '/Subscription', { token: world.system, body })).body.id);
    }
    await eventually(() => hook.notifications('handshake').length).toBe(SUBSCRIBERS);
    const kill = (at: number): void => {
      const [pid] = workers().slice(at);
      if (pid !== undefined) process.kill(pid, 'SIGKILL');
    };
    for (let i = 1; i <= EVENTS; i++) {
      if (i % 40 === 20) kill(Math.floor(i / 40) % 2);
      // Both workers may be starting: whoever writes tries again.
      for (;;) {
        const answer = await world
          .ask('PUT', `/Observation/event-${i}`, {
            token: world.system,
            body: observation(`event-${i}`, 'ana'),
          })
          .catch(() => undefined);
        if (answer && answer.status < 300) break;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
    const firsts = (place: number) => {
      const seen = new Map<number, string>();
      for (const { path, body } of hook.received) {
        if (path !== `/hook/${place}` || statusValue(body, 'type') !== 'event-notification') continue;
        const { numbers, focus } = notified(body);
        for (const [i, number] of numbers.entries()) {
          const what = focus[i] ?? '';
          expect(seen.get(number) ?? what).toBe(what);
          if (!seen.has(number)) seen.set(number, what);
        }
      }
      return [...seen];
    };
    const all = Array.from({ length: EVENTS }, (_, i) => [i + 1, `Observation/event-${i + 1}`]);
    // Not more than a Patient may have come before the first event, where the subscription was begun at once.
    for (let place = 0; place < SUBSCRIBERS; place++)
      await eventually(() =>
        firsts(place).filter(([, what]) => what.startsWith('Observation/')),
      ).toHaveLength(EVENTS);
    for (let place = 0; place < SUBSCRIBERS; place++) {
      const told = firsts(place);
      expect(told.map(([number]) => number)).toEqual(told.map((_, i) => i + 1));
      expect(told.map(([, what]) => what)).toEqual(all.map(([, what]) => what));
    }
  }, 90_000);
});
