/** Subscriptions over HTTP: what can be subscribed to, what is sent, by which access, and what happens when a subscriber does not answer. */
import { Webhook } from 'standardwebhooks';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Hook, openHook } from './hook.ts';
import { openWorld, type World } from './world.ts';

let world: World;
let hook: Hook;

beforeAll(async () => {
  world = await openWorld({
    SUBSCRIPTION_ALLOWED_HOSTS: '127.0.0.1',
    SUBSCRIPTION_RETRY_SECONDS: '0.05',
    SUBSCRIPTION_TIMEOUT_SECONDS: '1',
    SUBSCRIPTION_POLL_SECONDS: '0.1',
  });
  for (const id of ['ana', 'ben']) await put({ resourceType: 'Patient', id });
});
afterAll(() => world?.close());
beforeEach(async () => {
  hook = await openHook();
});
afterEach(() => hook?.close());

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
  await expect.poll(() => statusOf(body.id, token), { timeout: 3000 }).toBe('active');
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
    await expect.poll(() => hook.received.length).toBe(2);
    expect(hook.received.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'PUT /hook/Observation/plain',
      'PUT /hook/Observation/plain',
    ]);
    expect(hook.received.map(({ body }) => body.status)).toEqual(['final', 'amended']);
    await world.ask('DELETE', `/Subscription/${id}`, { token: world.system });
  });

  it('sends an empty call where it names no payload', async () => {
    await subscribe({
      criteria: 'Observation?_id=pinged',
      content: undefined,
      channel: { payload: undefined },
    });
    await put(observation('pinged', 'ana'));
    await expect.poll(() => hook.received.map(({ method, text }) => `${method} ${text}`)).toEqual(['POST ']);
  });

  it.each([
    ['a search that can not be read', { criteria: 'Observation?nonsense=1' }, 'Subscription.criteria'],
    ['a search that follows references', { criteria: 'Observation?patient.name=x' }, 'Subscription.criteria'],
    ['a page size', { criteria: 'Observation?_count=3' }, 'Subscription.criteria'],
    ['no type of R4', { criteria: 'Thing?x=1' }, 'Subscription.criteria'],
    ['a topic that is not there', { criteria: 'http://example.org/topic' }, 'Subscription.criteria'],
    [
      'a channel that is not there',
      { topic: 'result', channel: { type: 'sms' } },
      'Subscription.channel.type',
    ],
    [
      'mail without a mail server',
      { topic: 'result', channel: { type: 'email' } },
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
    await expect.poll(numbers).toEqual([1, 2]);
    expect(focus()).toEqual(['Observation/lab-1', 'Observation/lab-1']);
    const [first, second] = hook.notifications('event-notification');
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
    await expect.poll(() => hook.notifications('event-notification').length).toBe(2);
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
});

const LABORATORY = [
  {
    coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'laboratory' }],
  },
];
