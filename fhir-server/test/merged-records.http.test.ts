/** What becomes of records after `Patient/$merge`: who still writes by the old id, and what is taken back in which order. Issue 15. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { observation, patient } from './resources.ts';
import { hasTransactions, STORES } from './stores.ts';
import type { World } from './world.ts';

// biome-ignore lint/suspicious/noExplicitAny: resources of every shape
type Resource = any;

/** Transactions are what a merge is. */
const ABLE = STORES.filter(([name]) => name === 'SQLite' || hasTransactions);

describe.each(ABLE)('records that were merged on %s', (_store, open) => {
  let world: World;
  let made = 0;
  const ask = (
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
    token = world.system,
  ) => world.ask(method, path, { token, headers, ...(body === undefined ? {} : { body }) });
  const read = async (name: string): Promise<Resource> => (await ask('GET', `/${name}`)).body;
  const put = async (resource: Resource): Promise<void> => {
    const { status, text } = await ask('PUT', `/${resource.resourceType}/${resource.id}`, resource);
    if (status >= 400) throw new Error(text);
  };
  const mrn = (value: string) => ({ system: 'urn:mrn', value });
  const ref = (id: string) => ({ reference: `Patient/${id}` });
  const parameters = (source: string, target: string) => ({
    resourceType: 'Parameters',
    parameter: [
      { name: 'source-patient', valueReference: ref(source) },
      { name: 'target-patient', valueReference: ref(target) },
    ],
  });
  const merge = (source: string, target: string) =>
    ask('POST', '/Patient/$merge', parameters(source, target));
  const undo = (source: string, target: string) =>
    ask('POST', '/Patient/$undo-merge', parameters(source, target));
  const done = async (answer: Promise<{ status: number; text: string }>): Promise<void> => {
    const { status, text } = await answer;
    expect(status, text).toBe(200);
  };
  const subjectOf = async (id: string): Promise<string> =>
    (await read(`Observation/${id}`)).subject.reference;
  const bundle = (type: string, ...entry: Resource[]) =>
    ask('POST', '/', { resourceType: 'Bundle', type, entry });

  /** Patients with an identifier and an Observation each: `[id]-o`. */
  async function people(...letters: string[]): Promise<string[]> {
    made += 1;
    const ids = letters.map((letter) => `q${made}${letter}`);
    for (const id of ids) {
      await put(patient(id, { active: true, identifier: [mrn(id)] }));
      await put({ ...observation(id, 1), id: `${id}-o` });
    }
    return ids;
  }

  beforeAll(async () => {
    world = await open();
  });
  afterAll(() => world?.close());

  describe('whoever still writes by the id that was replaced', () => {
    it('is refused, and told where the record goes on, by whatever door', async () => {
      const [a = '', b = ''] = await people('a', 'b');
      await done(merge(a, b));
      const late = (id: string): Resource => ({ ...observation(a, 2), id });
      const refused = async (
        answer: ReturnType<typeof ask>,
        expression = 'Observation.subject',
      ): Promise<void> => {
        const { status, body } = await answer;
        expect(status).toBe(422);
        expect(body.issue[0]).toMatchObject({ code: 'business-rule' });
        expect(body.issue[0].diagnostics).toContain(`Patient/${a}`);
        expect(body.issue[0].expression.at(-1)).toContain(expression);
      };
      await refused(ask('PUT', '/Observation/l1', late('l1')));
      await refused(ask('POST', '/Observation', observation(a, 2)));
      await refused(
        ask('POST', '/Observation', {
          ...observation(a, 2),
          subject: { reference: `Patient/${a}/_history/1` },
        }),
      );
      await refused(
        ask('POST', '/Observation', {
          ...observation(b, 2),
          extension: [{ url: 'urn:of', valueReference: ref(a) }],
        }),
        'Observation.extension[0]',
      );
      await refused(
        bundle(
          'transaction',
          { resource: { ...observation(b, 3), id: 'l2' }, request: { method: 'PUT', url: 'Observation/l2' } },
          { resource: late('l3'), request: { method: 'PUT', url: 'Observation/l3' } },
        ),
        'Bundle.entry[1]',
      );
      const { body: batch } = await bundle(
        'batch',
        { resource: late('l4'), request: { method: 'PUT', url: 'Observation/l4' } },
        { resource: { ...observation(b, 3), id: 'l5' }, request: { method: 'PUT', url: 'Observation/l5' } },
      );
      expect(batch.entry.map(({ response }: Resource) => response.status.slice(0, 3))).toEqual([
        '422',
        '201',
      ]);
      const patched = [{ op: 'replace', path: '/subject/reference', value: `Patient/${a}` }];
      await refused(
        ask('PATCH', `/Observation/${b}-o`, patched, { 'Content-Type': 'application/json-patch+json' }),
      );
      const { body: judged } = await ask('POST', '/Observation/$validate', {
        resourceType: 'Parameters',
        parameter: [
          { name: 'mode', valueCode: 'create' },
          { name: 'resource', resource: observation(a, 2) },
        ],
      });
      expect(
        judged.issue.some(({ diagnostics = '' }: Resource) => diagnostics.includes(`Patient/${a}`)),
      ).toBe(true);
      const { body } = await ask('GET', `/Observation?subject=Patient/${a}`);
      expect(body.entry ?? []).toEqual([]);
    });

    it('is told line by line of an import, and the rest comes in', async () => {
      const [a = '', b = ''] = await people('a', 'b');
      await done(merge(a, b));
      const lines = [
        { ...observation(a, 2), id: `${a}-late` },
        { ...observation(b, 2), id: `${b}-late` },
        patient(a, { active: true, identifier: [mrn(a)] }),
      ];
      const begun = await ask('POST', '/$import', lines.map((each) => JSON.stringify(each)).join('\n'), {
        'Content-Type': 'application/fhir+ndjson',
      });
      const location = begun.headers.get('content-location') as string;
      const state = async () => (await ask('GET', location)).status;
      await expect.poll(state, { timeout: 20_000, interval: 600 }).toBe(200);
      const { body } = await ask('GET', location).then(async (answer) =>
        answer.status === 200
          ? answer
          : new Promise<typeof answer>((resolve) => setTimeout(() => resolve(ask('GET', location)), 1000)),
      );
      const errors = (await ask('GET', body.error[0].url)).text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line));
      expect(errors.map(({ issue }) => issue[0].details.text)).toEqual(['upload, line 1', 'upload, line 3']);
      expect((await read(`Observation/${b}-late`)).subject).toEqual(ref(b));
      expect((await read(`Patient/${a}`)).active).toBe(false);
    });

    it('brings a record that was merged away not back by writing it over, unless there was no merge', async () => {
      const [a = '', b = '', c = ''] = await people('a', 'b', 'c');
      await done(merge(a, b));
      const over = await ask('PUT', `/Patient/${a}`, patient(a, { active: true }));
      expect([over.status, over.body.issue[0].expression]).toEqual([422, ['Patient.link']]);
      const removed = [{ op: 'remove', path: '/link' }];
      const json = { 'Content-Type': 'application/json-patch+json' };
      expect((await ask('PATCH', `/Patient/${a}`, removed, json)).status).toBe(422);
      // What stands there may be put right.
      await put({ ...(await read(`Patient/${a}`)), gender: 'female' });
      // A link by hand, that the other does not know of.
      await put(patient(c, { link: [{ other: ref(b), type: 'replaced-by' }] }));
      expect((await ask('POST', '/Observation', observation(c, 1))).status).toBe(422);
      await put(patient(c));
      expect((await ask('POST', '/Observation', observation(c, 1))).status).toBe(201);
    });

    it('may write of the record itself, with where that comes from', async () => {
      const [a = '', b = ''] = await people('a', 'b');
      await done(merge(a, b));
      const { status, text } = await ask(
        'PUT',
        `/Patient/${a}`,
        { ...(await read(`Patient/${a}`)), gender: 'male' },
        {
          'X-Provenance': JSON.stringify({
            resourceType: 'Provenance',
            recorded: '2026-01-01T00:00:00Z',
            agent: [{ who: { display: 'ehr' } }],
          }),
        },
      );
      expect(status, text).toBe(200);
    });
  });

  describe('what is taken back', () => {
    it('is refused while the target was merged on, and whole when the outer merge was taken back first', async () => {
      const [a = '', b = '', c = ''] = await people('a', 'b', 'c');
      await done(merge(a, b));
      await done(merge(b, c));
      const early = await undo(a, b);
      expect(early.status).toBe(422);
      expect(early.body.issue[0].diagnostics).toContain(`Patient/${c}`);
      expect(await subjectOf(`${a}-o`)).toBe(`Patient/${c}`);
      await done(undo(b, c));
      expect([await subjectOf(`${a}-o`), await subjectOf(`${b}-o`)]).toEqual([
        `Patient/${b}`,
        `Patient/${b}`,
      ]);
      await done(undo(a, b));
      for (const each of [a, b, c]) {
        expect(await subjectOf(`${each}-o`)).toBe(`Patient/${each}`);
        const { active, identifier, link } = await read(`Patient/${each}`);
        expect([active, identifier, link]).toEqual([true, [mrn(each)], undefined]);
      }
    });

    it.each([
      [0, 1],
      [1, 0],
    ])('is each its own of two that were merged into one, in the order %i, %i', async (first, second) => {
      const [a = '', b = '', c = ''] = await people('a', 'b', 'c');
      // A number that both have: it is the target's for as long as one of them is in it.
      for (const each of [a, b])
        await put(patient(each, { active: true, identifier: [mrn(each), mrn(`${c}-shared`)] }));
      await put({
        resourceType: 'Account',
        id: `${c}-acc`,
        status: 'active',
        subject: [ref(a), ref(b), ref(c)],
      });
      await put({
        resourceType: 'Group',
        id: `${c}-g`,
        type: 'person',
        actual: true,
        member: [{ entity: ref(a) }, { entity: ref(b) }],
      });
      await done(merge(a, c));
      await done(merge(b, c));
      expect((await read(`Account/${c}-acc`)).subject).toEqual([ref(c)]);
      expect((await read(`Group/${c}-g`)).member).toEqual([{ entity: ref(c) }]);
      const sources = [a, b];
      const [one = '', other = ''] = [sources[first], sources[second]];
      await done(undo(one, c));
      expect(await subjectOf(`${one}-o`)).toBe(`Patient/${one}`);
      expect(await subjectOf(`${other}-o`)).toBe(`Patient/${c}`);
      expect((await read(`Patient/${c}`)).identifier.map(({ value }: Resource) => value)).toContain(
        `${c}-shared`,
      );
      await done(undo(other, c));
      for (const each of [a, b, c]) expect(await subjectOf(`${each}-o`)).toBe(`Patient/${each}`);
      const stands = await read(`Patient/${c}`);
      expect([stands.identifier, stands.link]).toEqual([[mrn(c)], undefined]);
      const named = (list: Resource[], of: (each: Resource) => string) => list.map(of).sort();
      expect(named((await read(`Account/${c}-acc`)).subject, ({ reference }) => reference)).toEqual(
        [a, b, c].map((each) => `Patient/${each}`),
      );
      expect(named((await read(`Group/${c}-g`)).member, ({ entity }) => entity.reference)).toEqual(
        [a, b].map((each) => `Patient/${each}`),
      );
    });

    it('keeps what was changed, and leaves what was deleted or written since', async () => {
      const [a = '', b = ''] = await people('a', 'b');
      for (const id of [`${a}-changed`, `${a}-deleted`])
        await put({ ...observation(a, 5), id, performer: [ref(a)] });
      await put({ resourceType: 'Account', id: `${a}-acc`, status: 'active', subject: [ref(b), ref(a)] });
      await done(merge(a, b));
      const changed = await read(`Observation/${a}-changed`);
      await put({
        ...changed,
        status: 'amended',
        performer: [{ display: 'laboratory' }, ...changed.performer],
      });
      await put({ ...(await read(`Account/${a}-acc`)), name: 'changed' });
      const gone = await ask('DELETE', `/Observation/${a}-deleted`);
      expect(gone.status, gone.text).toBe(204);
      await put({ ...observation(b, 6), id: `${b}-new` });
      await put({ ...(await read(`Patient/${b}`)), gender: 'female' });
      await done(undo(a, b));
      expect(await read(`Observation/${a}-changed`)).toMatchObject({
        status: 'amended',
        subject: ref(a),
        performer: [{ display: 'laboratory' }, ref(a)],
      });
      expect(await read(`Account/${a}-acc`)).toMatchObject({ name: 'changed', subject: [ref(b), ref(a)] });
      expect((await ask('GET', `/Observation/${a}-deleted`)).status).toBe(410);
      expect(await subjectOf(`${b}-new`)).toBe(`Patient/${b}`);
      const stands = await read(`Patient/${b}`);
      expect([stands.gender, stands.identifier, stands.link]).toEqual(['female', [mrn(b)], undefined]);
      expect((await ask('POST', '/Observation', observation(a, 1))).status).toBe(201);
    });
  });

  describe('whoever is meant', () => {
    const reference = (value: string) => `Patient?identifier=urn:mrn|${value}`;
    const created = (value: string) => ({
      fullUrl: 'urn:uuid:5c0f6c35-2f5e-4a0d-9f4c-0a8d0a6a3a01',
      resource: { resourceType: 'Patient', identifier: [mrn(value)] },
      request: { method: 'POST', url: 'Patient', ifNoneExist: `identifier=urn:mrn|${value}` },
    });
    const observed = (subject: string) => ({
      resource: { ...observation('x', 4), subject: { reference: subject } },
      request: { method: 'POST', url: 'Observation' },
    });
    const stored = async ({ body }: { body: Resource }): Promise<Resource> =>
      read(body.entry.at(-1).response.location.split('/fhir/')[1]);

    it('by a number of the record that was merged is who it was merged into', async () => {
      const [a = '', b = '', c = ''] = await people('a', 'b', 'c');
      await done(merge(a, b));
      for (const value of [a, b])
        expect((await stored(await bundle('transaction', observed(reference(value))))).subject).toEqual(
          ref(b),
        );
      const made = await bundle('transaction', created(a), observed(created(a).fullUrl));
      expect(made.status, made.text).toBe(200);
      expect((await stored(made)).subject).toEqual(ref(b));
      expect(made.body.entry[0].response.location).toContain(`Patient/${b}/`);
      const found = await ask('POST', '/Patient', created(a).resource, {
        'If-None-Exist': `identifier=urn:mrn|${a}`,
      });
      expect([found.status, found.body.id]).toEqual([200, b]);
      // Where the target has none of the numbers, the link leads there all the same, over two steps too.
      await put({ ...(await read(`Patient/${b}`)), identifier: [mrn(b)] });
      await done(merge(b, c));
      await put({ ...(await read(`Patient/${c}`)), identifier: [mrn(c)] });
      const alone = await bundle(
        'transaction',
        observed(reference(a)),
        created(b),
        observed(created(b).fullUrl),
      );
      expect(alone.status, alone.text).toBe(200);
      expect((await stored(alone)).subject).toEqual(ref(c));
      expect((await ask('GET', `/Observation?subject=Patient/${c}&_count=50`)).body.entry).toHaveLength(8);
      const again = await ask('POST', '/Patient', created(a).resource, {
        'If-None-Exist': `identifier=urn:mrn|${a}`,
      });
      expect([again.status, again.body.id]).toEqual([200, c]);
    });

    it('to $match is nobody who was merged away', async () => {
      const [a = '', b = ''] = await people('a', 'b');
      await done(merge(a, b));
      const match = async (...more: object[]): Promise<string[]> => {
        const resource = { resourceType: 'Patient', identifier: [mrn(a)] };
        const { body } = await ask('POST', '/Patient/$match', {
          resourceType: 'Parameters',
          parameter: [{ name: 'resource', resource }, ...more],
        });
        return (body.entry ?? []).map(({ resource: found }: Resource) => found.id);
      };
      expect(await match({ name: 'onlyCertainMatches', valueBoolean: true })).toEqual([b]);
      expect(await match()).toEqual([b]);
    });

    it('is merged on, and taken back, by a number that both have since', async () => {
      const [a = '', b = '', c = ''] = await people('a', 'b', 'c');
      const by = (source: string, target: string) => ({
        resourceType: 'Parameters',
        parameter: [
          { name: 'source-patient-identifier', valueIdentifier: mrn(source) },
          { name: 'target-patient-identifier', valueIdentifier: mrn(target) },
        ],
      });
      await done(ask('POST', '/Patient/$merge', by(a, b)));
      await done(ask('POST', '/Patient/$merge', by(c, a)));
      expect(await subjectOf(`${c}-o`)).toBe(`Patient/${b}`);
      await done(ask('POST', '/Patient/$undo-merge', by(a, b)));
      expect(await subjectOf(`${a}-o`)).toBe(`Patient/${a}`);
    });

    it('in a summary is who holds the record', async () => {
      const [a = '', b = ''] = await people('a', 'b');
      await done(merge(a, b));
      for (const path of [`/Patient/${a}/$summary`, `/Patient/$summary?identifier=urn:mrn|${a}`]) {
        const { status, body } = await ask('GET', path);
        expect(status).toBe(200);
        expect(body.entry.filter(({ resource }: Resource) => resource.resourceType === 'Patient')).toEqual([
          expect.objectContaining({ resource: expect.objectContaining({ id: b }) }),
        ]);
      }
      const own = await ask('GET', `/Patient/${a}/$summary`, undefined, {}, world.patient(a));
      expect(own.status).toBe(422);
    });
  });

  it('name one person once in a list that named both', async () => {
    const [a = '', b = ''] = await people('a', 'b');
    const twice = {
      resourceType: 'Appointment',
      id: `${a}-v`,
      status: 'proposed',
      participant: [
        { actor: ref(a), status: 'accepted' },
        { actor: { ...ref(b), display: 'Family' }, status: 'accepted' },
      ],
    };
    await put({ resourceType: 'Account', id: `${a}-acc`, status: 'active', subject: [ref(a), ref(b)] });
    await put({ resourceType: 'Account', id: `${a}-other`, status: 'active', subject: [ref(a)] });
    await put(twice);
    await put({ ...observation(a, 2), id: `${a}-p`, performer: [ref(b), { display: 'nurse' }, ref(a)] });
    await done(merge(a, b));
    expect((await read(`Account/${a}-acc`)).subject).toEqual([ref(b)]);
    expect((await read(`Account/${a}-other`)).subject).toEqual([ref(b)]);
    expect((await read(`Appointment/${a}-v`)).participant).toHaveLength(1);
    expect((await read(`Observation/${a}-p`)).performer).toEqual([ref(b), { display: 'nurse' }]);
    await done(undo(a, b));
    expect((await read(`Account/${a}-acc`)).subject).toEqual([ref(a), ref(b)]);
    expect((await read(`Appointment/${a}-v`)).participant).toHaveLength(2);
  });

  it('moves a reference to a version of the record, which it is in by that', async () => {
    const [a = '', b = ''] = await people('a', 'b');
    await put({ ...observation(a, 2), id: `${a}-v`, subject: { reference: `Patient/${a}/_history/1` } });
    await done(merge(a, b));
    expect(await subjectOf(`${a}-v`)).toBe(`Patient/${b}`);
  });
});
