/** References, whatever form they have: to this server by URL, inside stored Bundles. Rows S3 and S4 of issue 14. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { STORES } from './stores.ts';
import type { World } from './world.ts';

// biome-ignore lint/suspicious/noExplicitAny: Bundles of every shape
const ids = (bundle: any): string[] =>
  // biome-ignore lint/suspicious/noExplicitAny: see above
  (bundle.entry ?? []).map(({ resource }: any) => `${resource.resourceType}/${resource.id}`).sort();

const NO_REFERENCE = { reference: 'Nope/1' };

describe.each(STORES)('on %s a reference', (_store, open) => {
  let world: World;
  const put = async (resource: { resourceType: string; id: string; [element: string]: unknown }) => {
    const { resourceType, id } = resource;
    const answer = await world.ask('PUT', `/${resourceType}/${id}`, { token: world.system, body: resource });
    expect(answer.status, answer.text).toBeLessThan(300);
    return answer;
  };
  const found = async (path: string, token = world.system): Promise<string[]> => {
    const answer = await world.ask('GET', path, { token });
    expect(answer.status, answer.text).toBe(200);
    return ids(answer.body);
  };
  const observation = (id: string, reference: string) => ({
    resourceType: 'Observation',
    id,
    status: 'final',
    code: { text: 'x' },
    subject: { reference },
  });

  beforeAll(async () => {
    world = await open();
    await put({ resourceType: 'Patient', id: 'p', name: [{ family: 'Own' }] });
    const upper = world.base.replace('http://', 'HTTP://');
    await put(observation('plain', 'Patient/p'));
    await put(observation('by-url', `${world.base}/Patient/p`));
    await put(observation('versioned', `${world.base}/Patient/p/_history/1`));
    await put(observation('other-case', `${upper}/Patient/p`));
    await put(observation('slashes', `${world.base}//Patient/p/`));
    await put(observation('elsewhere', 'http://elsewhere.example/fhir/Patient/p'));
  });
  afterAll(() => world.close());

  const OWN = ['by-url', 'other-case', 'plain', 'slashes', 'versioned'].map((id) => `Observation/${id}`);

  it('has one reading: what is not in the form of R4 is refused by the write, at its place, and found by nothing', async () => {
    const { host, port } = new URL(world.base);
    for (const odd of [
      'Patient/p/_history/1/',
      'Patient/p/_history/1/_history/2',
      'Patient/p/',
      '/Patient/p',
      './Patient/p',
      'Patient/p#x',
      'Patient/p?x',
      'Patient?_id=p',
      'patient/p',
      'Patient%2Fp',
      'Patient/\u200bp',
      `${world.base}/./Patient/p/x`,
      `${world.base}/Patient/p?x`,
      `${world.base}/Patient/p#x`,
      `http://user@${host}/fhir/Patient/p`,
      `https://127.0.0.1:${port}/fhir/Patient/p`,
      'urn:uuid:6f1f3c4e-1c0c-4a3c-9d3c-0a8d3f6f2f11',
      'urn:oid:1.2.3.4',
    ]) {
      const { status, body } = await world.ask('POST', '/Observation', {
        token: world.system,
        body: { ...observation('', odd), id: undefined },
      });
      expect([status >= 400 && status < 500, body.issue?.[0].expression], odd).toEqual([
        true,
        ['Observation.subject.reference'],
      ]);
    }
    for (const other of ['urn:elsewhere:thing-1', 'https://elsewhere.example/x?y#z'])
      await put(observation('elsewhere-too', other));
    await world.ask('DELETE', '/Observation/elsewhere-too', { token: world.system });
    expect(
      (await world.ask('GET', '/Patient/p/Observation', { token: world.system })).body.entry,
    ).toHaveLength(OWN.length);
  });

  it('S3: to this server by URL is one to the resource: by search in either form, chain, _has, compartment', async () => {
    for (const query of [
      'subject=Patient/p',
      'subject=p',
      `subject=${world.base}/Patient/p`,
      'patient=p',
      'subject:Patient=p',
      'subject:Patient.name=own',
    ])
      expect(await found(`/Observation?${query}`), query).toEqual(OWN);
    expect(await found('/Patient/p/Observation')).toEqual(OWN);
    expect(await found('/Patient?_has:Observation:subject:_id=by-url')).toEqual(['Patient/p']);
    expect(await found('/Observation?subject=http://elsewhere.example/fhir/Patient/p')).toEqual([
      'Observation/elsewhere',
    ]);
  });

  it('S3: … by _include, _revinclude and $everything', async () => {
    for (const id of ['by-url', 'versioned', 'other-case', 'slashes'])
      expect(await found(`/Observation?_id=${id}&_include=Observation:subject`)).toEqual([
        `Observation/${id}`,
        'Patient/p',
      ]);
    expect(await found('/Patient?_id=p&_revinclude=Observation:subject')).toEqual([...OWN, 'Patient/p']);
    expect(await found('/Patient/p/$everything')).toEqual([...OWN, 'Patient/p']);
  });

  it("S3: … and makes the resource the patient's own", async () => {
    const token = world.patient('p');
    expect(await found('/Observation', token)).toEqual(OWN);
    for (const name of OWN) expect((await world.ask('GET', `/${name}`, { token })).status).toBe(200);
    expect((await world.ask('GET', '/Observation/by-url/_history', { token })).body.total).toBe(1);
    expect((await world.ask('GET', '/Observation/elsewhere', { token })).status).toBe(404);
    expect((await world.ask('GET', '/Observation/by-url', { token: world.patient('q') })).status).toBe(404);
  });

  it('S3: … and is held by integrity, in writes, patches and deletes', async () => {
    const missing = observation('dangling', `${world.base}/Patient/nobody`);
    const refused = await world.ask('PUT', '/Observation/dangling', { token: world.system, body: missing });
    expect(refused.status).toBe(422);
    const patched = await world.ask('PATCH', '/Observation/plain', {
      token: world.system,
      body: [{ op: 'replace', path: '/subject/reference', value: `${world.base}/Patient/nobody` }],
      headers: { 'Content-Type': 'application/json-patch+json' },
    });
    expect(patched.status).toBe(422);
    await put({ resourceType: 'Patient', id: 'held' });
    await put(observation('holds', `${world.base}/Patient/held`));
    expect((await world.ask('DELETE', '/Patient/held', { token: world.system })).status).toBe(409);
  });

  it('V9: that leads to nothing is named by its place: alone, in a batch, in a transaction', async () => {
    const lost = {
      ...observation('lost', `${world.base}/Patient/p`),
      contained: [
        { resourceType: 'Device', id: 'd', owner: { reference: 'Organization/nowhere/_history/1' } },
      ],
      device: { reference: '#d' },
    };
    const place = 'Observation.contained[0].owner.reference';
    const alone = await world.ask('PUT', '/Observation/lost', { token: world.system, body: lost });
    expect([alone.status, alone.body.issue[0].expression]).toEqual([422, [place]]);
    const bundle = (type: string) => ({
      resourceType: 'Bundle',
      type,
      entry: [{ resource: lost, request: { method: 'PUT', url: 'Observation/lost' } }],
    });
    const inEntry = ['Bundle.entry[0].resource.contained[0].owner.reference'];
    const whole = await world.ask('POST', '', { token: world.system, body: bundle('transaction') });
    expect([whole.status, whole.body.issue[0].expression]).toEqual([422, inEntry]);
    const { body } = await world.ask('POST', '', { token: world.system, body: bundle('batch') });
    expect(body.entry[0].response.outcome.issue[0].expression).toEqual([place]);
  });

  it.each([
    [
      'Observation.extension[0].value.reference',
      { extension: [{ url: 'urn:e', valueReference: NO_REFERENCE }] },
    ],
    [
      'Observation.status.extension[0].value.reference',
      { _status: { extension: [{ url: 'urn:e', valueReference: NO_REFERENCE }] } },
    ],
  ])('V9: … in FHIRPath: %s', async (place, more) => {
    const body = { ...observation('lost', `${world.base}/Patient/p`), ...more };
    const written = await world.ask('PUT', '/Observation/lost', { token: world.system, body });
    expect([written.status, written.body.issue[0].expression]).toEqual([400, [place]]);
    const { body: checked } = await world.ask('POST', '/Observation/$validate', {
      token: world.system,
      body,
    });
    // biome-ignore lint/suspicious/noExplicitAny: issues of every shape
    const places = checked.issue.flatMap(({ expression }: any) => expression ?? []);
    expect(places).toContain(place);
    const transaction = { resourceType: 'Bundle', type: 'transaction' };
    const entry = [{ resource: body, request: { method: 'PUT', url: 'Observation/lost' } }];
    const whole = await world.ask('POST', '', { token: world.system, body: { ...transaction, entry } });
    expect([whole.status, whole.body.issue[0].expression]).toEqual([
      400,
      [`Bundle.entry[0].resource${place.replace('Observation', '')}`],
    ]);
  });

  it('S3: … in a transaction: to what an entry makes, and by an absolute condition', async () => {
    const entry = (method: string, url: string, resource: object, fullUrl?: string) => ({
      ...(fullUrl ? { fullUrl } : {}),
      resource,
      request: { method, url },
    });
    const { id: _, ...fresh } = observation('', `${world.base}/Patient/in-bundle`);
    const { id: __, ...conditional } = observation('', `${world.base}/Patient?_id=p`);
    const { body, text } = await world.ask('POST', '/', {
      token: world.system,
      body: {
        resourceType: 'Bundle',
        type: 'transaction',
        entry: [
          entry('PUT', 'Patient/in-bundle', { resourceType: 'Patient', id: 'in-bundle' }),
          entry('POST', 'Observation', fresh),
          entry('POST', 'Observation', conditional),
        ],
      },
    });
    expect(body.type, text).toBe('transaction-response');
    expect(await found('/Observation?subject=Patient/in-bundle')).toHaveLength(1);
    expect(await found('/Observation?subject=Patient/p')).toHaveLength(OWN.length + 1);
  });

  it('S4: inside a stored Bundle leads to what the Bundle holds, or to where it came from', async () => {
    const composition = {
      resourceType: 'Composition',
      id: 'c',
      status: 'final',
      type: { text: 'Summary' },
      subject: { reference: 'Patient/of-the-document' },
      date: '2026-01-01',
      author: [{ reference: 'urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0' }],
      title: 'Summary',
    };
    const entries = [
      { fullUrl: 'http://elsewhere.example/fhir/Composition/c', resource: composition },
      {
        fullUrl: 'http://elsewhere.example/fhir/Patient/of-the-document',
        resource: { resourceType: 'Patient', id: 'of-the-document' },
      },
      {
        fullUrl: 'urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0',
        resource: { resourceType: 'Practitioner', id: 'somebody' },
      },
      {
        fullUrl: 'http://elsewhere.example/fhir/Observation/o',
        resource: observation('o', 'Patient/left-behind'),
      },
    ];
    const identifier = {
      system: 'urn:ietf:rfc:3986',
      value: 'urn:uuid:3b6e7a2c-0000-4000-8000-000000000001',
    };
    const document = { type: 'document', identifier, timestamp: '2026-01-01T00:00:00Z', entry: entries };
    const searchset = {
      type: 'searchset',
      total: 1,
      entry: entries.slice(3).map((each) => ({ ...each, search: { mode: 'match' } })),
    };
    for (const shape of [document, { type: 'collection', entry: entries }, searchset]) {
      const body = { resourceType: 'Bundle', ...shape };
      const answer = await world.ask('POST', '/Bundle', { token: world.system, body });
      expect(answer.status, answer.text).toBe(201);
      const { id, meta: _, ...kept } = answer.body;
      expect(kept).toEqual(body);
      expect((await world.ask('DELETE', `/Bundle/${id}`, { token: world.system })).status).toBe(204);
    }
  });
});
