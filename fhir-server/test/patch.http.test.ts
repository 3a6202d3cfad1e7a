/** PATCH by JSON Patch and by FHIRPath Patch, alone and inside Bundles. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openWorld, type World } from './world.ts';

let world: World;
let id: string;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());
beforeEach(async () => {
  const { body } = await world.ask('POST', '/Patient', {
    token: world.system,
    body: {
      resourceType: 'Patient',
      active: true,
      birthDate: '1960-01-02',
      identifier: [{ system: 'urn:mrn', value: `p-${Math.random()}` }],
      name: [{ family: 'Alvarez', given: ['Ana', 'Maria'] }],
      telecom: [{ system: 'phone', value: '1' }],
    },
  });
  id = body.id;
});

const jsonPatch = (operations: unknown, headers: Record<string, string> = {}) =>
  world.ask('PATCH', `/Patient/${id}`, {
    token: world.system,
    body: operations,
    headers: { 'Content-Type': 'application/json-patch+json', ...headers },
  });

const fhirPathPatch = (...operations: object[]) =>
  world.ask('PATCH', `/Patient/${id}`, {
    token: world.system,
    body: {
      resourceType: 'Parameters',
      parameter: operations.map((operation) => ({
        name: 'operation',
        part: Object.entries(operation).map(([name, value]) =>
          typeof value === 'object'
            ? { name, ...value }
            : {
                name,
                [typeof value === 'number' ? 'valueInteger' : name === 'type' ? 'valueCode' : 'valueString']:
                  value,
              },
        ),
      })),
    },
  });

describe('JSON Patch', () => {
  it('applies all six operations and makes one version', async () => {
    const { status, body, headers } = await jsonPatch([
      { op: 'test', path: '/name/0/family', value: 'Alvarez' },
      { op: 'replace', path: '/name/0/family', value: 'Ruiz' },
      { op: 'add', path: '/name/0/given/-', value: 'Inés' },
      { op: 'remove', path: '/telecom/0' },
      { op: 'move', from: '/birthDate', path: '/birthDate' },
      { op: 'copy', from: '/name/0', path: '/name/1' },
      { op: 'add', path: '/gender', value: 'female' },
    ]);
    expect(status).toBe(200);
    expect(headers.get('etag')).toBe('W/"2"');
    expect(body.telecom).toBeUndefined();
    expect(body.name[1]).toEqual({ family: 'Ruiz', given: ['Ana', 'Maria', 'Inés'] });
    expect(body).toMatchObject({ gender: 'female', birthDate: '1960-01-02' });
  });

  it('is all or nothing', async () => {
    const { status } = await jsonPatch([
      { op: 'add', path: '/gender', value: 'female' },
      { op: 'remove', path: '/photo' },
    ]);
    expect(status).toBe(422);
    const { body } = await world.ask('GET', `/Patient/${id}`, { token: world.system });
    expect(body.meta.versionId).toBe('1');
  });

  it.each([
    ['a failing test', [{ op: 'test', path: '/active', value: false }], 422],
    ['the id', [{ op: 'replace', path: '/id', value: 'other' }], 422],
    ['the type', [{ op: 'replace', path: '/resourceType', value: 'Person' }], 422],
    ['a prototype', [{ op: 'add', path: '/__proto__/polluted', value: true }], 422],
    ['a constructor', [{ op: 'add', path: '/constructor/prototype/polluted', value: true }], 422],
    ['a pointer without a slash', [{ op: 'remove', path: 'active' }], 400],
    ['a bad escape', [{ op: 'remove', path: '/a~2b' }], 400],
    ['an index with a leading zero', [{ op: 'remove', path: '/name/00' }], 422],
    ['an index past the end', [{ op: 'add', path: '/name/5', value: {} }], 422],
    ['an unknown operation', [{ op: 'merge', path: '/name' }], 400],
    ['no value', [{ op: 'add', path: '/active' }], 400],
    ['no array', { op: 'remove', path: '/active' }, 400],
    ['a result that is not valid', [{ op: 'replace', path: '/gender', value: 'x' }], 422],
    ['an unknown element', [{ op: 'add', path: '/colour', value: 'red' }], 400],
  ])('refuses %s', async (_, operations, expected) => {
    const { status, body } = await jsonPatch(operations);
    expect(status).toBe(expected);
    expect(body.resourceType).toBe('OperationOutcome');
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it('keeps the digits of numbers, those that stay and those that come', async () => {
    const { body: made } = await world.ask('POST', '/Observation', {
      token: world.system,
      body: '{"resourceType":"Observation","status":"final","code":{"text":"x"},"valueQuantity":{"value":1.10},"referenceRange":[{"low":{"value":0.50}}]}',
    });
    const { text } = await world.ask('PATCH', `/Observation/${made.id}`, {
      token: world.system,
      body: '[{"op":"add","path":"/referenceRange/0/high","value":{"value":2.000}},{"op":"replace","path":"/valueQuantity/value","value":1.20}]',
      headers: { 'Content-Type': 'application/json-patch+json' },
    });
    expect(text).toContain('"value":1.20}');
    expect(text).toContain('"low":{"value":0.50}');
    expect(text).toContain('"high":{"value":2.000}');
  });

  it('heeds If-Match', async () => {
    expect((await jsonPatch([{ op: 'remove', path: '/active' }], { 'If-Match': 'W/"7"' })).status).toBe(412);
    expect((await jsonPatch([{ op: 'remove', path: '/active' }], { 'If-Match': 'W/"1"' })).status).toBe(200);
  });

  it('loses no patch of many at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 4 }, (_, i) =>
        jsonPatch([{ op: 'add', path: '/telecom/-', value: { system: 'phone', value: `n${i}` } }]),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    const { body } = await world.ask('GET', `/Patient/${id}`, { token: world.system });
    expect(body.telecom).toHaveLength(5);
  });
});

describe('FHIRPath Patch', () => {
  it('applies its operations', async () => {
    const { status, body } = await fhirPathPatch(
      { type: 'replace', path: 'Patient.birthDate', value: { valueDate: '1961-03-04' } },
      { type: 'add', path: 'Patient', name: 'gender', value: { valueCode: 'female' } },
      {
        type: 'add',
        path: 'Patient',
        name: 'contact',
        value: {
          part: [
            { name: 'gender', valueCode: 'male' },
            { name: 'name', valueHumanName: { text: 'A friend' } },
          ],
        },
      },
      { type: 'add', path: 'Patient', name: 'multipleBirth', value: { valueInteger: 2 } },
      { type: 'insert', path: 'Patient.name[0].given', index: 0, value: { valueString: 'Zoe' } },
      { type: 'move', path: 'Patient.name[0].given', source: 0, destination: 1 },
      { type: 'delete', path: "Patient.telecom.where(system = 'phone')" },
    );
    expect(status).toBe(200);
    expect(body).toMatchObject({
      birthDate: '1961-03-04',
      gender: 'female',
      multipleBirthInteger: 2,
      contact: [{ gender: 'male', name: { text: 'A friend' } }],
    });
    expect(body.name[0].given).toEqual(['Ana', 'Zoe', 'Maria']);
    expect(body.telecom).toBeUndefined();
  });

  it('replaces a choice of another type only by the path that is there', async () => {
    const { status } = await fhirPathPatch({
      type: 'replace',
      path: 'Patient.deceased',
      value: { valueBoolean: true },
    });
    expect(status).toBe(422);
  });

  it.each([
    ['a path to several', { type: 'replace', path: 'Patient.name.given', value: { valueString: 'x' } }, 422],
    ['a path with functions that cost', { type: 'delete', path: 'Patient.repeat(name)' }, 400],
    [
      'a pattern that could run away',
      { type: 'delete', path: "Patient.name.where(family.matches('(a+)+$'))" },
      400,
    ],
    ['a path that is no path', { type: 'delete', path: 'Patient..name' }, 400],
    ['the id', { type: 'replace', path: 'Patient.id', value: { valueId: 'x' } }, 422],
    [
      'an unknown element',
      { type: 'add', path: 'Patient', name: 'colour', value: { valueString: 'red' } },
      422,
    ],
    ['a prototype', { type: 'add', path: 'Patient', name: '__proto__', value: { valueString: 'x' } }, 400],
    ['an unknown type', { type: 'upsert', path: 'Patient' }, 400],
  ])('refuses %s', async (_, operation, expected) => {
    const { status, body } = await fhirPathPatch(operation);
    expect(status).toBe(expected);
    expect(body.resourceType).toBe('OperationOutcome');
  });

  it('deleting nothing changes nothing and is no error', async () => {
    expect((await fhirPathPatch({ type: 'delete', path: 'Patient.photo' })).status).toBe(200);
  });
});

describe('a patch', () => {
  it('finds its resource by a condition that must match one', async () => {
    const ask = (query: string) =>
      world.ask('PATCH', `/Patient?${query}`, {
        token: world.system,
        body: [{ op: 'replace', path: '/active', value: false }],
        headers: { 'Content-Type': 'application/json-patch+json' },
      });
    expect((await ask(`_id=${id}`)).body.active).toBe(false);
    expect((await ask('_id=nobody')).status).toBe(404);
    expect((await ask('family=alvarez')).status).toBe(412);
  });

  it('of another media type is 415', async () => {
    const { status } = await jsonPatch([], { 'Content-Type': 'text/plain' });
    expect(status).toBe(415);
  });

  it('of nothing is 404', async () => {
    const { status } = await world.ask('PATCH', '/Patient/nobody', {
      token: world.system,
      body: [],
      headers: { 'Content-Type': 'application/json-patch+json' },
    });
    expect(status).toBe(404);
  });

  it('works inside a transaction and a batch, in both forms', async () => {
    const data = Buffer.from(JSON.stringify([{ op: 'replace', path: '/active', value: false }]));
    const json = {
      resourceType: 'Binary',
      contentType: 'application/json-patch+json',
      data: data.toString('base64'),
    };
    const fhirPath = {
      resourceType: 'Parameters',
      parameter: [
        {
          name: 'operation',
          part: [
            { name: 'type', valueCode: 'replace' },
            { name: 'path', valueString: 'Patient.active' },
            { name: 'value', valueBoolean: true },
          ],
        },
      ],
    };
    for (const [type, resource, expected] of [
      ['transaction', json, false],
      ['batch', fhirPath, true],
    ] as const) {
      const { status, body } = await world.ask('POST', '', {
        token: world.system,
        body: {
          resourceType: 'Bundle',
          type,
          entry: [{ resource, request: { method: 'PATCH', url: `Patient/${id}` } }],
        },
      });
      expect(status).toBe(200);
      expect(body.entry[0].response.status).toBe('200 OK');
      expect((await world.ask('GET', `/Patient/${id}`, { token: world.system })).body.active).toBe(expected);
    }
  });

  it('obeys the patient’s write rules on its result', async () => {
    const token = world.patient(id, 'openid fhirUser launch/patient patient/*.rus');
    const ask = (operations: unknown) =>
      world.ask('PATCH', `/Patient/${id}`, {
        token,
        body: operations,
        headers: { 'Content-Type': 'application/json-patch+json' },
      });
    expect((await ask([{ op: 'replace', path: '/telecom/0/value', value: '2' }])).status).toBe(200);
    expect((await ask([{ op: 'replace', path: '/birthDate', value: '1999-01-01' }])).status).toBe(403);
  });
});
