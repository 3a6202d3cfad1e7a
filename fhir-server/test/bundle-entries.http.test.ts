/** What may stand in a Bundle beside reads and writes, and what a transaction rewrites (https://hl7.org/fhir/R4/http.html#trules). */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasTransactions, STORES } from './stores.ts';
import type { World } from './world.ts';

const URN = 'urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0';

describe.each(STORES)('on %s', (_store, open) => {
  let world: World;
  const ask = (method: string, path: string, body?: unknown) =>
    world.ask(method, path, { token: world.system, ...(body === undefined ? {} : { body }) });
  const send = (type: string, ...entry: object[]) => ask('POST', '', { resourceType: 'Bundle', type, entry });
  const entry = (method: string, url: string, resource?: object, fullUrl?: string) => ({
    ...(fullUrl === undefined ? {} : { fullUrl }),
    ...(resource === undefined ? {} : { resource }),
    request: { method, url },
  });
  const lookup = (code: string) => ({
    resourceType: 'Parameters',
    parameter: [
      { name: 'system', valueUri: 'http://hl7.org/fhir/administrative-gender' },
      { name: 'code', valueCode: code },
    ],
  });
  const patient = (value: string, more: object = {}) => ({
    resourceType: 'Patient',
    identifier: [{ system: 'urn:entries', value }],
    ...more,
  });

  beforeAll(async () => {
    world = await open();
    await ask('PUT', '/Patient/stands', { id: 'stands', ...patient('stands', { gender: 'male' }) });
  });
  afterAll(() => world.close());

  describe.each(['batch', ...(hasTransactions ? ['transaction'] : [])])('in a %s', (kind) => {
    it('an operation is given what stands in its entry', async () => {
      const { body } = await send(
        kind,
        entry('POST', 'CodeSystem/$lookup', lookup('female')),
        entry('POST', 'Patient/$validate', { resourceType: 'Patient', gender: 'purple' }),
        entry('GET', 'Patient/stands/$meta'),
      );
      const [found, validated, meta] = body.entry;
      expect(found.response.status).toBe('200 OK');
      expect(found.resource.parameter).toContainEqual({ name: 'display', valueString: 'Female' });
      expect(validated.resource.issue[0].expression).toEqual(['Patient.gender']);
      expect(meta.resource.parameter[0].valueMeta.versionId).toBe('1');
    });

    it('a search by POST asks what its url says', async () => {
      const { body } = await send(kind, entry('POST', 'Patient/_search?identifier=urn:entries|stands'));
      expect(body.entry[0].resource.entry).toHaveLength(1);
    });

    it('a search by POST with something in its entry, and an operation that is given no resource, are refused', async () => {
      const search = await send(kind, entry('POST', 'Patient/_search', lookup('male')));
      const operation = await send(kind, entry('POST', 'CodeSystem/$lookup', { code: 'male' }));
      for (const { status, body } of [search, operation]) {
        const outcome = kind === 'batch' ? body.entry[0].response.outcome : body;
        if (kind !== 'batch') expect(status).toBe(400);
        expect(outcome.issue[0].expression).toEqual(['Bundle.entry[0].resource']);
      }
    });
  });

  it.each(['batch', ...(hasTransactions ? ['transaction'] : [])])(
    'a Bundle in a %s is stored as it was sent, whatever names it shares with the Bundle around it',
    async (kind) => {
      const other = 'urn:uuid:7a8f3f54-5b4e-4a8e-9d9c-3d1f5a7e5b11';
      const div = `<div xmlns="http://www.w3.org/1999/xhtml"><a href="${URN}">who</a></div>`;
      const inner = {
        resourceType: 'Bundle',
        type: 'collection',
        identifier: { system: 'urn:entries', value: kind },
        entry: [
          { fullUrl: URN, resource: patient('inner', { text: { status: 'generated', div } }) },
          {
            fullUrl: other,
            resource: {
              resourceType: 'Observation',
              status: 'final',
              code: { text: 'x' },
              subject: { reference: URN },
              performer: [
                { reference: 'Practitioner?identifier=urn:nobody|here' },
                { reference: 'urn:uuid:1f4f5a52-63c8-4d23-b2c5-2f3f7b1f9d01' },
              ],
            },
          },
        ],
      };
      const { body, text } = await send(
        kind,
        entry('POST', 'Patient', patient(`outer-${kind}`), URN),
        entry('POST', 'Bundle', inner),
      );
      expect(body.entry?.[1]?.response.status, text).toBe('201 Created');
      const [, id] = /Bundle\/([^/]+)/.exec(body.entry[1].response.location) ?? [];
      const { entry: stored } = (await ask('GET', `/Bundle/${id}`)).body;
      expect(stored).toEqual(inner.entry);
    },
  );

  it.each(['batch', ...(hasTransactions ? ['transaction'] : [])])(
    'hints are told of the first hundred entries of a %s, and the others say so',
    async (type) => {
      const hinted = patient('hinted', { maritalStatus: { coding: [{ system: 'urn:x', code: 'x' }] } });
      const entries = Array.from({ length: 102 }, () => entry('POST', 'Patient', hinted));
      const { body } = await world.ask('POST', '', {
        token: world.system,
        headers: { Prefer: 'return=OperationOutcome' },
        body: { resourceType: 'Bundle', type, entry: entries },
      });
      const told = body.entry.map(
        ({ response }: { response: { outcome: { issue: { diagnostics: string }[] } } }) =>
          response.outcome.issue[1]?.diagnostics,
      );
      expect(told).toHaveLength(102);
      expect(told[99]).toContain('extensible');
      expect(told.slice(100)).toEqual(
        Array(2).fill('Hints and warnings are told of the first 100 entries of a Bundle.'),
      );
    },
  );

  it.each(['batch', ...(hasTransactions ? ['transaction'] : [])])(
    'an answer in a %s tells when it was stored as meta does, and has its outcome where Prefer asks for one',
    async (type) => {
      const asked = async (prefer: string) => {
        const { body } = await world.ask('POST', '', {
          token: world.system,
          headers: { Prefer: `return=${prefer}` },
          body: { resourceType: 'Bundle', type, entry: [entry('POST', 'Patient', patient('told'))] },
        });
        return body.entry[0];
      };
      const { resource, response } = await asked('representation');
      expect(response.lastModified).toBe(resource.meta.lastUpdated);
      const told = await asked('OperationOutcome');
      expect(told.resource).toBeUndefined();
      expect(told.response.outcome.issue[0].severity).toBe('information');
      expect((await asked('minimal')).response.outcome).toBeUndefined();
    },
  );

  it('an operation that changes something does so in a batch', async () => {
    const given = {
      resourceType: 'Parameters',
      parameter: [{ name: 'meta', valueMeta: { tag: [{ system: 'urn:t', code: 'seen' }] } }],
    };
    const { body } = await send('batch', entry('POST', 'Patient/stands/$meta-add', given));
    expect(body.entry[0].response.status).toBe('200 OK');
    expect((await ask('GET', '/Patient?_tag=urn:t|seen&_total=accurate')).body.total).toBe(1);
  });

  it.each(['batch', ...(hasTransactions ? ['transaction'] : [])])(
    'what a %s only asks is not asked any more when the client has gone, and what it writes is written',
    async (kind) => {
      const of = (name: string) => `${kind}-${name}`;
      for (const name of ['early', 'late'])
        await ask('PUT', `/Patient/${of(name)}`, { id: of(name), ...patient(of(name)) });
      const writes = (name: string) =>
        entry('PUT', `Patient/${of(name)}`, { id: of(name), ...patient(of(name)) });
      const isThere = async (path: string, most = 30_000) =>
        await expect.poll(() => ask('GET', path).then(({ status }) => status), { timeout: most }).toBe(200);
      const asked = (name: string) =>
        ask('GET', `/AuditEvent?entity=Patient/${of(name)}&action=R&_total=accurate`);
      const gone = new AbortController();
      const answer = fetch(world.base, {
        method: 'POST',
        signal: gone.signal,
        headers: { Authorization: `Bearer ${world.system}`, 'Content-Type': 'application/fhir+json' },
        body: JSON.stringify({
          resourceType: 'Bundle',
          type: kind,
          entry: [
            entry('GET', `Patient/${of('early')}`),
            writes('first'),
            ...Array.from({ length: 900 }, () => entry('GET', 'AuditEvent?_count=9&_total=accurate')),
            entry('GET', `Patient/${of('late')}`),
            writes('last'),
          ],
        }),
      });
      await isThere(`/Patient/${of('first')}`);
      gone.abort();
      await expect(answer).rejects.toThrow('aborted');
      await isThere(`/Patient/${of('last')}`);
      // What was asked is in the log when all of it is done.
      await expect.poll(async () => (await asked('early')).body.total, { timeout: 30_000 }).toBe(1);
      expect((await asked('late')).body.total).toBe(0);
    },
  );

  it('an entry of a batch that refers to another is refused, and the others are done', async () => {
    const observation = (reference: string) => ({
      resourceType: 'Observation',
      status: 'final',
      code: { text: 'x' },
      subject: { reference },
    });
    const { body } = await send(
      'batch',
      entry('POST', 'Patient', patient('alone'), URN),
      entry('POST', 'Observation', observation(URN)),
      entry('POST', 'Observation', observation('Patient/stands')),
    );
    const answers = body.entry.map(({ response }: { response: { status: string } }) => response.status);
    expect(answers).toEqual(['201 Created', '400', '201 Created']);
    expect(body.entry[1].response.outcome.issue[0].expression).toEqual([
      'Bundle.entry[1].resource.subject.reference',
    ]);
  });

  describe.runIf(hasTransactions)('a transaction', () => {
    it('asks when all is written, whatever the order', async () => {
      const { body } = await send(
        'transaction',
        entry('POST', 'Patient/_search?identifier=urn:entries|asked'),
        entry('GET', 'Patient/asked/$everything'),
        entry('PUT', 'Patient/asked', { id: 'asked', ...patient('asked') }),
      );
      expect(body.entry[0].resource.entry[0].resource.id).toBe('asked');
      expect(body.entry[1].resource.entry[0].resource.id).toBe('asked');
      expect(body.entry[2].response.status).toBe('201 Created');
    });

    it.each([
      ['Patient/stands/$meta-add', 'POST'],
      ['Appointment/$hold', 'POST'],
      ['AuditEvent', 'POST'],
      ['AuditEvent/x', 'DELETE'],
    ])('refuses %s (%s), and writes nothing', async (url, method) => {
      const value = `with-${url.replaceAll(/\W/g, '')}`;
      const resource = url.startsWith('AuditEvent') ? { resourceType: 'AuditEvent' } : lookup('x');
      const answer = await send(
        'transaction',
        entry('POST', 'Patient', patient(value)),
        entry(method, url, resource),
      );
      expect(answer.status).toBe(400);
      expect(answer.body.issue[0].expression).toEqual(['Bundle.entry[1].request.url']);
      const { body } = await ask('GET', `/Patient?identifier=urn:entries|${value}&_total=accurate`);
      expect(body.total).toBe(0);
    });

    it('rewrites what refers to an entry, and no text that looks alike', async () => {
      const div = `<div xmlns="http://www.w3.org/1999/xhtml"><p>${URN}, href="${URN}" <a title="not href='${URN}'" href="${URN}">her</a></p></div>`;
      const observation = {
        resourceType: 'Observation',
        status: 'final',
        code: { text: URN },
        identifier: [{ system: 'urn:ietf:rfc:3986', value: URN }],
        subject: { reference: URN },
        valueString: URN,
        focus: [{ reference: '#c' }],
        note: [{ text: URN }],
        text: { status: 'generated', div },
        extension: [
          { url: 'http://example.org/uri', valueUri: URN },
          { url: 'http://example.org/string', valueString: URN },
          { url: 'http://example.org/canonical', valueCanonical: URN },
        ],
        contained: [{ resourceType: 'Basic', id: 'c', code: { text: URN }, subject: { reference: URN } }],
        _status: { extension: [{ url: 'http://example.org/url', valueUrl: URN }] },
      };
      const { status, body } = await send(
        'transaction',
        entry('POST', 'Observation', observation),
        entry('PUT', 'Patient/named', { id: 'named', ...patient('named') }, URN),
        entry('POST', 'Observation/$validate', observation),
      );
      expect(status).toBe(200);
      const { body: stored } = await ask('GET', body.entry[0].response.location);
      const named = 'Patient/named';
      expect([stored.subject, stored.contained[0].subject]).toEqual([
        { reference: named },
        { reference: named },
      ]);
      expect(stored.extension).toEqual([
        { url: 'http://example.org/uri', valueUri: named },
        { url: 'http://example.org/string', valueString: URN },
        // "Elements of type canonical are not replaced" (http.html#trules).
        { url: 'http://example.org/canonical', valueCanonical: URN },
      ]);
      expect(stored._status.extension[0].valueUrl).toBe(named);
      expect([
        stored.code.text,
        stored.valueString,
        stored.note[0].text,
        stored.contained[0].code.text,
      ]).toEqual([URN, URN, URN, URN]);
      expect(stored.identifier[0].value).toBe(URN);
      expect(stored.text.div).toBe(div.replace(`" href="${URN}">`, `" href="${named}">`));
      // What is asked of the server afterwards names the entries, too.
      expect(
        body.entry[2].resource.issue.filter((each: { severity: string }) => each.severity === 'error'),
      ).toEqual([]);
    });
  });
});
