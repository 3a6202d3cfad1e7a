/** Links without a token: a calendar feed and a SMART Health Link. What they open, for how long, who can make and end them, and what guessing gets. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { openWorld, type World } from './world.ts';

let world: World;
const HOUR = 3_600_000;
const FILE = 'eyJhbGciOiJkaXIifQ..aXY.c2VhbGVk.dGFn';

beforeAll(async () => {
  world = await openWorld();
  for (const id of ['ana', 'bob'])
    await put({ resourceType: 'Patient', id, name: [{ family: 'Q', given: [id] }] });
  await put(visit('v1', 'ana', { description: 'Chemotherapy, cycle 2' }));
  await put(visit('v2', 'bob'));
});
afterAll(() => world.close());
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
});
afterEach(() => vi.useRealTimers());

async function put(resource: { resourceType: string; id: string } & Record<string, unknown>): Promise<void> {
  const path = `/${resource.resourceType}/${resource.id}`;
  const answer = await world.ask('PUT', path, { token: world.system, body: resource });
  expect([200, 201]).toContain(answer.status);
}

const visit = (id: string, patient: string, more: object = {}) => ({
  resourceType: 'Appointment',
  id,
  status: 'booked',
  start: new Date(Date.now() + 48 * HOUR).toISOString(),
  end: new Date(Date.now() + 49 * HOUR).toISOString(),
  participant: [{ actor: { reference: `Patient/${patient}` }, status: 'accepted' }],
  ...more,
});
const asPatient = (id: string) =>
  world.patient(id, 'openid fhirUser patient/Appointment.cruds patient/DocumentReference.c');

interface Parameter {
  readonly name: string;
  readonly [value: string]: unknown;
}
const operation = (id: string, name: string, values: Record<string, string> = {}, token = asPatient(id)) =>
  world.ask('POST', `/Patient/${id}/${name}`, {
    token,
    body: {
      resourceType: 'Parameters',
      parameter: Object.entries(values).map(([key, valueString]) => ({ name: key, valueString })),
    },
  });
const parameters = (body: unknown) => (body as { parameter?: Parameter[] }).parameter ?? [];
const urlOf = (body: unknown): string =>
  String(parameters(body).find(({ name }) => name === 'url')?.valueUrl);

describe('a calendar feed', () => {
  it('tells when, and nothing of what for, unless that was asked for', async () => {
    const made = await operation('ana', '$calendar-feed');
    expect(made.status).toBe(200);
    const feed = await fetch(urlOf(made.body));
    expect(feed.headers.get('content-type')).toBe('text/calendar; charset=utf-8');
    const text = await feed.text();
    expect(text.match(/UID:[0-9a-f]{32}@wellspring/g)).toHaveLength(1);
    expect(text).toContain('SUMMARY:Busy');
    expect(text).not.toMatch(/Chemotherapy|v1/);
    const full = await operation('ana', '$calendar-feed', { detail: 'full' });
    expect(await (await fetch(urlOf(full.body))).text()).toContain('SUMMARY:Chemotherapy\\, cycle 2');
    expect((await fetch(urlOf(made.body))).status).toBe(404);
  });

  it('follows what is moved and cancelled', async () => {
    const url = urlOf((await operation('ana', '$calendar-feed')).body);
    await put(visit('v1', 'ana', { status: 'cancelled' }));
    const text = await (await fetch(url)).text();
    expect(text).toContain('STATUS:CANCELLED');
    expect(text).toMatch(/SEQUENCE:[1-9]/);
  });

  it('is seen and ended by its owner, made by nobody else, and opened by no guess', async () => {
    const url = urlOf((await operation('ana', '$calendar-feed')).body);
    const state = async () =>
      parameters((await world.ask('GET', '/Patient/ana/$calendar-feed', { token: asPatient('ana') })).body);
    expect(await state()).toContainEqual({ name: 'active', valueBoolean: true });
    expect((await operation('ana', '$calendar-feed', {}, asPatient('bob'))).status).toBe(404);
    expect((await operation('ana', '$calendar-feed-end', {}, asPatient('bob'))).status).toBe(404);
    const reader = world.patient('ana', 'openid fhirUser patient/Appointment.rs');
    expect((await operation('ana', '$calendar-feed', {}, reader)).status).toBe(403);
    const guesses = ['x', `${'A'.repeat(43)}`, '%2e%2e'];
    for (const guess of guesses)
      expect((await fetch(`${world.base}/calendar/${guess}.ics`)).status).toBe(404);
    await operation('ana', '$calendar-feed-end');
    expect((await fetch(url)).status).toBe(404);
    expect(await state()).toEqual([{ name: 'active', valueBoolean: false }]);
  });

  it('of a parent shows no more than the parent may see, and ends when the relation does', async () => {
    const person = (more: object) => ({
      resourceType: 'RelatedPerson',
      id: 'mum',
      patient: { reference: 'Patient/bob' },
      ...more,
    });
    await put(person({ active: true }));
    const restricted = { system: 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality', code: 'R' };
    await put(visit('v3', 'bob', { description: 'In confidence', meta: { security: [restricted] } }));
    const mum = world.token({
      scope: 'openid fhirUser patient/Appointment.cruds patient/DocumentReference.c',
      patient: 'bob',
      fhirUser: `${world.base}/RelatedPerson/mum`,
      sub: 'mum',
    });
    const own = urlOf((await operation('bob', '$calendar-feed', { detail: 'full' })).body);
    const hers = urlOf((await operation('bob', '$calendar-feed', { detail: 'full' }, mum)).body);
    expect(await (await fetch(own)).text()).toContain('In confidence');
    expect(await (await fetch(hers)).text()).not.toContain('In confidence');
    await operation('bob', '$share-link', {
      file: FILE,
      label: 'Counsellor',
      expires: new Date(Date.now() + HOUR).toISOString(),
    });
    const seen = (token: string) => world.ask('GET', '/Patient/bob/$share-link', { token });
    expect((await seen(mum)).text).not.toContain('Counsellor');
    expect((await seen(asPatient('bob'))).text).toContain('Counsellor');
    await put(person({ active: false }));
    expect((await fetch(hers)).status).toBe(404);
    expect((await fetch(own)).status).toBe(200);
  });

  it('is in the patient’s own log of access when it is opened', async () => {
    const url = urlOf((await operation('bob', '$calendar-feed')).body);
    await fetch(url);
    const log = await world.ask('GET', '/AuditEvent?patient=bob&_count=50', {
      token: world.patient('bob', 'openid fhirUser patient/AuditEvent.rs'),
    });
    expect(log.text).toContain('calendar feed');
    expect(log.text).not.toContain(url.split('/').at(-1)?.slice(0, 43));
  });
});

describe('a shared link', () => {
  const share = (values: Record<string, string> = {}, id = 'ana') =>
    operation(id, '$share-link', {
      file: FILE,
      label: 'Dr. Stone',
      expires: new Date(Date.now() + HOUR).toISOString(),
      ...values,
    });
  const openLink = (url: string, body: object) =>
    fetch(url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });

  it('gives out the sealed file to whoever has it, until it expires, and its owner sees who', async () => {
    const url = urlOf((await share()).body);
    expect(url.length).toBeLessThanOrEqual(128);
    const answer = await openLink(url, { recipient: 'Dr. Stone, Hill Hospital' });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({
      files: [{ contentType: 'application/fhir+json', embedded: FILE }],
    });
    const listed = await world.ask('GET', '/Patient/ana/$share-link', { token: asPatient('ana') });
    const [link] = parameters(listed.body) as unknown as { part: Parameter[] }[];
    expect(link?.part).toContainEqual({ name: 'opened', valueInteger: 1 });
    expect(link?.part).toContainEqual({ name: 'lastRecipient', valueString: 'Dr. Stone, Hill Hospital' });
    expect(listed.text).not.toContain(url.split('/').at(-1));
    vi.setSystemTime(Date.now() + HOUR + 1);
    expect((await openLink(url, { recipient: 'late' })).status).toBe(404);
  });

  it('asks for its passcode, ten times over its life, however many try at once', async () => {
    const url = urlOf((await share({ passcode: 'blue-heron' })).body);
    const wrong = await openLink(url, { recipient: 'x', passcode: 'red-heron' });
    expect([wrong.status, await wrong.json()]).toEqual([401, { remainingAttempts: 9 }]);
    expect((await openLink(url, { recipient: 'x', passcode: 'blue-heron' })).status).toBe(200);
    const many = await Promise.all(
      Array.from({ length: 30 }, (_, i) => openLink(url, { recipient: 'x', passcode: `guess-${i}` })),
    );
    expect(many.filter(({ status }) => status === 401)).toHaveLength(9);
    expect(many.filter(({ status }) => status === 404)).toHaveLength(21);
    expect((await openLink(url, { recipient: 'x', passcode: 'blue-heron' })).status).toBe(404);
  });

  it('is ended by its owner and nobody else', async () => {
    const url = urlOf((await share()).body);
    const listed = await world.ask('GET', '/Patient/ana/$share-link', { token: asPatient('ana') });
    const [link] = parameters(listed.body) as unknown as { part: Parameter[] }[];
    const id = String(link?.part.find(({ name }) => name === 'id')?.valueString);
    expect((await operation('bob', '$share-link-end', { id })).status).toBe(404);
    expect((await operation('ana', '$share-link-end', { id }, asPatient('bob'))).status).toBe(404);
    expect((await openLink(url, {})).status).toBe(200);
    expect((await operation('ana', '$share-link-end', { id })).status).toBe(200);
    expect((await openLink(url, {})).status).toBe(404);
  });

  it('is not made beyond fifty: none may be out that its owner does not see', async () => {
    await put({ resourceType: 'Patient', id: 'cleo', name: [{ family: 'Q', given: ['cleo'] }] });
    for (let i = 0; i < 50; i++) expect((await share({}, 'cleo')).status).toBe(200);
    const refused = await share({}, 'cleo');
    expect(refused.status).toBe(422);
    expect(refused.text).toContain('end one first');
    const listed = await world.ask('GET', '/Patient/cleo/$share-link', { token: asPatient('cleo') });
    expect(parameters(listed.body)).toHaveLength(50);
  });

  it.each([
    ['a file that is not sealed', { file: '{"resourceType":"Bundle"}' }],
    ['no end', { expires: '' }],
    ['an end that is past', { expires: '2020-01-01T00:00:00Z' }],
    ['an end in years', { expires: '2099-01-01T00:00:00Z' }],
    ['a passcode of four digits', { passcode: '1234' }],
  ])('is refused with %s', async (_, values) => {
    expect((await share(values)).status).toBe(400);
  });
});
