/** What is wrong gets its right status and an OperationOutcome that says where, and nothing is written. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OPERATIONS } from '../src/operations/operations.ts';
import { observation, patient } from './resources.ts';
import { openWorld, type World } from './world.ts';

let world: World;

beforeAll(async () => {
  world = await openWorld({ MAX_BODY_BYTES: '200000' });
  await world.ask('PUT', '/Patient/a', { token: world.system, body: patient('a') });
});

afterAll(async () => {
  const { body } = await world.ask('GET', '/_history', { token: world.system });
  expect(body.total).toBe(1);
  await world.close();
});

async function refused(
  method: string,
  path: string,
  body: unknown,
  status: number,
  expression?: string,
  headers?: Record<string, string>,
): Promise<void> {
  const answer = await world.ask(method, path, {
    token: world.system,
    body,
    ...(headers ? { headers } : {}),
  });
  expect(answer.status, answer.text).toBe(status);
  expect(answer.body.resourceType).toBe('OperationOutcome');
  if (expression)
    expect(answer.body.issue.map((issue: { expression?: string[] }) => issue.expression?.[0])).toContain(
      expression,
    );
}

describe('a body', () => {
  it('that is not JSON is a 400', () => refused('POST', '/Observation', '{"resourceType":', 400));
  it('that is not UTF-8 is a 400', async () => {
    const response = await fetch(`${world.base}/Patient`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${world.system}`, 'Content-Type': 'application/fhir+json' },
      body: Buffer.from([0x7b, 0xff, 0x7d]),
    });
    expect(response.status).toBe(400);
  });
  it('that is an array is a 400', () => refused('POST', '/Observation', '[]', 400));
  it('of another media type is a 415', () =>
    refused('POST', '/Observation', '<Observation/>', 415, undefined, {
      'Content-Type': 'application/fhir+xml',
    }));
  it('over the limit is a 413', () =>
    refused(
      'POST',
      '/Observation',
      JSON.stringify({ ...observation('a', 1), note: [{ text: 'x'.repeat(250_000) }] }),
      413,
    ));
  it('nested 10,000 deep is a 400', () =>
    refused(
      'POST',
      '/Observation',
      `{"resourceType":"Observation","x":${'['.repeat(10_000)}${']'.repeat(10_000)}}`,
      400,
    ));
  it('of another type than the URL is a 400', () => refused('POST', '/Observation', patient('x'), 400));
  it('with another id than the URL is a 400', () =>
    refused('PUT', '/Patient/b', patient('x'), 400, 'Patient.id'));
  it('with __proto__ in it is a 400', () =>
    refused('POST', '/Patient', '{"resourceType":"Patient","__proto__":{"active":true}}', 400));
});

describe('a resource', () => {
  const cases: readonly (readonly [string, Record<string, unknown>, number, string])[] = [
    ['an unknown element', { colour: 'red' }, 400, 'Observation.colour'],
    ['a wrong type', { status: 1 }, 400, 'Observation.status'],
    ['an array for a single value', { subject: [{ reference: 'Patient/a' }] }, 400, 'Observation.subject'],
    ['a single value for an array', { note: { text: 'x' } }, 400, 'Observation.note'],
    ['a date that does not exist', { effectiveDateTime: '2024-02-30' }, 400, 'Observation.effective'],
    ['a code outside its required value set', { status: 'done' }, 422, 'Observation.status'],
    ['two values for one choice', { valueString: 'x' }, 400, 'Observation.value'],
    [
      'a reference to the wrong type',
      { subject: { reference: 'Practitioner/x' } },
      400,
      'Observation.subject.reference',
    ],
    ['a broken invariant', { dataAbsentReason: { text: 'lost' } }, 422, 'Observation'],
    ['null', { method: null }, 400, 'Observation.method'],
    ['an empty object', { method: {} }, 400, 'Observation.method'],
    [
      'a script in its narrative',
      { text: { status: 'generated', div: '<div><script>1</script></div>' } },
      422,
      'Observation.text.div',
    ],
  ];
  it.each(cases)('with %s is refused there', (_, members, status, expression) =>
    refused('POST', '/Observation', { ...observation('a', 1), ...members }, status, expression),
  );
  it('without a required element is refused', () => {
    const { code: _, ...rest } = observation('a', 1);
    return refused('POST', '/Observation', rest, 400, 'Observation.code');
  });
  it('that refers to nothing is a 422', () => refused('POST', '/Observation', observation('nobody', 1), 422));
});

describe('what an operation is given', () => {
  const parameters = (parameter: unknown) => ({ resourceType: 'Parameters', parameter });
  const places = OPERATIONS.filter(({ methods }) => methods.includes('POST')).flatMap(({ name, patterns }) =>
    patterns.map((pattern) =>
      ['', ...pattern.replace(':type', 'Patient').replace(':id', 'a').split('/').filter(Boolean), name].join(
        '/',
      ),
    ),
  );

  it.each(places)('%s: that is no list of parameters is refused with its place', async (place) => {
    await refused('POST', place, parameters('x'), 400, 'Parameters.parameter');
    await refused('POST', place, parameters({}), 400, 'Parameters.parameter');
    await refused('POST', place, parameters([null]), 400, 'Parameters.parameter[0]');
    await refused(
      'POST',
      place,
      parameters([{ name: 'input', part: 'x' }]),
      400,
      'Parameters.parameter[0].part',
    );
    await refused(
      'POST',
      place,
      parameters([{ name: 'meta', valueMeta: { tag: 'x' } }]),
      400,
      'Parameters.parameter[0].value.tag',
    );
  });

  it('with a resource in it that has no such shape is refused, but where just that is asked', async () => {
    const wrong = { resourceType: 'Patient', name: 'x', identifier: [null] };
    const given = parameters([{ name: 'resource', resource: wrong }]);
    await refused('POST', '/Patient/$match', given, 400, 'Parameters.parameter[0].resource.name');
    await refused('POST', '/Patient/$match', wrong, 400, 'Patient.identifier[0]');
    await refused('POST', '/Patient/$validate', given, 200, 'Patient.name');
    await refused('POST', '/Parameters/$validate', parameters('x'), 200, 'Parameters.parameter');
  });
});

describe('a request', () => {
  it('for an unknown type is a 404', () => refused('GET', '/Spaceship', undefined, 404));
  it('by an unknown parameter is a 400', () => refused('GET', '/Patient?shoe-size=44', undefined, 400));
  it.each([
    ['/Patient?shoe-size=44', 'shoe-size'],
    ['/Patient?birthdate=1970-13', 'birthdate'],
    ['/Patient?birthdate:exact=1970', 'birthdate'],
    ['/Patient?general-practitioner.shoe=1', 'general-practitioner.shoe'],
    ['/Patient?_has:Observation:shoe:code=1', '_has'],
    ['/Patient?name=a&_count=x', '_count'],
    ['/Patient?_sort=shoe', '_sort'],
    ['/Patient?_total=x', '_total'],
    ['/Patient?_summary=x', '_summary'],
    ['/Patient?_include=x', '_include'],
    ['/Patient?_filter=shoe eq 1', '_filter'],
    ['/Observation?code:in=urn:none', 'code'],
    ['/?_type=Shoe', '_type'],
    ['/Patient/_history?_since=x', '_since'],
  ])('that can not be understood names its parameter: %s', async (path, name) => {
    const { status, body } = await world.ask('GET', path, { token: world.system });
    const [issue] = body.issue;
    expect([status, issue.expression, issue.location]).toEqual([400, [`http.${name}`], [`http.${name}`]]);
  });
  it('with an If-None-Match of * for what is there says so', async () => {
    for (const method of ['PUT', 'DELETE']) {
      const body = method === 'PUT' ? patient('a') : undefined;
      const headers = { 'If-None-Match': '*' };
      const answer = await world.ask(method, '/Patient/a', { token: world.system, body, headers });
      expect([answer.status, answer.body.issue[0].diagnostics], method).toEqual([
        412,
        expect.stringContaining('exists already, and If-None-Match'),
      ]);
    }
  });
  it('by an unknown modifier is a 400', () =>
    refused('GET', '/Patient?name:sounds-like=ana', undefined, 400));
  it('by a broken date is a 400', () => refused('GET', '/Patient?birthdate=1970-13', undefined, 400));
  it('for XML is a 406', () =>
    refused('GET', '/Patient/a', undefined, 406, undefined, { Accept: 'application/fhir+xml' }));
  it('with a stale If-Match is a 412', () =>
    refused('PUT', '/Patient/a', patient('a', { active: true }), 412, undefined, { 'If-Match': 'W/"7"' }));
  it('with an If-Match that is no version is a 412: it matches nothing', () =>
    refused('PUT', '/Patient/a', patient('a'), 412, undefined, { 'If-Match': 'latest' }));
  it('with a damaged page link is a 400', () => refused('GET', '/Patient?_cursor=@@', undefined, 400));
  it('with an impossible id is a 400', () => refused('GET', '/Patient/a%24b', undefined, 400));
  it('can be lenient where it says so, and is told what was ignored', async () => {
    const answer = await world.ask('GET', '/Patient?shoe-size=44', {
      token: world.system,
      headers: { Prefer: 'handling=lenient' },
    });
    expect(answer.status).toBe(200);
    expect(answer.body.link[0].url).not.toContain('shoe');
    expect(answer.body.entry.at(-1).search.mode).toBe('outcome');
  });
});

describe('a token', () => {
  it('that is missing, made up or not a bearer token is a 401', async () => {
    for (const headers of [{}, { Authorization: 'Bearer made-up' }, { Authorization: 'Basic abc' }]) {
      const answer = await world.ask('GET', '/Patient/a', { headers: headers as Record<string, string> });
      expect(answer.status).toBe(401);
      expect(answer.headers.get('WWW-Authenticate')).toMatch(/^Bearer/);
    }
  });
  it('that has expired is a 401', async () => {
    const old = world.token({ scope: 'system/*.rs', exp: Math.floor(Date.now() / 1000) - 1 });
    expect((await world.ask('GET', '/Patient/a', { token: old })).status).toBe(401);
  });
  it('for another audience is a 401', async () => {
    const foreign = world.token({ scope: 'system/*.rs', aud: 'https://other.example/fhir' });
    expect((await world.ask('GET', '/Patient/a', { token: foreign })).status).toBe(401);
  });
  it('is asked about once, not for every request', async () => {
    const token = world.token({ scope: 'system/*.rs' });
    const before = world.introspections();
    for (let i = 0; i < 5; i++) await world.ask('GET', '/Patient/a', { token });
    expect(world.introspections() - before).toBe(1);
  });
});
