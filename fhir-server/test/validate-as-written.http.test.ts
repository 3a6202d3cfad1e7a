/** `$validate` with the mode of a write, and the write: for each kind of fault they say the same. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWorld, type World } from './world.ts';

let world: World;
type Json = { resourceType: string; [name: string]: unknown };

const observation = (subject: object, more: object = {}): Json => ({
  resourceType: 'Observation',
  status: 'final',
  code: { text: 'x' },
  subject,
  ...more,
});
const parameter = (more: object): Json => ({
  resourceType: 'SearchParameter',
  url: 'urn:wellspring:test:as-written',
  name: 'x',
  status: 'active',
  description: 'x',
  code: 'as-written',
  base: ['Patient'],
  type: 'string',
  expression: 'Patient.name.family',
  ...more,
});
const ONE = 'urn:uuid:5f0b7a0c-3e6f-4d3c-9a52-0c2d5c1f9e11';
const OTHER = 'urn:uuid:5f0b7a0c-3e6f-4d3c-9a52-0c2d5c1f9e12';
const bundle = (subject: object, other: object, more: object = {}): Json => ({
  resourceType: 'Bundle',
  type: 'collection',
  entry: [
    { fullUrl: ONE, resource: observation(subject) },
    { fullUrl: OTHER, resource: other },
  ],
  ...more,
});
const PATIENT = { resourceType: 'Patient' };
const STORED = 'urn:wellspring:test:stored-profile';

/** Each kind of what may be wrong, and beside it the same without the fault. */
const TAKEN = 'its code, which is taken';

const CASES: [string, Json][] = [
  ['a reference', observation({ reference: 'Patient/there' })],
  ['a reference to nothing', observation({ reference: 'Patient/nobody' })],
  ['one to what was deleted', observation({ reference: 'Patient/gone' })],
  ['one to a version', observation({ reference: 'Patient/there/_history/1' })],
  ['one to a version that is not there', observation({ reference: 'Patient/there/_history/99' })],
  ['one to a version that is no number', observation({ reference: 'Patient/there/_history/abc' })],
  ['one of another type', observation({ reference: 'Organization/there' })],
  ['one that is none', observation({ reference: 'foo bar' })],
  ['one that is a condition', observation({ reference: 'Patient?identifier=urn:x|1' })],
  ['one to an entry, without a Bundle', observation({ reference: ONE })],
  ['one by an OID', observation({ reference: 'urn:oid:1.2.3' })],
  ['one elsewhere', observation({ reference: 'https://elsewhere.example/fhir/Patient/1' })],
  ['a type of another', observation({ type: 'Organization', identifier: { value: '1' } })],
  [
    'an extension that refers to nothing',
    {
      ...PATIENT,
      extension: [{ url: 'urn:x:y', valueReference: { reference: 'Patient/nobody' } }],
    },
  ],
  ['what is contained', observation({ reference: '#c' }, { contained: [{ ...PATIENT, id: 'c' }] })],
  [
    'what is contained, of another type',
    observation(
      { reference: '#c' },
      {
        contained: [{ resourceType: 'Organization', id: 'c', name: 'x' }],
      },
    ),
  ],
  [
    'a reference to nothing in what is contained',
    observation(
      { reference: '#c' },
      {
        contained: [{ ...PATIENT, id: 'c', managingOrganization: { reference: 'Organization/nobody' } }],
      },
    ),
  ],
  ['a Bundle', bundle({ reference: OTHER }, PATIENT)],
  ['a Bundle with a wrong type', bundle({ reference: OTHER }, { resourceType: 'Practitioner' })],
  [
    'a Bundle that leads nowhere',
    bundle({ reference: 'urn:uuid:5f0b7a0c-3e6f-4d3c-9a52-0c2d5c1f9e13' }, PATIENT),
  ],
  ['a Bundle that leads to this server', bundle({ reference: 'Patient/nobody' }, PATIENT)],
  [
    'Parameters with a reference to nothing',
    {
      resourceType: 'Parameters',
      parameter: [{ name: 'x', resource: observation({ reference: 'Patient/nobody' }) }],
    },
  ],
  ['a code', { ...PATIENT, gender: 'unheard-of' }],
  ['an invariant', { ...PATIENT, contact: [{}] }],
  ['an element', { ...PATIENT, colour: 'red' }],
  ['a profile', { ...PATIENT, meta: { profile: [STORED] } }],
  ['a profile that is not known', { ...PATIENT, meta: { profile: ['urn:wellspring:test:nowhere'] } }],
  ['a search parameter', parameter({})],
  ['its code', parameter({ code: 'a b' })],
  ['its expression', parameter({ expression: 'Patient.nothing' })],
  [TAKEN, parameter({ code: 'birthdate' })],
  [
    'a Subscription',
    {
      resourceType: 'Subscription',
      status: 'requested',
      reason: 'x',
      criteria: 'Nothing?a=b',
      channel: { type: 'rest-hook', endpoint: 'https://elsewhere.example/hook' },
    },
  ],
  [
    'the language of a Group’s query',
    {
      resourceType: 'Group',
      type: 'person',
      actual: true,
      modifierExtension: [
        {
          url: 'http://hl7.org/fhir/uv/bulkdata/StructureDefinition/member-filter',
          valueExpression: { language: 'text/cql', expression: 'Patient?gender=male' },
        },
      ],
    },
  ],
  [
    'a visit that ends before it begins',
    {
      resourceType: 'Appointment',
      status: 'booked',
      start: '2026-01-01T10:00:00Z',
      end: '2026-01-01T09:00:00Z',
      participant: [{ actor: { display: 'x' }, status: 'accepted' }],
    },
  ],
  [
    'a Subscription’s end, its channel and its extensions',
    {
      resourceType: 'Subscription',
      status: 'requested',
      reason: 'x',
      criteria: 'Observation?code=x',
      channel: { type: 'sms' },
    },
  ],
  [
    'a topic',
    {
      resourceType: 'Basic',
      code: { coding: [{ system: 'http://hl7.org/fhir/fhir-types', code: 'SubscriptionTopic' }] },
    },
  ],
  [
    'an answer',
    {
      resourceType: 'QuestionnaireResponse',
      status: 'completed',
      questionnaire: 'urn:wellspring:test:form',
      item: [{ linkId: 'a', answer: [{ valueString: 'x' }] }],
    },
  ],
  [
    'a form that is not known',
    {
      resourceType: 'QuestionnaireResponse',
      status: 'completed',
      questionnaire: 'urn:wellspring:test:no-form',
    },
  ],
  [
    'a row of the audit log',
    {
      resourceType: 'AuditEvent',
      type: { code: 'x' },
      recorded: '2020-01-01T00:00:00Z',
      agent: [{ requestor: true }],
      source: { observer: { display: 'x' } },
    },
  ],
];

beforeAll(async () => {
  world = await openWorld();
  const put = async (resource: Json & { id: string }) => {
    const path = `/${resource.resourceType}/${resource.id}`;
    const { status, text } = await world.ask('PUT', path, { token: world.system, body: resource });
    expect(status, text).toBe(201);
  };
  await put({ ...PATIENT, id: 'there' });
  await put({ ...PATIENT, id: 'gone' });
  await world.ask('DELETE', '/Patient/gone', { token: world.system });
  await put({ resourceType: 'Organization', id: 'there', name: 'x' });
  await put({
    resourceType: 'Questionnaire',
    id: 'form',
    url: 'urn:wellspring:test:form',
    status: 'active',
    item: [{ linkId: 'a', type: 'boolean' }],
  });
  await put({
    resourceType: 'StructureDefinition',
    id: 'stored',
    url: STORED,
    name: 'Stored',
    status: 'active',
    kind: 'resource',
    abstract: false,
    type: 'Patient',
    baseDefinition: 'http://hl7.org/fhir/StructureDefinition/Patient',
    derivation: 'constraint',
    differential: {
      element: [
        { id: 'Patient', path: 'Patient' },
        { id: 'Patient.name', path: 'Patient.name', min: 1 },
      ],
    },
  });
});
afterAll(() => world.close());

interface Fault {
  readonly severity: string;
  readonly code: string;
  readonly diagnostics: string;
  readonly expression?: string[];
}
const faultsOf = (body: { issue?: Fault[] }): string[] =>
  (body.issue ?? [])
    .filter(({ severity }) => severity === 'error')
    .map(({ code, diagnostics, expression }) => `${code} ${expression?.[0] ?? ''}: ${diagnostics}`)
    .sort();

/** What each of the two says; of a write that is accepted nothing. */
async function both(
  mode: 'create' | 'update',
  resource: Json,
  token = world.system,
): Promise<{ readonly validated: string[]; readonly written: string[] }> {
  const { resourceType: type } = resource;
  const body = mode === 'update' ? { ...resource, id: 'written' } : resource;
  const validated = await world.ask('POST', `/${type}/$validate?mode=${mode}`, { token, body });
  expect(validated.status, validated.text).toBe(200);
  const written =
    mode === 'create'
      ? await world.ask('POST', `/${type}`, { token, body })
      : await world.ask('PUT', `/${type}/written`, { token, body });
  if (written.status < 300) {
    const id = mode === 'create' ? written.headers.get('location')?.split('/').at(-3) : 'written';
    await world.ask('DELETE', `/${type}/${id}`, { token: world.system });
    return { validated: faultsOf(validated.body), written: [] };
  }
  expect(faultsOf(written.body), written.text).not.toEqual([]);
  return { validated: faultsOf(validated.body), written: faultsOf(written.body) };
}

describe.each(['create', 'update'] as const)('By mode=%s and by the write itself', (mode) => {
  it.each(CASES)('the same is wrong: %s', async (_, resource) => {
    const { validated, written } = await both(mode, resource);
    expect(validated).toEqual(written);
  });

  it('the same is wrong for who may read only', async () => {
    const reader = world.token({ scope: 'system/*.rs' });
    const { validated, written } = await both(mode, { ...PATIENT }, reader);
    expect(written).toHaveLength(1);
    expect(validated).toEqual(written);
  });

  it('the same is wrong for a patient, whose own rules count', async () => {
    const token = world.patient('there', 'openid fhirUser launch/patient patient/*.cruds');
    for (const resource of [
      observation({ reference: 'Patient/there' }),
      observation({ reference: 'Patient/nobody' }),
      { resourceType: 'Organization', name: 'x' },
    ]) {
      const { validated, written } = await both(mode, resource, token);
      expect(validated).toEqual(written);
    }
  });
});

/** Whoever may write it: what stands beside it on the server, and the caller's rights, are asked of a write alone. */
const OF_ITSELF: ReadonlySet<string> = new Set([
  'SearchParameter',
  'Subscription',
  'Group',
  'Appointment',
  'Basic',
]);

describe('By no mode and by the write itself', () => {
  const cases = CASES.filter(([what, { resourceType }]) => OF_ITSELF.has(resourceType) && what !== TAKEN);
  it.each(cases)('the same is wrong: %s', async (_, resource) => {
    const path = `/${resource.resourceType}`;
    const asked = await world.ask('POST', `${path}/$validate`, { token: world.system, body: resource });
    const written = await world.ask('POST', path, { token: world.system, body: resource });
    expect(faultsOf(asked.body)).toEqual(written.status < 300 ? [] : faultsOf(written.body));
    expect(asked.body.issue.some((issue: Fault) => issue.severity === 'error')).toBe(written.status >= 300);
  });
});

it.each([
  ['a search parameter', parameter({ code: 'birthdate' })],
  [
    'a topic',
    {
      resourceType: 'Basic',
      code: { coding: [{ system: 'http://hl7.org/fhir/fhir-types', code: 'SubscriptionTopic' }] },
      extension: [
        {
          url: 'http://hl7.org/fhir/5.0/StructureDefinition/extension-SubscriptionTopic.url',
          valueUri: 'urn:wellspring:SubscriptionTopic:result',
        },
        {
          url: 'http://hl7.org/fhir/5.0/StructureDefinition/extension-SubscriptionTopic.resourceTrigger',
          extension: [
            { url: 'resource', valueUri: 'http://hl7.org/fhir/StructureDefinition/Encounter' },
            { url: 'supportedInteraction', valueCode: 'create' },
          ],
        },
      ],
    },
  ],
])(
  'What is right, and is refused for what stands here already, is told as a warning: %s',
  async (_, body) => {
    const path = `/${body.resourceType}`;
    const asked = await world.ask('POST', `${path}/$validate`, { token: world.system, body });
    const written = await world.ask('POST', path, { token: world.system, body });
    expect(written.status, written.text).toBe(422);
    expect(faultsOf(asked.body)).toEqual([]);
    expect(asked.body.issue).toContainEqual(
      expect.objectContaining({ severity: 'warning', diagnostics: written.body.issue[0].diagnostics }),
    );
  },
);

it('A modifier that this server heeds is no unknown one', async () => {
  const body = {
    resourceType: 'Group',
    type: 'person',
    actual: true,
    modifierExtension: [
      {
        url: 'http://hl7.org/fhir/uv/bulkdata/StructureDefinition/member-filter',
        valueExpression: { language: 'application/x-fhir-query', expression: 'Patient?gender=male' },
      },
    ],
  };
  const asked = await world.ask('POST', '/Group/$validate', { token: world.system, body });
  expect(faultsOf(asked.body)).toEqual([]);
});

describe('By mode=delete and by the deletion itself', () => {
  const deletion = async (path: string, token = world.system) => {
    const validated = await world.ask('GET', `/${path}/$validate?mode=delete`, { token });
    const written = await world.ask('DELETE', `/${path}`, { token });
    return [faultsOf(validated.body), written.status < 300 ? [] : faultsOf(written.body)] as const;
  };

  it('the same is wrong: what is referred to, what nobody may delete, who may not', async () => {
    const put = (body: Json) =>
      world.ask('PUT', `/${body.resourceType}/${body.id}`, { token: world.system, body });
    await put({ ...PATIENT, id: 'kept' });
    await put({ ...observation({ reference: 'Patient/kept' }), id: 'keeper' });
    const patient = world.patient('kept', 'openid fhirUser launch/patient patient/*.cruds');
    for (const [path, token] of [
      ['Patient/kept', world.system],
      ['Patient/kept', world.token({ scope: 'system/*.cru' })],
      ['Patient/kept', patient],
      ['Observation/keeper', patient],
    ] as const) {
      const [validated, written] = await deletion(path, token);
      expect(written, path).toHaveLength(1);
      expect(validated).toEqual(written);
    }
    expect(await deletion('Observation/keeper')).toEqual([[], []]);
    expect(await deletion('Patient/kept')).toEqual([[], []]);
  });

  it('nothing is deleted by asking, by whatever names it; without an id nothing is named', async () => {
    const ask = (body: Json) =>
      world.ask('POST', `/${body.resourceType}/$validate?mode=delete`, { token: world.system, body });
    expect(faultsOf((await ask({ ...PATIENT, id: 'nobody' })).body)).toEqual([]);
    expect(faultsOf((await ask({ resourceType: 'Questionnaire', id: 'form' })).body)).toEqual([]);
    expect((await world.ask('GET', '/Questionnaire/form', { token: world.system })).status).toBe(200);
    for (const nameless of [PATIENT, { ...PATIENT, id: {} }])
      expect((await ask(nameless)).body.issue).toMatchObject([
        { severity: 'error', expression: ['Patient.id'] },
      ]);
    const token = world.token({ scope: 'system/Questionnaire.d' });
    const form = { resourceType: 'Questionnaire', id: 'form' };
    const asked = await world.ask('POST', '/Questionnaire/$validate?mode=delete', { token, body: form });
    expect([asked.status, faultsOf(asked.body)]).toEqual([200, []]);
    const row = await world.ask('GET', '/AuditEvent/1/$validate?mode=delete', { token: world.system });
    expect([row.status, row.body.issue[0].code]).toEqual([404, 'not-found']);
  });
});

it('An update without an id is none', async () => {
  const { body } = await world.ask('POST', '/Patient/$validate?mode=update', {
    token: world.system,
    body: PATIENT,
  });
  expect(body.issue).toMatchObject([{ severity: 'error', expression: ['Patient.id'] }]);
});

it('What was only asked about is not there', async () => {
  const body = { ...PATIENT, id: 'asked' };
  const asked = await world.ask('POST', '/Patient/$validate?mode=update', { token: world.system, body });
  expect(faultsOf(asked.body)).toEqual([]);
  expect((await world.ask('GET', '/Patient/asked', { token: world.system })).status).toBe(404);
});

it('A definition that is stored here binds no write, and is told as advice', async () => {
  const body = { ...PATIENT, meta: { profile: [STORED] } };
  const ask = async (query: string) =>
    (await world.ask('POST', `/Patient/$validate${query}`, { token: world.system, body })).body.issue;
  expect(await ask('?mode=create')).toMatchObject([{ severity: 'warning', expression: ['Patient.name'] }]);
  expect(await ask(`?mode=create&profile=${STORED}`)).toMatchObject([
    { severity: 'error', expression: ['Patient.name'] },
  ]);
});

it('A transaction may refer to the version that it makes', async () => {
  const entry = (version: number) => [
    { resource: { ...PATIENT, id: 'there', active: true }, request: { method: 'PUT', url: 'Patient/there' } },
    {
      resource: observation({ reference: `Patient/there/_history/${version}` }),
      request: { method: 'POST', url: 'Observation' },
    },
  ];
  const send = (version: number) =>
    world.ask('POST', '', {
      token: world.system,
      body: { resourceType: 'Bundle', type: 'transaction', entry: entry(version) },
    });
  expect((await send(3)).status).toBe(422);
  expect((await send(2)).status).toBe(200);
});
