/** The REST interactions of https://hl7.org/fhir/R4/http.html, over a socket. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { observation, patient } from './resources.ts';
import { type Answer, type AskOptions, openWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const ask = (method: string, path: string, options: AskOptions = {}): Promise<Answer> =>
  world.ask(method, path, { token: world.system, ...options });
const get = (path: string): Promise<Answer> => ask('GET', path);
const create = async (body: { resourceType: string }): Promise<string> => {
  const { id: _, ...resource } = body as { resourceType: string; id?: string };
  return (await ask('POST', `/${body.resourceType}`, { body: resource })).body.id as string;
};
const idsOf = ({ body }: Answer): string[] =>
  (body.entry ?? []).map(({ resource }: { resource: { id: string } }) => resource.id);
const bundle = (type: string, ...entry: object[]) => ({ resourceType: 'Bundle', type, entry });
const entry = (method: string, url: string, resource?: object, more: object = {}) => ({
  ...more,
  ...(resource ? { resource } : {}),
  request: { method, url },
});

describe('a resource', () => {
  it('is created with id, version, time, Location and ETag', async () => {
    const { status, headers, body } = await ask('POST', '/Patient', { body: { resourceType: 'Patient' } });
    expect(status).toBe(201);
    expect(body.meta.versionId).toBe('1');
    expect(headers.get('location')).toBe(`${world.base}/Patient/${body.id}/_history/1`);
    expect(headers.get('etag')).toBe('W/"1"');
    expect(Date.parse(headers.get('last-modified') ?? '')).not.toBeNaN();
  });

  it('keeps the digits of its numbers', async () => {
    const text =
      '{"resourceType":"Observation","status":"final","code":{"text":"x"},"valueQuantity":{"value":1.10},"component":[{"code":{"text":"y"},"valueQuantity":{"value":0.000000000000000000001}}]}';
    const { body } = await ask('POST', '/Observation', { body: text });
    const read = await get(`/Observation/${body.id}`);
    expect(read.text).toContain('"value":1.10');
    expect(read.text).toContain('"value":0.000000000000000000001');
  });

  it('goes through its versions: read, vread, history, 410 when deleted, and back', async () => {
    await ask('PUT', '/Patient/versions', { body: patient('versions') });
    await ask('PUT', '/Patient/versions', { body: patient('versions', { active: true }) });
    expect((await get('/Patient/versions')).body.active).toBe(true);
    expect((await get('/Patient/versions/_history/1')).body.active).toBeUndefined();
    const removed = await ask('DELETE', '/Patient/versions');
    expect(removed.status).toBe(204);
    expect((await get('/Patient/versions')).status).toBe(410);
    expect((await get('/Patient/versions/_history/3')).status).toBe(410);
    expect((await get('/Patient/versions/_history/9')).status).toBe(404);
    const history = await get('/Patient/versions/_history');
    expect(history.body.type).toBe('history');
    expect(history.body.total).toBe(3);
    // S17: it was made by PUT.
    expect(history.body.entry.map((each: { request: { method: string } }) => each.request.method)).toEqual([
      'DELETE',
      'PUT',
      'PUT',
    ]);
    const again = await ask('PUT', '/Patient/versions', { body: patient('versions') });
    expect(again.status).toBe(201);
    expect(again.body.meta.versionId).toBe('4');
  });

  it('is updated only from the version that If-Match names', async () => {
    await ask('PUT', '/Patient/matched', { body: patient('matched') });
    const stale = await ask('PUT', '/Patient/matched', {
      body: patient('matched', { active: false }),
      headers: { 'If-Match': 'W/"7"' },
    });
    expect(stale.status).toBe(412);
    const fresh = await ask('PUT', '/Patient/matched', {
      body: patient('matched', { active: false }),
      headers: { 'If-Match': 'W/"1"' },
    });
    expect(fresh.body.meta.versionId).toBe('2');
  });

  it('is answered 304 to who has it', async () => {
    await ask('PUT', '/Patient/cached', { body: patient('cached') });
    const { status, text } = await ask('GET', '/Patient/cached', { headers: { 'If-None-Match': 'W/"1"' } });
    expect([status, text]).toEqual([304, '']);
  });

  it('is not created twice under one condition', async () => {
    const once = { ...patient('x'), id: undefined, identifier: [{ system: 'urn:s', value: 'once' }] };
    const headers = { 'If-None-Exist': 'identifier=urn:s|once' };
    const answers = await Promise.all(
      Array.from({ length: 16 }, () => ask('POST', '/Patient', { body: once, headers })),
    );
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
  });

  it('is not deleted while another refers to it, and refers to nothing that is not there', async () => {
    await ask('PUT', '/Patient/needed', { body: patient('needed') });
    const lab = await create(observation('needed', 5));
    const refused = await ask('DELETE', '/Patient/needed');
    expect(refused.status).toBe(409);
    await ask('DELETE', `/Observation/${lab}`);
    expect((await ask('DELETE', '/Patient/needed')).status).toBe(204);
    const dangling = await ask('POST', '/Observation', { body: observation('needed', 5) });
    expect(dangling.status).toBe(422);
  });
});

describe('a search', () => {
  beforeAll(async () => {
    await ask('PUT', '/Patient/searched', { body: patient('searched', { gender: 'female' }) });
    for (let i = 0; i < 25; i++) {
      const day = String(i + 1).padStart(2, '0');
      const body = { ...observation('searched', 4 + i / 10), effectiveDateTime: `2024-01-${day}` };
      await ask('PUT', `/Observation/o${day}`, { body: { ...body, id: `o${day}` } });
    }
  });

  it.each([
    ['token', 'code=http://loinc.org|4548-4', 25],
    ['token without system', 'code=4548-4', 25],
    ['several tokens', 'code=1234,4548-4', 25],
    ['string in a chain', 'subject:Patient.name=fam', 25],
    ['reference', 'patient=searched', 25],
    ['reference by URL', 'subject=Patient/searched', 25],
    ['date', 'date=2024-01-05', 1],
    ['date with prefix', 'date=ge2024-01-20', 6],
    ['two dates', 'date=ge2024-01-05&date=lt2024-01-08', 3],
    ['a month', 'date=2024-01', 25],
    ['quantity', 'value-quantity=gt6', 4],
    ['quantity with unit', 'value-quantity=lt4.25||%25', 3],
    ['_id', '_id=o01,o02', 2],
    ['_lastUpdated', '_lastUpdated=gt2020-01-01', 25],
    ['_has', 'subject:Patient._has:Observation:patient:code=4548-4', 25],
    ['missing', 'value-string:missing=true', 25],
    ['not', 'code:not=4548-4', 0],
  ])('finds by %s', async (_, query, total) => {
    const { status, body } = await get(`/Observation?${query}&patient=searched&_total=accurate`);
    expect(status).toBe(200);
    expect(body.total).toBe(total);
  });

  it('goes by POST too', async () => {
    const { body } = await ask('POST', '/Observation/_search', {
      body: 'patient=searched&_total=accurate',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    });
    expect(body.total).toBe(25);
  });

  it('comes in pages that hold every match once, in order, while others write', async () => {
    const found: string[] = [];
    let url: string | undefined = `${world.base}/Observation?patient=searched&_sort=-date&_count=7`;
    while (url) {
      const page: Answer = await get(url);
      found.push(...idsOf(page));
      url = page.body.link.find(({ relation }: { relation: string }) => relation === 'next')?.url;
      await create({ ...observation('searched', 1), effectiveDateTime: '2024-06-01' } as never);
    }
    const expected = Array.from({ length: 25 }, (_, i) => `o${String(25 - i).padStart(2, '0')}`);
    expect(found).toEqual(expected);
  });

  it('sorts in both directions', async () => {
    const up = await get('/Observation?_id=o03,o01,o02&_sort=date');
    const down = await get('/Observation?_id=o03,o01,o02&_sort=-date');
    expect(idsOf(up)).toEqual(['o01', 'o02', 'o03']);
    expect(idsOf(down)).toEqual(['o03', 'o02', 'o01']);
  });

  it('includes what matches refer to, and what refers to them, marked as such', async () => {
    const out = await get('/Observation?_id=o01&_include=Observation:subject');
    expect(out.body.entry.map((each: { search: object }) => each.search)).toEqual([
      { mode: 'match' },
      { mode: 'include' },
    ]);
    expect(idsOf(out)).toEqual(['o01', 'searched']);
    const back = await get('/Patient?_id=searched&_revinclude=Observation:patient');
    expect(idsOf(back)).toContain('o25');
  });

  it('repeats in self what it understood', async () => {
    const { body } = await get('/Observation?patient=searched&_count=1');
    const self = body.link.find(({ relation }: { relation: string }) => relation === 'self').url;
    expect(self).toBe(`${world.base}/Observation?patient=searched&_count=1`);
  });

  it('gives a summary, or the elements asked for, marked as partial', async () => {
    const { body } = await get('/Observation?_id=o01&_elements=status');
    const [only] = body.entry;
    expect(only.resource.meta.tag).toContainEqual(expect.objectContaining({ code: 'SUBSETTED' }));
    expect(only.resource.valueQuantity).toBeUndefined();
    expect(only.resource.status).toBe('final');
  });
});

describe('a transaction', () => {
  it('links its entries by urn:uuid, in order of the specification whatever the order in the Bundle', async () => {
    const body = bundle(
      'transaction',
      entry('GET', 'Observation?patient:Patient.identifier=urn:t|linked'),
      entry('POST', 'Observation', {
        ...observation('x', 1),
        subject: { reference: 'urn:uuid:aaaaaaaa-0000-4000-8000-000000000001' },
      }),
      entry(
        'POST',
        'Patient',
        { resourceType: 'Patient', identifier: [{ system: 'urn:t', value: 'linked' }] },
        { fullUrl: 'urn:uuid:aaaaaaaa-0000-4000-8000-000000000001' },
      ),
    );
    const { status, body: answer } = await ask('POST', '/', { body });
    expect(status).toBe(200);
    expect(answer.entry.map((each: { response: { status: string } }) => each.response.status)).toEqual([
      '200 OK',
      '201 Created',
      '201 Created',
    ]);
    expect(answer.entry[0].resource.entry).toHaveLength(1);
    const location: string = answer.entry[2].response.location;
    const patientId = /Patient\/([^/]+)/.exec(location)?.[1];
    expect(answer.entry[0].resource.entry[0].resource.subject.reference).toBe(`Patient/${patientId}`);
  });

  it('resolves conditional references', async () => {
    await ask('PUT', '/Practitioner/npi', {
      body: { resourceType: 'Practitioner', id: 'npi', identifier: [{ system: 'urn:npi', value: '77' }] },
    });
    const lab = {
      ...observation('searched', 1),
      performer: [{ reference: 'Practitioner?identifier=urn:npi|77' }],
    };
    const { body } = await ask('POST', '/', {
      body: bundle('transaction', entry('POST', 'Observation', lab)),
    });
    const stored = await get(body.entry[0].response.location);
    expect(stored.body.performer[0].reference).toBe('Practitioner/npi');
  });

  it('is refused whole, naming the entry, when a conditional reference leads to nothing', async () => {
    const lab = {
      ...observation('searched', 1),
      performer: [{ reference: 'Practitioner?identifier=urn:npi|none' }],
    };
    const body = bundle(
      'transaction',
      entry('PUT', 'Patient/not-kept', patient('not-kept')),
      entry('POST', 'Observation', lab),
    );
    const answer = await ask('POST', '/', { body });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.body.issue[0].expression[0]).toMatch(/^Bundle\.entry\[1\]/);
    expect((await get('/Patient/not-kept')).status).toBe(404);
  });

  it('keeps nothing when one entry is not valid, and points into it', async () => {
    const body = bundle(
      'transaction',
      entry('PUT', 'Patient/not-kept', patient('not-kept')),
      entry('POST', 'Patient', { resourceType: 'Patient', gender: 'purple' }),
    );
    const { status, body: outcome } = await ask('POST', '/', { body });
    expect(status).toBe(422);
    expect(outcome.issue[0].expression).toEqual(['Bundle.entry[1].resource.gender']);
    expect((await get('/Patient/not-kept')).status).toBe(404);
  });

  it('does not let two entries write the same resource', async () => {
    const body = bundle(
      'transaction',
      entry('PUT', 'Patient/twice', patient('twice')),
      entry('PUT', 'Patient/twice', patient('twice')),
    );
    expect((await ask('POST', '/', { body })).status).toBe(400);
  });

  it('creates once what If-None-Exist names, and refers to the one that was there', async () => {
    const make = () =>
      bundle(
        'transaction',
        {
          fullUrl: 'urn:uuid:aaaaaaaa-0000-4000-8000-000000000002',
          resource: {
            resourceType: 'Organization',
            identifier: [{ system: 'urn:o', value: '1' }],
            name: 'One',
          },
          request: { method: 'POST', url: 'Organization', ifNoneExist: 'identifier=urn:o|1' },
        },
        entry('POST', 'Patient', {
          resourceType: 'Patient',
          managingOrganization: { reference: 'urn:uuid:aaaaaaaa-0000-4000-8000-000000000002' },
        }),
      );
    await ask('POST', '/', { body: make() });
    const second = await ask('POST', '/', { body: make() });
    expect(second.body.entry[0].response.status).toBe('200 OK');
    expect((await get('/Organization?identifier=urn:o|1&_total=accurate')).body.total).toBe(1);
    expect(
      (await get('/Patient?organization:Organization.identifier=urn:o|1&_total=accurate')).body.total,
    ).toBe(2);
  });
});

describe('a batch', () => {
  it('answers each entry by itself', async () => {
    const { status, body } = await ask('POST', '/', {
      body: bundle(
        'batch',
        entry('GET', 'Patient/searched'),
        entry('GET', 'Patient/nobody'),
        entry('PUT', 'Patient/batched', patient('batched')),
        entry('POST', 'Patient', { resourceType: 'Patient', gender: 'purple' }),
        entry('GET', 'Patient/searched/_history'),
      ),
    });
    expect(status).toBe(200);
    const statuses = body.entry.map((each: { response: { status: string } }) =>
      each.response.status.slice(0, 3),
    );
    expect(statuses).toEqual(['200', '404', '201', '422', '200']);
    expect(body.entry[1].response.outcome.resourceType).toBe('OperationOutcome');
  });

  it('tells where a conditional create found its match', async () => {
    const once = { resourceType: 'Organization', identifier: [{ system: 'urn:o', value: 'b' }], name: 'B' };
    const body = bundle('batch', {
      resource: once,
      request: { method: 'POST', url: 'Organization', ifNoneExist: 'identifier=urn:o|b' },
    });
    const first = await ask('POST', '/', { body });
    const second = await ask('POST', '/', { body });
    expect(second.body.entry[0].response.location).toBe(first.body.entry[0].response.location);
  });
});

const spezi = fileURLToPath(new URL('../../../shared/data/synthea/spezi-2023/', import.meta.url));
describe.runIf(existsSync(spezi))('records whose conditional references lead to nothing', () => {
  it('are refused whole, each with an outcome that names an entry, and leave nothing', async () => {
    const empty = await openWorld();
    try {
      const files = readdirSync(spezi, { recursive: true, encoding: 'utf8' }).filter((name) =>
        /\.json(\.gz)?$/.test(name),
      );
      expect(files.length).toBeGreaterThan(3);
      for (const name of files) {
        const bytes = readFileSync(join(spezi, name));
        const body = (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
        const answer = await empty.ask('POST', '/', { token: empty.system, body });
        expect(answer.status, name).toBeGreaterThanOrEqual(400);
        expect(answer.status, name).toBeLessThan(500);
        expect(answer.body.issue[0].expression[0], name).toMatch(/^Bundle\.entry\[\d+\]/);
      }
      const left = await empty.ask('GET', '/_history', { token: empty.system });
      expect(left.body.total).toBe(0);
    } finally {
      await empty.close();
    }
  }, 60_000);
});

describe('the server tells about itself', () => {
  it('without a token: the CapabilityStatement and the SMART configuration', async () => {
    const metadata = await world.ask('GET', '/metadata');
    expect(metadata.status).toBe(200);
    expect(metadata.body.fhirVersion).toBe('4.0.1');
    const [rest] = metadata.body.rest;
    expect(rest.resource.length).toBe(146);
    const smart = await world.ask('GET', '/.well-known/smart-configuration');
    expect(smart.status).toBe(200);
    expect(smart.body.code_challenge_methods_supported).toEqual(['S256']);
  });
});

describe('races and overlaps of conditions', () => {
  it('S5, S6: makes one resource of parallel conditional updates; two of one condition in a transaction are refused', async () => {
    const body = { resourceType: 'Patient', identifier: [{ system: 'urn:s5', value: 'x' }] };
    const token = world.system;
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => world.ask('PUT', '/Patient?identifier=urn:s5|x', { token, body })),
    );
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 201)).toHaveLength(1);
    expect(statuses.filter((status) => ![200, 201, 409, 412].includes(status))).toEqual([]);
    const found = await world.ask('GET', '/Patient?identifier=urn:s5|x&_total=accurate', { token });
    expect(found.body.total).toBe(1);
    const entry = [1, 2].map(() => ({
      resource: { ...body, identifier: [{ system: 'urn:s6', value: 'x' }] },
      request: { method: 'PUT', url: 'Patient?identifier=urn:s6|x' },
    }));
    const bundle = { resourceType: 'Bundle', type: 'transaction', entry };
    const refused = await world.ask('POST', '', { token, body: bundle });
    expect(refused.status, refused.text).toBe(400);
    expect(
      (await world.ask('GET', '/Patient?identifier=urn:s6|x&_total=accurate', { token })).body.total,
    ).toBe(0);
  });
});
