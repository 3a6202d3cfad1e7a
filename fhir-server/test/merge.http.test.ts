/** `Patient/$merge` and `$undo-merge`: references moved, links kept, in one commit, and back. `$match`: nothing is linked by it. Issue 15. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually, notified, openHook } from './hook.ts';
import { observation, patient } from './resources.ts';
import { hasTransactions, STORES } from './stores.ts';
import type { World } from './world.ts';

// biome-ignore lint/suspicious/noExplicitAny: resources of every shape
type Resource = any;

describe.each(STORES)('merging Patients on %s', (store, open) => {
  let world: World;
  const ask = (method: string, path: string, body?: unknown, token = world.system) =>
    world.ask(method, path, { token, ...(body === undefined ? {} : { body }) });
  const read = async (name: string): Promise<Resource> => (await ask('GET', `/${name}`)).body;
  const put = async (resource: Resource): Promise<void> => {
    const { status, text } = await ask('PUT', `/${resource.resourceType}/${resource.id}`, resource);
    if (status >= 400) throw new Error(text);
  };
  const identifier = (value: string) => [{ system: 'urn:mrn', value }];
  const parameters = (source: string, target: string, ...more: object[]) => ({
    resourceType: 'Parameters',
    parameter: [
      { name: 'source-patient', valueReference: { reference: `Patient/${source}` } },
      { name: 'target-patient', valueReference: { reference: `Patient/${target}` } },
      ...more,
    ],
  });
  const merge = (body: unknown, token?: string) => ask('POST', '/Patient/$merge', body, token);
  const undo = (body: unknown) => ask('POST', '/Patient/$undo-merge', body);
  const result = ({ body }: { body: Resource }): Resource =>
    body.parameter.find(({ name }: Resource) => name === 'result')?.resource;

  async function two(name: string): Promise<[string, string]> {
    const [source, target] = [`${name}-a`, `${name}-b`];
    await put(patient(source, { identifier: identifier(`${name}1`), active: true }));
    await put(patient(target, { identifier: identifier(`${name}2`) }));
    for (let i = 0; i < 3; i++)
      await put({
        ...observation(source, i),
        id: `${name}-o${i}`,
        performer: [{ reference: `Patient/${source}` }],
      });
    await put({
      resourceType: 'Group',
      id: `${name}-g`,
      type: 'person',
      actual: true,
      member: [{ entity: { reference: `Patient/${source}` } }],
    });
    await put({
      resourceType: 'RelatedPerson',
      id: `${name}-r`,
      patient: { reference: `Patient/${source}` },
    });
    return [source, target];
  }

  beforeAll(async () => {
    world = await open({ SUBSCRIPTION_ALLOWED_HOSTS: '127.0.0.1', SUBSCRIPTION_POLL_SECONDS: '0.1' });
  });
  afterAll(() => world?.close());

  it.runIf(store === 'SQLite' || hasTransactions)(
    'makes two records one, and two again by a call',
    async () => {
      const [source, target] = await two('m');
      const preview = await merge(parameters(source, target, { name: 'preview', valueBoolean: true }));
      expect(result(preview).link).toEqual([{ other: { reference: `Patient/${source}` }, type: 'replaces' }]);
      expect((await read(`Patient/${source}`)).meta.versionId).toBe('1');

      const merged = await merge(parameters(source, target));
      expect(merged.status).toBe(200);
      expect(JSON.stringify(merged.body.parameter)).toContain('in 5 resources');
      expect(result(merged)).toMatchObject({
        id: target,
        identifier: [...identifier('m2'), { system: 'urn:mrn', value: 'm1', use: 'old' }],
      });
      expect(await read(`Patient/${source}`)).toMatchObject({
        active: false,
        link: [{ other: { reference: `Patient/${target}` }, type: 'replaced-by' }],
      });
      expect(await read('Observation/m-o1')).toMatchObject({
        subject: { reference: `Patient/${target}` },
        performer: [{ reference: `Patient/${target}` }],
      });
      expect((await read('Group/m-g')).member[0].entity.reference).toBe(`Patient/${target}`);
      const mine = await ask('GET', `/Observation?patient=${target}`, undefined, world.patient(target));
      expect(mine.body.entry).toHaveLength(3);
      const { body: told } = await ask('GET', `/Provenance?target=Patient/${source}`);
      expect(told.entry[0].resource).toMatchObject({ activity: { coding: [{ code: 'merge' }] } });
      const audit = await ask('GET', `/AuditEvent?patient=${target}&_count=50`);
      expect(JSON.stringify(audit.body)).toContain('Observation/m-o1');
      expect((await merge(parameters(source, target))).status).toBe(422);

      // Changed since: keeps the change. Written since for the target: stays. Deleted since: stays deleted.
      await put({ ...(await read('Observation/m-o0')), status: 'amended' });
      await put({ ...observation(target, 7), id: 'm-new' });
      await ask('DELETE', '/Observation/m-o2');
      const undone = await undo(parameters(source, target));
      expect(undone.status).toBe(200);
      expect(await read('Observation/m-o0')).toMatchObject({
        status: 'amended',
        subject: { reference: `Patient/${source}` },
      });
      expect((await read('Observation/m-o1')).subject.reference).toBe(`Patient/${source}`);
      expect((await read('Observation/m-new')).subject.reference).toBe(`Patient/${target}`);
      expect((await read('Group/m-g')).member[0].entity.reference).toBe(`Patient/${source}`);
      const [a, b] = [await read(`Patient/${source}`), await read(`Patient/${target}`)];
      expect([a.active, a.link, b.link, b.identifier]).toEqual([
        true,
        undefined,
        undefined,
        identifier('m2'),
      ]);
      expect((await undo(parameters(source, target))).status).toBe(422);
      expect((await merge(parameters(source, target))).status).toBe(200);
    },
  );

  it.runIf(store === 'SQLite' || hasTransactions)(
    'leaves nobody in silence who subscribed to the record that is gone, nor after it is taken back',
    async () => {
      const hook = await openHook();
      const topic = 'urn:wellspring:SubscriptionTopic:record-change';
      const backport = 'http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-';
      const channel = { type: 'rest-hook', payload: 'application/fhir+json' };
      const content = { extension: [{ url: `${backport}payload-content`, valueCode: 'id-only' }] };
      const filter = {
        extension: [{ url: `${backport}filter-criteria`, valueString: 'patient=Patient/s-a' }],
      };
      const ways = {
        topic: { criteria: topic, _criteria: filter },
        search: { criteria: 'Observation?subject=Patient/s-a' },
        late: { criteria: topic, _criteria: filter },
        other: { criteria: 'Observation?subject=Patient/s-none' },
      };
      const subscribe = async (way: keyof typeof ways): Promise<void> => {
        const body = {
          resourceType: 'Subscription',
          status: 'requested',
          reason: 'test',
          ...ways[way],
          channel: { ...channel, endpoint: `${hook.url}/${way}`, _payload: content },
        };
        const { body: made } = await ask('POST', '/Subscription', body);
        await eventually(async () => (await read(`Subscription/${made.id}`)).status).toBe('active');
      };
      const heard = (way: string): string[] =>
        hook.received
          .filter(({ path }) => path === `/hook/${way}`)
          .flatMap(({ body }) => notified(body).focus)
          .filter((name) => name.startsWith('Observation/'));
      try {
        const [source, target] = await two('s');
        await put(patient('s-c', { identifier: identifier('s3') }));
        for (const way of ['topic', 'search', 'other'] as const) await subscribe(way);
        expect((await merge(parameters(source, target))).status).toBe(200);
        await put({ ...observation(target, 1), id: 's-after' });
        await eventually(() => heard('topic')).toContain('Observation/s-after');
        await eventually(() => heard('search')).toContain('Observation/s-after');
        // The records that were moved, and once more by a second merge.
        expect(heard('topic')).toEqual(expect.arrayContaining(['Observation/s-o0', 'Observation/s-o2']));
        expect((await merge(parameters(target, 's-c'))).status).toBe(200);
        await subscribe('late');
        await put({ ...observation('s-c', 1), id: 's-twice' });
        for (const way of ['topic', 'search', 'late'])
          await eventually(() => heard(way)).toContain('Observation/s-twice');

        expect((await undo(parameters(target, 's-c'))).status).toBe(200);
        await put({ ...observation('s-c', 2), id: 's-apart' });
        await put({ ...observation(target, 2), id: 's-still' });
        for (const way of ['topic', 'search', 'late']) {
          await eventually(() => heard(way)).toContain('Observation/s-still');
          expect(heard(way)).not.toContain('Observation/s-apart');
        }
        expect(heard('other')).toEqual([]);
      } finally {
        await hook.close();
      }
    },
  );

  it('moves what is said of them in extensions and in what is contained, of their record and beside it, and puts it back', async () => {
    const [source, target] = await two('deep');
    const from = { reference: `Patient/${source}` };
    const extension = [{ url: 'urn:x:about', valueReference: from }];
    const contained = [
      { resourceType: 'Task', id: 't', status: 'draft', intent: 'order', for: from, extension },
    ];
    await put({
      ...observation(source, 9),
      id: 'deep-o9',
      extension,
      contained,
      focus: [{ reference: '#t' }],
    });
    await put({
      resourceType: 'Provenance',
      id: 'deep-p',
      target: [from],
      recorded: '2026-01-01T00:00:00Z',
      agent: [{ who: from, extension }],
    });
    const before = await Promise.all(['Observation/deep-o9', 'Provenance/deep-p'].map(read));
    expect((await merge(parameters(source, target))).status).toBe(200);
    for (const name of ['Observation/deep-o9', 'Provenance/deep-p']) {
      const text = JSON.stringify(await read(name));
      expect(text).toContain(`Patient/${target}"`);
      expect(text).not.toContain(`Patient/${source}"`);
    }
    expect((await undo(parameters(source, target))).status).toBe(200);
    const plain = ({ meta: _, ...rest }: Resource): Resource => rest;
    const after = await Promise.all(['Observation/deep-o9', 'Provenance/deep-p'].map(read));
    expect(after.map(plain)).toEqual(before.map(plain));
  });

  it('finds them by identifiers, and refuses what is not meant', async () => {
    const [source, target] = await two('i');
    const by = (...values: string[]) => ({
      resourceType: 'Parameters',
      parameter: [
        ...values.map((value) => ({
          name: 'source-patient-identifier',
          valueIdentifier: identifier(value)[0],
        })),
        { name: 'target-patient', valueReference: { reference: `Patient/${target}` } },
        { name: 'preview', valueBoolean: true },
      ],
    });
    expect((await merge(by('i1'))).status).toBe(200);
    expect((await merge(by('i1', 'other'))).status).toBe(422);
    expect((await merge(by('nobody'))).status).toBe(422);
    expect((await merge(parameters(source, source))).status).toBe(422);
    expect((await merge(parameters(source, target, { name: 'unknown', valueBoolean: true }))).status).toBe(
      400,
    );
    expect((await merge({ resourceType: 'Parameters' })).status).toBe(400);
    const wanted = (resource: object) =>
      merge(
        parameters(
          source,
          target,
          { name: 'result-patient', resource },
          { name: 'preview', valueBoolean: true },
        ),
      );
    const link = [{ other: { reference: `Patient/${source}` }, type: 'replaces' }];
    expect((await wanted(patient(target, { link, identifier: identifier('i2') }))).status).toBe(200);
    expect((await wanted(patient(target, { link }))).status).toBe(400);
    expect((await wanted(patient(target, { identifier: identifier('i2') }))).status).toBe(400);
    const astray = await wanted(patient(source, { link, identifier: identifier('i2') }));
    expect([astray.status, astray.body.issue[0].expression]).toEqual([
      400,
      ['Parameters.parameter[2].resource.id'],
    ]);
  });

  it('tells what is wrong with its result by the place in what was handed in, also of a preview; nobody takes the place of who is left', async () => {
    const [source, target] = await two('f');
    const link = [{ other: { reference: `Patient/${source}` }, type: 'replaces' }];
    const identifiers = identifier('f2');
    const PHONE = { system: 'phone', value: '1' };
    const after = { other: { reference: `Patient/${target}` }, type: 'replaced-by' };
    for (const [wrong, status, place] of [
      [{ birthDate: '2020-02-30' }, 400, 'birthDate'],
      [{ contact: [{ telecom: [PHONE, { system: 'carrier' }] }] }, 422, 'contact[0].telecom[1].system'],
      [
        { generalPractitioner: [{ reference: 'Practitioner/nobody' }] },
        422,
        'generalPractitioner[0].reference',
      ],
      [
        { managingOrganization: { reference: 'Organization/x/_history/2' } },
        422,
        'managingOrganization.reference',
      ],
      [{ link: [...link, after] }, 400, 'link'],
    ] as const)
      for (const preview of [true, false]) {
        const resource = patient(target, { link, identifier: identifiers, ...wrong });
        const { status: got, body } = await merge(
          parameters(
            source,
            target,
            { name: 'result-patient', resource },
            { name: 'preview', valueBoolean: preview },
          ),
        );
        const places = body.issue?.flatMap(({ expression }: { expression?: string[] }) => expression ?? []);
        expect([place, preview, got]).toEqual([place, preview, status]);
        expect(places).toContain(`Parameters.parameter[2].resource.${place}`);
      }
    const left = await world.ask('GET', `/Patient/${source}`, { token: world.system });
    expect(left.body.link).toBeUndefined();
  });

  it('is for those who may read and change everybody’s records', async () => {
    const [source, target] = await two('w');
    for (const token of [
      world.patient(target, 'patient/*.cruds'),
      world.token({ scope: 'system/*.rs' }),
      world.token({ scope: 'system/Patient.cruds' }),
    ])
      expect((await merge(parameters(source, target), token)).status).toBe(403);
  });

  it('$match gives scores and links nobody: certainty is for one alone, and an identifier with another birth date is not certain', async () => {
    await put(patient('k1', { identifier: identifier('k'), birthDate: '1980-01-01' }));
    const match = (resource: object, ...more: object[]) =>
      ask('POST', '/Patient/$match', {
        resourceType: 'Parameters',
        parameter: [{ name: 'resource', resource }, ...more],
      });
    const grades = ({ body }: { body: Resource }) =>
      (body.entry ?? []).map(({ search }: Resource) => [search.score, search.extension[0].valueCode]);
    expect(grades(await match({ resourceType: 'Patient', identifier: identifier('k') }))).toEqual([
      [1, 'certain'],
    ]);
    expect(
      grades(await match({ resourceType: 'Patient', identifier: identifier('k'), birthDate: '1981-01-01' })),
    ).toEqual([[0.8, 'probable']]);
    const certain = { name: 'onlyCertainMatches', valueBoolean: true };
    expect(
      grades(await match({ resourceType: 'Patient', identifier: identifier('k') }, certain)),
    ).toHaveLength(1);
    await put(patient('k2', { identifier: identifier('k') }));
    expect(grades(await match({ resourceType: 'Patient', identifier: identifier('k') }, certain))).toEqual(
      [],
    );
    expect(
      (
        await match(
          { resourceType: 'Patient', identifier: identifier('k') },
          { name: 'count', valueInteger: 0 },
        )
      ).status,
    ).toBe(400);
    expect((await read('Patient/k1')).link).toBeUndefined();
  });
});
