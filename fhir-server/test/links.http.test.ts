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

  it('has every visit, also where they are more than a page holds', async () => {
    await put({ resourceType: 'Patient', id: 'many' });
    const visits = Array.from({ length: 110 }, (_, i) => visit(`many-${i}`, 'many'));
    // Together longer than one page (page-room.ts).
    const long = Array.from({ length: 9 }, (_, i) =>
      visit(`long-${i}`, 'many', {
        extension: [{ url: 'urn:x', valueString: 'word '.repeat(180_000) }],
      }),
    );
    const entry = visits.map((resource) => ({
      resource,
      request: { method: 'PUT', url: `Appointment/${resource.id}` },
    }));
    const body = { resourceType: 'Bundle', type: 'transaction', entry };
    expect((await world.ask('POST', '', { token: world.system, body })).status).toBe(200);
    for (const each of long) await put(each);
    const feed = await fetch(urlOf((await operation('many', '$calendar-feed')).body));
    expect((await feed.text()).match(/^UID:/gm)).toHaveLength(119);
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
    world.endStanding('mum');
    expect((await fetch(hers)).status).toBe(404);
    expect((await fetch(own)).status).toBe(200);
  });

  it('is made on nothing that has ended: a token that is still known opens, and is refused with what is to last', async () => {
    await put({ resourceType: 'Patient', id: 'gone' });
    const token = asPatient('gone');
    const made = urlOf((await operation('gone', '$calendar-feed', {}, token)).body);
    const expires = new Date(Date.now() + HOUR).toISOString();
    const share = () => operation('gone', '$share-link', { file: FILE, expires }, token);
    expect([(await fetch(made)).status, (await share()).status]).toEqual([200, 200]);
    world.endStanding('gone');
    expect((await operation('gone', '$calendar-feed', {}, token)).status).toBe(401);
    expect((await share()).status).toBe(401);
    const told = async (name: string) =>
      parameters((await world.ask('GET', `/Patient/gone/${name}`, { token })).body);
    // What was there is told as what it is: ended.
    expect(await told('$calendar-feed')).toEqual([{ name: 'active', valueBoolean: false }]);
    expect((await told('$share-link')).map(({ part }) => part)).toEqual([
      expect.arrayContaining([{ name: 'active', valueBoolean: false }]),
    ]);
  });

  it('X10: needs the right to read, and shows no more than that right', async () => {
    const writer = world.patient('ana', 'openid fhirUser patient/Appointment.u');
    expect((await operation('ana', '$calendar-feed', {}, writer)).status).toBe(403);
    const reader = world.patient('ana', 'openid fhirUser patient/Appointment.rs');
    expect((await operation('ana', '$calendar-feed', {}, reader)).status).toBe(403);
    const narrow = 'openid fhirUser patient/Appointment.u patient/Appointment.rs?status=arrived';
    const made = await operation('ana', '$calendar-feed', {}, world.patient('ana', narrow));
    const text = await (await fetch(urlOf(made.body))).text();
    expect(text).toContain('BEGIN:VCALENDAR');
    expect(text).not.toContain('BEGIN:VEVENT');
  });

  it('X10: of staff and of systems is seen and ended by the patient, and by nobody else', async () => {
    await put({ resourceType: 'Patient', id: 'eve', name: [{ family: 'Q', given: ['eve'] }] });
    await put(visit('v5', 'eve'));
    const makers = {
      'Practitioner/doc': await world.staff('doc', 'clinician'),
      test: world.token({ scope: 'system/*.cruds' }),
      'RelatedPerson/dad': world.token({
        scope: 'openid fhirUser patient/Appointment.cruds',
        patient: 'eve',
        fhirUser: `${world.base}/RelatedPerson/dad`,
        sub: 'dad',
      }),
    };
    const urls: string[] = [];
    for (const token of Object.values(makers)) {
      urls.push(urlOf((await operation('eve', '$calendar-feed', {}, token)).body));
      expect((await fetch(urls.at(-1) as string)).status).toBe(200);
    }
    type Part = { name: string; part: Parameter[] };
    const feeds = async (token: string) =>
      (
        parameters(
          (await world.ask('GET', '/Patient/eve/$calendar-feed', { token })).body,
        ) as unknown as Part[]
      )
        .filter(({ name }) => name === 'feed')
        .map(({ part }) => {
          const of = (name: string) => part.find((each) => each.name === name);
          const by = of('by')?.valueReference as { reference?: string; display?: string };
          return { id: String(of('id')?.valueString), by: by.reference ?? by.display, name: by.display };
        });
    const own = await feeds(asPatient('eve'));
    expect(own.map(({ by }) => by).sort()).toEqual(Object.keys(makers).sort());
    for (const [by, token] of Object.entries(makers))
      expect((await feeds(token)).map((each) => each.by)).toEqual([by]);
    expect(own.find(({ by }) => by === 'Practitioner/doc')?.name).toBe('doc');
    const [first] = own;
    const dad = makers['RelatedPerson/dad'];
    const notHis = own.find(({ by }) => by !== 'RelatedPerson/dad')?.id as string;
    expect((await operation('eve', '$calendar-feed-end', { id: notHis }, dad)).status).toBe(404);
    expect((await operation('eve', '$calendar-feed-end', { id: notHis }, asPatient('ana'))).status).toBe(404);
    for (const { id } of own) expect((await operation('eve', '$calendar-feed-end', { id })).status).toBe(200);
    for (const url of urls) expect((await fetch(url)).status).toBe(404);
    expect(await feeds(asPatient('eve'))).toEqual([]);
    expect((await operation('eve', '$calendar-feed-end', { id: first?.id as string })).status).toBe(404);
  });

  it('X10: ends with what it rests on: the relation, the work, the app', async () => {
    await put({ resourceType: 'Patient', id: 'finn', name: [{ family: 'Q', given: ['finn'] }] });
    const nurse = await world.staff('nurse', 'nurse');
    const share = { file: FILE, label: 'x', expires: new Date(Date.now() + HOUR).toISOString() };
    const doctor = await world.staff('leaver', 'clinician');
    const feed = urlOf((await operation('finn', '$calendar-feed', {}, nurse)).body);
    const link = urlOf((await operation('finn', '$share-link', share, doctor)).body);
    const opened = async () => [
      (await fetch(feed)).status,
      (
        await fetch(link, {
          method: 'POST',
          headers: { 'Content-Type': 'application/json' },
          body: '{"recipient":"x"}',
        })
      ).status,
    ];
    expect(await opened()).toEqual([200, 200]);
    for (const id of ['nurse', 'leaver']) {
      const role = (await world.ask('GET', `/PractitionerRole/${id}-role`, { token: world.system })).body;
      await put({ ...role, active: false });
    }
    expect(await opened()).toEqual([404, 404]);
    const system = world.token({ scope: 'system/*.cruds', client_id: 'partner', sub: 'partner' });
    const third = urlOf((await operation('finn', '$calendar-feed', {}, system)).body);
    expect((await fetch(third)).status).toBe(200);
    world.endStanding('partner');
    expect((await fetch(third)).status).toBe(404);
    const log = await world.ask('GET', '/AuditEvent?outcome=4&_count=50', {
      token: world.patient('finn', 'openid fhirUser patient/AuditEvent.rs'),
    });
    expect(log.body.entry).toHaveLength(3);
  });

  it('X10: of a patient out of their reach can not be made by staff; a foreign one and none answer alike', async () => {
    await put({ resourceType: 'Organization', id: 'south', name: 'South' });
    await put({
      resourceType: 'Patient',
      id: 'southern',
      managingOrganization: { reference: 'Organization/south' },
    });
    const desk = await world.staff('desk', 'front-desk', undefined, 'north');
    for (const name of [
      '$calendar-feed',
      '$calendar-feed-end',
      '$share-link',
      '$share-link-end',
      '$test-notice',
    ]) {
      const answers = await Promise.all(['southern', 'nobody'].map((id) => operation(id, name, {}, desk)));
      const [foreign, none] = answers.map(
        ({ status, text }, i) => `${status} ${text.replaceAll(['southern', 'nobody'][i] as string, 'X')}`,
      );
      expect(foreign, name).toBe(none);
      expect(foreign, name).toMatch(/^40[34]/);
    }
  });

  it('is one for each maker, however many are made at once: whoever is given an address is given the one that opens', async () => {
    const made = await Promise.all(Array.from({ length: 20 }, () => operation('bob', '$calendar-feed')));
    const urls = made.filter(({ status }) => status === 200).map(({ body }) => urlOf(body));
    const open = await Promise.all(urls.map(async (url) => (await fetch(url)).status));
    expect(open.filter((status) => status === 200)).toHaveLength(1);
    expect(made.filter(({ status }) => ![200, 409, 422].includes(status))).toEqual([]);
    await operation('bob', '$calendar-feed');
    const after = await Promise.all(urls.map(async (url) => (await fetch(url)).status));
    expect(after.every((status) => status === 404)).toBe(true);
  });

  it('is made and ended as often as one likes: what was ended takes no place', async () => {
    await put({ resourceType: 'Patient', id: 'ivo' });
    for (let i = 0; i < 6; i++) {
      expect((await operation('ivo', '$calendar-feed')).status).toBe(200);
      expect((await operation('ivo', '$calendar-feed-end')).status).toBe(200);
    }
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
      status: 'finalized',
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

  it('gives the file without a manifest (the flag U) to whoever says who they are, and never past a passcode', async () => {
    await put({ resourceType: 'Patient', id: 'una', name: [{ family: 'Q', given: ['una'] }] });
    const url = urlOf((await share({}, 'una')).body);
    for (const nobody of ['', '?recipient=', '?recipient=a&recipient=b', '?recipient=%E2%80%8B%00'])
      expect((await fetch(url + nobody)).status).toBe(400);
    for (const recipient of [undefined, '', 7, '\u200b\u0000'])
      expect((await openLink(url, { recipient })).status).toBe(400);
    // What can't be seen, and what turns the words around it, is no part of a name.
    const answer = await fetch(`${url}?recipient=Dr.%20%E2%80%AEStone%00%0A`);
    expect([answer.status, answer.headers.get('content-type'), await answer.text()]).toEqual([
      200,
      'application/jose',
      FILE,
    ]);
    const listed = await world.ask('GET', '/Patient/una/$share-link', { token: asPatient('una') });
    const [link] = parameters(listed.body) as unknown as { part: Parameter[] }[];
    expect(link?.part).toContainEqual({ name: 'opened', valueInteger: 1 });
    expect(link?.part).toContainEqual({ name: 'lastRecipient', valueString: 'Dr. Stone' });
    const closed = urlOf((await share({ passcode: 'blue-heron' }, 'una')).body);
    expect((await fetch(`${closed}?recipient=x`)).status).toBe(404);
    vi.setSystemTime(Date.now() + HOUR + 1);
    expect((await fetch(`${url}?recipient=late`)).status).toBe(404);
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

  it('gives the file by itself to whoever takes no long manifest, for some minutes and while the link opens', async () => {
    await put({ resourceType: 'Patient', id: 'ivy', name: [{ family: 'Q', given: ['ivy'] }] });
    const made = await share({ passcode: 'blue-heron' }, 'ivy');
    const asked = { recipient: 'Kiosk', passcode: 'blue-heron' };
    const url = urlOf(made.body);
    const files = async (more: object) =>
      ((await (await openLink(url, { ...asked, ...more })).json()) as { files: Record<string, string>[] })
        .files[0] as Record<string, string>;
    expect((await files({ embeddedLengthMax: FILE.length })).embedded).toBe(FILE);
    const { location = '', embedded } = await files({ embeddedLengthMax: FILE.length - 1 });
    expect([embedded, location.startsWith(`${url}/`)]).toEqual([undefined, true]);
    const fetched = await fetch(location);
    expect([fetched.headers.get('content-type'), fetched.headers.get('access-control-allow-origin')]).toEqual(
      ['application/jose', '*'],
    );
    expect(await fetched.text()).toBe(FILE);
    const token = world.patient('ivy', 'openid fhirUser patient/AuditEvent.rs');
    const log = await world.ask('GET', '/AuditEvent?_count=50', { token });
    expect(log.text.split('shared link: Kiosk').length - 1).toBeGreaterThanOrEqual(3);
    expect(log.text).not.toContain(location.split('/').at(-1));

    for (const embeddedLengthMax of [-1, 1.5, 'x'])
      expect((await openLink(url, { ...asked, embeddedLengthMax })).status).toBe(400);
    expect((await openLink(url, { ...asked, passcode: 'red-heron', embeddedLengthMax: 1 })).status).toBe(401);
    const other = urlOf((await share({}, 'ivy')).body);
    for (const guess of [`${url}/${'a'.repeat(43)}`, `${other}/${location.split('/').at(-1)}`])
      expect((await fetch(guess)).status).toBe(404);
    vi.setSystemTime(Date.now() + 16 * 60_000);
    expect((await fetch(location)).status).toBe(404);
    const { location: second = '' } = await files({ embeddedLengthMax: 0 });
    expect((await fetch(second)).status).toBe(200);
    const listed = await world.ask('GET', '/Patient/ivy/$share-link', { token: asPatient('ivy') });
    for (const { part } of parameters(listed.body) as unknown as { part: Parameter[] }[])
      await operation('ivy', '$share-link-end', {
        id: String(part.find(({ name }) => name === 'id')?.valueString),
      });
    expect((await fetch(second)).status).toBe(404);
  });

  it('X15: leaves a row for each wrong passcode, and for each use after its end', async () => {
    await put({ resourceType: 'Patient', id: 'gus', name: [{ family: 'Q', given: ['gus'] }] });
    const url = urlOf((await share({ passcode: 'blue-heron' }, 'gus')).body);
    for (let i = 0; i < 12; i++) await openLink(url, { recipient: 'Mallory', passcode: `guess-${i}` });
    const token = world.patient('gus', 'openid fhirUser patient/AuditEvent.rs');
    const refused = await world.ask('GET', '/AuditEvent?outcome=4&_count=50', { token });
    expect(refused.body.entry).toHaveLength(12);
    expect(refused.text).toContain('shared link: Mallory');
    expect(refused.text).not.toMatch(/blue-heron|guess-/);
  });

  it('X15: is one of fifty, however many are made at once', async () => {
    await put({ resourceType: 'Patient', id: 'hal', name: [{ family: 'Q', given: ['hal'] }] });
    const answers = await Promise.all(Array.from({ length: 140 }, () => share({}, 'hal')));
    const made = answers.filter(({ status }) => status === 200);
    expect(made).toHaveLength(50);
    const list = async () =>
      parameters(
        (await world.ask('GET', '/Patient/hal/$share-link', { token: asPatient('hal') })).body,
      ) as unknown as {
        part: Parameter[];
      }[];
    const listed = await list();
    expect(listed).toHaveLength(50);
    const id = String(listed[0]?.part.find(({ name }) => name === 'id')?.valueString);
    await operation('hal', '$share-link-end', { id });
    expect((await share({}, 'hal')).status).toBe(200);
    expect((await share({}, 'hal')).status).toBe(422);
    vi.setSystemTime(Date.now() + HOUR + 1);
    const more = await Promise.all(Array.from({ length: 60 }, () => share({}, 'hal')));
    expect(more.filter(({ status }) => status === 200)).toHaveLength(50);
    expect(await list()).toHaveLength(50);
  });

  it('is ended by its owner and nobody else', async () => {
    const url = urlOf((await share()).body);
    const listed = await world.ask('GET', '/Patient/ana/$share-link', { token: asPatient('ana') });
    const [link] = parameters(listed.body) as unknown as { part: Parameter[] }[];
    const id = String(link?.part.find(({ name }) => name === 'id')?.valueString);
    expect((await operation('bob', '$share-link-end', { id })).status).toBe(404);
    expect((await operation('ana', '$share-link-end', { id }, asPatient('bob'))).status).toBe(404);
    expect((await openLink(url, { recipient: 'x' })).status).toBe(200);
    expect((await operation('ana', '$share-link-end', { id })).status).toBe(200);
    expect((await openLink(url, { recipient: 'x' })).status).toBe(404);
  });

  it('is made once for one wish: made again after its answer was lost, the one that nobody has ends', async () => {
    await put({ resourceType: 'Patient', id: 'gwen' });
    const make = (identity: string) => share({ identity }, 'gwen');
    const listed = async () =>
      parameters((await world.ask('GET', '/Patient/gwen/$share-link', { token: asPatient('gwen') })).body);
    const lost = urlOf((await make('wish-1')).body);
    const kept = urlOf((await make('wish-1')).body);
    expect(await listed()).toHaveLength(1);
    expect((await openLink(lost, { recipient: 'Dr. Q' })).status).toBe(404);
    expect((await openLink(kept, { recipient: 'Dr. Q' })).status).toBe(200);
    await make('wish-2');
    expect(await listed()).toHaveLength(2);
    const atOnce = await Promise.all(Array.from({ length: 5 }, () => make('wish-3')));
    expect(await listed()).toHaveLength(3);
    const given = atOnce.filter(({ status }) => status === 200).map(({ body }) => urlOf(body));
    const open = await Promise.all(
      given.map(async (url) => (await openLink(url, { recipient: 'Q' })).status),
    );
    expect(open.filter((status) => status === 200)).toHaveLength(1);
    expect((await make('not an identity')).status).toBe(400);
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
