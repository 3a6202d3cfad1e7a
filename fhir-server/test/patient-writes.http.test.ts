/** X5, X6, X20: what a patient-level token may change is what write-rules.ts says, by whichever way it is written. */
import { type PlanActivity, planActivityKey } from '@wellspring/profiles/plan-activity';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NOT_FOR_PATIENTS } from '../src/access/labels.ts';
import { patient } from './resources.ts';
import { type Answer, openWorld, type World } from './world.ts';

type Unnamed = { resourceType: string; [element: string]: unknown };
type Resource = Unnamed & { id: string };

let world: World;
let ana: string;
let proxy: string;
const ref = (reference: string) => ({ reference });
const SELF = ref('Patient/ana');
const text = (words: string) => ({
  status: 'generated',
  div: `<div xmlns="http://www.w3.org/1999/xhtml">${words}</div>`,
});

const put = (resource: Resource, token = world.system) =>
  world.ask('PUT', `/${resource.resourceType}/${resource.id}`, { token, body: resource });
const read = async (name: string): Promise<Resource> =>
  (await world.ask('GET', `/${name}`, { token: world.system })).body;
const post = (resource: Unnamed, token = ana) =>
  world.ask('POST', `/${resource.resourceType}`, { token, body: resource });

beforeAll(async () => {
  world = await openWorld({ RATE_LIMIT_PER_SECOND: '0' });
  await put(patient('ana'));
  await put({
    resourceType: 'Practitioner',
    id: 'ruiz',
    name: [{ prefix: ['Dr.'], given: ['Elena'], family: 'Ruiz' }],
  });
  await put({ resourceType: 'Practitioner', id: 'other', name: [{ family: 'Other' }] });
  await put({
    resourceType: 'RelatedPerson',
    id: 'mum',
    patient: SELF,
    name: [{ given: ['Mo'], family: 'Mum' }],
  });
  ana = world.patient('ana', 'openid fhirUser launch/patient patient/*.cruds');
  proxy = world.token({
    scope: 'openid fhirUser patient/*.cruds',
    patient: 'ana',
    fhirUser: `${world.base}/RelatedPerson/mum`,
    sub: 'mum',
  });
});
afterAll(() => world.close());

/** Each way to make the same change; the answers' statuses. */
async function everyWay(name: string, change: Record<string, unknown>, token: string): Promise<number[]> {
  const [type, id] = name.split('/') as [string, string];
  const before = await read(name);
  const after = { ...before, ...change };
  const operations = Object.entries(change).map(([element, value]) => ({
    op: before[element] === undefined ? 'add' : 'replace',
    path: `/${element}`,
    value,
  }));
  const bundle = (bundleType: string) => ({
    resourceType: 'Bundle',
    type: bundleType,
    entry: [{ resource: after, request: { method: 'PUT', url: name } }],
  });
  const batchStatus = ({ body }: Answer): number => Number(String(body.entry[0].response.status).slice(0, 3));
  return [
    (await put(after as Resource, token)).status,
    (await world.ask('PUT', `/${type}?_id=${id}`, { token, body: after })).status,
    (
      await world.ask('PATCH', `/${name}`, {
        token,
        body: operations,
        headers: { 'Content-Type': 'application/json-patch+json' },
      })
    ).status,
    (await world.ask('POST', '', { token, body: bundle('transaction') })).status,
    batchStatus(await world.ask('POST', '', { token, body: bundle('batch') })),
  ];
}

const CLINICS: readonly [what: string, resource: Resource, change: Record<string, unknown>][] = [
  [
    'a note entered in error',
    {
      resourceType: 'DocumentReference',
      id: 'note',
      status: 'current',
      type: { coding: [{ system: 'http://loinc.org', code: '64290-0' }] },
      subject: SELF,
      author: [ref('Practitioner/ruiz')],
      content: [{ attachment: { title: 'Note' } }],
    },
    { status: 'entered-in-error' },
  ],
  [
    'dosage of what a clinician recorded',
    {
      resourceType: 'MedicationStatement',
      id: 'recorded',
      status: 'active',
      subject: SELF,
      informationSource: SELF,
      medicationCodeableConcept: { text: 'Aspirin' },
      dosage: [{ text: 'one' }],
    },
    { dosage: [{ text: 'ten' }] },
  ],
  [
    'note of what a clinician recorded',
    {
      resourceType: 'MedicationStatement',
      id: 'recorded2',
      status: 'active',
      subject: SELF,
      informationSource: SELF,
      medicationCodeableConcept: { text: 'Aspirin' },
    },
    { note: [{ text: 'x' }] },
  ],
  [
    'the clinician of a visit',
    {
      resourceType: 'Appointment',
      id: 'visit',
      status: 'booked',
      start: '2027-01-01T10:00:00Z',
      end: '2027-01-01T10:20:00Z',
      participant: [
        { actor: SELF, status: 'accepted' },
        { actor: ref('Practitioner/ruiz'), status: 'accepted' },
      ],
    },
    {
      participant: [
        { actor: SELF, status: 'accepted' },
        { actor: ref('Practitioner/other'), status: 'accepted' },
      ],
    },
  ],
  [
    "the clinician's own answer",
    {
      resourceType: 'Appointment',
      id: 'asked',
      status: 'proposed',
      participant: [
        { actor: SELF, status: 'accepted' },
        { actor: ref('Practitioner/ruiz'), status: 'needs-action' },
      ],
    },
    {
      participant: [
        { actor: SELF, status: 'accepted' },
        { actor: ref('Practitioner/ruiz'), status: 'accepted' },
      ],
    },
  ],
  [
    'a visit that was cancelled',
    {
      resourceType: 'Appointment',
      id: 'off',
      status: 'cancelled',
      start: '2027-01-01T10:00:00Z',
      end: '2027-01-01T10:20:00Z',
      participant: [{ actor: SELF, status: 'accepted' }],
    },
    { status: 'checked-in' },
  ],
  [
    'why the clinic cancelled a visit',
    {
      resourceType: 'Appointment',
      id: 'stormed',
      status: 'cancelled',
      cancelationReason: { text: 'The clinic was closed.' },
      participant: [{ actor: SELF, status: 'accepted' }],
    },
    { cancelationReason: { text: 'Nobody came.' } },
  ],
  [
    'whether they came to a visit that is over',
    {
      resourceType: 'Appointment',
      id: 'missed',
      status: 'noshow',
      start: '2026-01-01T10:00:00Z',
      end: '2026-01-01T10:20:00Z',
      participant: [{ actor: SELF, status: 'accepted' }],
    },
    { participant: [{ actor: SELF, status: 'declined' }] },
  ],
  [
    'a proposed visit',
    {
      resourceType: 'Appointment',
      id: 'wanted',
      status: 'proposed',
      participant: [{ actor: SELF, status: 'accepted' }],
    },
    { status: 'booked' },
  ],
  [
    'a rejected task',
    {
      resourceType: 'Task',
      id: 'rejected',
      status: 'rejected',
      intent: 'order',
      for: SELF,
      owner: SELF,
      requester: ref('Practitioner/ruiz'),
    },
    { status: 'completed' },
  ],
  [
    'the outcome of their own request',
    {
      resourceType: 'Task',
      id: 'mine',
      status: 'in-progress',
      intent: 'order',
      for: SELF,
      owner: ref('Practitioner/ruiz'),
      requester: SELF,
    },
    { status: 'completed' },
  ],
  [
    'the words of a message',
    {
      resourceType: 'Communication',
      id: 'letter',
      status: 'completed',
      subject: SELF,
      sender: ref('Practitioner/ruiz'),
      recipient: [SELF],
      payload: [{ contentString: 'Take one' }],
    },
    { payload: [{ contentString: 'Take ten' }] },
  ],
  [
    'a receipt that was given',
    {
      resourceType: 'Communication',
      id: 'read',
      status: 'completed',
      subject: SELF,
      sender: ref('Practitioner/ruiz'),
      recipient: [SELF],
      received: '2026-01-01T00:00:00Z',
    },
    { received: '2026-02-01T00:00:00Z' },
  ],
  [
    'insurance that the clinic keeps',
    {
      resourceType: 'Coverage',
      id: 'active',
      status: 'active',
      beneficiary: SELF,
      payor: [{ display: 'Payer' }],
    },
    { status: 'cancelled' },
  ],
  [
    'a draft of the clinic',
    {
      resourceType: 'Coverage',
      id: 'drafted',
      status: 'draft',
      beneficiary: SELF,
      payor: [{ display: 'Payer' }],
    },
    { subscriberId: 'x' },
  ],
  [
    'answers that the clinic wrote down',
    {
      resourceType: 'QuestionnaireResponse',
      id: 'answers',
      status: 'in-progress',
      subject: SELF,
      author: SELF,
    },
    { item: [{ linkId: '1' }] },
  ],
  [
    'a Consent in force',
    {
      resourceType: 'Consent',
      id: 'consent',
      status: 'active',
      scope: { text: 'x' },
      category: [{ text: 'x' }],
      policyRule: { text: 'x' },
      patient: SELF,
    },
    { status: 'inactive' },
  ],
  [
    'a result',
    {
      resourceType: 'Observation',
      id: 'result',
      status: 'final',
      code: { text: 'x' },
      subject: SELF,
      performer: [SELF],
      valueString: 'a',
    },
    { status: 'entered-in-error' },
  ],
  ['their name', patient('ana'), { name: [{ family: 'Else' }] }],
  [
    'their race',
    patient('ana'),
    {
      extension: [
        { url: 'http://hl7.org/fhir/us/core/StructureDefinition/us-core-birthsex', valueCode: 'M' },
      ],
    },
  ],
];

describe('X5: what the clinic wrote', () => {
  it.each(CLINICS)('is not changed from the patient’s side: %s', async (_, resource, change) => {
    await put(resource);
    const name = `${resource.resourceType}/${resource.id}`;
    const before = JSON.stringify(await read(name));
    for (const token of [
      ana,
      proxy,
      world.token({ scope: 'openid fhirUser user/*.cruds', fhirUser: `${world.base}/Patient/ana` }),
    ])
      for (const status of await everyWay(name, change, token)) expect(status).toBeGreaterThanOrEqual(403);
    expect(JSON.stringify(await read(name))).toBe(before);
  });

  it('what they wrote themselves is theirs until the clinic changes it', async () => {
    const own = {
      resourceType: 'MedicationStatement',
      status: 'active',
      subject: SELF,
      informationSource: SELF,
      medicationCodeableConcept: { text: 'Tea' },
    };
    const { body } = await post(own);
    const name = `MedicationStatement/${body.id}`;
    expect((await put({ ...body, dosage: [{ text: 'daily' }] }, ana)).status).toBe(200);
    // A proxy has not written it; the patient may change what a proxy wrote.
    expect(
      (await put({ ...(await read(name)), dosage: [{ text: 'never' }] } as Resource, proxy)).status,
    ).toBe(403);
    const { body: theirs } = await post({ ...own, informationSource: ref('RelatedPerson/mum') }, proxy);
    expect((await put({ ...theirs, status: 'stopped' }, ana)).status).toBe(200);
    await put({ ...(await read(name)), note: [{ text: 'Discussed' }] } as Resource);
    expect((await put({ ...(await read(name)), dosage: [{ text: 'never' }] } as Resource, ana)).status).toBe(
      403,
    );
  });

  it('a mark that a request brings is not heard', async () => {
    const forged = {
      ...(await read('MedicationStatement/recorded')),
      meta: { tag: [{ system: 'urn:wellspring:written-by', code: 'Patient/ana' }] },
      dosage: [{ text: 'ten' }],
    };
    expect((await put(forged as Resource, ana)).status).toBe(403);
    const nurse = await world.staff('nurse', 'nurse');
    const { status, body } = await put(forged as Resource, nurse);
    expect(status).toBe(200);
    expect(body.meta.tag).toBeUndefined();
  });

  it('a mark comes with what a system makes, by an id of its own too, and with nothing that is there', async () => {
    const made = {
      ...(await read('MedicationStatement/recorded')),
      status: 'active',
      id: 'imported',
      meta: { tag: [{ system: 'urn:wellspring:written-by', code: 'Patient/ana' }] },
    } as Resource;
    const { status, body } = await put(made);
    expect(status).toBe(201);
    expect(body.meta.tag?.[0]?.code).toBe('Patient/ana');
    expect((await put({ ...body, status: 'stopped' }, ana)).status).toBe(200);
    expect((await put({ ...made, note: [{ text: 'Discussed' }] } as Resource)).body.meta.tag).toBeUndefined();
  });

  it('nothing is deleted, whoever wrote it', async () => {
    const { body } = await post({
      resourceType: 'Observation',
      status: 'final',
      code: { text: 'x' },
      subject: SELF,
      performer: [SELF],
    });
    expect((await world.ask('DELETE', `/Observation/${body.id}`, { token: ana })).status).toBe(403);
    expect((await put({ ...body, status: 'entered-in-error' }, ana)).status).toBe(200);
  });
});

describe('X6: labels, tags, profiles and narrative', () => {
  const NOPAT = { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'NOPAT' };

  it.each(['security', 'tag'])('a proxy adds no meta.%s, by any way', async (element) => {
    await put({
      resourceType: 'Communication',
      id: 'plain',
      status: 'completed',
      subject: SELF,
      sender: ref('Practitioner/ruiz'),
      recipient: [SELF],
      meta: { security: [{ system: 'urn:x', code: 'kept' }] },
    });
    const added = {
      resourceType: 'Parameters',
      parameter: [{ name: 'meta', valueMeta: { [element]: [NOPAT] } }],
    };
    expect(
      (await world.ask('POST', '/Communication/plain/$meta-add', { token: proxy, body: added })).status,
    ).toBe(403);
    for (const status of await everyWay('Communication/plain', { meta: { [element]: [NOPAT] } }, proxy))
      expect(status).toBe(403);
    const removed = {
      resourceType: 'Parameters',
      parameter: [{ name: 'meta', valueMeta: { security: [{ system: 'urn:x', code: 'kept' }] } }],
    };
    expect(
      (await world.ask('POST', '/Communication/plain/$meta-delete', { token: proxy, body: removed })).status,
    ).toBe(403);
    expect(
      (
        await post({
          resourceType: 'Observation',
          status: 'final',
          code: { text: 'x' },
          subject: SELF,
          performer: [SELF],
          meta: { [element]: [NOPAT] },
        })
      ).status,
    ).toBe(403);
  });

  it('a change keeps the labels that it does not repeat', async () => {
    const { meta: _, ...message } = await read('Communication/plain');
    expect((await put({ ...message, received: '2026-05-01T00:00:00Z' } as Resource, ana)).status).toBe(200);
    expect((await read('Communication/plain')).meta).toMatchObject({ security: [{ code: 'kept' }] });
  });

  it('narrative is not theirs: it is dropped where they write, and kept where they change none of the content', async () => {
    const told = {
      resourceType: 'Communication',
      id: 'told',
      status: 'completed',
      subject: SELF,
      sender: ref('Practitioner/ruiz'),
      recipient: [SELF],
      text: text('from the clinic'),
    };
    await put(told);
    expect((await put({ ...told, text: text('forged') }, proxy)).status).toBe(200);
    expect(JSON.stringify((await read('Communication/told')).text)).toContain('from the clinic');
    await put({ ...told, received: '2026-05-01T00:00:00Z', text: text('forged') }, ana);
    expect((await read('Communication/told')).text).toBeUndefined();
    const { body } = await post({
      resourceType: 'Observation',
      status: 'final',
      code: { text: 'x' },
      subject: SELF,
      performer: [SELF],
      text: text('x'),
    });
    expect(body.text).toBeUndefined();
  });
});

describe('X20: names', () => {
  it('come from the resource that is referred to', async () => {
    const { body, status } = await post({
      resourceType: 'Communication',
      status: 'completed',
      subject: { ...SELF, display: 'The mayor' },
      sender: { ...SELF, display: 'Dr. Elena Ruiz (clinic)' },
      recipient: [{ ...ref('Practitioner/ruiz'), display: 'Somebody' }],
      note: [
        { authorString: 'Dr. Elena Ruiz', text: 'x' },
        { authorReference: ref('Practitioner/ruiz'), text: 'y' },
      ],
      payload: [{ contentString: 'hello' }],
    });
    expect(status).toBe(201);
    expect(body.sender.display).toBe('Ana Family ana');
    expect(body.subject.display).toBe('Ana Family ana');
    expect(body.recipient[0].display).toBe('Dr. Elena Ruiz');
    expect(JSON.stringify(body.note)).not.toContain('Ruiz');
    expect(JSON.stringify(body.note)).not.toContain('Practitioner');
  });
});

it('a Task is finished by the proxy whom the clinic asked, and by nobody else in their place', async () => {
  const task: Resource = {
    resourceType: 'Task',
    id: 'for-mum',
    status: 'requested',
    intent: 'order',
    for: SELF,
    owner: ref('RelatedPerson/mum'),
    requester: ref('Practitioner/ruiz'),
  };
  await put(task);
  expect(await everyWay('Task/for-mum', { status: 'completed' }, ana)).toEqual([403, 403, 403, 403, 403]);
  expect((await put({ ...task, status: 'completed' }, proxy)).status).toBe(200);
  expect((await post({ ...task, requester: ref('RelatedPerson/mum') }, proxy)).status).toBe(422);
});

describe('X5: what changes what the rest says', () => {
  const task = {
    resourceType: 'Task',
    status: 'requested',
    intent: 'order',
    for: SELF,
    requester: SELF,
    description: 'x',
  };
  const modifier = [{ url: 'urn:not', valueBoolean: true }];
  const measured = {
    resourceType: 'Observation',
    status: 'final',
    subject: SELF,
    performer: [SELF],
    code: { text: 'Weight' },
    category: [
      {
        coding: [
          { system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'vital-signs' },
        ],
      },
    ],
  };

  it('is not a patient’s to say, wherever it stands; nor is why the clinic would cancel, or who gave a number', async () => {
    const some = { code: { text: 'x' }, valueString: 'y' };
    for (const body of [
      { ...task, implicitRules: 'urn:x' },
      { ...task, modifierExtension: modifier },
      { ...measured, modifierExtension: modifier },
      { ...measured, component: [{ ...some, modifierExtension: modifier }] },
      { ...task, focus: ref('#c'), contained: [{ ...task, id: 'c', implicitRules: 'urn:x' }] },
    ])
      expect((await post(body)).status, JSON.stringify(body)).toBe(403);
    const start = Date.now() + 86_400_000;
    const visit = {
      resourceType: 'Appointment',
      id: 'reasoned',
      status: 'booked',
      start: new Date(start).toISOString(),
      end: new Date(start + 900_000).toISOString(),
      participant: [{ actor: SELF, status: 'accepted' }],
    };
    await put(visit);
    const system = 'http://terminology.hl7.org/CodeSystem/appointment-cancellation-reason';
    const cancel = (code: string) =>
      put({ ...visit, status: 'cancelled', cancelationReason: { coding: [{ system, code }] } }, ana);
    for (const code of ['prov', 'prov-pers', 'maint']) expect((await cancel(code)).status, code).toBe(422);
    expect((await cancel('pat-cpp')).status).toBe(200);
    const identifier = [{ system: 'urn:my', value: '1', assigner: { display: 'Dr. Ruiz' } }];
    expect((await post({ ...task, identifier })).text).not.toContain('Ruiz');
  });
});

describe('B05: numbers by which the clinic knows people', () => {
  const MRN = 'https://clinic.example/mrn';
  const PLAN = 'https://plan.example/members';
  const number = (value: string, system = MRN) => ({ system, value });
  const member = { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'MB' }] };
  const REFUSED = [422, 'business-rule'];
  const outcome = ({ status, body }: Answer) => (status < 400 ? [status] : [status, body.issue[0].code]);

  beforeAll(async () => {
    await put(patient('ana', { identifier: [number('A-1')] }));
    await put(patient('ben', { identifier: [number('B-2'), { ...number('M-9', PLAN), type: member }] }));
  });

  const insurance = (more: object) => ({
    resourceType: 'Coverage',
    status: 'draft',
    beneficiary: SELF,
    payor: [{ display: 'Plan', identifier: number('17', 'https://plan.example/plans') }],
    ...more,
  });
  const answers = (more: object) => ({
    resourceType: 'QuestionnaireResponse',
    status: 'completed',
    subject: SELF,
    author: SELF,
    ...more,
  });
  const task = (more: object) => ({
    resourceType: 'Task',
    status: 'requested',
    intent: 'order',
    for: SELF,
    requester: SELF,
    ...more,
  });
  const inExtension = (value: string) => ({ extension: [{ url: 'urn:x', valueIdentifier: number(value) }] });

  it.each([
    ['insurance', insurance({ identifier: [number('B-2')] })],
    ['answers', answers({ identifier: number('B-2') })],
    ['a task', task({ identifier: [number('B-2')] })],
    ['a group of tasks', task({ groupIdentifier: number('B-2') })],
    ['an extension', task(inExtension('B-2'))],
    [
      'a contained resource',
      task({ contained: [{ ...task({ identifier: [number('B-2')] }), id: 'c' }], focus: ref('#c') }),
    ],
    ['a number of nobody’s', task({ identifier: [number('Z-0')] })],
  ])('are not given by a patient: another’s on %s', async (_, body) => {
    expect(outcome(await post(body as Unnamed))).toEqual(REFUSED);
    expect(outcome(await post(body as Unnamed, proxy))).toEqual(REFUSED);
  });

  it('are their own, and anybody may use numbers of other systems', async () => {
    for (const body of [
      task({ identifier: [number('A-1'), number('17', 'urn:my-app'), { value: 'x' }] }),
      task(inExtension('A-1')),
      insurance({ identifier: [{ ...number('M-1', PLAN), type: member }] }),
      task({ identifier: [number('urn:uuid:53fefa32-fcbb-4ff8-8a92-55ee120877b7', 'urn:ietf:rfc:3986')] }),
    ])
      expect(outcome(await post(body as Unnamed))).toEqual([201]);
  });

  it('stand beside a reference where they are those of what it refers to', async () => {
    const told = async (identifier: object) =>
      (await post(task({ for: { ...SELF, identifier }, requester: SELF }) as Unnamed)).body.for;
    expect(await told(number('A-1'))).toMatchObject({ ...SELF, identifier: number('A-1') });
    expect(await told(number('17', 'urn:my-app'))).not.toHaveProperty('identifier');
    expect(await told(number('B-2'))).not.toHaveProperty('identifier');
  });

  it('name nobody alone', async () => {
    const someone = { identifier: number('B-2', 'urn:other') };
    for (const body of [
      insurance({ subscriber: someone }),
      insurance({ policyHolder: someone }),
      task({ owner: someone }),
      { ...task({}), requester: someone },
    ])
      expect(outcome(await post(body as Unnamed))[0]).toBe(422);
  });

  it('nor by a change: of a Patient, of what they handed in', async () => {
    const self = await read('Patient/ana');
    expect((await put({ ...self, identifier: [number('B-2')] }, ana)).status).toBe(403);
    const telecom = [
      { system: 'phone', value: '1', extension: [{ url: 'urn:x', valueIdentifier: number('B-2') }] },
    ];
    expect(outcome(await put({ ...self, telecom }, ana))).toEqual(REFUSED);
    const made = (await post(insurance({}) as Unnamed)).body as Resource;
    const payor = [{ display: 'Plan', identifier: number('B-2') }];
    expect(outcome(await put({ ...made, payor }, ana))).toEqual(REFUSED);
  });
});

describe('an observation of their own', () => {
  const own: Unnamed = {
    resourceType: 'Observation',
    status: 'final',
    code: { coding: [{ system: 'http://loinc.org', code: '4548-4' }] },
    subject: SELF,
    performer: [SELF],
    valueString: '5.1',
  };
  const category = (code: string) => [
    { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code }] },
  ];

  it.each([
    ['category', category('laboratory')],
    ['category', category('exam')],
    ['category', [{ text: 'Laboratory' }]],
    ['referenceRange', [{ text: '4 to 6' }]],
    ['issued', '2026-11-27T10:00:00Z'],
    ['method', { text: 'HPLC' }],
    ['specimen', ref('Specimen/blood')],
    ['encounter', ref('Encounter/visit')],
    ['hasMember', [ref('Observation/of-the-clinic')]],
    ['derivedFrom', [ref('Observation/of-the-clinic')]],
    ['component', [{ code: { text: 'x' }, valueString: '1', referenceRange: [{ text: '4 to 6' }] }]],
  ])('says nothing of the clinic: %s', async (element, value) => {
    await put({ resourceType: 'Specimen', id: 'blood', subject: SELF });
    await put({
      resourceType: 'Encounter',
      id: 'visit',
      status: 'finished',
      class: { code: 'AMB' },
      subject: SELF,
    });
    await put({ ...own, id: 'of-the-clinic' } as unknown as Resource);
    const { status, body } = await post({ ...own, [element]: value } as Unnamed);
    expect(status).toBe(422);
    expect(body.issue[0].expression).toEqual([`Observation.${element}`]);
  });

  it.each(['vital-signs', 'activity', 'survey', 'social-history'])('is of the category %s', async (code) => {
    expect((await post({ ...own, category: category(code) } as Unnamed)).status).toBe(201);
  });
});

describe('what is ticked off of a plan of care', () => {
  const plan = (id: string, owner: string): Resource => ({
    resourceType: 'CarePlan',
    id,
    status: 'active',
    intent: 'plan',
    subject: ref(`Patient/${owner}`),
    activity: [
      { id: 'walk', detail: { status: 'in-progress', description: 'Walk' } },
      { detail: { status: 'in-progress', code: { text: 'Look at both feet', coding: [{ code: 'feet' }] } } },
      { reference: ref(`ServiceRequest/stretch-${owner}`) },
    ],
  });
  const tick = (of: string, who = 'Patient/ana'): Unnamed => ({
    resourceType: 'Observation',
    identifier: [{ system: 'urn:wellspring:plan-tick', value: 'p/walk/2026-11-27' }],
    status: 'final',
    code: { coding: [{ system: 'urn:wellspring:plan-activity', code: 'walk' }], text: 'Walk' },
    basedOn: [ref(`CarePlan/${of}`)],
    subject: SELF,
    performer: [{ ...ref(who), display: 'Dr. Elena Ruiz' }],
    effectiveDateTime: '2026-11-27',
    valueBoolean: true,
  });
  const once = (token: string, who?: string) =>
    world.ask('POST', '/Observation', {
      token,
      body: tick('plan-ana', who),
      headers: { 'if-none-exist': 'identifier=urn:wellspring:plan-tick|p/walk/2026-11-27&status=final' },
    });

  it('is stored once, by its true name, undone, and ticked off again; the plan stays the clinic’s, and is one’s own', async () => {
    await put(patient('bob'));
    for (const owner of ['ana', 'bob']) {
      await put({
        resourceType: 'ServiceRequest',
        id: `stretch-${owner}`,
        status: 'active',
        intent: 'order',
        subject: ref(`Patient/${owner}`),
      });
      await put(plan(`plan-${owner}`, owner));
    }
    const first = await once(ana);
    expect(first.status).toBe(201);
    expect(first.body.performer[0].display).not.toContain('Ruiz');
    expect((await once(ana)).status).toBe(200);
    const undone = { ...first.body, status: 'entered-in-error' };
    expect((await put(undone, ana)).status).toBe(200);
    expect((await once(ana)).status).toBe(201);
    expect((await post(tick('plan-ana', 'RelatedPerson/mum'), proxy)).status).toBe(201);
    const found = await world.ask(
      'GET',
      '/Observation?patient=ana&based-on=CarePlan/plan-ana&code=urn:wellspring:plan-activity|&status=final',
      { token: ana },
    );
    expect(found.body.entry).toHaveLength(2);
    expect((await post(tick('plan-bob'))).status).toBeGreaterThanOrEqual(400);
    expect((await post({ ...tick('plan-ana'), valueBoolean: false })).status).toBe(422);
    const named = (code: string) => ({
      ...tick('plan-ana'),
      code: { coding: [{ system: 'urn:wellspring:plan-activity', code }] },
    });
    const refused = await post(named('run'));
    expect(refused.status).toBe(422);
    expect(refused.body.issue[0].expression).toEqual(['Observation.code']);
    const { activity } = plan('plan-ana', 'ana') as unknown as { activity: PlanActivity[] };
    for (const each of activity) expect((await post(named(planActivityKey(each)))).status).toBe(201);
    expect((await put({ ...plan('plan-ana', 'ana'), status: 'completed' }, ana)).status).toBe(403);
  });

  it('is not what is over, or not to be done: the plan, the activity, the request that it refers to', async () => {
    const at = (code: string) => ({
      ...tick('plan-over'),
      code: { coding: [{ system: 'urn:wellspring:plan-activity', code }] },
    });
    const detail = (id: string, more: object) => ({
      id,
      detail: { status: 'in-progress', description: id, ...more },
    });
    const request = (id: string, status: string, more: object = {}): Resource => ({
      resourceType: 'ServiceRequest',
      id,
      status,
      intent: 'order',
      subject: SELF,
      ...more,
    });
    await put(request('going-on', 'active'));
    await put(request('taken-back', 'revoked'));
    await put(request('secret', 'revoked', { meta: { security: [NOT_FOR_PATIENTS] } }));
    const over = {
      ...plan('plan-over', 'ana'),
      activity: [
        detail('walk', {}),
        detail('stopped', { status: 'stopped' }),
        detail('avoid', { doNotPerform: true }),
        ...['going-on', 'taken-back', 'secret'].map((id) => ({ id, reference: ref(`ServiceRequest/${id}`) })),
      ],
    };
    await put(over);
    const statusOf = async (code: string) => (await post(at(code))).status;
    expect(await Promise.all(['walk', 'going-on', 'secret'].map(statusOf))).toEqual([201, 201, 201]);
    expect(await Promise.all(['stopped', 'avoid', 'taken-back'].map(statusOf))).toEqual([422, 422, 422]);
    for (const status of ['revoked', 'completed', 'entered-in-error']) {
      await put({ ...over, status } as Resource);
      const refused = await post(at('walk'));
      expect([refused.status, refused.body.issue[0].expression]).toEqual([422, ['Observation.basedOn']]);
    }
  });
});
