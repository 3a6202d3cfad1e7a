/** Client libraries by others drive the server: fhir-kit-client, and SMART's own fhirclient. */
import { createRequire } from 'node:module';
import { Client } from 'fhir-kit-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWorld, type World } from './world.ts';

// Without its types, which bring the browser's library and with it other meanings of Node's own types.
const fhirclient = createRequire(import.meta.url)('fhirclient');

let world: World;
beforeAll(async () => {
  world = await openWorld();
  await world.ask('PUT', '/Patient/ana', {
    token: world.system,
    body: { resourceType: 'Patient', id: 'ana', name: [{ family: 'Álvarez' }] },
  });
  for (let i = 0; i < 5; i++)
    await world.ask('PUT', `/Observation/o${i}`, {
      token: world.system,
      body: {
        resourceType: 'Observation',
        id: `o${i}`,
        status: 'final',
        code: { coding: [{ system: 'http://loinc.org', code: '2345-7' }] },
        subject: { reference: 'Patient/ana' },
        effectiveDateTime: `2024-01-0${i + 1}`,
      },
    });
});
afterAll(() => world.close());

describe('fhir-kit-client', () => {
  // biome-ignore lint/suspicious/noExplicitAny: the library types answers loosely
  let client: any;
  beforeAll(() => {
    client = new Client({ baseUrl: world.base, bearerToken: world.system });
  });

  it('finds the SMART endpoints and the capabilities', async () => {
    const { authorizeUrl, tokenUrl } = await client.smartAuthMetadata();
    expect(String(authorizeUrl)).toMatch(/\/authorize$/);
    expect(String(tokenUrl)).toMatch(/\/token$/);
    expect((await client.capabilityStatement()).fhirVersion).toBe('4.0.1');
  });

  it('creates, reads, updates, patches, deletes and tells history', async () => {
    const made = await client.create({
      resourceType: 'Basic',
      body: { resourceType: 'Basic', code: { text: 'a' } },
    });
    expect((await client.read({ resourceType: 'Basic', id: made.id })).code.text).toBe('a');
    const updated = await client.update({
      resourceType: 'Basic',
      id: made.id,
      body: { ...made, code: { text: 'b' } },
    });
    expect(updated.meta.versionId).toBe('2');
    const patched = await client.patch({
      resourceType: 'Basic',
      id: made.id,
      jsonPatch: [{ op: 'replace', path: '/code/text', value: 'c' }],
    });
    expect(patched.code.text).toBe('c');
    expect((await client.vread({ resourceType: 'Basic', id: made.id, version: '1' })).code.text).toBe('a');
    expect((await client.history({ resourceType: 'Basic', id: made.id })).total).toBe(3);
    await client.delete({ resourceType: 'Basic', id: made.id });
    await expect(client.read({ resourceType: 'Basic', id: made.id })).rejects.toMatchObject({
      response: { status: 410 },
    });
  });

  it('searches and turns pages', async () => {
    let bundle = await client.search({
      resourceType: 'Observation',
      searchParams: { patient: 'ana', _count: 2 },
    });
    const seen: string[] = [];
    while (bundle) {
      seen.push(...(bundle.entry ?? []).map((entry: { resource: { id: string } }) => entry.resource.id));
      bundle = await client.nextPage({ bundle });
    }
    expect(seen.sort()).toEqual(['o0', 'o1', 'o2', 'o3', 'o4']);
  });

  it('sends a transaction and calls operations', async () => {
    const answer = await client.transaction({
      body: {
        resourceType: 'Bundle',
        type: 'transaction',
        entry: [
          {
            resource: { resourceType: 'Basic', code: { text: 'x' } },
            request: { method: 'POST', url: 'Basic' },
          },
        ],
      },
    });
    expect(answer.entry[0].response.status).toBe('201 Created');
    const everything = await client.operation({
      name: 'everything',
      resourceType: 'Patient',
      id: 'ana',
      method: 'GET',
    });
    expect(everything.entry).toHaveLength(6);
  });
});

describe('fhirclient', () => {
  const connect = () => {
    const state = {
      serverUrl: world.base,
      tokenResponse: { access_token: world.patient('ana'), patient: 'ana', scope: 'patient/*.rs' },
    };
    // A Node server hands its request and response; a client made from a state needs neither.
    const request = { headers: {}, url: '/' } as never;
    return fhirclient(
      request,
      {} as never,
      {
        get: async () => undefined,
        set: async (_: string, value: unknown) => value,
        unset: async () => true,
      } as never,
    ).client(state as never);
  };

  it('reads its patient and all pages of what it searches', async () => {
    const client = connect();
    expect((await client.patient.read()).id).toBe('ana');
    const pages: unknown[] = await client.request('Observation?patient=ana&_count=2', {
      pageLimit: 0,
      flat: true,
    });
    expect(pages).toHaveLength(5);
  });

  it('resolves references', async () => {
    const found = await connect().request('Observation/o1', { resolveReferences: 'subject' });
    expect(found.subject).toMatchObject({ resourceType: 'Patient', id: 'ana' });
  });
});
