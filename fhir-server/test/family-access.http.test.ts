/** Somebody whom a patient invited: what their Consent opens, to read and to write, and nothing without one or after it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWorld, type World } from './world.ts';

let world: World;
const ANA = { reference: 'Patient/ana' };
const TYPES = 'http://hl7.org/fhir/resource-types';
const R = { system: 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality', code: 'R' };
const ACTOR = { role: { text: 'family' }, reference: { reference: 'RelatedPerson/leo' } };
const action = (...codes: string[]) =>
  codes.map((code) => ({
    coding: [{ system: 'http://terminology.hl7.org/CodeSystem/consentaction', code }],
  }));
const classes = (...types: string[]) => types.map((code) => ({ system: TYPES, code }));

const put = async (resource: { resourceType: string; id: string; [element: string]: unknown }) => {
  const written = await world.ask('PUT', `/${resource.resourceType}/${resource.id}`, {
    token: world.system,
    body: resource,
  });
  if (written.status >= 400) throw new Error(written.text);
};

const person = (id: string, isInvited: boolean) =>
  put({
    resourceType: 'RelatedPerson',
    id,
    active: true,
    patient: ANA,
    ...(isInvited ? { identifier: [{ system: 'urn:wellspring:family-access', value: id }] } : {}),
  });

/** Everything is denied to Leo, but what is permitted. */
const consent = (permitted: readonly object[], more: object = {}) =>
  put({
    resourceType: 'Consent',
    id: 'leo',
    status: 'active',
    scope: {
      coding: [{ system: 'http://terminology.hl7.org/CodeSystem/consentscope', code: 'patient-privacy' }],
    },
    category: [{ coding: [{ system: 'http://loinc.org', code: '59284-0' }] }],
    patient: ANA,
    policyRule: { text: 'family access' },
    provision: {
      type: 'deny',
      actor: [ACTOR],
      provision: permitted.map((each) => ({ type: 'permit', actor: [ACTOR], ...each })),
    },
    ...more,
  });

const VISITS = [
  { action: action('access'), class: classes('Patient', 'Encounter') },
  { action: action('access', 'collect', 'correct'), class: classes('Appointment') },
];

const tokenOf = (id: string, scope = 'openid fhirUser launch/patient patient/*.cruds') =>
  world.token({ scope, patient: 'ana', fhirUser: `${world.base}/RelatedPerson/${id}`, sub: id });
const statusOf = async (path: string, token = tokenOf('leo')) =>
  (await world.ask('GET', path, { token })).status;
const total = async (query: string, token = tokenOf('leo')): Promise<number> =>
  (await world.ask('GET', `/${query}`, { token })).body.total;

const wish = () => ({
  resourceType: 'Appointment',
  status: 'proposed',
  participant: [{ actor: ANA, status: 'accepted' }],
});
const message = (sender: string) => ({
  resourceType: 'Communication',
  status: 'completed',
  subject: ANA,
  sender: { reference: sender },
  payload: [{ contentString: 'Hello' }],
});
const create = async (body: { resourceType: string }, token = tokenOf('leo')) =>
  (await world.ask('POST', `/${body.resourceType}`, { token, body })).status;

beforeAll(async () => {
  world = await openWorld({ INTROSPECTION_CACHE_SECONDS: '0' });
  await put({
    resourceType: 'Patient',
    id: 'ana',
    name: [{ family: 'Q', given: ['Ana'] }],
    telecom: [{ system: 'email', value: 'ana@example.org' }],
  });
  await person('leo', true);
  await person('mum', false);
  const finding = (id: string, more: object = {}) =>
    put({
      resourceType: 'Condition',
      id,
      clinicalStatus: {
        coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-clinical', code: 'active' }],
      },
      code: { text: id },
      subject: ANA,
      ...more,
    });
  await finding('plain');
  await finding('in-confidence', { meta: { security: [R] } });
});
afterAll(() => world.close());

describe('somebody whom a patient invited', () => {
  it('without a Consent is nobody, unlike a parent whom the clinic has on record', async () => {
    expect(await statusOf('/Patient/ana')).toBe(403);
    expect(await statusOf('/RelatedPerson/leo')).toBe(403);
    expect(await create(wish())).toBe(403);
    expect(await statusOf('/Patient/ana', tokenOf('mum'))).toBe(200);
    expect(await create(wish(), tokenOf('mum'))).toBe(201);
  });

  it('sees and writes what it permits, and nothing else', async () => {
    await consent(VISITS);
    const token = tokenOf('leo');
    expect(await statusOf('/Patient/ana')).toBe(200);
    expect(await create(wish())).toBe(201);
    expect(await total('Appointment?_total=accurate')).toBeGreaterThan(0);
    for (const query of ['Condition', 'Communication', 'Consent', 'RelatedPerson', 'AuditEvent'])
      expect(await total(`${query}?_total=accurate`), query).toBe(0);
    for (const path of ['/Condition/plain', '/Condition/in-confidence', '/Consent/leo'])
      expect(await statusOf(path), path).toBe(404);
    const everything = await world.ask('GET', '/Patient/ana/$everything', { token });
    expect(everything.text).toContain('"Appointment"');
    expect(everything.text).not.toMatch(/"resourceType":"(Condition|Consent|RelatedPerson|Communication)"/);
    expect(await create(message('RelatedPerson/leo'))).toBe(403);
  });

  it('neither changes contact details, nor Consents, nor opens what is kept to it by another way', async () => {
    const token = tokenOf('leo');
    const { body } = await world.ask('GET', '/Patient/ana', { token });
    const changed = { ...body, telecom: [{ system: 'email', value: 'leo@example.org' }] };
    expect((await world.ask('PUT', '/Patient/ana', { token, body: changed })).status).toBe(403);
    const patch = [{ op: 'replace', path: '/telecom/0/value', value: 'leo@example.org' }];
    expect(
      (
        await world.ask('PATCH', '/Patient/ana', {
          token,
          body: patch,
          headers: { 'Content-Type': 'application/json-patch+json' },
        })
      ).status,
    ).toBe(403);
    const entry = [{ resource: changed, request: { method: 'PUT', url: 'Patient/ana' } }];
    const bundle = { resourceType: 'Bundle', type: 'transaction', entry };
    expect((await world.ask('POST', '/', { token, body: bundle })).status).toBe(403);
    const own = {
      resourceType: 'Consent',
      status: 'proposed',
      scope: { text: 'x' },
      category: [{ text: 'x' }],
      policyRule: { text: 'x' },
      patient: ANA,
    };
    expect(await create(own)).toBe(403);
    const operations = [
      ['$share-link', { file: 'x', label: 'x' }],
      ['$push-device', { endpoint: 'https://push.example/x' }],
    ] as const;
    for (const [name, members] of operations) {
      const parameter = Object.entries(members).map(([key, valueString]) => ({ name: key, valueString }));
      const asked = await world.ask('POST', `/Patient/ana/${name}`, {
        token,
        body: { resourceType: 'Parameters', parameter },
      });
      expect(asked.status, name).toBe(403);
    }
  });

  it('sees what bears a label where the Consent opens the label by name', async () => {
    await consent([{ action: action('access') }]);
    expect([await statusOf('/Condition/plain'), await statusOf('/Condition/in-confidence')]).toEqual([
      200, 404,
    ]);
    await consent([{ action: action('access') }, { action: action('access'), securityLabel: [R] }]);
    expect(await statusOf('/Condition/in-confidence')).toBe(200);
    // To others it stays closed, and what was for reading opens nothing to be written.
    expect(await statusOf('/Condition/in-confidence', tokenOf('mum'))).toBe(404);
    expect(await create(wish())).toBe(403);
    expect(await total('AuditEvent?_total=accurate')).toBeGreaterThan(0);
  });

  it('loses at the next question what was taken back, and a calendar goes with it', async () => {
    await consent(VISITS);
    const token = tokenOf('leo');
    const made = await world.ask('POST', '/Patient/ana/$calendar-feed', {
      token,
      body: { resourceType: 'Parameters' },
    });
    const url = /"value\w+":"(http[^"]+\.ics)"/.exec(made.text)?.[1] ?? '';
    expect((await fetch(url)).status).toBe(200);
    const past = [
      { ...VISITS[0], period: { end: '2026-01-01' } },
      { ...VISITS[1], period: { end: '2026-01-01' } },
    ];
    await consent(past);
    expect(await statusOf('/Patient/ana', token)).toBe(403);
    await consent(VISITS, { status: 'inactive' });
    expect(await statusOf('/Patient/ana', token)).toBe(403);
    const feed = await fetch(url);
    expect(await feed.text()).not.toContain('BEGIN:VEVENT');
  });
});
