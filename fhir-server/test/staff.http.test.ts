/** Staff see what their work needs: by role what they may do, by relation whose record; the rest opens in an emergency, and Consents close what the patient wants closed. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { observation, patient } from './resources.ts';
import { openWorld, type World } from './world.ts';

type Resource = { resourceType: string; id: string; [element: string]: unknown };

let world: World;
let nurse: string;

const put = (resource: Resource, token = world.system) =>
  world.ask('PUT', `/${resource.resourceType}/${resource.id}`, { token, body: resource });
const get = (path: string, token = nurse) => world.ask('GET', path, { token });
const ids = async (path: string, token = nurse): Promise<string[]> =>
  ((await get(path, token)).body.entry ?? [])
    .map(({ resource }: { resource: Resource }) => resource.id)
    .sort();
const ref = (reference: string) => ({ reference });

beforeAll(async () => {
  // Every answer by the rights of this moment.
  world = await openWorld({ INTROSPECTION_CACHE_SECONDS: '0' });
  nurse = await world.staff('nina', 'nurse');
  await put({ resourceType: 'Organization', id: 'elsewhere', name: 'Elsewhere' });
  await put(patient('own', { managingOrganization: ref('Organization/clinic') }));
  await put(patient('foreign', { managingOrganization: ref('Organization/elsewhere') }));
  await put(patient('shared'));
  for (const id of ['own', 'foreign', 'shared']) await put({ ...observation(id, 5), id: `lab-${id}` });
});
afterAll(() => world.close());

describe('by relation', () => {
  it("opens the organization's own patients, and those that no organization claims", async () => {
    expect(await ids('/Patient')).toEqual(['own', 'shared']);
    expect(await ids('/Observation')).toEqual(['lab-own', 'lab-shared']);
    expect((await get('/Observation?_total=accurate&_summary=count')).body.total).toBe(2);
    expect((await get('/Observation/lab-own')).status).toBe(200);
  });

  it('creates by a conditional update what a create may make, and refuses what it may not', async () => {
    const update = (path: string, body: object, entry = false) =>
      entry
        ? world.ask('POST', '', {
            token: nurse,
            body: {
              resourceType: 'Bundle',
              type: 'batch',
              entry: [{ resource: body, request: { method: 'PUT', url: path } }],
            },
          })
        : world.ask('PUT', `/${path}`, { token: nurse, body });
    const lab = observation('own', 7);
    const measured = (value: string, of = 'own') => ({
      ...lab,
      subject: ref(`Patient/${of}`),
      identifier: [{ system: 'urn:q', value }],
    });
    const made = await update('Observation?identifier=urn:q|1', measured('1'));
    expect(made.status).toBe(201);
    expect((await update('Observation?identifier=urn:q|1', measured('1'))).body.id).toBe(made.body.id);
    expect(
      (await update('Observation?identifier=urn:q|2', measured('2'), true)).body.entry[0].response.status,
    ).toMatch(/^201/);
    // Of a patient out of reach: as for one that is not there.
    expect((await update('Observation?identifier=urn:q|3', measured('3', 'foreign'))).status).toBe(
      (await update('Observation?identifier=urn:q|3', measured('3', 'nobody'))).status,
    );
    // By an id of one's own it answers as a PUT to that id does, whatever is under it.
    for (const id of ['lab-foreign', 'lab-nobody'])
      expect((await update('Observation?identifier=urn:q|4', { ...measured('4'), id })).status).toBe(404);
    const named = { resourceType: 'Patient', identifier: [{ system: 'urn:q', value: 'p' }] };
    const elsewhere = { ...named, managingOrganization: ref('Organization/elsewhere') };
    expect((await update('Patient?identifier=urn:q|p', elsewhere)).status).toBe(403);
    const here = { ...named, managingOrganization: ref('Organization/clinic') };
    expect((await update('Patient?identifier=urn:q|p', here)).status).toBe(201);
    expect((await world.ask('DELETE', '/Patient?identifier=urn:q|p', { token: world.system })).status).toBe(
      204,
    );
    // A nurse changes reports and makes none.
    const report = {
      resourceType: 'DiagnosticReport',
      status: 'final',
      code: { text: 'x' },
      subject: ref('Patient/own'),
    };
    expect((await update('DiagnosticReport?identifier=urn:q|5', report)).status).toBe(403);
    for (const value of ['1', '2'])
      await world.ask('DELETE', `/Observation?identifier=urn:q|${value}`, { token: world.system });
  });

  it('answers for the others as for what is not there, by every way of asking', async () => {
    for (const path of [
      '/Patient/X',
      '/Patient/X/_history',
      '/Patient/X/_history/1',
      '/Patient/X/$everything',
      '/Observation/lab-X',
      '/Observation/lab-X/_history/1',
      '/Observation?patient=X',
      '/Observation?subject:Patient._id=X',
      '/Patient?_has:Observation:patient:_id=lab-X',
      '/Patient?_id=X&_revinclude=Observation:subject',
      '/Observation?_id=lab-X&_include=Observation:subject',
    ]) {
      const [foreign, absent] = [
        await get(path.replaceAll('X', 'foreign')),
        await get(path.replaceAll('X', 'nothere')),
      ];
      expect(foreign.status, path).toBe(absent.status);
      const plain = (text: string, id: string) =>
        text
          .replaceAll(id, 'X')
          .replace(/"id":"[0-9a-f-]{36}"/, '')
          .replace(/"lastUpdated":"[^"]+"/, '');
      expect(plain(foreign.text, 'foreign'), path).toBe(plain(absent.text, 'nothere'));
    }
  });

  it('is opened by no reference that one reader takes for a Patient and another does not', async () => {
    const me = { member: ref('Practitioner/nina') };
    for (const odd of [
      'Patient/foreign/_history/1/',
      'Patient/foreign/',
      './Patient/foreign',
      'Patient/foreign',
    ])
      expect(
        (
          await world.ask('POST', '/CareTeam', {
            token: nurse,
            body: { resourceType: 'CareTeam', status: 'active', subject: ref(odd), participant: [me] },
          })
        ).status,
        odd,
      ).toBeGreaterThanOrEqual(400);
    expect((await get('/Patient/foreign')).status).toBe(404);
  });

  it('writes nothing out of reach, and tells no more by writing than by reading', async () => {
    for (const [method, path, body] of [
      ['PUT', '/Observation/lab-X', { ...observation('own', 1), id: 'lab-X' }],
      ['PUT', '/Patient/X', patient('X')],
      ['DELETE', '/MedicationRequest/lab-X', undefined],
      ['POST', '/Observation', { ...observation('X', 1), id: undefined }],
      [
        'POST',
        '/Task',
        { resourceType: 'Task', status: 'requested', intent: 'order', focus: ref('Observation/lab-X') },
      ],
      [
        'POST',
        '/Task',
        { resourceType: 'Task', status: 'requested', intent: 'order', for: ref('Patient/X') },
      ],
    ] as const) {
      const ask = (id: string) =>
        world.ask(method, path.replaceAll('X', id), {
          token: nurse,
          ...(body ? { body: JSON.parse(JSON.stringify(body).replaceAll('X', id)) } : {}),
        });
      const [foreign, absent] = [await ask('foreign'), await ask('nothere')];
      expect(foreign.status, `${method} ${path}`).toBe(absent.status);
      expect(foreign.status).toBeGreaterThanOrEqual(400);
      expect(foreign.text.replaceAll('foreign', 'X')).toBe(absent.text.replaceAll('nothere', 'X'));
    }
    expect(
      (await world.ask('GET', '/Observation/lab-foreign', { token: world.system })).body.meta.versionId,
    ).toBe('1');
  });

  it.each([
    [
      'a general practitioner',
      () =>
        put(
          patient('foreign', {
            managingOrganization: ref('Organization/elsewhere'),
            generalPractitioner: [ref('Practitioner/nina')],
          }),
        ),
    ],
    [
      'a care team',
      () =>
        put({
          resourceType: 'CareTeam',
          id: 'team',
          status: 'active',
          subject: ref('Patient/foreign'),
          participant: [{ member: ref('Practitioner/nina') }],
        }),
    ],
    [
      'an encounter',
      () =>
        put({
          resourceType: 'Encounter',
          id: 'seen',
          status: 'finished',
          class: { code: 'AMB' },
          subject: ref('Patient/foreign'),
          participant: [{ individual: ref('PractitionerRole/nina-role') }],
          period: { start: new Date().toISOString() },
        }),
    ],
    [
      'an appointment',
      () =>
        put({
          resourceType: 'Appointment',
          id: 'visit',
          status: 'booked',
          start: new Date(Date.now() + 86_400_000).toISOString(),
          end: new Date(Date.now() + 90_000_000).toISOString(),
          participant: [
            { actor: ref('Patient/foreign'), status: 'accepted' },
            { actor: ref('Practitioner/nina'), status: 'accepted' },
          ],
        }),
    ],
  ])('opens by %s, and closes when that ends', async (_, relate) => {
    expect((await get('/Observation/lab-foreign')).status).toBe(404);
    const { body, status } = await relate();
    expect(status).toBeLessThan(300);
    expect((await get('/Observation/lab-foreign')).status).toBe(200);
    expect(await ids('/Observation?patient=foreign')).toEqual(['lab-foreign']);
    if (body.resourceType === 'Patient')
      await put(patient('foreign', { managingOrganization: ref('Organization/elsewhere') }));
    else await world.ask('DELETE', `/${body.resourceType}/${body.id}`, { token: world.system });
    expect((await get('/Observation/lab-foreign')).status).toBe(404);
    expect(await ids('/Patient?_id=foreign')).toEqual([]);
  });
});

describe('by role', () => {
  it('a nurse prescribes, and appoints nobody', async () => {
    expect(
      (
        await world.ask('POST', '/PractitionerRole', {
          token: nurse,
          body: { resourceType: 'PractitionerRole', practitioner: ref('Practitioner/nina') },
        })
      ).status,
    ).toBe(403);
    expect(
      (
        await world.ask('POST', '/SearchParameter', {
          token: nurse,
          body: { resourceType: 'SearchParameter' },
        })
      ).status,
    ).toBe(403);
    expect((await get('/AuditEvent')).body.entry ?? []).toEqual([]);
  });

  it('the front desk sees visits and no results', async () => {
    const desk = await world.staff('dora', 'front-desk');
    expect((await get('/Observation', desk)).status).toBe(403);
    expect((await get('/Observation/lab-own', desk)).status).toBe(403);
    expect(await ids('/Patient', desk)).toEqual(['own', 'shared']);
    const registered = await world.ask('POST', '/Patient', {
      token: desk,
      body: {
        resourceType: 'Patient',
        name: [{ family: 'New' }],
        managingOrganization: ref('Organization/clinic'),
      },
    });
    expect(registered.status).toBe(201);
    expect((await get(`/Patient/${registered.body.id}`, desk)).status).toBe(200);
    const elsewhere = await world.ask('POST', '/Patient', {
      token: desk,
      body: { resourceType: 'Patient', managingOrganization: ref('Organization/elsewhere') },
    });
    expect(elsewhere.status).toBe(403);
    await world.ask('DELETE', `/Patient/${registered.body.id}`, { token: world.system });
  });

  it('the front desk does not read why somebody came: it keeps the visits that were booked', async () => {
    const desk = await world.staff('dora', 'front-desk');
    const visit = { resourceType: 'Encounter', id: 'seen', status: 'finished', class: { code: 'AMB' } };
    await put({ ...visit, subject: ref('Patient/own'), reasonCode: [{ text: 'low mood' }] });
    for (const path of ['/Encounter', '/Encounter/seen', '/Encounter/seen/_history'])
      expect((await get(path, desk)).status, path).toBe(403);
    // Nor by the way of what it may read.
    for (const path of [
      '/Appointment?_has:Encounter:appointment:_id=seen',
      '/Patient?_has:Encounter:patient:_id=seen',
    ])
      expect((await get(path, desk)).status, path).toBe(403);
    const include = await get('/Patient?_revinclude=Encounter:patient', desk);
    expect(include.text).not.toContain('low mood');
    expect((await get('/Encounter/seen')).status).toBe(200);
    await world.ask('DELETE', '/Encounter/seen', { token: world.system });
  });

  it('what is left of a token by a role is told, so that nothing need be asked to be refused', async () => {
    const told = async (token: string) => {
      const { status, body } = await get('/$rights', token);
      expect(status).toBe(200);
      const { parameter = [] } = body as { parameter?: { name: string; valueString?: string }[] };
      return {
        scopes: parameter.flatMap(({ valueString }) => valueString ?? []),
        others: parameter.filter(({ name }) => name !== 'scope'),
      };
    };
    const desk = await world.staff('dora', 'front-desk', 'openid user/*.rs user/Task.cruds');
    const { scopes, others } = await told(desk);
    expect(scopes).toContain('user/Appointment.rs');
    expect(scopes.filter((each) => each.startsWith('user/Task'))).toEqual([
      'user/Task.rs?performer=urn%3Awellspring%3Astaff-role%7Cfront-desk',
      'user/Task.cu',
    ]);
    expect(others).toEqual([{ name: 'broadcasts', valueInteger: 5000 }]);
    // What is told is what is done.
    for (const type of ['Appointment', 'Condition', 'Encounter', 'Invoice', 'Observation', 'Task']) {
      const isTold = scopes.some((each) => each.startsWith(`user/${type}.`) && /\.\w*s/.test(each));
      expect((await get(`/${type}`, desk)).status, type).toBe(isTold ? 200 : 403);
    }
    expect((await told(nurse)).others).toEqual([
      { name: 'broadcasts', valueInteger: 5000 },
      { name: 'emergency', valueInteger: 60 },
    ]);
    expect((await told(await world.staff('chief', 'administrator'))).others).toEqual([
      { name: 'oversight', valueBoolean: true },
    ]);
    // Two roles that give the same give it once; without one, nothing.
    expect(new Set(scopes).size).toBe(scopes.length);
    expect(await told(await world.staff('nobody', 'unheard-of'))).toMatchObject({ others: [] });
    expect((await told(world.patient('own', 'openid fhirUser patient/*.rs'))).scopes).toEqual([
      'patient/*.rs',
    ]);
    expect((await get('/$rights', 'no-token')).status).toBe(401);
    // An app that asks once a minute fills no audit log.
    const noted = async () =>
      (await get('/AuditEvent?agent=Practitioner/nobody&_summary=count', world.system)).body.total;
    const before = await noted();
    await told(await world.staff('nobody', 'unheard-of'));
    expect(await noted()).toBe(before);
  });

  it('what each role may is told to roles that oversee it, as $rights tells it, and to nobody else', async () => {
    const chief = await world.staff('chief', 'administrator');
    const { status, body } = await get('/$role-policy', chief);
    expect(status).toBe(200);
    interface Told {
      readonly name: string;
      readonly part: readonly Told[];
      readonly [value: string]: unknown;
    }
    const roles = (body.parameter as Told[]).map(({ part }) => part);
    const named = (parts: readonly Told[], name: string) => parts.filter((each) => each.name === name);
    expect(roles.map((parts) => named(parts, 'name')[0]?.valueString)).toEqual([
      'clinician',
      'nurse',
      'front-desk',
      'billing',
      'administrator',
    ]);
    const desk = roles[2] ?? [];
    expect(named(desk, 'code')[0]).toEqual({
      name: 'code',
      valueUri: 'urn:wellspring:staff-role|front-desk',
    });
    expect(named(desk, 'broadcasts')).toEqual([{ name: 'broadcasts', valueInteger: 5000 }]);
    expect(named(desk, 'emergency')).toEqual([]);
    const [grant] = named(desk, 'grant');
    expect(named(grant?.part ?? [], 'scope').map(({ valueString }) => valueString)).toContain(
      'user/Task.rs?performer=urn%3Awellspring%3Astaff-role%7Cfront-desk',
    );
    expect(named(grant?.part ?? [], 'patients').map(({ valueCode }) => valueCode)).toEqual([
      'organization',
      'appointment',
    ]);
    for (const token of [nurse, world.system, world.patient('own', 'openid fhirUser patient/*.rs')])
      expect((await get('/$role-policy', token)).status).toBe(403);
    expect((await get('/$role-policy?role=nurse', chief)).status).toBe(400);
  });

  it('the front desk reads who checked in for a visit, and no other answers', async () => {
    const desk = await world.staff('dora', 'front-desk');
    const answers = (id: string, system: string) =>
      world.ask('PUT', `/QuestionnaireResponse/${id}`, {
        token: world.system,
        body: {
          resourceType: 'QuestionnaireResponse',
          id,
          status: 'completed',
          identifier: { system, value: 'visit-1' },
          subject: ref('Patient/own'),
        },
      });
    expect((await answers('check-in', 'urn:wellspring:check-in')).status).toBe(201);
    expect((await answers('mood', 'urn:wellspring:sent')).status).toBe(201);
    expect(await ids('/QuestionnaireResponse', desk)).toEqual(['check-in']);
    expect(await ids('/QuestionnaireResponse?identifier=urn:wellspring:check-in|visit-1', desk)).toEqual([
      'check-in',
    ]);
    expect((await get('/QuestionnaireResponse/mood', desk)).status).toBe(404);
    for (const id of ['check-in', 'mood'])
      await world.ask('DELETE', `/QuestionnaireResponse/${id}`, { token: world.system });
  });

  it('what the app was not granted, no role adds', async () => {
    const narrow = await world.staff('nell', 'clinician', 'user/Condition.rs');
    expect((await get('/Observation/lab-own', narrow)).status).toBe(403);
    expect((await get('/Condition', narrow)).status).toBe(200);
  });

  it("a launch with a patient in context is bound by the role's reach too", async () => {
    const launched = (id: string) =>
      world.token({
        scope: 'patient/*.rs',
        patient: id,
        fhirUser: `${world.base}/Practitioner/nina`,
        sub: 'nina',
      });
    expect((await get('/Observation/lab-own', launched('own'))).status).toBe(200);
    expect((await get('/Observation/lab-foreign', launched('foreign'))).status).toBe(404);
  });

  it.each([
    ['is not active', { active: false }],
    ['has ended', { period: { end: '2020-01-01' } }],
    ['has not begun', { period: { start: '2990' } }],
    ['is of no code that the policy knows', { code: [{ text: 'Volunteer' }] }],
  ])('a role that %s opens nothing', async (_, change) => {
    const token = await world.staff('temp', 'nurse');
    expect((await get('/Observation/lab-own', token)).status).toBe(200);
    const { body } = await get('/PractitionerRole/temp-role', world.system);
    await put({ ...body, ...change });
    expect([403, 404]).toContain((await get('/Observation/lab-own', token)).status);
    expect([403, 404]).toContain((await get('/Patient/own', token)).status);
  });

  it('somebody with no role has the directory of themself only', async () => {
    await put({ resourceType: 'Practitioner', id: 'guest', name: [{ family: 'Guest' }] });
    const guest = world.token({
      scope: 'openid fhirUser user/*.cruds',
      fhirUser: `${world.base}/Practitioner/guest`,
    });
    expect((await get('/Practitioner/guest', guest)).status).toBe(200);
    expect((await get('/Patient', guest)).status).toBe(403);
    await put({ resourceType: 'Practitioner', id: 'guest', active: false, name: [{ family: 'Guest' }] });
  });
});

describe('$break-the-glass', () => {
  const glass = (
    token: string,
    body: object = {
      resourceType: 'Parameters',
      parameter: [
        { name: 'reason', valueString: 'Unconscious in the waiting room' },
        { name: 'minutes', valueInteger: 5 },
      ],
    },
  ) => world.ask('POST', '/Patient/foreign/$break-the-glass', { token, body });

  it('opens one record for a time, with a reason that the patient can read', async () => {
    expect((await get('/Observation/lab-foreign')).status).toBe(404);
    const { status, body } = await glass(nurse);
    expect(status).toBe(201);
    expect(body.provision.purpose[0].code).toBe('ETREAT');
    expect(await ids('/Observation?patient=foreign')).toEqual(['lab-foreign']);
    expect((await get('/Observation/lab-foreign')).status).toBe(200);
    const other = await world.staff('nora', 'nurse');
    expect((await get('/Observation/lab-foreign', other)).status).toBe(404);

    const self = world.patient('foreign', 'openid fhirUser patient/*.rs');
    const { body: events } = await get('/AuditEvent?subtype=$break-the-glass', self);
    expect(events.entry[0].resource.purposeOfEvent[0]).toMatchObject({
      coding: [{ code: 'ETREAT' }],
      text: 'Unconscious in the waiting room',
    });
    expect((await get('/Communication', self)).body.entry[0].resource.topic.text).toMatch(
      /opened in an emergency/,
    );

    await put({
      ...body,
      provision: { ...body.provision, period: { start: '2020-01-01', end: '2020-01-02' } },
    });
    expect((await get('/Observation/lab-foreign')).status).toBe(404);
  });

  it('is over when it is over: nothing that is written meanwhile opens the record later, and its traces stay', async () => {
    const { body: opened } = await glass(nurse);
    const me = ref('Practitioner/nina');
    const { body: foreign } = await get('/Patient/foreign');
    const post = (body: { resourceType: string; [element: string]: unknown }) =>
      world.ask('POST', `/${body.resourceType}`, { token: nurse, body });
    const visit = {
      resourceType: 'Encounter',
      status: 'finished',
      class: { code: 'AMB' },
      subject: ref('Patient/foreign'),
    };
    const permit = {
      resourceType: 'Consent',
      status: 'active',
      scope: opened.scope,
      category: [{ text: 'Privacy' }],
      patient: ref('Patient/foreign'),
      policyRule: { text: 'x' },
      provision: { type: 'permit', actor: [{ role: { text: 'x' }, reference: me }] },
    };
    const team = { resourceType: 'CareTeam', status: 'active', subject: ref('Patient/foreign') };
    const actor = (who: { reference: string }) => ({ actor: who, status: 'accepted' });
    const booked = {
      resourceType: 'Appointment',
      status: 'booked',
      start: new Date().toISOString(),
      end: new Date(Date.now() + 900_000).toISOString(),
      participant: [actor(ref('Patient/foreign')), actor(ref('PractitionerRole/nina-role'))],
    };
    const { body: notices } = await get('/Communication?subject=Patient/foreign');
    const notice = notices.entry[0].resource;
    for (const [name, answer] of [
      ['CareTeam', await post({ ...team, participant: [{ member: me }] })],
      [
        'CareTeam by version',
        await post({ ...team, participant: [{ member: ref('Practitioner/nina/_history/1') }] }),
      ],
      ['Encounter', await post({ ...visit, participant: [{ individual: me }] })],
      ['Appointment', await post(booked)],
      ['Consent', await post(permit)],
      ['general practitioner', await put({ ...foreign, generalPractitioner: [me] }, nurse)],
      ['organization', await put({ ...foreign, managingOrganization: ref('Organization/clinic') }, nurse)],
      [
        'the emergency itself',
        await put({ ...opened, category: [{ text: 'x' }], provision: permit.provision }, nurse),
      ],
      ['the notice', await put({ ...notice, status: 'entered-in-error' }, nurse)],
      [
        'the notice, gone',
        await world.ask('DELETE', `/Communication/${notice.id}`, {
          token: await world.staff('cleo', 'clinician'),
        }),
      ],
    ] as const)
      expect([403, 404], `${name}: ${answer.text}`).toContain(answer.status);
    // The visit is written down, by whoever is there.
    expect((await post(visit)).status).toBe(201);
    expect((await post({ ...team, participant: [{ member: ref('Practitioner/nora') }] })).status).toBe(201);
    await put({ ...opened, provision: { ...opened.provision, period: { start: '2020', end: '2021' } } });
    expect((await get('/Patient/foreign')).status).toBe(404);
  });

  it('needs a reason, a role that may, and no other way leads there', async () => {
    expect((await glass(nurse, { resourceType: 'Parameters', parameter: [] })).status).toBe(422);
    expect((await glass(await world.staff('dan', 'front-desk'))).status).toBe(403);
    expect((await glass(world.patient('foreign', 'patient/*.cruds'))).status).toBe(403);
    const { body } = await glass(await world.staff('nils', 'nurse'));
    const { id: _, meta: __, ...copy } = body;
    const byHand = await world.ask('POST', '/Consent', {
      token: nurse,
      body: { ...copy, patient: ref('Patient/own') },
    });
    expect(byHand.status).toBe(403);
  });
});

describe('an active Consent', () => {
  const scope = {
    coding: [{ system: 'http://terminology.hl7.org/CodeSystem/consentscope', code: 'patient-privacy' }],
  };
  const actor = (reference: string) => ({ role: { text: 'recipient' }, reference: ref(reference) });
  const consent = (provision: object, status = 'active'): Resource => ({
    resourceType: 'Consent',
    id: 'privacy',
    status,
    scope,
    category: [{ text: 'Privacy' }],
    patient: ref('Patient/own'),
    policyRule: { text: 'OPTIN' },
    provision,
  });
  const bind = async (provision: object, status?: string): Promise<void> => {
    expect((await put(consent(provision, status))).status).toBeLessThan(300);
  };

  it('closes what it denies, to whom, and while it is in force', async () => {
    await put({
      ...observation('own', 7),
      id: 'private',
      meta: { security: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'PSY' }] },
    });
    await bind({
      type: 'permit',
      provision: [
        {
          type: 'deny',
          actor: [actor('Practitioner/nina')],
          securityLabel: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'PSY' }],
        },
      ],
    });
    expect(await ids('/Observation?patient=own')).toEqual(['lab-own']);
    expect(await ids('/Observation')).toEqual(['lab-own', 'lab-shared']);
    expect((await get('/Observation/private')).status).toBe(404);
    expect((await get('/Observation/private', await world.staff('nora', 'nurse'))).status).toBe(200);
    expect(await ids('/Observation?patient=own', world.patient('own'))).toEqual(['lab-own', 'private']);
  });

  it('that denies all but the care team leaves the record to the care team', async () => {
    await bind({ type: 'deny', provision: [{ type: 'permit', actor: [actor('Practitioner/nora')] }] });
    expect((await get('/Patient/own')).status).toBe(404);
    expect(await ids('/Observation')).toEqual(['lab-shared']);
    expect((await get('/Patient/own', await world.staff('nora', 'nurse'))).status).toBe(200);
    // An emergency goes before.
    await world.ask('POST', '/Patient/own/$break-the-glass', {
      token: nurse,
      body: { resourceType: 'Parameters', parameter: [{ name: 'reason', valueString: 'Found unconscious' }] },
    });
    expect((await get('/Observation/lab-own')).status).toBe(200);
  });

  it('binds what is written too: nothing hidden is changed, deleted, or told to be there', async () => {
    const carl = await world.staff('carl', 'clinician');
    await bind({ type: 'deny', actor: [actor('Practitioner/carl')] });
    const shapes = (id: string, patientId: string) =>
      [
        ['PUT', `/Observation/${id}`, { ...observation('shared', 9), id }],
        ['PUT', `/Patient/${patientId}`, patient(patientId)],
        ['DELETE', `/Observation/${id}`, undefined],
        ['POST', '/Observation', { ...observation(patientId, 9), id: undefined }],
        [
          'POST',
          '',
          {
            resourceType: 'Bundle',
            type: 'transaction',
            entry: [
              {
                resource: { ...observation('shared', 9), id },
                request: { method: 'PUT', url: `Observation/${id}` },
              },
            ],
          },
        ],
      ] as const;
    for (const headers of [{}, { 'If-Match': 'W/"77"' }]) {
      for (const [i, [method, path, body]] of shapes('lab-own', 'own').entries()) {
        const hidden = await world.ask(method, path, { token: carl, body, headers });
        const [, nothing, other] = shapes('lab-none', 'none')[i] as ReturnType<typeof shapes>[number];
        const absent = await world.ask(method, nothing, { token: carl, body: other, headers });
        expect(hidden.status, `${method} ${path}`).toBe(absent.status);
        expect(hidden.status, `${method} ${path}`).toBeGreaterThanOrEqual(method === 'DELETE' ? 204 : 400);
      }
    }
    expect((await get('/Observation/lab-own', world.system)).body.valueQuantity.value).toBe(5);
  });

  it('binds a deletion: what is hidden and refers there is neither left behind nor told of', async () => {
    const carl = await world.staff('carl', 'clinician');
    const cleo = await world.staff('cleo', 'clinician');
    const met = (id: string) => ({
      resourceType: 'Encounter',
      id,
      status: 'finished',
      class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'AMB' },
      subject: ref('Patient/own'),
    });
    const found = (id: string, encounter: string, more = {}) => ({
      resourceType: 'Condition',
      id,
      subject: ref('Patient/own'),
      encounter: ref(`Encounter/${encounter}`),
      code: { text: 'x' },
      ...more,
    });
    for (const id of ['met-hidden', 'met-nobody', 'met-seen', 'met-again']) await put(met(id));
    await put({ ...met('met-shared'), subject: ref('Patient/shared') });
    const PSY = [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'PSY' }];
    await put(found('cond-hidden', 'met-hidden', { meta: { security: PSY } }));
    await put(found('cond-seen', 'met-seen'));
    // Somebody else's record refers there, too.
    await put({ ...found('cond-foreign', 'met-shared'), subject: ref('Patient/foreign') });
    const denied = { type: 'deny', actor: [actor('Practitioner/carl')], securityLabel: PSY };
    await bind({ type: 'permit', provision: [denied] });
    const ask = async (id: string, token: string) => {
      const { status, body } = await world.ask('DELETE', `/Encounter/${id}`, { token });
      return { status, text: body?.issue[0].diagnostics };
    };
    const together = async (id: string) => {
      const entry = [{ request: { method: 'DELETE', url: `Encounter/${id}` } }];
      const body = { resourceType: 'Bundle', type: 'transaction', entry };
      return (await world.ask('POST', '', { token: carl, body })).status;
    };
    const hidden = await ask('met-hidden', carl);
    expect(hidden.status).toBe(403);
    expect(hidden).toEqual(await ask('met-nobody', carl));
    expect([await together('met-hidden'), await together('met-nobody')]).toEqual([403, 403]);
    expect((await world.ask('DELETE', '/Encounter?_id=met-hidden', { token: carl })).status).toBe(403);

    // Of a token that opens some types only, likewise.
    const member = (id: string, scope: string) =>
      world.token({ scope, fhirUser: `${world.base}/Practitioner/${id}`, sub: id });
    const few = member('cleo', 'user/Encounter.cruds user/Patient.rs');
    expect(await ask('met-seen', few)).toEqual(await ask('met-nobody', few));

    expect((await ask('met-seen', cleo)).status).toBe(409);
    expect((await ask('met-hidden', cleo)).status).toBe(409);
    expect((await ask('met-nobody', cleo)).status).toBe(204);
    expect((await ask('met-shared', cleo)).status).toBe(204);
    expect((await get('/Condition/cond-foreign', world.system)).status).toBe(200);

    // What is open in an emergency is open whole.
    const reason = {
      resourceType: 'Parameters',
      parameter: [{ name: 'reason', valueString: 'Unconscious' }],
    };
    await world.ask('POST', '/Patient/own/$break-the-glass', { token: carl, body: reason });
    expect((await ask('met-again', carl)).status).toBe(204);
    expect((await ask('met-hidden', carl)).status).toBe(409);
  });

  it('is not for whom it binds, or permits, to write', async () => {
    const carl = await world.staff('carl', 'clinician');
    const denied = {
      type: 'deny',
      actor: [actor('Practitioner/carl')],
      class: [{ system: 'http://hl7.org/fhir/resource-types', code: 'Observation' }],
    };
    await bind({ type: 'permit', provision: [denied] });
    const { body } = await get('/Consent/privacy', carl);
    expect(body.resourceType).toBe('Consent');
    const wantsIt = [
      await put({ ...body, status: 'inactive' }, carl),
      await world.ask('DELETE', '/Consent/privacy', { token: carl }),
      await world.ask('PATCH', '/Consent/privacy', {
        token: carl,
        body: [{ op: 'replace', path: '/status', value: 'inactive' }],
        headers: { 'Content-Type': 'application/json-patch+json' },
      }),
      await world.ask('POST', '/Consent', {
        token: carl,
        body: { ...consent({ type: 'permit', actor: [actor('PractitionerRole/carl-role')] }), id: undefined },
      }),
    ];
    expect(wantsIt.map(({ status }) => status)).toEqual([403, 403, 403, 403]);
    expect((await put({ ...body, status: 'inactive' }, await world.staff('cleo', 'clinician'))).status).toBe(
      200,
    );
  });

  it('that permits somebody else opens the record to them, and one that is over does nothing', async () => {
    const guest = await world.staff('gus', 'clinician', 'user/*.rs', 'elsewhere');
    expect((await get('/Observation/lab-own', guest)).status).toBe(404);
    await bind({ type: 'permit', actor: [actor('Organization/elsewhere')] });
    expect((await get('/Observation/lab-own', guest)).status).toBe(200);
    await bind({ type: 'permit', period: { end: '2020-01-01' }, actor: [actor('Organization/elsewhere')] });
    expect((await get('/Observation/lab-own', guest)).status).toBe(404);
  });
});
