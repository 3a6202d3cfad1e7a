/** What an attack on the mended server still got through (28 November 2026), each as a kind; staff and Consents in staff.http, stalls in held-up.http. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { observation, patient } from './resources.ts';
import { openWorld, type World } from './world.ts';

let world: World;
let token: string;
const ref = (reference: string) => ({ reference });
const ask = (method: string, path: string, body?: unknown, by = token) =>
  world.ask(method, path, { token: by, body });
const put = (resource: { resourceType: string; id: string; [element: string]: unknown }) =>
  ask('PUT', `/${resource.resourceType}/${resource.id}`, resource, world.system);
const start = new Date(Date.now() + 3 * 86_400_000);
const end = new Date(start.getTime() + 900_000);
const slot = (id: string) => ({
  resourceType: 'Slot',
  id,
  schedule: ref('Schedule/s'),
  status: 'free',
  start: start.toISOString(),
  end: end.toISOString(),
});

const SIGNATURE = 'http://hl7.org/fhir/StructureDefinition/questionnaireresponse-signature';
const SIGNED = {
  type: [{ system: 'urn:iso-astm:E1762-95:2013', code: '1.2.840.10065.1.12.1.7' }],
  when: '2026-11-28T12:00:00Z',
};
type Body = Record<string, unknown> & { readonly resourceType: string };
const ASKED = {
  resourceType: 'Task',
  status: 'requested',
  intent: 'order',
  for: ref('Patient/a'),
  requester: ref('Patient/a'),
};
const ANSWERS = {
  resourceType: 'QuestionnaireResponse',
  status: 'completed',
  subject: ref('Patient/a'),
  author: ref('Patient/a'),
};

beforeAll(async () => {
  world = await openWorld();
  token = world.patient('a', 'openid fhirUser patient/*.cruds');
  for (const id of ['a', 'b']) await put(patient(id));
  await put({ resourceType: 'Practitioner', id: 'ruiz', name: [{ family: 'Ruiz' }] });
  await put({ resourceType: 'Schedule', id: 's', actor: [ref('Practitioner/ruiz')] });
  for (const id of ['one', 'two', 'three', 'four']) await put(slot(id));
});
afterAll(() => world.close());

describe('a slot goes back with its appointment, by whatever way that ends', () => {
  const statusOf = async (id: string) => (await ask('GET', `/Slot/${id}`)).body.status;
  const book = async (id: string) => {
    const { status, body } = await ask('POST', '/Appointment/$book', {
      resourceType: 'Parameters',
      parameter: [
        {
          name: 'appt-resource',
          resource: {
            resourceType: 'Appointment',
            status: 'proposed',
            slot: [ref(`Slot/${id}`)],
            participant: [{ actor: ref('Patient/a'), status: 'accepted' }],
          },
        },
      ],
    });
    expect(status).toBeLessThan(300);
    expect(await statusOf(id)).toBe('busy');
    const found = body.resourceType === 'Bundle' ? body.entry[0].resource : body;
    return found as { resourceType: string; id: string; status: string };
  };

  it('a plain update of the patient, a patch, one of the clinic, a transaction, a deletion', async () => {
    const first = await book('one');
    expect((await ask('PUT', `/Appointment/${first.id}`, { ...first, status: 'cancelled' })).status).toBe(
      200,
    );
    expect(await statusOf('one')).toBe('free');
    const second = await book('two');
    const patched = await world.ask('PATCH', `/Appointment/${second.id}`, {
      token,
      body: [{ op: 'replace', path: '/status', value: 'cancelled' }],
      headers: { 'Content-Type': 'application/json-patch+json' },
    });
    expect(patched.status).toBe(200);
    expect(await statusOf('two')).toBe('free');
    const third = await book('three');
    await put({ ...third, slot: [ref('Slot/four')] });
    expect(await statusOf('three')).toBe('free');
    const fourth = await book('three');
    expect((await ask('DELETE', `/Appointment/${fourth.id}`, undefined, world.system)).status).toBeLessThan(
      300,
    );
    expect(await statusOf('three')).toBe('free');
  });

  it('as it was: numbers keep their digits', async () => {
    const text = JSON.stringify({ ...slot('exact'), extension: [{ url: 'urn:x', valueDecimal: 7 }] });
    await ask('PUT', '/Slot/exact', text.replace('"valueDecimal":7', '"valueDecimal":1.10'), world.system);
    const visit = await book('exact');
    expect((await ask('PUT', `/Appointment/${visit.id}`, { ...visit, status: 'cancelled' })).status).toBe(
      200,
    );
    const { text: stored } = await ask('GET', '/Slot/exact');
    expect(stored).toMatch(/"status":"free"/);
    expect(stored).toMatch(/"valueDecimal":1\.10[^0-9]/);
  });

  it('but none that another appointment has, or that the same Bundle speaks of', async () => {
    const mine = await book('one');
    await put({ ...mine, id: 'other', participant: [{ actor: ref('Patient/b'), status: 'accepted' }] });
    await ask('PUT', `/Appointment/${mine.id}`, { ...mine, status: 'cancelled' });
    expect(await statusOf('one')).toBe('busy');
    const again = await book('two');
    const entry = [
      { ...again, status: 'cancelled' },
      { ...slot('two'), status: 'busy-unavailable' },
    ].map((resource) => ({
      resource,
      request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` },
    }));
    const bundle = { resourceType: 'Bundle', type: 'transaction', entry };
    expect((await ask('POST', '', bundle, world.system)).status).toBe(200);
    expect(await statusOf('two')).toBe('busy-unavailable');
  });
});

it('the clinic is told of changed contacts, whatever Task says that it was already (X1)', async () => {
  const decoy = {
    resourceType: 'Task',
    id: 'decoy',
    status: 'requested',
    intent: 'order',
    code: { coding: [{ system: 'urn:wellspring:task', code: 'contact-changed' }] },
    for: ref('Patient/b'),
    requester: ref('Patient/b'),
    performerType: [{ text: 'nobody' }],
  };
  const byB = world.patient('b', 'openid fhirUser patient/*.cruds');
  expect((await ask('POST', '/Task', decoy, byB)).status).toBe(422);
  // One from before.
  await put(decoy);
  const { body } = await ask('GET', '/Patient/b');
  expect(body.issue).toBeDefined();
  const { body: before } = await ask('GET', '/Patient/b', undefined, byB);
  const telecom = [{ system: 'email', value: 'decoy@example.org' }];
  expect((await ask('PUT', '/Patient/b', { ...before, telecom }, byB)).status).toBe(200);
  const { body: tasks } = await ask('GET', '/Task?patient=b', undefined, world.system);
  const focused = tasks.entry.flatMap(
    ({ resource }: { resource: { focus?: object } }) => resource.focus ?? [],
  );
  expect(focused).toEqual([expect.objectContaining({ reference: 'Patient/b' })]);
});

it('what the clinic is told of a change is not taken back by who made it (X1)', async () => {
  const { body } = await ask('GET', '/Patient/a');
  const telecom = [{ system: 'email', value: 'new@example.org' }];
  expect((await ask('PUT', '/Patient/a', { ...body, telecom })).status).toBe(200);
  const { body: found } = await ask('GET', '/Task?patient=a', undefined, world.system);
  const { resource } = found.entry[0];
  expect(resource.requester.reference).toBe('Patient/a');
  expect((await ask('GET', '/Task')).body.entry ?? []).toEqual([]);
  expect((await ask('PUT', `/Task/${resource.id}`, { ...resource, status: 'cancelled' })).status).toBe(404);
  expect((await ask('GET', `/Task/${resource.id}`, undefined, world.system)).body.status).toBe('requested');
});

it('a refusal is in the audit log, alone and among the entries of a batch (R20)', async () => {
  const entry = [
    { request: { method: 'GET', url: 'Observation/of-b' } },
    { resource: { ...observation('b', 1), id: 'of-b' }, request: { method: 'PUT', url: 'Observation/of-b' } },
    { request: { method: 'DELETE', url: 'Observation/of-b' } },
  ];
  await put({ ...observation('b', 1), id: 'of-b' });
  const batch = await ask('POST', '', { resourceType: 'Bundle', type: 'batch', entry });
  expect(
    batch.body.entry.map(({ response }: { response: { status: string } }) => response.status[0]),
  ).toEqual(['4', '4', '4']);
  const { body } = await ask('GET', '/AuditEvent?entity=Observation/of-b&outcome=4', undefined, world.system);
  const actions = body.entry.map(({ resource }: { resource: { action: string } }) => resource.action);
  expect(actions.sort()).toEqual(['D', 'R', 'U']);
});

describe("who somebody is, is no patient's to make up (X20, X6)", () => {
  const message = (more: object) => ({
    resourceType: 'Communication',
    status: 'completed',
    subject: ref('Patient/a'),
    sender: ref('Patient/a'),
    payload: [{ contentString: 'x' }],
    ...more,
  });

  it.each<[string, Body]>([
    ['a name without a reference', message({ recipient: [{ display: 'Dr. Ruiz (clinic)' }] })],
    [
      'somebody contained',
      message({
        recipient: [ref('#d')],
        contained: [{ resourceType: 'Practitioner', id: 'd', name: [{ text: 'Dr. Ruiz' }] }],
      }),
    ],
    [
      'a signature of the clinic',
      {
        resourceType: 'DocumentReference',
        status: 'current',
        type: { coding: [{ system: 'http://loinc.org', code: '64290-0' }] },
        subject: ref('Patient/a'),
        author: [ref('Patient/a')],
        authenticator: ref('Practitioner/ruiz'),
        content: [{ attachment: { title: 'x', contentType: 'image/png', url: 'Binary/x' } }],
      },
    ],
    [
      'a check-in that somebody else signs',
      {
        ...ANSWERS,
        extension: [{ url: SIGNATURE, valueSignature: { ...SIGNED, who: ref('Practitioner/ruiz') } }],
      },
    ],
    [
      'a signature by a name',
      {
        ...ANSWERS,
        extension: [{ url: SIGNATURE, valueSignature: { ...SIGNED, who: { display: 'Ruiz' } } }],
      },
    ],
    [
      'a signature for the clinic, deep inside',
      {
        ...ANSWERS,
        item: [
          {
            linkId: '1',
            extension: [
              {
                url: SIGNATURE,
                valueSignature: { ...SIGNED, who: ref('Patient/a'), onBehalfOf: ref('Practitioner/ruiz') },
              },
            ],
          },
        ],
      },
    ],
    [
      'a Task of the clinic’s queue',
      {
        ...ASKED,
        code: { coding: [{ system: 'urn:wellspring:task', code: 'result-release' }] },
      },
    ],
    [
      'a Task in the place of what waits',
      { ...ASKED, groupIdentifier: { system: 'urn:wellspring:work', value: 'Communication/x' } },
    ],
    ...['slot-held-until', 'offered-slot', 'slot-held-for', 'proposed-slot'].map((name): [string, Body] => [
      `a visit that says ${name}`,
      {
        resourceType: 'Appointment',
        status: 'proposed',
        participant: [{ actor: ref('Patient/a'), status: 'accepted' }],
        extension: [{ url: `urn:wellspring:${name}`, valueInstant: '2030-01-01T00:00:00Z' }],
      },
    ]),
    ['answers that the clinician gave', { ...ANSWERS, source: ref('Practitioner/ruiz') }],
  ])('%s is refused', async (_, body) => {
    expect([403, 422]).toContain((await ask('POST', `/${body.resourceType}`, body)).status);
  });

  it('their own signature and answers are taken', async () => {
    const signature = { ...SIGNED, who: ref('Patient/a') };
    const body = {
      ...ANSWERS,
      source: ref('Patient/a'),
      extension: [{ url: SIGNATURE, valueSignature: signature }],
    };
    expect((await ask('POST', '/QuestionnaireResponse', body)).status).toBe(201);
  });

  it('narrative of what is contained is left out like any other', async () => {
    const text = {
      status: 'generated',
      div: '<div xmlns="http://www.w3.org/1999/xhtml">from the clinic</div>',
    };
    const { status, body } = await ask('POST', '/MedicationStatement', {
      resourceType: 'MedicationStatement',
      status: 'active',
      subject: ref('Patient/a'),
      informationSource: ref('Patient/a'),
      medicationReference: ref('#m'),
      contained: [{ resourceType: 'Medication', id: 'm', text, code: { text: 'Zinc' } }],
    });
    expect(status).toBe(201);
    expect(body.contained).toEqual([{ resourceType: 'Medication', id: 'm', code: { text: 'Zinc' } }]);
  });
});
