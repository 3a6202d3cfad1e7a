/** Writes under conditions, at once, and by conditions in one transaction. Rows S5 to S8, S11 and Q8 of issue 14. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasTransactions, STORES } from './stores.ts';
import type { Answer, World } from './world.ts';

const JSON_PATCH = { 'Content-Type': 'application/json-patch+json' };

describe.each(STORES)('on %s', (_store, open) => {
  let world: World;
  let made = 0;
  const ask = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
    world.ask(method, path, { token: world.system, headers, ...(body === undefined ? {} : { body }) });
  const put = (id: string, more: object = {}, headers: Record<string, string> = {}) =>
    ask('PUT', `/Patient/${id}`, { resourceType: 'Patient', id, ...more }, headers);
  const transaction = (entry: readonly object[]) =>
    ask('POST', '/', { resourceType: 'Bundle', type: 'transaction', entry });
  const fresh = (): string => {
    made += 1;
    return `v${made}`;
  };
  const identified = (resourceType: string, value: string, more: object = {}) => ({
    resourceType,
    identifier: [{ system: 's', value }],
    ...more,
  });
  const total = async (path: string): Promise<number> =>
    (await ask('GET', `${path}&_total=accurate`)).body.total;

  beforeAll(async () => {
    world = await open();
  });
  afterAll(() => world.close());

  describe('S8: a condition of the request', () => {
    const statuses = async (
      method: string,
      headers: readonly Record<string, string>[],
    ): Promise<number[]> => {
      const found: number[] = [];
      for (const each of headers) {
        const id = fresh();
        await put(id);
        const body = method === 'PUT' ? { resourceType: 'Patient', id } : undefined;
        const patch = [{ op: 'add', path: '/active', value: true }];
        const answer =
          method === 'PATCH'
            ? await ask('PATCH', `/Patient/${id}`, patch, { ...JSON_PATCH, ...each })
            : await ask(method, `/Patient/${id}`, body, each);
        found.push(answer.status);
      }
      return found;
    };
    const past = 'Sat, 01 Jan 2022 00:00:00 GMT';
    const future = 'Fri, 01 Jan 2100 00:00:00 GMT';
    const HOLDS = [
      { 'If-Match': 'W/"1"' },
      { 'If-Match': '"1"' },
      { 'If-Match': '*' },
      { 'If-Match': 'W/"7", W/"1"' },
      { 'If-Unmodified-Since': future },
      { 'If-Unmodified-Since': 'no date' },
      // Of both, If-Match counts (RFC 9110, 13.2.2).
      { 'If-Match': '*', 'If-Unmodified-Since': past },
    ];
    const FAILS = [
      { 'If-Match': 'W/"2"' },
      { 'If-Match': 'W/"abc"' },
      { 'If-Match': 'W/"7", W/"8"' },
      { 'If-Match': 'nothing' },
      { 'If-Unmodified-Since': past },
    ];

    it.each(['PUT', 'PATCH', 'DELETE', 'GET'])('on %s is met, or answered 412', async (method) => {
      const done = method === 'DELETE' ? 204 : 200;
      expect(await statuses(method, HOLDS)).toEqual(HOLDS.map(() => done));
      expect(await statuses(method, FAILS)).toEqual(FAILS.map(() => 412));
    });

    it.each(['PUT', 'PATCH', 'DELETE'])('If-None-Match on %s excludes versions', async (method) => {
      const done = method === 'DELETE' ? 204 : 200;
      expect(await statuses(method, [{ 'If-None-Match': '*' }, { 'If-None-Match': 'W/"1"' }])).toEqual([
        412, 412,
      ]);
      expect(await statuses(method, [{ 'If-None-Match': 'W/"3"' }])).toEqual([done]);
    });

    it('If-None-Match: * on PUT makes what is not there, or no longer, and nothing else', async () => {
      const [id, none] = [fresh(), { 'If-None-Match': '*' }];
      expect((await put(id, {}, none)).status).toBe(201);
      expect((await put(id, { active: true }, none)).status).toBe(412);
      expect((await ask('GET', `/Patient/${id}`)).body.active).toBeUndefined();
      await ask('DELETE', `/Patient/${id}`);
      expect((await put(id, {}, none)).status).toBe(201);
      expect((await put(fresh(), {}, { 'If-Match': '*' })).status).toBe(412);
    });

    it('of a read: 304 for any spelling of the tag it has, and by time', async () => {
      const id = fresh();
      const { headers } = await put(id);
      const read = async (conditions: Record<string, string>) =>
        (await ask('GET', `/Patient/${id}`, undefined, conditions)).status;
      for (const tag of ['W/"1"', '"1"', '*', 'W/"9", "1"'])
        expect(await read({ 'If-None-Match': tag }), tag).toBe(304);
      expect(await read({ 'If-None-Match': 'W/"2"' })).toBe(200);
      const modified = headers.get('last-modified') as string;
      expect(await read({ 'If-Modified-Since': modified })).toBe(304);
      expect(await read({ 'If-Modified-Since': past })).toBe(200);
      // If-None-Match counts, where both are there.
      expect(await read({ 'If-Modified-Since': modified, 'If-None-Match': 'W/"2"' })).toBe(200);
    });

    it('of a Bundle entry is the same', async () => {
      const id = fresh();
      await put(id);
      const resource = { resourceType: 'Patient', id };
      const entry = (more: object) => ({
        resource,
        request: { method: 'PUT', url: `Patient/${id}`, ...more },
      });
      const reads = [
        { ifNoneMatch: 'W/"1"' },
        { ifModifiedSince: '2100-01-01T00:00:00Z' },
        { ifMatch: 'W/"4"' },
      ];
      const { body } = await ask('POST', '/', {
        resourceType: 'Bundle',
        type: 'batch',
        entry: [
          ...reads.map((each) => ({ request: { method: 'GET', url: `Patient/${id}`, ...each } })),
          entry({ ifNoneMatch: '*' }),
          entry({ ifMatch: 'W/"8", W/"9"' }),
        ],
      });
      // biome-ignore lint/suspicious/noExplicitAny: Bundles of every shape
      expect(body.entry.map(({ response }: any) => response.status.slice(0, 3))).toEqual([
        '304',
        '304',
        '412',
        '412',
        '412',
      ]);
      if (!hasTransactions) return;
      expect((await transaction([entry({ ifNoneMatch: '*' })])).status).toBe(412);
      expect((await transaction([entry({ ifMatch: 'W/"abc"' })])).status).toBe(412);
      expect((await transaction([entry({ ifMatch: '*' })])).status).toBe(200);
    });
  });

  it('S5: of parallel conditional updates one creates, and the others update what it made', async () => {
    const value = fresh();
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, i) =>
        ask('PUT', `/Patient?identifier=s|${value}`, identified('Patient', value, { birthDate: `200${i}` })),
      ),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    for (const { status } of answers) expect([200, 201, 409, 412]).toContain(status);
    expect(await total(`/Patient?identifier=s|${value}`)).toBe(1);
  });

  it('S11: parallel patches that name no version all come through', async () => {
    const id = fresh();
    await put(id);
    const answers = await Promise.all(
      Array.from({ length: 24 }, (_, i) =>
        ask(
          'PATCH',
          `/Patient/${id}`,
          [{ op: 'add', path: '/name', value: [{ family: `N${i}` }] }],
          JSON_PATCH,
        ),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect((await ask('GET', `/Patient/${id}`)).body.meta.versionId).toBe('25');
  });

  describe.runIf(hasTransactions)('in a transaction', () => {
    const entry = (method: string, url: string, resource?: object, more: object = {}, fullUrl?: string) => ({
      ...(fullUrl ? { fullUrl } : {}),
      ...(resource ? { resource } : {}),
      request: { method, url, ...more },
    });
    const encounter = (value: string) =>
      identified('Encounter', value, { status: 'planned', class: { code: 'AMB' } });

    it('S6: entries about one resource are refused, however they name it', async () => {
      const value = fresh();
      const condition = `Encounter?identifier=s|${value}`;
      const create = { ifNoneExist: `identifier=s|${value}` };
      const byCondition = entry('PUT', condition, encounter(value));
      const absent: readonly (readonly object[])[] = [
        [byCondition, byCondition],
        // Another spelling of the same condition.
        [byCondition, entry('PUT', `Encounter?identifier=s%7C${value}&status=planned`, encounter(value))],
        [byCondition, entry('POST', 'Encounter', encounter(value), create)],
        [byCondition, entry('POST', 'Encounter', encounter(value))],
        [entry('POST', 'Encounter', encounter(value), create), entry('POST', 'Encounter', encounter(value))],
        [byCondition, entry('PUT', `Encounter/${value}`, { ...encounter(value), id: value })],
      ];
      for (const entries of absent) {
        const { status, text } = await transaction(entries);
        expect([400, 409, 412, 422], text).toContain(status);
      }
      expect(await total(`/Encounter?identifier=s|${value}`)).toBe(0);
      expect((await transaction([byCondition])).status).toBe(200);
      const { body } = await ask('GET', `/Encounter?identifier=s|${value}`);
      const { id } = body.entry[0].resource;
      const present: readonly (readonly object[])[] = [
        [byCondition, entry('PUT', `Encounter/${id}`, { ...encounter(value), id })],
        [byCondition, entry('DELETE', `Encounter/${id}`)],
        [byCondition, entry('DELETE', condition)],
        [entry('POST', 'Encounter', encounter(value), create), entry('DELETE', `Encounter/${id}`)],
        [
          entry('POST', 'Encounter', encounter(value), create),
          entry('PUT', `Encounter/${id}`, { ...encounter(value), id }),
        ],
      ];
      for (const entries of present) {
        const { status, text } = await transaction(entries);
        expect([400, 409, 412, 422], text).toContain(status);
      }
      expect(await total(`/Encounter?identifier=s|${value}`)).toBe(1);
    });

    it('S6: two creates under one condition make one, and both names lead to it', async () => {
      const value = fresh();
      const create = { ifNoneExist: `identifier=s|${value}` };
      const [one, two] = [
        'urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e1',
        'urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e2',
      ];
      const patient = (reference: string) => ({
        resourceType: 'Patient',
        managingOrganization: { reference },
      });
      const { status, body, text } = await transaction([
        entry('POST', 'Organization', identified('Organization', value), create, one),
        entry('POST', 'Organization', identified('Organization', value), create, two),
        entry('POST', 'Patient', patient(one)),
        entry('POST', 'Patient', patient(two)),
      ]);
      expect(status, text).toBe(200);
      // biome-ignore lint/suspicious/noExplicitAny: Bundles of every shape
      expect(body.entry.map(({ response }: any) => response.status.slice(0, 3))).toEqual([
        '201',
        '200',
        '201',
        '201',
      ]);
      expect(await total(`/Organization?identifier=s|${value}`)).toBe(1);
      expect(await total(`/Patient?organization.identifier=s|${value}`)).toBe(2);
    });

    it('S7: a conditional reference leads to what the transaction makes, wherever it stands', async () => {
      const value = fresh();
      const reference = `Organization?identifier=s|${value}`;
      const patient = { resourceType: 'Patient', managingOrganization: { reference } };
      const organization = identified('Organization', value, { name: 'X' });
      const made = await transaction([
        entry('POST', 'Patient', patient),
        entry('POST', 'Organization', organization),
      ]);
      expect(made.status, made.text).toBe(200);
      expect(await total(`/Patient?organization.identifier=s|${value}`)).toBe(1);
      // There are two now: one that is stored, one that this transaction would make.
      const twice = await transaction([
        entry('POST', 'Patient', patient),
        entry('POST', 'Organization', organization),
      ]);
      expect(twice.status).toBe(412);
      // What is stored counts as it will be when the transaction is done.
      const { body } = await ask('GET', `/Organization?identifier=s|${value}`);
      const { id } = body.entry[0].resource;
      const other = fresh();
      const renamed = { ...identified('Organization', other), id };
      const change = (name: string) =>
        transaction([
          entry('POST', 'Patient', {
            ...patient,
            managingOrganization: { reference: `Organization?identifier=s|${name}` },
          }),
          entry('PUT', `Organization/${id}`, renamed),
        ]);
      expect((await change(value)).status).toBe(400);
      expect((await change(other)).status).toBe(200);
      expect(await total(`/Patient?organization=${id}`)).toBe(2);
    });

    it('S11: patches of parallel transactions that name no version all come through', async () => {
      const id = fresh();
      await put(id);
      const patch = (i: number) => ({
        resourceType: 'Binary',
        contentType: 'application/json-patch+json',
        data: Buffer.from(JSON.stringify([{ op: 'add', path: '/birthDate', value: `20${10 + i}` }])).toString(
          'base64',
        ),
      });
      const answers: Answer[] = await Promise.all(
        Array.from({ length: 8 }, (_, i) => transaction([entry('PATCH', `Patient/${id}`, patch(i))])),
      );
      expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
      expect((await ask('GET', `/Patient/${id}`)).body.meta.versionId).toBe('9');
    });

    it('Q8: links of a narrative to another entry are replaced like its references', async () => {
      const urn = 'urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e9';
      const image = 'urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6ea';
      const div = `<div xmlns="http://www.w3.org/1999/xhtml"><a href="${urn}">Clinic</a> <img alt="x" src='${image}'/></div>`;
      const { status, body, text } = await transaction([
        entry('POST', 'Organization', { resourceType: 'Organization', name: 'Clinic' }, {}, urn),
        entry(
          'POST',
          'Binary',
          { resourceType: 'Binary', contentType: 'image/png', data: 'AAAA' },
          {},
          image,
        ),
        entry('PUT', `Patient/${fresh()}`, {
          resourceType: 'Patient',
          id: `v${made}`,
          text: { status: 'generated', div },
        }),
      ]);
      expect(status, text).toBe(200);
      const [organization, binary] = body.entry.map(
        // biome-ignore lint/suspicious/noExplicitAny: Bundles of every shape
        ({ response }: any) => response.location.slice(world.base.length + 1).split('/_history')[0],
      );
      const stored = (await ask('GET', `/Patient/v${made}`)).body.text.div;
      expect(stored).toContain(`<a href="${organization}">`);
      expect(stored).toContain(`src='${binary}'`);
    });
  });
});
