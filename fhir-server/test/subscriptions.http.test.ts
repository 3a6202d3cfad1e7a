/** Subscriptions over HTTP: what can be subscribed to, what is sent, by which access, and what happens when a subscriber does not answer. */
import { validateResource } from '@wellspring/profiles';
import { Webhook } from 'standardwebhooks';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Mailbox, openMailbox } from '../../auth-server/test/mailbox.ts';
import { eventually, type Hook, notified, openHook } from './hook.ts';
import { STORES } from './stores.ts';
import type { World } from './world.ts';

let world: World;
let hook: Hook;
let mailbox: Mailbox;

beforeAll(async () => {
  // On MongoDB where the run names one, else on the embedded store.
  const [, openWorld] = STORES.at(-1) as (typeof STORES)[number];
  mailbox = await openMailbox();
  world = await openWorld({
    ...mailbox.env,
    SUBSCRIPTION_ALLOWED_HOSTS: '127.0.0.1',
    SUBSCRIPTION_RETRY_SECONDS: '0.01',
    INTROSPECTION_CACHE_SECONDS: '0',
    SUBSCRIPTION_POLL_SECONDS: '0.1',
  });
  for (const id of ['ana', 'ben']) await put({ resourceType: 'Patient', id });
});
afterAll(async () => {
  await world?.close();
  await mailbox?.close();
});
beforeEach(async () => {
  hook = await openHook();
});
afterEach(async () => {
  for (const { body } of hook.received) if (body) expect(faultsOf(body)).toEqual([]);
  await hook?.close();
});

/** R4's own; of the guide's profiles for notifications and their status, what they demand beyond. */
function faultsOf(body: Resource): unknown[] {
  const faults: unknown[] = validateResource(body).filter(({ severity }) => severity === 'error');
  if (body.resourceType !== 'Bundle') return faults;
  const [first, ...more] = body.entry as { resource?: Resource; request: { url: string } }[];
  const parameter = (first?.resource?.parameter ?? []) as { name: string; part?: { name: string }[] }[];
  const count = (name: string) => parameter.filter((each) => each.name === name).length;
  const once = ['subscription', 'status', 'type'].filter((name) => count(name) !== 1);
  const unnumbered = parameter
    .filter(({ name }) => name === 'notification-event')
    .filter(({ part = [] }) => part.filter(({ name }) => name === 'event-number').length !== 1);
  const isStatus = first?.resource?.resourceType === 'Parameters' && first.request.url.endsWith('/$status');
  const others = more.filter(({ resource }) => resource?.resourceType === 'Parameters');
  if (body.type !== 'history' || !isStatus) faults.push('the first entry is the status');
  return [...faults, ...once, ...unnumbered, ...others];
}

type Resource = { resourceType: string; id?: string } & Record<string, unknown>;

async function put(resource: Resource, token = world.system): Promise<void> {
  const { status, text } = await world.ask('PUT', `/${resource.resourceType}/${resource.id}`, {
    token,
    body: resource,
  });
  expect(status, text).toBeLessThan(300);
}

const observation = (id: string, patient: string, code = '4548-4'): Resource => ({
  resourceType: 'Observation',
  id,
  status: 'final',
  code: { coding: [{ system: 'http://loinc.org', code }] },
  subject: { reference: `Patient/${patient}` },
});

const TOPIC = 'urn:wellspring:SubscriptionTopic:';
const BACKPORT = 'http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-';
const R5 = 'http://hl7.org/fhir/5.0/StructureDefinition/extension-Subscription';

interface Wanted {
  readonly topic?: string;
  readonly criteria?: string;
  readonly filters?: readonly string[];
  readonly content?: string | undefined;
  readonly channel?: object;
  readonly more?: object;
}

const subscription = ({ topic, criteria, filters = [], content, channel = {}, more = {} }: Wanted) => ({
  resourceType: 'Subscription',
  status: 'requested',
  reason: 'test',
  criteria: criteria ?? `${TOPIC}${topic}`,
  ...(filters.length > 0
    ? {
        _criteria: {
          extension: filters.map((valueString) => ({ url: `${BACKPORT}filter-criteria`, valueString })),
        },
      }
    : {}),
  channel: {
    type: 'rest-hook',
    endpoint: hook.url,
    payload: 'application/fhir+json',
    ...(content === undefined
      ? {}
      : { _payload: { extension: [{ url: `${BACKPORT}payload-content`, valueCode: content }] } }),
    ...channel,
  },
  ...more,
});

async function subscribe(wanted: Wanted, token = world.system): Promise<string> {
  const { status, body, text } = await world.ask('POST', '/Subscription', {
    token,
    body: subscription({ content: 'id-only', ...wanted }),
  });
  expect(status, text).toBe(201);
  await eventually(() => statusOf(body.id, token)).toBe('active');
  return body.id;
}

const statusOf = async (id: string, token = world.system): Promise<string> =>
  (await world.ask('GET', `/Subscription/${id}`, { token })).body.status;

const focus = (): string[] => hook.notifications('event-notification').flatMap((each) => each.focus);
const numbers = (): number[] => hook.notifications('event-notification').flatMap((each) => each.numbers);

describe('Q18: a Subscription with a search as its criteria', () => {
  it('is in force, and sends the resource that fits as an update, of creates and updates and nothing else', async () => {
    const id = await subscribe({ criteria: 'Observation?code=http://loinc.org|4548-4', content: undefined });
    await put(observation('plain-other', 'ana', '718-7'));
    await put(observation('plain', 'ana'));
    await put({ ...observation('plain', 'ana'), status: 'amended' });
    await eventually(() => hook.received.length).toBe(2);
    expect(hook.received.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'PUT /hook/Observation/plain',
      'PUT /hook/Observation/plain',
    ]);
    expect(hook.received.map(({ body }) => body.status)).toEqual(['final', 'amended']);
    await world.ask('DELETE', `/Subscription/${id}`, { token: world.system });
  });

  it('is told of what is written right after it, of a type that nobody asked for before', async () => {
    // Whoever matches is at work.
    await subscribe({ criteria: 'Observation?_id=nobody' });
    const asked = { criteria: 'Device?status=active', content: undefined };
    await world.ask('POST', '/Subscription', { token: world.system, body: subscription(asked) });
    await put({ resourceType: 'Device', id: 'right-after', status: 'active' });
    await eventually(() => hook.received.map(({ path }) => path)).toContain('/hook/Device/right-after');
  });

  it('sends an empty call where it names no payload', async () => {
    await subscribe({
      criteria: 'Observation?_id=pinged',
      content: undefined,
      channel: { payload: undefined },
    });
    await put(observation('pinged', 'ana'));
    await eventually(() => hook.received.map(({ method, text }) => `${method} ${text}`)).toEqual(['POST ']);
  });

  it.each([
    ['a search that can not be read', { criteria: 'Observation?nonsense=1' }, 'Subscription.criteria'],
    ['a search that follows references', { criteria: 'Observation?patient.name=x' }, 'Subscription.criteria'],
    ['what nobody is told of', { criteria: 'AuditEvent?agent=x' }, 'Subscription.criteria'],
    ['half an escape', { criteria: 'Observation?code=50%' }, 'Subscription.criteria'],
    [
      'half an escape in a filter',
      { topic: 'result', filters: ['code=%zz'] },
      'Subscription.criteria.extension',
    ],
    ['a page size', { criteria: 'Observation?_count=3' }, 'Subscription.criteria'],
    ['no type of R4', { criteria: 'Thing?x=1' }, 'Subscription.criteria'],
    ['a topic that is not there', { criteria: 'http://example.org/topic' }, 'Subscription.criteria'],
    ['a version that a topic does not have', { criteria: `${TOPIC}result|9` }, 'Subscription.criteria'],
    ['an end that is over', { topic: 'result', more: { end: '2020-01-01T00:00:00Z' } }, 'Subscription.end'],
    [
      'a channel that is not there',
      { topic: 'result', channel: { type: 'sms' } },
      'Subscription.channel.type',
    ],
    ['no endpoint', { topic: 'result', channel: { endpoint: undefined } }, 'Subscription.channel.endpoint'],
    [
      'an address of this network',
      { topic: 'result', channel: { endpoint: 'http://10.0.0.1/' } },
      'Subscription.channel.endpoint',
    ],
    [
      'this machine under another name',
      { topic: 'result', channel: { endpoint: 'http://[::ffff:7f00:2]/' } },
      'Subscription.channel.endpoint',
    ],
    [
      'a cloud’s metadata',
      { topic: 'result', channel: { endpoint: 'http://169.254.169.254/latest' } },
      'Subscription.channel.endpoint',
    ],
    [
      'no http',
      { topic: 'result', channel: { endpoint: 'file:///etc/passwd' } },
      'Subscription.channel.endpoint',
    ],
    [
      'a payload of XML',
      { topic: 'result', channel: { payload: 'application/fhir+xml' } },
      'Subscription.channel.payload',
    ],
    [
      'another FHIR',
      { topic: 'result', channel: { payload: 'application/fhir+json; fhirVersion=4.3' } },
      'Subscription.channel.payload',
    ],
    [
      'a header that is two',
      { topic: 'result', channel: { header: ['A: b\r\nC: d'] } },
      'Subscription.channel.header[0]',
    ],
    [
      'a header of the connection',
      { topic: 'result', channel: { header: ['Host: elsewhere'] } },
      'Subscription.channel.header[0]',
    ],
    [
      'a filter that the type does not have',
      { topic: 'result', filters: ['nonsense=1'] },
      'Subscription.criteria.extension',
    ],
    [
      'a filter of another type',
      { topic: 'result', filters: ['Encounter?status=planned'] },
      'Subscription.criteria.extension',
    ],
    [
      'an extension with another value',
      {
        topic: 'result',
        channel: { extension: [{ url: `${BACKPORT}heartbeat-period`, valueString: '60' }] },
      },
      'Subscription.channel.extension[0]',
    ],
    [
      'an extension in another place',
      {
        topic: 'result',
        channel: { extension: [{ url: `${BACKPORT}filter-criteria`, valueString: 'code=x' }] },
      },
      'Subscription.channel.extension[0]',
    ],
    [
      'an extension that the guide does not have',
      { topic: 'result', more: { extension: [{ url: `${BACKPORT}filter`, valueString: 'code=x' }] } },
      'Subscription.extension[0]',
    ],
    [
      'what may be said once said twice',
      {
        topic: 'result',
        channel: { extension: [5, 7].map((n) => ({ url: `${BACKPORT}max-count`, valuePositiveInt: n })) },
      },
      'Subscription.channel.extension[1]',
    ],
    [
      'a filter as R5 has it',
      {
        topic: 'result',
        more: { extension: [{ url: `${R5}.filterBy`, extension: [{ url: 'value', valueString: 'x' }] }] },
      },
      'Subscription.extension[0]',
    ],
    [
      'a modifier that nobody knows',
      {
        topic: 'result',
        channel: { modifierExtension: [{ url: 'http://example.org/not', valueBoolean: true }] },
      },
      'Subscription.channel.modifierExtension',
    ],
  ])('is refused for %s', async (_, wanted: Wanted, expression) => {
    const { status, body } = await world.ask('POST', '/Subscription', {
      token: world.system,
      body: subscription(wanted),
    });
    expect([status, body.issue[0].expression]).toEqual([422, [expression]]);
  });
});

describe('a topic', () => {
  it('tells of what it is about, with numbers without gaps, after a handshake', async () => {
    const id = await subscribe({ topic: 'result', filters: ['Observation?patient=Patient/ana'] });
    expect(hook.notifications('handshake')).toHaveLength(1);
    await put({ ...observation('lab-1', 'ana'), category: LABORATORY });
    await put({ ...observation('lab-2', 'ben'), category: LABORATORY });
    await put(observation('no-lab', 'ana'));
    await put({ ...observation('lab-1', 'ana'), category: LABORATORY, status: 'amended' });
    await eventually(numbers).toEqual([1, 2]);
    expect(focus()).toEqual(['Observation/lab-1', 'Observation/lab-1']);
    const [first, second] = hook.notifications('event-notification');
    expect(JSON.stringify(first?.bundle)).toContain(
      JSON.stringify({
        name: 'additional-context',
        valueReference: { reference: `${world.base}/Patient/ana` },
      }),
    );
    expect([first?.total, second?.total]).toEqual([1, 2]);
    expect(first?.bundle.entry[1]).toEqual({
      fullUrl: `${world.base}/Observation/lab-1`,
      request: { method: 'POST', url: 'Observation' },
      response: { status: '201' },
    });
    const events = await world.ask(
      'GET',
      `/Subscription/${id}/$events?eventsSinceNumber=2&content=full-resource`,
      {
        token: world.system,
      },
    );
    expect(events.body.entry.map((each: { resource: Resource }) => each.resource.resourceType)).toEqual([
      'Parameters',
      'Observation',
    ]);
    expect(events.body.entry[1].resource.status).toBe('amended');
    const told = await world.ask('GET', `/Subscription/${id}/$status`, { token: world.system });
    expect(told.body.entry[0].resource.parameter).toContainEqual({
      name: 'events-since-subscription-start',
      valueString: '2',
    });
  });

  it('filters everything in a record by whose it is, the Patient too', async () => {
    await subscribe({ topic: 'record-change', filters: [`patient=${world.base}/Patient/filtered,kept`] });
    for (const id of ['filtered', 'not-filtered']) await put({ resourceType: 'Patient', id });
    await put(observation('of-not-filtered', 'not-filtered'));
    await put(observation('of-filtered', 'filtered'));
    await world.ask('DELETE', '/Observation/of-filtered', { token: world.system });
    await eventually(focus).toEqual([
      'Patient/filtered',
      'Observation/of-filtered',
      'Observation/of-filtered',
    ]);
    const asked = subscription({ topic: 'record-change', filters: ['patient=Practitioner/dr'] });
    const { status, body } = await world.ask('POST', '/Subscription', { token: world.system, body: asked });
    expect([status, body.issue[0].expression]).toEqual([422, ['Subscription.criteria.extension']]);
  });

  it('tells of long events as many as there is room for: the rest is had by their numbers (X3)', async () => {
    const asked = await world.ask('POST', '/Subscription', {
      token: world.system,
      body: {
        resourceType: 'Subscription',
        status: 'requested',
        reason: 'x',
        criteria: 'Basic?code=urn:x|long',
        channel: { type: 'websocket', payload: 'application/fhir+json' },
      },
    });
    const name = `Subscription/${asked.body.id}`;
    const basic = (id: string, text: string) =>
      put({
        resourceType: 'Basic',
        id,
        code: { coding: [{ system: 'urn:x', code: 'long' }] },
        extension: [{ url: 'urn:x', valueString: text }],
      });
    const numbersFrom = async (from: number): Promise<number[]> => {
      const { body, text } = await world.ask(
        'GET',
        `/${name}/$events?content=full-resource&eventsSinceNumber=${from}`,
        { token: world.system },
      );
      expect(text.length).toBeLessThan(7_000_000);
      const parts = (body.entry?.[0].resource.parameter ?? []) as {
        name: string;
        part?: { name: string; valueString?: string }[];
      }[];
      return parts
        .filter((each) => each.name === 'notification-event')
        .map(({ part = [] }) => Number(part.find((each) => each.name === 'event-number')?.valueString));
    };
    // From when events are counted.
    let tries = 0;
    await expect
      .poll(
        async () => {
          tries += 1;
          await basic('first', `${tries}`);
          return (await numbersFrom(1)).length;
        },
        { timeout: 15_000 },
      )
      .toBeGreaterThan(0);
    for (let i = 0; i < 8; i++) await basic(`long-${i}`, 'word '.repeat(200_000));
    const first = async () => (await numbersFrom(1)).length;
    await expect.poll(first, { timeout: 15_000 }).toBeGreaterThanOrEqual(7);
    const seen: number[] = [];
    const all = async () => {
      for (let more = await numbersFrom(1); more.length > 0; more = await numbersFrom(seen.length + 1))
        seen.push(...more.filter((number) => number > seen.length));
      return seen.length;
    };
    await expect.poll(all, { timeout: 15_000 }).toBeGreaterThanOrEqual(9);
    expect(seen).toEqual(seen.map((_, i) => i + 1));
    expect(await first()).toBeLessThan(seen.length);
  });

  it('sends as much as was asked for: nothing, where it is, or all of it; signed, with the headers of the subscriber', async () => {
    const headers = { header: ['Authorization: Bearer of-the-subscriber'] };
    const id = await subscribe({ topic: 'document', content: 'full-resource', channel: headers });
    await subscribe({ topic: 'document', content: 'empty' });
    await put({
      resourceType: 'DocumentReference',
      id: 'letter',
      status: 'current',
      subject: { reference: 'Patient/ana' },
      content: [{ attachment: { title: 'A letter' } }],
    });
    await eventually(() => hook.notifications('event-notification').length).toBe(2);
    const [full, empty] = hook
      .notifications('event-notification')
      .sort((a, b) => b.bundle.entry.length - a.bundle.entry.length);
    expect(full?.bundle.entry[1].resource.content[0].attachment.title).toBe('A letter');
    expect([empty?.bundle.entry.length, empty?.focus, empty?.numbers]).toEqual([1, [], [1]]);
    const { body } = await world.ask('GET', `/Subscription/${id}/$signing-secret`, { token: world.system });
    const received = hook.received.find(({ text }) => text.includes('A letter'));
    expect(received?.headers.authorization).toBe('Bearer of-the-subscriber');
    const signed = new Webhook(body.parameter[0].valueString);
    expect(() =>
      signed.verify(received?.text ?? '', received?.headers as Record<string, string>),
    ).not.toThrow();
    expect(() => signed.verify(`${received?.text} `, received?.headers as Record<string, string>)).toThrow();
  });

  it.each([
    ['a topic', { topic: 'document' }],
    ['a search', { criteria: 'DocumentReference?status=current', content: undefined }],
  ])('comes with the Content-Type that %s was asked for with', async (_, wanted) => {
    const types = ['application/json', 'application/fhir+json; fhirVersion=4.0', 'application/fhir+json'];
    for (const payload of types) await subscribe({ ...wanted, channel: { payload } });
    await put({
      resourceType: 'DocumentReference',
      id: 'typed',
      status: 'current',
      content: [{ attachment: { title: 'x' } }],
    });
    const sent = (): string[] =>
      hook.received
        .filter(({ text }) => text.includes('typed'))
        .map(({ headers }) => headers['content-type'] ?? '');
    await eventually(() => sent().sort()).toEqual(types.toSorted());
  });
});

describe('whose a Subscription is', () => {
  it('no other client of a system scope sees its headers or has them sent elsewhere; it may clear it away', async () => {
    const channel = { header: ['Authorization: Bearer of-the-maker'] };
    const id = await subscribe({ criteria: 'Observation?_tag=of-the-maker', channel });
    const other = world.token({ scope: 'system/*.cruds', client_id: 'other', sub: 'other' });
    const { body } = await world.ask('GET', `/Subscription/${id}`, { token: world.system });
    expect(body.channel.header).toEqual(channel.header);
    const elsewhere = { ...body, channel: { ...body.channel, endpoint: `${hook.url}/elsewhere` } };
    const patch = [{ op: 'replace', path: '/channel/endpoint', value: `${hook.url}/elsewhere` }];
    const asked = [
      world.ask('GET', `/Subscription/${id}`, { token: other }),
      world.ask('GET', `/Subscription/${id}/_history/1`, { token: other }),
      world.ask('GET', `/Subscription/${id}/$status`, { token: other }),
      world.ask('GET', `/Subscription/${id}/$events`, { token: other }),
      world.ask('GET', `/Subscription/${id}/$signing-secret`, { token: other }),
      world.ask('GET', `/Subscription/${id}/$dead-letters`, { token: other }),
      world.ask('POST', `/Subscription/${id}/$replay`, { token: other }),
      world.ask('PATCH', `/Subscription/${id}`, {
        token: other,
        body: patch,
        headers: { 'Content-Type': 'application/json-patch+json' },
      }),
      world.ask('PUT', `/Subscription/${id}`, { token: other, body: elsewhere }),
    ];
    for (const { status, text } of await Promise.all(asked)) {
      expect(text).not.toContain('of-the-maker');
      expect([404, 412], text).toContain(status);
    }
    for (const path of ['/Subscription', '/Subscription/_history', '/_history', '/Subscription/$status']) {
      const { text } = await world.ask('GET', path, { token: other });
      expect(text.includes(id), path).toBe(false);
    }
    expect((await world.ask('GET', '/_history', { token: world.system })).text).toContain(id);
    const after = await world.ask('GET', `/Subscription/${id}`, { token: world.system });
    expect([after.status, after.body.meta.versionId]).toEqual([200, body.meta.versionId]);
    const cleared = await world.ask('DELETE', `/Subscription/${id}`, { token: other });
    expect([cleared.status, cleared.text]).toEqual([204, '']);
  });
});

describe('what was missed', () => {
  it('a subscriber that answers 500, cuts the line or does not answer gets each event at least once, in order; others are not held up', async () => {
    const other = await openHook();
    const patience = { extension: [{ url: `${BACKPORT}timeout`, valueUnsignedInt: 1 }] };
    await subscribe({ criteria: 'Observation?_tag=broken', channel: patience });
    await subscribe({ criteria: 'Observation?_tag=broken', channel: { endpoint: other.url } });
    const tag = { meta: { tag: [{ code: 'broken' }] } };
    const write = (number: number) => put({ ...observation(`broken-${number}`, 'ana'), ...tag });
    const all = (hooked: Hook) => hooked.notifications('event-notification').flatMap((each) => each.numbers);
    for (const [i, answer] of ([500, 'cut', 302, 'hang'] as const).entries()) {
      hook.answer = answer;
      await write(2 * i + 1);
      await write(2 * i + 2);
      await eventually(() => all(other).length).toBe(2 * i + 2);
      expect(all(hook)).not.toContain(2 * i + 1);
      hook.answer = 200;
      await eventually(() => new Set(all(hook)).size).toBe(2 * i + 2);
    }
    // On a machine that is busy for longer than their patience one may come twice.
    expect([...new Set(all(hook))]).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(hook.received.some(({ path }) => path === '/elsewhere')).toBe(false);
    await other.close();
  });

  it('who asks to be left alone is, however much happens meanwhile, until the subscriber asks anew', async () => {
    const other = await openHook();
    const id = await subscribe({ criteria: 'Observation?_tag=alone' });
    await subscribe({ criteria: 'Observation?_tag=alone', channel: { endpoint: other.url } });
    const tag = { meta: { tag: [{ code: 'alone' }] } };
    const before = hook.calls;
    Object.assign(hook, { answer: 503, retryAfter: 300 });
    for (const number of [1, 2, 3, 4]) {
      await put({ ...observation(`alone-${number}`, 'ana'), ...tag });
      await eventually(() => other.notifications('event-notification').length).toBe(number);
      await eventually(() => hook.calls).toBe(before + 1);
    }
    Object.assign(hook, { answer: 200, retryAfter: undefined });
    const { body } = await world.ask('GET', `/Subscription/${id}`, { token: world.system });
    await put({ ...body, status: 'requested' });
    await eventually(numbers).toEqual([1, 2, 3, 4]);
    await other.close();
  });

  it('what is refused again and again is given up, listed, and sent again when it is asked for; what comes after it goes on', async () => {
    const id = await subscribe({ criteria: 'Observation?_tag=refused' });
    const tagged = { meta: { tag: [{ code: 'refused' }] } };
    hook.answer = 410;
    await put({ ...observation('refused-1', 'ana'), ...tagged });
    const letters = async () =>
      (await world.ask('GET', '/Subscription/$dead-letters', { token: world.system })).body;
    const ofThis = async () =>
      ((await letters()).parameter ?? []).filter((each: object) => JSON.stringify(each).includes(id));
    await eventually(async () => (await ofThis()).length).toBe(1);
    hook.answer = 200;
    await put({ ...observation('refused-2', 'ana'), ...tagged });
    await eventually(numbers).toEqual([2]);
    const replayed = await world.ask('POST', `/Subscription/${id}/$replay`, { token: world.system });
    expect([replayed.status, replayed.body.parameter]).toEqual([202, [{ name: 'events', valueInteger: 1 }]]);
    await eventually(numbers).toEqual([2, 1]);
    // They have it before the server has their answer.
    await eventually(ofThis).toEqual([]);
    expect(
      (await world.ask('GET', '/Subscription/$dead-letters', { token: world.patient('ana', SUBSCRIBES) }))
        .status,
    ).toBe(403);
  });

  it('an endpoint that takes no handshake leaves it in error, and it begins again when it is asked to', async () => {
    hook.answer = 404;
    const made = await world.ask('POST', '/Subscription', {
      token: world.system,
      body: subscription({ topic: 'encounter', content: 'id-only' }),
    });
    await eventually(() => statusOf(made.body.id)).toBe('error');
    hook.answer = 200;
    const { body } = await world.ask('GET', `/Subscription/${made.body.id}`, { token: world.system });
    expect(body.error).toBe('It answered 404.');
    await put({ ...body, status: 'requested' });
    await eventually(() => statusOf(made.body.id)).toBe('active');
    expect(
      (await world.ask('GET', `/Subscription/${made.body.id}`, { token: world.system })).body.error,
    ).toBeUndefined();
  });

  it('sends signs of life, and ends at its end', async () => {
    const id = await subscribe({
      topic: 'encounter',
      channel: { extension: [{ url: `${BACKPORT}heartbeat-period`, valueUnsignedInt: 1 }] },
      more: { end: new Date(Date.now() + 2500).toISOString() },
    });
    await eventually(() => hook.notifications('heartbeat').length).toBeGreaterThan(0);
    await eventually(() => statusOf(id)).toBe('off');
  });
});

const SUBSCRIBES = 'openid fhirUser launch/patient patient/*.rs patient/Subscription.cud';

describe('access', () => {
  it('a patient is told of their own record and nothing else, and of what they may not see no number is spent', async () => {
    const token = world.patient('ana', SUBSCRIBES);
    await subscribe({ topic: 'record-change' }, token);
    const hidden = {
      security: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'NOPAT' }],
    };
    await put(observation('of-ben', 'ben'));
    await put({ ...observation('kept-from-ana', 'ana'), meta: hidden });
    await put(observation('of-ana', 'ana'));
    await eventually(focus).toEqual(['Observation/of-ana']);
    expect(numbers()).toEqual([1]);
  });

  it('what may not be seen any more when it is sent keeps its number, and says nothing else', async () => {
    await subscribe({ topic: 'record-change', content: 'full-resource' }, world.patient('ana', SUBSCRIBES));
    hook.answer = 500;
    await put(observation('shown', 'ana'));
    const hidden = {
      security: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'NOPAT' }],
    };
    await put({ ...observation('shown', 'ana'), meta: hidden });
    hook.answer = 200;
    await put(observation('shown-too', 'ana'));
    await eventually(numbers).toEqual([1, 2]);
    expect(focus()).toEqual(['Observation/shown-too']);
    expect(hook.received.map(({ text }) => text).join()).not.toContain('Observation/shown"');
  });

  it('staff are told of records within their reach', async () => {
    const token = await world.staff('ruiz', 'clinician', 'openid fhirUser user/*.cruds', 'north');
    await put({ resourceType: 'Organization', id: 'south', name: 'South' });
    for (const id of ['north', 'south'])
      await put({
        resourceType: 'Patient',
        id: `of-${id}`,
        managingOrganization: { reference: `Organization/${id}` },
      });
    await subscribe({ topic: 'result' }, token);
    await put({ ...observation('in-south', 'of-south'), category: LABORATORY });
    await put({ ...observation('in-north', 'of-north'), category: LABORATORY });
    await eventually(focus).toEqual(['Observation/in-north']);
  });

  it('is its maker’s: nobody else reads, changes or deletes it, whatever the body says', async () => {
    const token = world.patient('ana', SUBSCRIBES);
    const forged = {
      meta: { tag: [{ system: 'urn:wellspring:subscriber', code: 'somebody-else' }] },
      extension: [{ url: 'urn:wellspring:subscription-ground', valueString: 'e30' }],
    };
    const refused = await world.ask('POST', '/Subscription', {
      token,
      body: { ...subscription({ topic: 'result', content: 'empty' }), ...forged },
    });
    expect(refused.status).toBe(403);
    const id = await subscribe({ topic: 'message', more: { extension: forged.extension } }, token);
    const { body } = await world.ask('GET', `/Subscription/${id}`, { token });
    expect(JSON.stringify(body)).not.toContain('"e30"');
    const others = [
      world.patient('ben', SUBSCRIBES),
      world.token({
        scope: SUBSCRIBES,
        patient: 'ana',
        fhirUser: `${world.base}/Patient/ana`,
        sub: 'ana',
        client_id: 'other',
      }),
      await world.staff('fox', 'clinician'),
    ];
    for (const other of others) {
      expect((await world.ask('GET', `/Subscription/${id}`, { token: other })).status).toBe(404);
      expect((await world.ask('GET', `/Subscription/${id}/$events`, { token: other })).status).toBe(404);
      expect((await world.ask('GET', `/Subscription/${id}/$signing-secret`, { token: other })).status).toBe(
        404,
      );
      expect((await world.ask('GET', '/Subscription', { token: other })).body.entry ?? []).toEqual([]);
      expect((await world.ask('PUT', `/Subscription/${id}`, { token: other, body })).status).toBe(404);
      expect((await world.ask('DELETE', `/Subscription/${id}`, { token: other })).status).toBe(404);
    }
    await put({
      resourceType: 'Communication',
      id: 'to-ana',
      status: 'completed',
      subject: { reference: 'Patient/ana' },
      payload: [{ contentString: 'Hello' }],
    });
    await eventually(focus).toEqual(['Communication/to-ana']);
  });

  it('T13: nothing goes out after what it rests on has ended, nor after it was deleted', async () => {
    const token = world.token({
      scope: SUBSCRIBES,
      patient: 'ben',
      fhirUser: `${world.base}/Patient/ben`,
      sub: 'ben-ends',
    });
    const id = await subscribe({ topic: 'record-change' }, token);
    const deleted = await subscribe({ topic: 'record-change' }, world.patient('ben', SUBSCRIBES));
    await put(observation('before-the-end', 'ben'));
    await eventually(() => focus().length).toBe(2);
    expect((await world.ask('DELETE', `/Subscription/${deleted}`, { token: world.system })).status).toBe(204);
    world.endStanding('ben-ends');
    await put(observation('after-the-end', 'ben'));
    await eventually(() => statusOf(id, token)).toBe('off');
    expect(focus()).toEqual(['Observation/before-the-end', 'Observation/before-the-end']);
  });

  it('needs scopes for what it is about', async () => {
    const scope = 'openid fhirUser launch/patient patient/Observation.rs patient/Subscription.cruds';
    const token = world.token({ scope, patient: 'ana', fhirUser: `${world.base}/Patient/ana`, sub: 'ana' });
    const about = async (wanted: Wanted) =>
      (await world.ask('POST', '/Subscription', { token, body: subscription(wanted) })).status;
    expect(await about({ criteria: 'Condition?' })).toBe(403);
    expect(await about({ topic: 'message', content: 'empty' })).toBe(403);
    expect(await about({ topic: 'result', content: 'empty' })).toBe(201);
    const without = world.patient('ana');
    const body = subscription({ topic: 'result', content: 'empty' });
    expect((await world.ask('POST', '/Subscription', { token: without, body })).status).toBe(403);
  });
});

describe('mail', () => {
  const MAIL = { type: 'email', endpoint: 'mailto:registry@example.org', payload: 'text/plain' };

  it('says that something has happened, and never what', async () => {
    const made = await world.ask('POST', '/Subscription', {
      token: world.system,
      body: subscription({ criteria: 'Observation?_id=mailed', channel: MAIL }),
    });
    expect(made.body.status, made.text).toBe('active');
    await put(observation('mailed', 'ana'));
    const { subject, text, from } = await mailbox.mailTo('registry@example.org');
    expect([subject, text.includes(made.body.id)]).toEqual([
      'Something that you subscribed to has happened.',
      true,
    ]);
    expect(`${subject} ${text} ${from}`).not.toMatch(/Observation|ana|4548/);
  });

  it.each([
    [
      'more than that',
      { ...MAIL, _payload: { extension: [{ url: `${BACKPORT}payload-content`, valueCode: 'id-only' }] } },
    ],
    ['several addresses', { ...MAIL, endpoint: 'mailto:a@example.org,b@example.org' }],
    ['a subject', { ...MAIL, endpoint: 'mailto:a@example.org?subject=x' }],
  ])('is refused for %s', async (_, channel) => {
    const body = subscription({ criteria: 'Observation?_id=mailed', channel });
    expect((await world.ask('POST', '/Subscription', { token: world.system, body })).status).toBe(422);
  });

  it('is not for patients, who have notices', async () => {
    const body = subscription({ criteria: 'Observation?_id=mailed', channel: MAIL });
    expect(
      (await world.ask('POST', '/Subscription', { token: world.patient('ana', SUBSCRIBES), body })).status,
    ).toBe(422);
  });
});

describe('topics of an administrator', () => {
  const PREFIX = 'http://hl7.org/fhir/5.0/StructureDefinition/extension-SubscriptionTopic.';
  const basic = (id: string, trigger: object[]) => ({
    resourceType: 'Basic',
    id,
    code: { coding: [{ system: 'http://hl7.org/fhir/fhir-types', code: 'SubscriptionTopic' }] },
    modifierExtension: [{ url: `${PREFIX}status`, valueCode: 'active' }],
    extension: [
      { url: `${PREFIX}url`, valueUri: `http://example.org/topic/${id}` },
      { url: `${PREFIX}resourceTrigger`, extension: trigger },
      {
        url: `${PREFIX}canFilterBy`,
        extension: [{ url: 'filterParameter', valueString: 'subject' }],
      },
    ],
  });
  const encounter = (id: string, status: string): Resource => ({
    resourceType: 'Encounter',
    id,
    status,
    class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'AMB' },
    subject: { reference: 'Patient/ana' },
  });
  const RESOURCE = { url: 'resource', valueUri: 'http://hl7.org/fhir/StructureDefinition/Encounter' };

  it('ask the version before and the one after, by search or by FHIRPath', async () => {
    await put(
      basic('by-query', [
        RESOURCE,
        {
          url: 'queryCriteria',
          extension: [
            { url: 'previous', valueString: 'status:not=finished' },
            { url: 'resultForCreate', valueCode: 'test-fails' },
            { url: 'current', valueString: 'status=finished' },
            { url: 'requireBoth', valueBoolean: true },
          ],
        },
      ]),
    );
    const fhirPath = "%previous.id.empty() and %current.status = 'finished'";
    await put(basic('by-path', [RESOURCE, { url: 'fhirPathCriteria', valueString: fhirPath }]));
    const other = await openHook();
    await subscribe({ criteria: 'http://example.org/topic/by-query', filters: ['subject=Patient/ana'] });
    await subscribe({ criteria: 'http://example.org/topic/by-path', channel: { endpoint: other.url } });
    await put(encounter('begun', 'in-progress'));
    await put(encounter('made-finished', 'finished'));
    await put(encounter('begun', 'finished'));
    await put({ ...encounter('begun', 'finished'), length: { value: 20, unit: 'min' } });
    await eventually(focus).toEqual(['Encounter/begun']);
    const byPath = () => other.notifications('event-notification').flatMap((each) => each.focus);
    await eventually(byPath).toEqual(['Encounter/made-finished']);
    const { body } = await world.ask('GET', '/metadata');
    expect(JSON.stringify(body)).toContain('http://example.org/topic/by-query');
    await other.close();
  });

  it('have go along what their shape says and this server can follow, as far as the subscriber may see it', async () => {
    const shape = {
      url: `${PREFIX}notificationShape`,
      extension: [
        RESOURCE,
        ...['Encounter:patient&iterate=Patient.link', 'Encounter:nonsense', 'Encounter:service-provider'].map(
          (valueString) => ({ url: 'include', valueString }),
        ),
        { url: 'revInclude', valueString: 'Condition:encounter' },
      ],
    };
    const topic = basic('shaped', [RESOURCE]);
    await put({ ...topic, extension: [...topic.extension, shape] });
    await put({ resourceType: 'Organization', id: 'house', name: 'House' });
    const criteria = 'http://example.org/topic/shaped';
    const secret = { system: 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality', code: 'R' };
    const condition = (id: string, more: object): Resource => ({
      resourceType: 'Condition',
      id,
      subject: { reference: 'Patient/ana' },
      encounter: { reference: 'Encounter/shaped' },
      code: { text: 'x' },
      ...more,
    });
    await put({ ...encounter('shaped', 'planned'), serviceProvider: { reference: 'Organization/house' } });
    await put(condition('open', {}));
    await put(condition('withheld', { meta: { security: [secret] } }));
    const bounded = world.token({
      scope: 'system/Subscription.cruds system/Encounter.rs system/Condition.rs system/Patient.rs',
    });
    const whole = await subscribe({ criteria, content: 'full-resource' });
    const named = await subscribe({ criteria, content: 'id-only' }, bounded);
    await put({ ...encounter('shaped', 'finished'), serviceProvider: { reference: 'Organization/house' } });
    const ofOne = (id: string) =>
      hook
        .notifications('event-notification')
        .filter(({ bundle }) => JSON.stringify(bundle.entry[0]).includes(`Subscription/${id}"`))
        .map(({ bundle }) =>
          bundle.entry
            .slice(1)
            .map(
              ({ request, resource }: { request: { method: string; url: string }; resource?: Resource }) =>
                `${request.method} ${request.url} ${resource?.id ?? '-'}`,
            )
            .sort(),
        );
    await eventually(() => ofOne(whole)).toEqual([
      [
        'GET Condition/open open',
        'GET Condition/withheld withheld',
        'GET Organization/house house',
        'GET Patient/ana ana',
        'PUT Encounter/shaped shaped',
      ],
    ]);
    await eventually(() => ofOne(named)).toEqual([
      ['GET Condition/open -', 'GET Condition/withheld -', 'GET Patient/ana -', 'PUT Encounter/shaped -'],
    ]);
    const { body } = await world.ask('GET', `/Subscription/${whole}/$events?content=id-only`, {
      token: world.system,
    });
    expect(notified(body).focus).toEqual(['Encounter/shaped']);
    expect(JSON.stringify(body.entry[0])).toContain('Organization/house');
    for (const id of [whole, named])
      await world.ask('DELETE', `/Subscription/${id}`, { token: world.system });
  });

  it('tell of deletions as what they were: an entry with DELETE, and no content of what is gone', async () => {
    const onlyDeleted = { url: 'supportedInteraction', valueCode: 'delete' };
    await put(basic('gone', [RESOURCE, onlyDeleted]));
    const whole = await openHook();
    const criteria = 'http://example.org/topic/gone';
    const id = await subscribe({ criteria, filters: ['subject=Patient/ana'] });
    await subscribe({ criteria, content: 'full-resource', channel: { endpoint: whole.url } });
    await put(encounter('to-go', 'planned'));
    await put({ ...encounter('of-ben', 'planned'), subject: { reference: 'Patient/ben' } });
    await put(encounter('to-go', 'cancelled'));
    for (const name of ['of-ben', 'to-go'])
      await world.ask('DELETE', `/Encounter/${name}`, { token: world.system });
    // It comes back, and goes again.
    await put(encounter('to-go', 'planned'));
    await world.ask('DELETE', '/Encounter/to-go', { token: world.system });
    const wanted = {
      fullUrl: `${world.base}/Encounter/to-go`,
      request: { method: 'DELETE', url: 'Encounter/to-go' },
      response: { status: '204' },
    };
    await eventually(numbers).toEqual([1, 2]);
    const told = () => whole.notifications('event-notification');
    await eventually(() => told().map((each) => each.focus)).toEqual([
      ['Encounter/of-ben'],
      ['Encounter/to-go'],
      ['Encounter/to-go'],
    ]);
    const entries = [...hook.notifications('event-notification'), ...told().slice(1)];
    for (const { bundle } of entries) expect(bundle.entry.slice(1)).toEqual([wanted]);
    for (const { body } of whole.received) expect(faultsOf(body)).toEqual([]);
    const { body } = await world.ask('GET', `/Subscription/${id}/$events?content=full-resource`, {
      token: world.system,
    });
    expect(body.entry.slice(1)).toEqual([wanted, wanted]);
    await whole.close();
  });

  it('are one by one URL and version; without a version the newest is meant', async () => {
    const versioned = (id: string, version: string | undefined, status: string) => {
      const trigger = {
        url: 'queryCriteria',
        extension: [{ url: 'current', valueString: `status=${status}` }],
      };
      const topic = basic(id, [RESOURCE, trigger]);
      const named = [
        { url: `${PREFIX}url`, valueUri: 'http://example.org/topic/versions' },
        ...(version === undefined ? [] : [{ url: `${PREFIX}version`, valueString: version }]),
      ];
      return { ...topic, extension: [...named, ...topic.extension.slice(1)] };
    };
    await put(versioned('nine', '1.9', 'planned'));
    await put(versioned('ten', '1.10', 'arrived'));
    // What it is already it may stay.
    await put(versioned('ten', '1.10', 'arrived'));
    await put(versioned('none', undefined, 'triaged'));
    const refusals = [
      world.ask('PUT', '/Basic/again', { token: world.system, body: versioned('again', '1.10', 'planned') }),
      world.ask('PUT', '/Basic/nine', { token: world.system, body: versioned('nine', undefined, 'planned') }),
      world.ask('POST', '', {
        token: world.system,
        body: {
          resourceType: 'Bundle',
          type: 'transaction',
          entry: ['one', 'two'].map((id) => ({
            resource: versioned(id, '3', 'planned'),
            request: { method: 'PUT', url: `Basic/${id}` },
          })),
        },
      }),
    ];
    for (const { status, body } of await Promise.all(refusals))
      expect([status, body.issue[0].diagnostics]).toEqual([
        422,
        'There is a topic of this URL and version already.',
      ]);
    // In one commit a version goes from one to the other.
    const exchanged = await world.ask('POST', '', {
      token: world.system,
      body: {
        resourceType: 'Bundle',
        type: 'transaction',
        entry: [versioned('nine', '2', 'planned'), versioned('next', '1.9', 'planned')].map((resource) => ({
          resource,
          request: { method: 'PUT', url: `Basic/${resource.id}` },
        })),
      },
    });
    expect(exchanged.status, exchanged.text).toBe(200);
    await world.ask('DELETE', '/Basic/nine', { token: world.system });
    const criteria = 'http://example.org/topic/versions';
    const pinned = await openHook();
    await subscribe({ criteria });
    await subscribe({ criteria: `${criteria}|1.9`, channel: { endpoint: pinned.url } });
    await put(encounter('versions', 'planned'));
    await put(encounter('versions', 'arrived'));
    await eventually(() => hook.notifications('event-notification').map(({ numbers: each }) => each)).toEqual(
      [[1]],
    );
    await eventually(() =>
      pinned.notifications('event-notification').map(({ numbers: each }) => each),
    ).toEqual([[1]]);
    const told = JSON.stringify(pinned.notifications('event-notification')[0]?.bundle);
    expect(told).toContain(`"valueCanonical":"${criteria}|1.9"`);
    await pinned.close();
  });

  it.each([
    ['FHIRPath that is none', [RESOURCE, { url: 'fhirPathCriteria', valueString: '(((' }]],
    [
      'a search that can not be read',
      [RESOURCE, { url: 'queryCriteria', extension: [{ url: 'current', valueString: 'nonsense=1' }] }],
    ],
    [
      'a flag that is a text',
      [RESOURCE, { url: 'queryCriteria', extension: [{ url: 'requireBoth', valueString: 'true' }] }],
    ],
    ['a part that a trigger does not have', [RESOURCE, { url: 'fhirpathCriteria', valueString: 'false' }]],
    ['no type', [{ url: 'resource', valueUri: 'Nonsense' }]],
    ['what nobody is told of', [{ url: 'resource', valueUri: 'AuditEvent' }]],
  ])('are refused for %s', async (_, trigger) => {
    const answer = await world.ask('PUT', '/Basic/bad-topic', {
      token: world.system,
      body: basic('bad-topic', trigger),
    });
    expect(answer.status).toBe(422);
  });

  it('are refused with a modifier that nobody knows, and with an eventTrigger', async () => {
    const refused = async (more: object): Promise<number> => {
      const body = { ...basic('bad-topic', [RESOURCE]), ...more };
      return (await world.ask('PUT', '/Basic/bad-topic', { token: world.system, body })).status;
    };
    const { extension, modifierExtension } = basic('bad-topic', [RESOURCE]);
    const unknown = { url: 'http://example.org/not', valueBoolean: true };
    expect(await refused({ modifierExtension: [...modifierExtension, unknown] })).toBe(422);
    const trigger = { url: `${PREFIX}eventTrigger`, extension: [RESOURCE] };
    expect(await refused({ extension: [...extension, trigger] })).toBe(422);
  });

  it('are nobody’s to make but theirs, and a filter that they do not list is refused', async () => {
    const token = await world.staff('owl', 'clinician');
    const body = basic('of-staff', [RESOURCE]);
    expect((await world.ask('PUT', '/Basic/of-staff', { token, body })).status).toBeGreaterThanOrEqual(403);
    const made = await world.ask('POST', '/Basic', { token, body: { ...body, id: undefined } });
    expect(made.status).toBe(403);
    await put(basic('few-filters', [RESOURCE]));
    const refused = await world.ask('POST', '/Subscription', {
      token: world.system,
      body: subscription({ criteria: 'http://example.org/topic/few-filters', filters: ['status=planned'] }),
    });
    expect(refused.status).toBe(422);
  });
});

const LABORATORY = [
  {
    coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'laboratory' }],
  },
];
