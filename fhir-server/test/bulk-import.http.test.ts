/** `$import`: NDJSON comes in whole, by the rules of a PUT; what can't be written is told by file and line. Issue 15. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { observation, patient } from './resources.ts';
import { STORES } from './stores.ts';
import type { Answer, World } from './world.ts';

const NDJSON = { 'Content-Type': 'application/fhir+ndjson' };
const MANY = 700;
// biome-ignore lint/suspicious/noExplicitAny: resources of every shape
type Resource = any;

describe.each(STORES)('$import on %s', (_store, open) => {
  let world: World;
  let files: Server;
  let address: string;
  const served = new Map<string, { status: number; text: string | Buffer; location?: string }>();
  /** The first time sent so far, and then the line goes dead. */
  const cut = new Map<string, Buffer>();
  const token = () => world.token({ scope: 'system/*.cruds', client_id: 'loader', sub: 'loader' });
  const lines = (...resources: (Resource | string)[]): string =>
    resources.map((each) => (typeof each === 'string' ? each : JSON.stringify(each))).join('\n');

  beforeAll(async () => {
    files = createServer(({ url }, response) => {
      const part = cut.get(url ?? '');
      if (part) {
        cut.delete(url ?? '');
        response.writeHead(200, { 'Content-Length': part.length + 1 });
        response.write(part, () => response.destroy());
        return;
      }
      const found = served.get(url ?? '') ?? { status: 404, text: '' };
      response.writeHead(found.status, found.location ? { Location: found.location } : {}).end(found.text);
    });
    await new Promise<void>((resolve) => files.listen(0, '127.0.0.1', resolve));
    address = `http://127.0.0.1:${(files.address() as AddressInfo).port}`;
    world = await open({ BULK_IMPORT_FROM: `${address}/exports`, BULK_IMPORT_PRIVATE_HOSTS: '127.0.0.1' });
  });
  afterAll(async () => {
    await world?.close();
    files.close();
  });

  const begin = (
    body: unknown,
    headers: Record<string, string> = NDJSON,
    path = '/$import',
    asked = token(),
  ): Promise<Answer> => world.ask('POST', path, { token: asked, body, headers });
  async function settled(begun: Pick<Answer, 'status' | 'headers' | 'text'>): Promise<Resource> {
    expect([begun.status, begun.text]).toEqual([202, '']);
    const location = begun.headers.get('content-location') as string;
    await sleep(80);
    let answer = await world.ask('GET', location, { token: token() });
    for (
      ;
      answer.status === 202 || answer.status === 429;
      answer = await world.ask('GET', location, { token: token() })
    )
      await sleep(520);
    return answer.status === 200 ? answer.body : answer;
  }
  async function errorsOf({ error }: Resource): Promise<Resource[]> {
    const texts = await Promise.all(
      error.map(async ({ url }: { url: string }) => (await world.ask('GET', url, { token: token() })).text),
    );
    return texts.flatMap((text) =>
      text
        .trimEnd()
        .split('\n')
        .map((line: string) => JSON.parse(line)),
    );
  }
  const read = async (name: string): Promise<Resource> =>
    (await world.ask('GET', `/${name}`, { token: world.system })).body;

  it('keeps ids and sources, whatever the order of the lines, and refers to nothing that is not there', async () => {
    const circle = (id: string, other: string) => ({
      ...observation('ina', 1),
      id,
      hasMember: [{ reference: `Observation/${other}` }],
    });
    const text = lines(
      ...Array.from({ length: MANY }, (_, i) => ({ ...observation('ina', i), id: `i${i}` })),
      circle('c1', 'c2'),
      circle('c2', 'c1'),
      { ...observation('nobody', 1), id: 'lost' },
      { ...patient('ina'), meta: { versionId: '7', lastUpdated: '2020-01-01T00:00:00Z' } },
      { ...patient('ingo'), meta: { source: 'urn:of:its:own' } },
    );
    const done = await settled(await begin(text, NDJSON, '/$import?inputSource=https://other.example/fhir'));
    expect(done.output).toEqual(
      expect.arrayContaining([
        { type: 'Observation', count: MANY + 2 },
        { type: 'Patient', count: 2 },
      ]),
    );
    const [lost, ...others] = await errorsOf(done);
    expect(others).toEqual([]);
    expect(lost.issue[0]).toMatchObject({ severity: 'error', details: { text: `upload, line ${MANY + 3}` } });
    expect(lost.issue[0].diagnostics).toContain('Patient/nobody');
    expect((await read('Patient/ina')).meta).toMatchObject({
      source: 'https://other.example/fhir/Patient/ina/_history/7',
      versionId: '1',
    });
    expect((await read('Patient/ingo')).meta.source).toBe('urn:of:its:own');
    const { body } = await world.ask('GET', '/Observation?subject=Patient/ina&_summary=count', {
      token: world.system,
    });
    expect(body.total).toBe(MANY + 2);
    const again = await settled(await begin(text, NDJSON, '/$import?inputSource=https://other.example/fhir'));
    expect(again.unchanged).toBe(MANY + 4);
    expect((await read('Observation/i0')).meta.versionId).toBe('1');
    const audit = await world.ask('GET', '/AuditEvent?entity=Patient/ina&_count=10', { token: world.system });
    expect(JSON.stringify(audit.body)).toContain('loader');
  });

  it('tells what is wrong by line, and writes the rest', async () => {
    const done = await settled(
      await begin(
        lines(
          '{"resourceType":"Patient"',
          { resourceType: 'Patient' },
          { resourceType: 'Nonsense', id: 'a' },
          '',
          { ...patient('good') },
          { ...patient('bad'), gender: 'x' },
          { ...patient('worse'), nonsense: 1 },
          { resourceType: 'AuditEvent', id: 'a' },
          '{"resourceType":"Patient","id":"a","id":"b"}',
          { ...patient('good2') },
          patient('not an id'),
        ),
        NDJSON,
        '/$import?type=Patient',
      ),
    );
    const errors = await errorsOf(done);
    expect(errors.map(({ issue }) => issue[0].details.text)).toEqual(
      [1, 2, 3, 6, 7, 8, 9, 11].map((line) => `upload, line ${line}`),
    );
    const told = (line: number) =>
      errors.find(({ issue }) => issue[0].details.text === `upload, line ${line}`).issue[0].diagnostics;
    expect([told(2), told(11)]).toEqual([
      'The resource has no id.',
      'The id of the resource is none of R4 (1 to 64 of A-Z a-z 0-9 - .).',
    ]);
    expect(
      errors.find(({ issue }) => issue[0].details.text === 'upload, line 6').issue[0].expression,
    ).toEqual(['Patient.gender']);
    expect((await read('Patient/good2')).id).toBe('good2');
    expect((await read('Patient/bad')).resourceType).toBe('OperationOutcome');
  });

  it('fetches files from addresses that the configuration names, and follows no redirects', async () => {
    served.set('/exports/p.ndjson', { status: 200, text: lines(patient('fetched')) });
    served.set('/exports/away.ndjson', { status: 302, text: '', location: `${address}/secret` });
    const order = (...urls: string[]) => ({
      resourceType: 'Parameters',
      parameter: [
        { name: 'inputFormat', valueCode: 'application/fhir+ndjson' },
        ...urls.map((url) => ({
          name: 'input',
          part: [
            { name: 'type', valueCode: 'Patient' },
            { name: 'url', valueUri: url },
          ],
        })),
      ],
    });
    const json = { 'Content-Type': 'application/fhir+json' };
    const done = await settled(await begin(order(`${address}/exports/p.ndjson`), json));
    expect(done.output).toEqual([{ type: 'Patient', count: 1 }]);
    const bad = (id: string) => ({ ...patient(id), gender: 'x' });
    served.set('/exports/2.ndjson', {
      status: 200,
      text: lines({ ...patient('mgr'), managingOrganization: { reference: 'Organization/lost' } }, bad('b2')),
    });
    served.set('/exports/1.ndjson', { status: 200, text: lines(patient('b3'), bad('b4'), '{') });
    const refused = await settled(
      await begin(order(`${address}/exports/2.ndjson`, `${address}/exports/1.ndjson`), json),
    );
    expect((await errorsOf(refused)).map(({ issue }) => issue[0].details.text)).toEqual(
      ['2.ndjson, line 1', '2.ndjson, line 2', '1.ndjson, line 2', '1.ndjson, line 3'].map(
        (place) => `${address}/exports/${place}`,
      ),
    );
    expect((await settled(await begin(order(`${address}/exports/away.ndjson`), json))).status).toBe(422);
    // One that breaks off in the middle is fetched again.
    const whole = gzipSync(lines(...Array.from({ length: MANY }, (_, i) => patient(`cut${i}`))));
    cut.set('/exports/cut.ndjson.gz', whole.subarray(0, whole.length / 2));
    served.set('/exports/cut.ndjson.gz', { status: 200, text: whole });
    expect((await settled(await begin(order(`${address}/exports/cut.ndjson.gz`), json))).output).toEqual([
      { type: 'Patient', count: MANY },
    ]);
    // What came whole and is damaged would be so again.
    served.set('/exports/half.ndjson.gz', { status: 200, text: whole.subarray(0, whole.length / 2) });
    expect((await settled(await begin(order(`${address}/exports/half.ndjson.gz`), json))).status).toBe(400);
    for (const url of [
      `${address}/exports/../secret`,
      `${address}/exportsx`,
      'http://169.254.169.254/latest',
      `http://a@127.0.0.1/exports/p.ndjson`,
      'file:///etc/passwd',
      'nonsense',
    ])
      expect([url, (await begin(order(url), json)).status]).toEqual([url, 403]);
  });

  it('begins nothing by an order that says something twice, or what it does not know', async () => {
    const input = { name: 'input', part: [{ name: 'url', valueUri: `${address}/exports/p.ndjson` }] };
    const source = { name: 'inputSource', valueUri: 'https://a.example' };
    const parameters = (...parameter: object[]) => ({
      resourceType: 'Parameters',
      parameter: [input, ...parameter],
    });
    const json = { 'Content-Type': 'application/fhir+json' };
    for (const order of [
      parameters(source, source),
      parameters({ name: 'mode', valueCode: 'replace' }),
      { input: [{ url: `${address}/exports/p.ndjson` }], mode: 'replace' },
      { input: [{ type: 'Patient' }] },
      { input: [{ url: 5 }] },
      { input: [null] },
    ])
      expect((await begin(order, json)).status).toBe(400);
    for (const query of [
      'inputSource=https://a.example&inputSource=https://b.example',
      'type=Patient&type=Group',
    ])
      expect((await begin('{}', NDJSON, `/$import?${query}`)).status).toBe(400);
  });

  it('takes what is compressed; is for systems that may write; says so to nobody else', async () => {
    const body = gzipSync(lines(patient('packed')));
    const handUp = (headers: Record<string, string>) =>
      fetch(`${world.base}/$import`, {
        method: 'POST',
        body,
        headers: { ...NDJSON, Authorization: `Bearer ${token()}`, ...headers },
      });
    const response = await handUp({ 'Content-Encoding': 'gzip' });
    const location = response.headers.get('content-location') as string;
    expect(response.status).toBe(202);
    // A file of an export, as it lies on the disk, and nothing said of it.
    const silent = await handUp({});
    const { status, headers } = silent;
    expect((await settled({ status, headers, text: await silent.text() })).output).toEqual([
      { type: 'Patient', count: 1 },
    ]);
    const other = world.token({ scope: 'system/*.cruds', client_id: 'other', sub: 'other' });
    expect((await world.ask('GET', location, { token: other })).status).toBe(404);
    for (const scope of ['system/*.rs', 'user/*.cruds'])
      expect((await begin('{}', NDJSON, '/$import', world.token({ scope }))).status).toBe(403);
    expect((await begin('{}', NDJSON, '/$import', world.patient('ina', 'patient/*.cruds'))).status).toBe(403);
    const narrow = world.token({ scope: 'system/Patient.cu', client_id: 'loader', sub: 'loader' });
    const done = await settled(
      await begin(
        lines(patient('mine'), { resourceType: 'Organization', id: 'not', name: 'x' }),
        NDJSON,
        '/$import',
        narrow,
      ),
    );
    expect([done.output, (await errorsOf(done)).length]).toEqual([[{ type: 'Patient', count: 1 }], 1]);
  });

  describe('X-Provenance', () => {
    it('tells of what a transaction wrote, and not of what a condition found, changed nothing, or failed', async () => {
      const token = world.system;
      const header = JSON.stringify({
        resourceType: 'Provenance',
        recorded: '2026-01-01T00:00:00Z',
        agent: [{ who: { display: 'xp' } }],
      });
      const post = (type: string, ...entry: object[]) =>
        world.ask('POST', '/', {
          token,
          headers: { 'X-Provenance': header },
          body: { resourceType: 'Bundle', type, entry },
        });
      const told = async (): Promise<string[]> => {
        const { body } = await world.ask('GET', '/Provenance?_count=500', { token });
        const own = (body.entry ?? []).filter(
          ({ resource }: Resource) => resource.agent[0].who.display === 'xp',
        );
        return own.flatMap(({ resource }: Resource) =>
          resource.target.map(({ reference }: Resource) => reference),
        );
      };
      const unless = (value: string, more: object = {}) => ({
        resource: { resourceType: 'Patient', identifier: [{ system: 'urn:xp', value }], ...more },
        request: { method: 'POST', url: 'Patient', ifNoneExist: `identifier=urn:xp|${value}` },
      });
      const made = await world.ask('PUT', '/Patient/xp1', {
        token,
        body: { ...patient('xp1'), identifier: [{ system: 'urn:xp', value: '1' }] },
      });
      expect(made.status).toBe(201);
      const nothing = { request: { method: 'DELETE', url: 'Patient?identifier=urn:xp|nobody' } };
      const found = await post('transaction', unless('1'), nothing);
      expect([found.status, await told()]).toEqual([200, []]);

      const name = 'urn:uuid:5c0f6c35-2f5e-4a0d-9f4c-0a8d0a6a3a02';
      const half = await post(
        'transaction',
        unless('1'),
        { fullUrl: name, ...unless('2') },
        unless('2'),
        {
          resource: { ...observation('xp1', 1), id: 'xp-o' },
          request: { method: 'PUT', url: 'Observation/xp-o' },
        },
        {
          resource: { ...observation('xp1', 1), subject: { reference: name } },
          request: { method: 'POST', url: 'Observation' },
        },
      );
      expect(half.status, half.text).toBe(200);
      const after = await told();
      expect(after).toHaveLength(3);
      expect(after).toContain('Observation/xp-o');
      expect(after).not.toContain('Patient/xp1');

      const patched = [{ op: 'replace', path: '/status', value: 'final' }];
      await world.ask('PATCH', '/Observation/xp-o', {
        token,
        body: patched,
        headers: { 'Content-Type': 'application/json-patch+json', 'X-Provenance': header },
      });
      await world.ask('POST', '/Patient', {
        token,
        body: unless('1').resource,
        headers: { 'X-Provenance': header, 'If-None-Exist': 'identifier=urn:xp|1' },
      });
      const mixed = await post('batch', unless('1'), {
        resource: { ...observation('nobody', 1), id: 'xp-bad' },
        request: { method: 'PUT', url: 'Observation/xp-bad' },
      });
      expect(mixed.body.entry.map(({ response }: Resource) => response.status.slice(0, 3))).toEqual([
        '200',
        '422',
      ]);
      expect(await told()).toEqual(after);
    });

    const provenance = {
      resourceType: 'Provenance',
      recorded: '2026-01-01T00:00:00Z',
      agent: [{ who: { display: 'Zürich lab' } }],
    };
    const header = { 'X-Provenance': Buffer.from(JSON.stringify(provenance)).toString('latin1') };
    const about = async (name: string): Promise<Resource[]> =>
      ((await world.ask('GET', `/Provenance?target=${name}`, { token: world.system })).body.entry ?? []).map(
        ({ resource }: Resource) => resource,
      );
    const ask = (method: string, path: string, body: unknown, more: Record<string, string> = {}) =>
      world.ask(method, path, { token: world.system, body, headers: { ...header, ...more } });

    it('is JSON in UTF-8; where its bytes are none, they are Latin-1', async () => {
      const inLatin = { 'X-Provenance': JSON.stringify(provenance) };
      const { body } = await ask('POST', '/Patient', patient('latin'), inLatin);
      expect((await about(`Patient/${body.id}`))[0]).toMatchObject({ agent: provenance.agent });
    });

    it('is written with what it is about, and not without', async () => {
      const created = await ask(
        'POST',
        '/Patient',
        patient('x', { identifier: [{ system: 's', value: 'prov' }] }),
      );
      expect((await about(`Patient/${created.body.id}`))[0]).toMatchObject({
        target: [{ reference: `Patient/${created.body.id}` }],
        agent: [{ who: { display: 'Zürich lab' } }],
      });
      expect(
        (await ask('POST', '/Patient', patient('x'), { 'If-None-Exist': 'identifier=s|prov' })).status,
      ).toBe(200);
      expect(await about(`Patient/${created.body.id}`)).toHaveLength(1);
      expect((await ask('PUT', '/Patient/put', patient('put'))).status).toBe(201);
      expect(
        (
          await ask('PATCH', '/Patient/put', [{ op: 'add', path: '/active', value: true }], {
            'Content-Type': 'application/json-patch+json',
          })
        ).status,
      ).toBe(200);
      expect(await about('Patient/put')).toHaveLength(2);
      const entry = ['t1', 't2'].map((id) => ({
        request: { method: 'PUT', url: `Patient/${id}` },
        resource: patient(id),
      }));
      expect((await ask('POST', '/', { resourceType: 'Bundle', type: 'transaction', entry })).status).toBe(
        200,
      );
      expect((await about('Patient/t1'))[0].target).toEqual([{ reference: 'Patient/t1' }]);
      expect(await about('Patient/t2')).toHaveLength(1);
      const done = await settled(await begin(lines(patient('i1'), patient('i2')), { ...NDJSON, ...header }));
      expect(done.error).toEqual([]);
      expect((await about('Patient/i2'))[0].target).toEqual([{ reference: 'Patient/i2' }]);
    });

    it('is told of by itself where it is wrong: its own places, in a transaction, an import and alone', async () => {
      const told = (who: object) => ({
        'X-Provenance': JSON.stringify({ ...provenance, agent: [{ who: { display: 'x' } }, { who }] }),
      });
      const bundle = {
        resourceType: 'Bundle',
        type: 'transaction',
        entry: [
          { request: { method: 'PUT', url: 'Patient/wrong' }, resource: patient('wrong') },
          {
            fullUrl: 'urn:uuid:7f0b3a5e-6a0e-4f0c-9d7c-0f7d2f3f8a11',
            request: { method: 'POST', url: 'Practitioner' },
            resource: { resourceType: 'Practitioner' },
          },
        ],
      };
      for (const [reference, status] of [
        ['urn:uuid:7f0b3a5e-6a0e-4f0c-9d7c-0f7d2f3f8a11', 400],
        ['Practitioner/not-here', 422],
        ['Practitioner/not-here/_history/1', 422],
        ['Nonsense', 400],
      ] as const)
        for (const [method, path, body] of [
          ['POST', '/', bundle],
          ['PUT', '/Patient/wrong', patient('wrong')],
        ] as const) {
          const { status: got, body: outcome } = await ask(method, path, body, told({ reference }));
          const [{ expression, diagnostics }] = outcome.issue;
          expect([reference, path, got, expression, diagnostics]).toEqual([
            reference,
            path,
            status,
            ['Provenance.agent[1].who.reference'],
            expect.stringMatching(/^X-Provenance: /),
          ]);
        }
      expect((await read('Patient/wrong')).resourceType).toBe('OperationOutcome');
      const done = await settled(
        await begin(lines(patient('wrong')), { ...NDJSON, ...told({ reference: 'Practitioner/not-here' }) }),
      );
      const [line] = await errorsOf(done);
      expect([line.issue[0].expression, line.issue[0].diagnostics]).toEqual([
        ['Provenance.agent[1].who.reference'],
        expect.stringMatching(/^X-Provenance: /),
      ]);
    });

    it('is refused where it is none, and then nothing is written', async () => {
      for (const [value, status] of [
        ['{', 400],
        ['{"resourceType":"Patient"}', 400],
        [JSON.stringify({ ...provenance, target: [{ reference: 'Patient/put' }] }), 400],
        ['{"resourceType":"Provenance","agent":[{"who":{}}]}', 400],
      ] as const)
        expect([
          value,
          (await ask('PUT', '/Patient/never', patient('never'), { 'X-Provenance': value })).status,
        ]).toEqual([value, status]);
      for (const value of ['{', '{"a":1,"a":2}', '{"a":"\\ud800"}', '[['.repeat(150)]) {
        const refused = await ask('PUT', '/Patient/never', patient('never'), { 'X-Provenance': value });
        expect(refused.body.issue[0].diagnostics).toMatch(/^X-Provenance /);
      }
      expect((await read('Patient/never')).resourceType).toBe('OperationOutcome');
      const narrow = world.token({ scope: 'system/Patient.cruds' });
      expect(
        (await world.ask('PUT', '/Patient/never', { token: narrow, body: patient('never'), headers: header }))
          .status,
      ).toBe(403);
      expect((await read('Patient/never')).resourceType).toBe('OperationOutcome');
    });
  });
});
