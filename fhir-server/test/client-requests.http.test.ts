/** Requests as clients send them, and browsers before them. Rows Q7, Q11, Q12 and Q20 of issue 14. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { STORES } from './stores.ts';
import type { World } from './world.ts';

describe.each(STORES)('on %s', (_store, open) => {
  let world: World;
  const ask = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
    world.ask(method, path, { token: world.system, headers, ...(body === undefined ? {} : { body }) });
  beforeAll(async () => {
    world = await open();
    await ask('PUT', '/Patient/p', {
      resourceType: 'Patient',
      id: 'p',
      identifier: [{ system: 's', value: 'v' }],
    });
  });
  afterAll(() => world.close());

  it('Q7: a Binary of JSON is kept as it is, and given back so', async () => {
    const content = '{"resourceType": "Patient",  "a": 1.10}';
    for (const type of ['application/json', 'text/json', 'application/json; charset=utf-8']) {
      const made = await ask('POST', '/Binary', content, { 'Content-Type': type });
      expect(made.status, made.text).toBe(201);
      const place = `/Binary/${made.body.id}`;
      for (const accept of ['*/*', type.split(';')[0] as string])
        expect((await ask('GET', place, undefined, { Accept: accept })).text).toBe(content);
      const resource = await ask('GET', place, undefined, { Accept: 'application/fhir+json' });
      expect(resource.body).toMatchObject({ resourceType: 'Binary', contentType: type });
      const put = await ask('PUT', place, '[1, 2]', { 'Content-Type': type });
      expect(put.status, put.text).toBe(200);
      expect((await ask('GET', place, undefined, { Accept: '*/*' })).text).toBe('[1, 2]');
    }
    // No JSON is content too, and a Binary in JSON is a Binary, as clients send it that name no other type.
    expect((await ask('POST', '/Binary', '{', { 'Content-Type': 'application/json' })).status).toBe(201);
    const binary = { resourceType: 'Binary', contentType: 'text/plain', data: 'aGk=' };
    const made = await ask('POST', '/Binary', binary, { 'Content-Type': 'application/json' });
    expect(made.body).toMatchObject(binary);
    expect((await ask('POST', '/Binary', { resourceType: 'Patient' })).status).toBe(400);
  });

  it("Q11: HAPI's forms: a search by POST without a body, by GET at _search", async () => {
    for (const [method, path] of [
      ['POST', '/Patient/_search?identifier=s|v'],
      ['GET', '/Patient/_search?identifier=s|v'],
      ['POST', '/_search?_type=Patient&_id=p'],
      ['GET', '/_search?_type=Patient&_id=p'],
      ['GET', '/Patient/p/Observation/_search?code=x'],
      ['POST', '/Patient/p/Observation/_search?code=x'],
      ['GET', '/AuditEvent/_search?patient=p'],
      ['POST', '/AuditEvent/_search?patient=p'],
    ] as const) {
      const { status, body, text } = await ask(method, path);
      expect([status, body.type], text).toEqual([200, 'searchset']);
    }
    const typed = await ask('POST', '/Patient/_search?_id=p', '', {
      'Content-Type': 'application/x-www-form-urlencoded',
    });
    expect(typed.body.entry).toHaveLength(1);
    expect(
      (await ask('POST', '/Patient/_search?_id=p', '{}', { 'Content-Type': 'application/json' })).status,
    ).toBe(415);
    expect((await ask('DELETE', '/Patient/_search')).status).toBe(405);
  });

  it('Q11: … GET metadata in a batch, Location after an update', async () => {
    const requests = [
      { method: 'GET', url: 'metadata' },
      { method: 'GET', url: '/metadata?_format=json' },
      { method: 'GET', url: `${world.base}/metadata` },
    ];
    const batch = { resourceType: 'Bundle', type: 'batch', entry: requests.map((request) => ({ request })) };
    const { body } = await ask('POST', '/', batch);
    for (const { resource } of body.entry) expect(resource.resourceType).toBe('CapabilityStatement');
    const updated = await ask('PUT', '/Patient/p', {
      resourceType: 'Patient',
      id: 'p',
      identifier: [{ system: 's', value: 'v' }],
    });
    expect(updated.status).toBe(200);
    const { versionId } = updated.body.meta;
    expect(updated.headers.get('location')).toBe(`${world.base}/Patient/p/_history/${versionId}`);
    const patched = await ask('PATCH', '/Patient/p', [{ op: 'add', path: '/active', value: true }], {
      'Content-Type': 'application/json-patch+json',
    });
    expect(patched.headers.get('location')).toBe(`${world.base}/Patient/p/_history/${Number(versionId) + 1}`);
  });

  it('Q11: … entries without a url, where the resource says it, and its word for an estimate', async () => {
    const entry = (method: string, resource: object) => ({ resource, request: { method } });
    const patient = { resourceType: 'Patient', name: [{ family: 'Implied' }] };
    const sent = (...entries: object[]) =>
      ask('POST', '/', {
        resourceType: 'Bundle',
        type: 'transaction',
        total: entries.length,
        entry: entries,
      });
    const made = await sent(entry('POST', patient), entry('PUT', { ...patient, id: 'implied' }));
    expect(made.status, made.text).toBe(200);
    const locations = made.body.entry.map(
      (each: { response: { location: string } }) => each.response.location,
    );
    expect(locations).toEqual([
      expect.stringMatching(/Patient\/[\da-f-]{36}\//),
      expect.stringMatching(/Patient\/implied\//),
    ]);
    for (const [method, resource] of [
      ['PUT', patient],
      ['DELETE', { ...patient, id: 'implied' }],
      ['GET', { ...patient, id: 'implied' }],
      ['POST', { name: [] }],
    ] as const)
      expect((await sent(entry(method, resource))).status, method).toBe(400);
    const { status, body } = await ask('GET', '/Patient?family=Implied&_total=estimated');
    expect([status, body.total]).toEqual([200, 2]);
    for (const { id } of body.entry.map((each: { resource: { id: string } }) => each.resource))
      expect((await ask('DELETE', `/Patient/${id}`)).status).toBe(204);
  });

  it('Q11: … If-None-Exist as a whole URL, in headers and in entries', async () => {
    const body = { resourceType: 'Patient', identifier: [{ system: 's', value: 'v' }] };
    const forms = [
      'identifier=s|v',
      '?identifier=s|v',
      'Patient?identifier=s|v',
      '/Patient?identifier=s|v',
      `${world.base}/Patient?identifier=s|v`,
      `${world.base}/Patient?identifier=s%7Cv`,
    ];
    for (const form of forms) {
      const { status, body: answer, text } = await ask('POST', '/Patient', body, { 'If-None-Exist': form });
      expect([status, answer.id], `${form} ${text}`).toEqual([200, 'p']);
      const entry = [{ resource: body, request: { method: 'POST', url: 'Patient', ifNoneExist: form } }];
      const batch = await ask('POST', '/', { resourceType: 'Bundle', type: 'batch', entry });
      expect(batch.body.entry[0].response.status, form).toBe('200 OK');
    }
    for (const form of [
      'Organization?identifier=s|v',
      'http://elsewhere.example/fhir/Patient?identifier=s|v',
      '',
      '?',
      'Patient?',
    ])
      expect((await ask('POST', '/Patient', body, { 'If-None-Exist': form })).status, form).toBe(400);
  });

  it('Q11: … the name that FHIR JSON had before R3, in either direction', async () => {
    const legacy = 'application/json+fhir';
    const body = { resourceType: 'Patient', id: 'legacy' };
    expect((await ask('PUT', '/Patient/legacy', body, { 'Content-Type': legacy })).status).toBe(201);
    expect((await ask('GET', '/Patient/legacy', undefined, { Accept: legacy })).status).toBe(200);
    expect((await ask('GET', `/Patient/legacy?_format=${encodeURIComponent(legacy)}`)).status).toBe(200);
  });

  it('Q12: a preflight allows what frameworks, caches and tracing add', async () => {
    const asked =
      'authorization,baggage,cache-control,pragma,sentry-trace,traceparent,tracestate,x-requested-with,if-unmodified-since';
    for (const path of ['/Patient', '/metadata', '/Patient/_search', '/']) {
      const { status, headers } = await world.ask('OPTIONS', path, {
        headers: {
          Origin: 'https://app.example',
          'Access-Control-Request-Method': 'POST',
          'Access-Control-Request-Headers': asked,
        },
      });
      expect(status).toBe(204);
      expect(headers.get('access-control-allow-headers')).toBe(asked);
      expect(headers.get('vary')).toContain('Access-Control-Request-Headers');
    }
    const odd = { 'Access-Control-Request-Headers': 'a b; c' };
    const { headers } = await world.ask('OPTIONS', '/Patient', { headers: odd });
    expect(headers.get('access-control-allow-headers')).toContain('Authorization');
    expect(headers.get('access-control-allow-headers')).not.toContain('a b');
  });

  it('Q20: what clients add for themselves is passed over, and said; anything else is not', async () => {
    const { body } = await ask('GET', '/Patient?identifier=s|v&_=1700000000&_totalMethod=count&_dc=1');
    // biome-ignore lint/suspicious/noExplicitAny: Bundles of every shape
    const outcome = body.entry.find(({ search }: any) => search.mode === 'outcome').resource;
    // biome-ignore lint/suspicious/noExplicitAny: see above
    expect(outcome.issue.map(({ diagnostics }: any) => diagnostics.split("'")[1])).toEqual([
      '_',
      '_totalMethod',
      '_dc',
    ]);
    expect(body.link[0].url).toBe(`${world.base}/Patient?identifier=s%7Cv`);
    expect((await ask('GET', '/Patient/p?_=1')).status).toBe(200);
    expect((await ask('GET', '/Patient/p/_history?_=1')).status).toBe(200);
    expect((await ask('GET', '/?_type=Patient&_id=p&_=1')).body.entry).toHaveLength(2);
    expect((await ask('GET', '/Patient?unheard-of=1')).status).toBe(400);
    expect((await ask('GET', '/Patient/p?family=x')).status).toBe(400);
  });

  it('Q20: a query on a create, update, patch, delete or Bundle is refused, and nothing is done', async () => {
    const count = async () => (await ask('GET', '/Patient?_summary=count')).body.total;
    const before = await count();
    const patient = { resourceType: 'Patient', id: 'p' };
    for (const [method, path, body] of [
      ['POST', '/Patient?family=x', { resourceType: 'Patient' }],
      ['PUT', '/Patient/p?family=x', patient],
      ['DELETE', '/Patient/p?family=x', undefined],
      ['POST', '/?family=x', { resourceType: 'Bundle', type: 'batch', entry: [] }],
    ] as const)
      expect((await ask(method, path, body)).status, `${method} ${path}`).toBe(400);
    const patch = await ask('PATCH', '/Patient/p?family=x', [{ op: 'remove', path: '/active' }], {
      'Content-Type': 'application/json-patch+json',
    });
    expect(patch.status).toBe(400);
    const entry = [
      { resource: { resourceType: 'Patient' }, request: { method: 'POST', url: 'Patient?family=x' } },
    ];
    const { body } = await ask('POST', '/', { resourceType: 'Bundle', type: 'batch', entry });
    expect(body.entry[0].response.status).toContain('400');
    expect(await count()).toBe(before);
    expect(
      (await ask('POST', '/Patient?_format=json&_pretty=true&_=1', { resourceType: 'Patient' })).status,
    ).toBe(201);
  });
});
