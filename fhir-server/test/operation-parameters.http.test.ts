/** What operations are given (https://hl7.org/fhir/R4/operations.html): a parameter that may be given once, a value that is not of its kind, a name without a value. */
import { evaluateFhirPath } from '@wellspring/profiles';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWorld, type World } from './world.ts';

let world: World;
const ref = (reference: string) => ({ reference });
const PERSON = { resourceType: 'Patient', birthDate: '1960-05-03', name: [{ family: 'Ito' }] };
const CODING = { system: 'urn:x', code: 'a' };
const parameters = (...parameter: object[]) => ({ resourceType: 'Parameters', parameter });

beforeAll(async () => {
  world = await openWorld();
  for (const resource of [
    { ...PERSON, id: 'ana', identifier: [{ system: 'urn:mrn', value: '1' }] },
    { ...PERSON, id: 'twin' },
    {
      resourceType: 'Composition',
      id: 'letter',
      status: 'final',
      type: { text: 'Letter' },
      subject: ref('Patient/ana'),
      date: '2026-01-01',
      author: [{ display: 'Clinic' }],
      title: 'Letter',
    },
    {
      resourceType: 'Subscription',
      id: 'sub',
      status: 'requested',
      reason: 'news',
      criteria: 'urn:wellspring:SubscriptionTopic:message',
      channel: { type: 'websocket' },
    },
  ]) {
    const { status, text } = await world.ask('PUT', `/${resource.resourceType}/${resource.id}`, {
      token: world.system,
      body: resource,
    });
    expect(status, text).toBe(201);
  }
});

afterAll(() => world.close());

const asked = (method: string, path: string, body?: unknown) =>
  world.ask(method, path, { token: world.system, body });

describe('what is wrong with a parameter is told of the parameters', () => {
  it.each([
    ['/$rights?foo=1', 'http.foo'],
    ['/Patient/ana/$everything?foo=1', 'http.foo'],
    ['/Patient/ana/$everything?_type=Foo', 'http._type'],
    ['/DocumentReference/$docref?patient=ana&foo=1', 'http.foo'],
    ['/Observation/$lastn?patient=ana&code=x&max=y', 'http.max'],
    ['/Patient/ana/$validate?mode=other', 'http.mode'],
    ['/ValueSet/$expand?url=x&foo=1', 'http.foo'],
    ['/ValueSet/$expand?url=http://hl7.org/fhir/ValueSet/administrative-gender&count=y', 'http.count'],
    ['/ValueSet/$expand?url=urn:nowhere', 'http.url'],
    ['/CodeSystem/$lookup?system=urn:nowhere&code=x', 'http.system'],
    ['/ConceptMap/$translate?url=urn:nowhere&system=urn:x&code=x', 'http.url'],
    ['/CodeSystem/$subsumes?system=urn:nowhere&codeA=a&codeB=b', 'http.system'],
  ])('GET %s: %s', async (path, place) => {
    const { status, body } = await asked('GET', path);
    expect([status < 500, body.issue[0].expression, body.issue[0].location]).toEqual([
      true,
      [place],
      [place],
    ]);
  });

  it.each<[string, object, object]>([
    ['/ValueSet/$expand', { name: 'count', valueInteger: 1 }, { name: 'url', valueUri: 'urn:nowhere' }],
    ['/ValueSet/$expand', { name: 'count', valueInteger: 1 }, { name: 'foo', valueUri: 'urn:nowhere' }],
    ['/ValueSet/$expand', { name: 'url', valueUri: 'urn:x' }, { name: 'valueSet', resource: PERSON }],
    [
      '/ValueSet/$validate-code',
      { name: 'coding', valueCoding: CODING },
      { name: 'url', valueUri: 'urn:nowhere' },
    ],
    ['/CodeSystem/$lookup', { name: 'code', valueCode: 'a' }, { name: 'system', valueUri: 'urn:nowhere' }],
    ['/Patient/$validate', { name: 'resource', resource: PERSON }, { name: 'mode', valueCode: 'other' }],
    ['/Patient/$match', { name: 'resource', resource: PERSON }, { name: 'count', valueString: 'x' }],
    ['/Patient/$match', { name: 'resource', resource: PERSON }, { name: 'resource', resource: PERSON }],
  ])('POST %s: a FHIRPath that finds it in what was sent', async (path, other, wrong) => {
    const sent = parameters(other, wrong);
    const { status, body } = await asked('POST', path, sent);
    const [expression] = body.issue[0].expression;
    expect([status >= 400, status < 500]).toEqual([true, true]);
    const [found] = evaluateFhirPath(expression, sent);
    const { valueUri, valueCode, valueString, resource } = wrong as Record<string, unknown>;
    expect([expression, found?.value]).toEqual([
      expect.stringMatching(/^Parameters\.parameter\[\d\]\.(?:value|resource)$/),
      resource ?? valueUri ?? valueCode ?? valueString,
    ]);
  });

  it.each(['foo.bar', 'Patient', 'foo[0]'])(
    'a name that looks like a path (%s) is told by the place of the parameter',
    async (name) => {
      const sent = parameters({ name: 'count', valueInteger: 1 }, { name, valueString: 'x' });
      const { body } = await asked('POST', '/ValueSet/$expand', sent);
      expect(body.issue[0].expression).toEqual(['Parameters.parameter[1].value']);
      const inUrl = await asked('GET', `/ValueSet/$expand?url=urn:x&${encodeURIComponent(name)}=1`);
      expect(inUrl.body.issue[0].expression).toEqual([`http.${name}`]);
    },
  );

  it('of an entry of a Bundle it is told at the entry', async () => {
    const entry = [
      { request: { method: 'GET', url: 'ValueSet/$expand?url=urn:nowhere' } },
      { request: { method: 'GET', url: 'Patient?_count=x' } },
      {
        request: { method: 'PATCH', url: 'Patient/ana' },
        resource: {
          resourceType: 'Binary',
          contentType: 'application/json-patch+json',
          data: Buffer.from('[{"op":"burn","path":"/active"}]').toString('base64'),
        },
      },
    ];
    for (const each of entry) {
      const first = { request: { method: 'GET', url: 'Patient/ana' } };
      const sent = { resourceType: 'Bundle', type: 'transaction', entry: [first, each] };
      const { status, body } = await asked('POST', '', sent);
      const [expression] = body.issue[0].expression;
      expect([status >= 400, expression]).toEqual([true, expect.stringMatching(/^Bundle\.entry\[1\]/)]);
      expect(evaluateFhirPath(expression, sent), expression).toHaveLength(1);
    }
  });

  it('and of a JSON Patch in what was sent', async () => {
    const sent = [
      { op: 'test', path: '/active', value: true },
      { op: 'burn', path: '/active' },
    ];
    const { status, body } = await world.ask('PATCH', '/Patient/ana', {
      token: world.system,
      body: sent,
      headers: { 'Content-Type': 'application/json-patch+json' },
    });
    expect([status, body.issue[0].expression]).toEqual([400, ['$this[1].op']]);
  });
});

describe('a parameter that may be given once', () => {
  it.each([
    ['GET', '/DocumentReference/$docref?patient=ana&patient=twin', undefined],
    ['GET', '/Composition/$document?id=letter&id=other', undefined],
    ['GET', '/Patient/$summary?identifier=urn:mrn|1&identifier=urn:mrn|2', undefined],
    ['GET', '/Subscription/sub/$events?eventsSinceNumber=1&eventsSinceNumber=2', undefined],
    ['GET', '/Appointment/$find?start=2026-01-01&start=2026-02-01&end=2026-03-01', undefined],
    ['GET', '/CodeSystem/$lookup?system=http://loinc.org&code=1-8&code=4548-4', undefined],
    [
      'POST',
      '/Patient/$match',
      parameters({ name: 'resource', resource: PERSON }, { name: 'resource', resource: PERSON }),
    ],
    [
      'POST',
      '/Patient/$merge',
      parameters(
        { name: 'source-patient', valueReference: ref('Patient/twin') },
        { name: 'source-patient', valueReference: ref('Patient/ana') },
        { name: 'target-patient', valueReference: ref('Patient/ana') },
      ),
    ],
  ])('is refused when %s %s names it twice', async (method, path, body) => {
    const { status, body: outcome } = await asked(method, path, body);
    expect([status, outcome.issue[0].diagnostics]).toEqual([
      400,
      expect.stringContaining('may be given once'),
    ]);
  });

  it('may still repeat where the operation lets it', async () => {
    const found = await asked(
      'GET',
      '/Appointment/$find?start=2026-01-01&end=2026-02-01&mode=video&mode=phone',
    );
    expect([found.status, found.text]).toEqual([200, expect.stringContaining('searchset')]);
    const status = await asked('GET', '/Subscription/$status?status=active&status=error');
    expect([status.status, status.body.total]).toEqual([200, 1]);
  });
});

describe('a value that is not of its kind', () => {
  it.each([
    ['POST', '/Patient/$match', [{ name: 'onlyCertainMatches', valueString: 'yes' }], 'onlyCertainMatches'],
    ['POST', '/Patient/$match', [{ name: 'count' }], 'count'],
    ['POST', '/Patient/$match', [{ name: 'count', part: [{ name: 'x', valueInteger: 1 }] }], 'count'],
    ['POST', '/Patient/$match', [{ name: 'unheard', part: [{ name: 'x', valueInteger: 1 }] }], 'unheard'],
  ])('is refused: %s %s %j', async (method, path, given, name) => {
    const body = parameters({ name: 'resource', resource: PERSON }, ...given);
    const { status, body: outcome } = await asked(method, path, body);
    expect([status, outcome.issue[0].diagnostics]).toEqual([400, expect.stringContaining(name)]);
  });

  it.each([
    '/Appointment/$find?start=2026-01-01&end=2026-02-01&_count=-1',
    '/Subscription/$status?status=gone',
  ])('is refused: GET %s', async (path) => {
    expect((await asked('GET', path)).status).toBe(400);
  });

  it.each([
    ['/Patient/ana/$everything?start=x', 'start'],
    ['/Patient/ana/$everything?_type=Patient&end=2026-13', 'end'],
    ['/Patient/ana/$everything?start=ge2026-01-01', 'start'],
    ['/Patient/ana/$everything?_since=x', '_since'],
    ['/DocumentReference/$docref?patient=ana&start=x', 'start'],
    ['/DocumentReference/$docref?patient=ana&end=2026-01-01,2026-02-01', 'end'],
    ['/Appointment/$find?start=x&end=2026-02-01', 'start'],
    ['/Appointment/$find?start=2026-01-01&end=x', 'end'],
  ])('is refused by the name that it was given by: GET %s', async (path, name) => {
    const { status, body } = await asked('GET', path);
    expect([status, body.issue[0].diagnostics]).toEqual([
      400,
      expect.stringMatching(`^'${name}' takes a date`),
    ]);
  });

  it('merges nothing: a preview that is written as text', async () => {
    const { status } = await asked(
      'POST',
      '/Patient/$merge',
      parameters(
        { name: 'source-patient', valueReference: ref('Patient/twin') },
        { name: 'target-patient', valueReference: ref('Patient/ana') },
        { name: 'preview', valueString: 'true' },
      ),
    );
    const { body } = await asked('GET', '/Patient/twin');
    expect([status, body.meta.versionId, body.link]).toEqual([400, '1', undefined]);
  });
});

/** To most operations nothing would be all: everybody's times, all types, the whole population. */
describe('a parameter without a value', () => {
  const START_END = 'start=2026-01-01&end=2026-02-01';
  it.each([
    ['GET', `/Appointment/$find?${START_END}&practitioner=`],
    ['GET', `/Appointment/$find?${START_END}&practitioner=,`],
    ['GET', `/Appointment/$find?${START_END}&specialty=%20`],
    ['GET', `/Appointment/$find?${START_END}&schedule=`],
    ['GET', `/Appointment/$find?${START_END}&mode=`],
    ['POST', `/Appointment/$find?${START_END}&practitioner=`],
    ['GET', '/DocumentReference/$docref?patient=ana&type='],
    ['GET', '/DocumentReference/$docref?patient='],
    ['GET', '/Patient/ana/$everything?_type='],
    ['GET', '/Patient/ana/$everything?_since='],
    ['GET', '/Patient/$summary?identifier='],
    ['GET', '/Observation/$lastn?patient=ana&code=x&date='],
    ['GET', '/Subscription/$status?status='],
    ['GET', '/ValueSet/$expand?url='],
    ['GET', '/$export?_type='],
    ['GET', '/$export?_type=,'],
    ['GET', '/$export?_elements='],
    ['GET', '/Patient/$export?_typeFilter='],
    ['GET', '/Patient/$export?_since='],
  ])('is refused: %s %s', async (method, path) => {
    const { status, body } = await asked(method, path, method === 'POST' ? parameters() : undefined);
    expect([status, body?.issue?.[0].diagnostics]).toEqual([400, expect.stringContaining('has no value')]);
  });

  it('is refused of an export however lenient it is asked for: nothing is not everything', async () => {
    const { status } = await world.ask('GET', '/Patient/$export?_type=', {
      token: world.system,
      headers: { Prefer: 'respond-async, handling=lenient' },
    });
    expect(status).toBe(400);
  });

  it('may be what somebody begins to type ($expand, filter)', async () => {
    const { status } = await asked(
      'GET',
      '/ValueSet/$expand?url=http://hl7.org/fhir/ValueSet/administrative-gender&filter=',
    );
    expect(status).toBe(200);
  });
});

describe('a value of another type than the parameter has', () => {
  const group = { resourceType: 'Group', type: 'person', actual: true };
  const code = { name: 'code', valueCode: 'x' };
  const system = { name: 'system', valueUri: 'urn:x' };
  it.each([
    ['/ValueSet/$expand', 'valueSet', parameters({ name: 'valueSet', resource: group })],
    ['/ValueSet/$expand', 'resource', group],
    ['/ValueSet/$validate-code', 'valueSet', parameters({ name: 'valueSet', resource: group }, system, code)],
    ['/CodeSystem/$validate-code', 'codeSystem', parameters({ name: 'codeSystem', resource: group }, code)],
    [
      '/CodeSystem/$subsumes',
      'codeSystem',
      parameters(
        { name: 'codeSystem', resource: group },
        { name: 'codeA', valueCode: 'x' },
        { name: 'codeB', valueCode: 'y' },
      ),
    ],
    [
      '/ConceptMap/$translate',
      'conceptMap',
      parameters({ name: 'conceptMap', resource: group }, system, code),
    ],
  ])('is refused, a resource as well: POST %s, %s', async (path, name, body) => {
    const { status, body: outcome } = await asked('POST', path, body);
    expect([status, outcome.issue?.[0].diagnostics]).toEqual([
      400,
      expect.stringMatching(`^'${name}' takes a `),
    ]);
    const entry = [{ resource: body, request: { method: 'POST', url: path.slice(1) } }];
    const batch = await asked('POST', '', { resourceType: 'Bundle', type: 'batch', entry });
    expect(batch.body.entry[0].response.status).toContain('400');
  });

  const cases: readonly [
    path: string,
    parameter: { readonly name: string; readonly [value: string]: unknown },
  ][] = [
    ['/Appointment/$book', { name: 'appt-id', valueBoolean: true }],
    ['/Appointment/$book', { name: 'replaces', valueCoding: { code: 'x' } }],
    ['/Appointment/$book', { name: 'replaces', valueReference: { display: 'x' } }],
    ['/Appointment/$hold', { name: 'appt-resource', valueString: 'x' }],
    ['/Appointment/$find', { name: 'start', valuePeriod: { start: '2026-01-01' } }],
    ['/Appointment/$find', { name: 'practitioner', valueBoolean: true }],
    ['/DocumentReference/$docref', { name: 'patient', valueIdentifier: { value: '1' } }],
    ['/DocumentReference/$docref', { name: 'on-demand', valueInteger: 1 }],
    ['/Patient/ana/$everything', { name: '_since', valueBoolean: true }],
    ['/Patient/$match', { name: 'count', valueBoolean: true }],
    ['/Patient/$match', { name: 'resource', valueString: 'x' }],
    ['/Observation/$lastn', { name: 'patient', valuePeriod: { start: '2026' } }],
    ['/CodeSystem/$lookup', { name: 'coding', valueString: 'x' }],
    ['/CodeSystem/$lookup', { name: 'code', valueBoolean: true }],
    ['/ValueSet/$expand', { name: 'count', valueBoolean: true }],
    ['/Patient/ana/$meta-add', { name: 'meta', valueCoding: { code: 'x' } }],
    ['/$export', { name: '_since', valueBoolean: true }],
    ['/Patient/$export', { name: 'patient', valueCoding: { code: 'x' } }],
    ['/Subscription/sub/$events', { name: 'eventsSinceNumber', valueBoolean: true }],
  ];
  it.each(cases)('is refused by its name: %s %j', async (path, parameter) => {
    const { status, body } = await asked('POST', path, parameters(parameter));
    expect([status, body?.issue?.[0].diagnostics]).toEqual([
      400,
      expect.stringContaining(`'${parameter.name}' takes`),
    ]);
  });

  it('is heard where its type has a text: $docref and $lastn by a Reference, $find by a Coding', async () => {
    const patient = { name: 'patient', valueReference: ref('Patient/ana') };
    const onDemand = { name: 'on-demand', valueBoolean: true };
    const documents = await asked('POST', '/DocumentReference/$docref', parameters(patient, onDemand));
    expect([documents.status, documents.body.total]).toEqual([200, 1]);
    const code = { name: 'code', valueCoding: { system: 'urn:x', code: 'y' } };
    expect((await asked('POST', '/Observation/$lastn', parameters(patient, code))).status).toBe(200);
    const when = [
      { name: 'start', valueDate: '2026-01-01' },
      { name: 'end', valueDate: '2026-02-01' },
    ];
    const kind = { name: 'specialty', valueCoding: { system: 'urn:x', code: 'y' } };
    expect((await asked('POST', '/Appointment/$find', parameters(...when, kind))).status).toBe(200);
  });
});

it('a merge is asked for by its body: what stands in the address is refused, and nothing is merged', async () => {
  const { status } = await asked(
    'POST',
    '/Patient/$merge?preview=true',
    parameters(
      { name: 'source-patient', valueReference: ref('Patient/twin') },
      { name: 'target-patient', valueReference: ref('Patient/ana') },
    ),
  );
  const { body } = await asked('GET', '/Patient/twin');
  expect([status, body.link]).toEqual([400, undefined]);
});

it('whose it is, is a Patient: another type is refused', async () => {
  for (const patient of ['Practitioner/ana', 'Group/ana', 'http://elsewhere.example/fhir/Patient/ana']) {
    const { status, body } = await asked(
      'GET',
      `/DocumentReference/$docref?patient=${encodeURIComponent(patient)}`,
    );
    expect([status, body.issue?.[0].diagnostics]).toEqual([400, expect.stringContaining("'patient' takes")]);
  }
  expect((await asked('GET', '/Observation/$lastn?patient=Practitioner/ana&code=x')).status).toBe(400);
});

it('$docref knows the patient by the address of this server too', async () => {
  const patient = encodeURIComponent(`${world.base}/Patient/ana`);
  const { body } = await asked('GET', `/DocumentReference/$docref?patient=${patient}&on-demand=true`);
  expect(body.total).toBe(1);
});

it('what a subscription is signed with is for its maker, as the rest of it', async () => {
  const other = world.token({ scope: 'system/*.cruds', client_id: 'warehouse', sub: 'warehouse' });
  const secret = '/Subscription/sub/$signing-secret';
  expect((await world.ask('GET', '/Subscription/sub', { token: other })).status).toBe(404);
  expect((await world.ask('GET', secret, { token: other })).status).toBe(404);
  expect((await world.ask('GET', secret, { token: world.system })).status).toBe(200);
});
