/** `$validate` of a batch or a transaction, and the base that it is for: for each kind of fault they say the same. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasTransactions, STORES } from './stores.ts';
import type { World } from './world.ts';

const URN = 'urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0';
const OTHER = 'urn:uuid:7a8f3f54-5b4e-4a8e-9d9c-3d1f5a7e5b11';
const patient = (value: string, more: object = {}) => ({
  resourceType: 'Patient',
  identifier: [{ system: 'urn:valid', value }],
  ...more,
});
const observation = (reference: string) => ({
  resourceType: 'Observation',
  status: 'final',
  code: { text: 'c' },
  subject: { reference },
});
const entry = (request: object, resource?: object, fullUrl?: string) => ({
  ...(fullUrl === undefined ? {} : { fullUrl }),
  ...(resource === undefined ? {} : { resource }),
  request,
});
const POST = (url: string, more: object = {}) => ({ method: 'POST', url, ...more });
const PUT = (url: string, more: object = {}) => ({ method: 'PUT', url, ...more });
const GET = (url: string) => ({ method: 'GET', url });
const DELETE = (url: string, more: object = {}) => ({ method: 'DELETE', url, ...more });
const patch = {
  resourceType: 'Parameters',
  parameter: [{ name: 'operation', part: [{ name: 'type', valueCode: 'burn' }] }],
};

/** Each kind of what may be wrong, and beside them what is not. */
const CASES: readonly [string, object[]][] = [
  ['nothing at all', []],
  [
    'a create, and what refers to it',
    [entry(POST('Patient'), patient('n'), URN), entry(POST('Observation'), observation(URN))],
  ],
  [
    'what refers to what a create finds',
    [entry(POST('Observation'), observation('Patient?identifier=urn:valid|there'))],
  ],
  ['a right version', [entry(PUT('Patient/there', { ifMatch: 'W/"1"' }), patient('there', { id: 'there' }))]],
  ['a search', [entry(GET('Patient?name=x'))]],
  ['a url of another type', [entry(POST('Observation'), patient('n'))]],
  ['a url of no type', [entry(POST('Patiemt'), patient('n'))]],
  ['a method that it does not take', [entry(POST('Patient/there'), patient('n'))]],
  ['an update without an id or a condition', [entry(PUT('Patient'), patient('n'))]],
  ['a deletion without either', [entry(DELETE('Patient'))]],
  ['another id', [entry(PUT('Patient/a'), patient('n', { id: 'b' }))]],
  ['no id in the resource', [entry(PUT('Patient/a'), patient('n'))]],
  ['no resource', [entry(POST('Patient'))]],
  ['a condition that several match', [entry(PUT('Patient?identifier=urn:valid|twice'), patient('twice'))]],
  [
    'a create that several match',
    [entry(POST('Patient', { ifNoneExist: 'identifier=urn:valid|twice' }), patient('twice'))],
  ],
  [
    'a create that matches a record and the one that stands for it',
    [entry(POST('Patient', { ifNoneExist: 'identifier=urn:valid|both' }), patient('both'))],
  ],
  ['a condition that is none', [entry(PUT('Patient?colour=red'), patient('n'))]],
  ['a wrong version', [entry(PUT('Patient/there', { ifMatch: 'W/"7"' }), patient('there', { id: 'there' }))]],
  [
    'a version of what is not there',
    [entry(PUT('Patient/none', { ifMatch: 'W/"1"' }), patient('n', { id: 'none' }))],
  ],
  [
    'none that must not be there',
    [entry(PUT('Patient/there', { ifNoneMatch: '*' }), patient('there', { id: 'there' }))],
  ],
  ['a wrong version of what goes', [entry(DELETE('Patient/there', { ifMatch: 'W/"7"' }))]],
  ['what goes and is still referred to', [entry(DELETE('Patient/named'))]],
  ['a reference to nothing', [entry(POST('Observation'), observation('Patient/none'))]],
  ['a reference to no entry', [entry(POST('Observation'), observation(OTHER))]],
  [
    'a condition for a reference that nothing matches',
    [entry(POST('Observation'), observation('Patient?identifier=urn:valid|none'))],
  ],
  ['one that several match', [entry(POST('Observation'), observation('Patient?identifier=urn:valid|twice'))]],
  ['a patch of nothing', [entry({ method: 'PATCH', url: 'Patient/none' }, patch)]],
  ['a patch that is none', [entry({ method: 'PATCH', url: 'Patient/there' }, patch)]],
  [
    'a condition by an id of another',
    [entry(PUT('Patient?identifier=urn:valid|new'), patient('new', { id: 'there' }))],
  ],
];
/** What entries say of each other: of a transaction. */
const BETWEEN: typeof CASES = [
  [
    'two updates of one',
    [entry(PUT('Patient/a'), patient('a', { id: 'a' })), entry(PUT('Patient/a'), patient('b', { id: 'a' }))],
  ],
  [
    'an update of what goes',
    [entry(DELETE('Patient/there')), entry(PUT('Patient/there'), patient('there', { id: 'there' }))],
  ],
  [
    'one condition twice',
    [
      entry(PUT('Patient?identifier=urn:valid|z'), patient('z')),
      entry(PUT('Patient?identifier=urn:valid|z'), patient('z')),
    ],
  ],
  [
    'a condition that another entry meets',
    [entry(PUT('Patient?identifier=urn:valid|y'), patient('y')), entry(POST('Patient'), patient('y'))],
  ],
  [
    'what refers to what goes',
    [entry(DELETE('Patient/there')), entry(POST('Observation'), observation('Patient/there'))],
  ],
  ['an operation that changes something', [entry(POST('Patient/$merge'), { resourceType: 'Parameters' })]],
  ['what is read and not there, alone', [entry(GET('Patient/none'))]],
  [
    'what is read and not there, beside a write',
    [entry(GET('Patient/none')), entry(POST('Patient'), patient('n'))],
  ],
];

type Issue = { severity: string; diagnostics: string; expression?: string[] };
const told = (issues: readonly Issue[]) =>
  issues
    .filter(({ severity }) => severity === 'error')
    .map(({ diagnostics, expression }) => `${expression ?? ''}: ${diagnostics}`);

describe.each(STORES)('on %s', (_store, open) => {
  let world: World;
  const ask = (method: string, path: string, body?: unknown) =>
    world.ask(method, path, { token: world.system, ...(body === undefined ? {} : { body }) });
  const bundle = (type: string, list: object[]) => ({
    resourceType: 'Bundle',
    type,
    ...(list.length === 0 ? {} : { entry: list }),
  });
  beforeAll(async () => {
    world = await open();
    for (const id of ['there', 'named', 'twice', 'also'])
      await ask('PUT', `/Patient/${id}`, patient(id === 'also' ? 'twice' : id, { id }));
    // As a merge leaves them.
    for (const id of ['both', 'merged']) await ask('PUT', `/Patient/${id}`, patient('both', { id }));
    for (const [id, type, other] of [
      ['both', 'replaces', 'merged'],
      ['merged', 'replaced-by', 'both'],
    ]) {
      const link = [{ other: { reference: `Patient/${other}` }, type }];
      const linked = await ask('PUT', `/Patient/${id}`, patient('both', { id, link }));
      expect(linked.status, linked.text).toBeLessThan(300);
    }
    expect((await ask('POST', '/Observation', observation('Patient/named'))).status).toBe(201);
  });
  afterAll(() => world.close());

  it.runIf(hasTransactions).each([...CASES, ...BETWEEN])('a transaction with %s', async (_name, list) => {
    const sent = bundle('transaction', list);
    const before = (await ask('GET', '/_history?_count=1')).body.entry[0].fullUrl;
    const validated = await ask('POST', '/Bundle/$validate', sent);
    expect(validated.status, validated.text).toBe(200);
    expect((await ask('GET', '/_history?_count=1')).body.entry[0].fullUrl).toBe(before);
    const done = await ask('POST', '', sent);
    if (done.status === 200) expect(told(validated.body.issue)).toEqual([]);
    else expect(told(validated.body.issue)).toEqual(told(done.body.issue));
    const stored = await ask('POST', '/Bundle/$validate?mode=create', sent);
    expect(told(stored.body.issue)).toEqual([]);
    if (done.status !== 200)
      expect(stored.body.issue.map(({ diagnostics }: Issue) => diagnostics)).toEqual(
        expect.arrayContaining(done.body.issue.map(({ diagnostics }: Issue) => diagnostics)),
      );
  });

  it.each(CASES)('a batch with %s', async (_name, list) => {
    const sent = bundle('batch', [...list, entry(POST('Observation'), patient('n'))]);
    const validated = await ask('POST', '/Bundle/$validate', sent);
    const done = await ask('POST', '', sent);
    const isWritten = list.some((each) => 'resource' in each && (each as { fullUrl?: string }).fullUrl);
    const issues = done.body.entry.flatMap(
      ({ response }: { response: { outcome?: { issue: Issue[] } } }) => response.outcome?.issue ?? [],
    );
    const said = told(validated.body.issue).map((each) => each.slice(each.indexOf(': ')));
    const answered = told(issues).map((each) => each.slice(each.indexOf(': ')));
    expect(isWritten || said.length > 0).toBe(true);
    expect(said).toEqual(answered);
  });

  it('what the caller may not do is told, and is no fault of the Bundle', async () => {
    const token = world.token({ scope: 'system/Patient.rs system/Bundle.rs' });
    const sent = bundle(hasTransactions ? 'transaction' : 'batch', [entry(POST('Patient'), patient('n'))]);
    const { body } = await world.ask('POST', '/Bundle/$validate', { token, body: sent });
    expect(
      body.issue.map(({ severity, code }: { severity: string; code: string }) => [severity, code]),
    ).toEqual([['warning', 'forbidden']]);
  });

  it.each(['', '?mode=create'])('what is no reference is told of inside, too: %s', async (query) => {
    const inside = (reference: string) => [
      { fullUrl: URN, resource: observation(reference) },
      { fullUrl: OTHER, resource: patient('n') },
    ];
    for (const type of ['Nope/1', 'patient/1', 'Patient/a b', 'http://elsewhere.example/a b', 'foo'])
      for (const [sent, expression] of [
        [bundle('collection', inside(type)), 'Bundle.entry[0].resource.subject.reference'],
        [
          {
            resourceType: 'Parameters',
            parameter: [{ name: 'x', part: [{ name: 'resource', resource: observation(type) }] }],
          },
          'Parameters.parameter[0].part[0].resource.subject.reference',
        ],
      ] as const) {
        const { body } = await ask('POST', `/${sent.resourceType}/$validate${query}`, sent);
        expect(body.issue, type).toContainEqual(
          // What no URL may have is wrong wherever it stands; the rest may mean something elsewhere.
          expect.objectContaining({
            severity: type.includes(' ') ? 'error' : 'warning',
            code: 'value',
            expression: [expression],
          }),
        );
      }
    for (const reference of [
      'Patient/1',
      '#',
      OTHER,
      'http://elsewhere.example/fhir/Patient/1',
      'Patient?identifier=urn:x|1',
    ]) {
      const { body } = await ask(
        'POST',
        `/Bundle/$validate${query}`,
        bundle('collection', inside(reference)),
      );
      expect(
        body.issue.filter(({ code }: { code: string }) => code === 'value'),
        reference,
      ).toEqual([]);
    }
  });
});
