/** Bulk Data Access 3.0: what is exported is what the server holds, by all three levels, to the client that asked and nobody else. Issue 15. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { observation, patient } from './resources.ts';
import { STORES } from './stores.ts';
import type { Answer, World } from './world.ts';

const ASYNC = { Prefer: 'respond-async', Accept: 'application/fhir+json' };
const LENIENT = { Prefer: 'respond-async, handling=lenient' };
const PEOPLE = ['ana', 'ben', 'cleo'];

interface File {
  readonly type?: string;
  readonly url: string;
  readonly count: number;
}
interface Manifest {
  readonly transactionTime: string;
  readonly output: readonly File[];
  readonly deleted: readonly File[];
  readonly error: readonly File[];
}
// biome-ignore lint/suspicious/noExplicitAny: resources of every shape
type Resource = any;

describe.each(STORES)('Bulk Data on %s', (_store, open) => {
  let world: World;
  const client = (scope: string, id = 'bulk') => world.token({ scope, client_id: id, sub: id });
  const all = () => client('system/*.rs');

  const put = async (resource: Resource): Promise<void> => {
    const answer = await world.ask('PUT', `/${resource.resourceType}/${resource.id}`, {
      token: world.system,
      body: resource,
    });
    if (answer.status >= 400) throw new Error(answer.text);
  };
  const kickOff = (
    path: string,
    token = all(),
    more: { body?: unknown; headers?: Record<string, string> } = {},
  ) => world.ask(more.body === undefined ? 'GET' : 'POST', path, { token, headers: ASYNC, ...more });
  async function settled(location: string, token: string): Promise<Answer> {
    for (;;) {
      await sleep(60);
      const answer = await world.ask('GET', location, { token });
      if (answer.status !== 202 && answer.status !== 429) return answer;
      await sleep(500);
    }
  }
  async function manifestOf(
    path: string,
    token = all(),
    more: { body?: unknown; headers?: Record<string, string> } = {},
  ): Promise<Manifest> {
    const begun = await kickOff(path, token, more);
    expect(begun.text).toBe('');
    expect(begun.status).toBe(202);
    const done = await settled(begun.headers.get('content-location') as string, token);
    expect(done.status).toBe(200);
    return done.body;
  }
  async function linesOf(files: readonly File[], token = all()): Promise<Resource[]> {
    const lines: Resource[] = [];
    for (const file of files) {
      const { text, status } = await world.ask('GET', file.url, {
        token,
        headers: { Accept: 'application/fhir+ndjson' },
      });
      expect(status).toBe(200);
      const each = text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line));
      // A header of a patient's block is no resource that was exported.
      expect(each.filter(({ resourceType }) => resourceType !== 'Parameters')).toHaveLength(file.count);
      if (file.type && file.type !== 'Bundle')
        expect(new Set(each.map(({ resourceType }) => resourceType))).toEqual(new Set([file.type]));
      lines.push(...each);
    }
    return lines;
  }
  const exported = async (path: string, token?: string, more = {}) =>
    linesOf((await manifestOf(path, token, more)).output);
  const nameOf = ({ resourceType, id }: Resource): string => `${resourceType}/${id}`;
  const names = (resources: readonly Resource[]): string[] => resources.map(nameOf).sort();
  /** Everything, by search. */
  async function held(types: readonly string[]): Promise<Resource[]> {
    const found: Resource[] = [];
    for (const type of types) {
      const { body } = await world.ask('GET', `/${type}?_count=1000`, { token: world.system });
      found.push(...(body.entry ?? []).map(({ resource }: Resource) => resource));
    }
    return found;
  }
  const byName = (resources: readonly Resource[]) => new Map(resources.map((each) => [nameOf(each), each]));

  beforeAll(async () => {
    world = await open({ BULK_FILE_RESOURCES: '5' });
    await put({ resourceType: 'Organization', id: 'clinic', name: 'Clinic' });
    await put({ resourceType: 'Questionnaire', id: 'form', status: 'active' });
    for (const id of PEOPLE) {
      await put(patient(id));
      for (let i = 0; i < 4; i++)
        await put({ ...observation(id, i), id: `${id}-o${i}`, status: i % 2 ? 'final' : 'preliminary' });
      await put({
        resourceType: 'Provenance',
        id: `${id}-p`,
        target: [{ reference: `Observation/${id}-o1` }],
        recorded: '2026-01-01T00:00:00Z',
        agent: [{ who: { reference: 'Organization/clinic' } }],
      });
    }
    await put({
      resourceType: 'Provenance',
      id: 'ana-p2',
      target: [{ reference: 'Observation/ana-o1' }],
      recorded: '2026-02-01T00:00:00Z',
      agent: [{ who: { reference: 'Organization/clinic' } }],
    });
    await put({
      resourceType: 'Provenance',
      id: 'form-p',
      target: [{ reference: 'Questionnaire/form' }],
      recorded: '2026-02-01T00:00:00Z',
      agent: [{ who: { reference: 'Organization/clinic' } }],
    });
    await put({
      resourceType: 'Binary',
      id: 'letter',
      contentType: 'text/plain',
      data: 'aGVsbG8=',
      securityContext: { reference: 'Patient/ana' },
    });
    await put({
      resourceType: 'DocumentReference',
      id: 'ana-d',
      status: 'current',
      subject: { reference: 'Patient/ana' },
      content: [{ attachment: { contentType: 'text/plain', url: 'Binary/letter' } }],
    });
    await put({
      resourceType: 'Group',
      id: 'some',
      type: 'person',
      actual: true,
      member: [
        { entity: { reference: 'Patient/ana' } },
        { entity: { reference: 'Patient/ben' }, inactive: true },
        { entity: { reference: 'Patient/cleo' }, period: { end: '2020-01-01' } },
      ],
    });
  });
  afterAll(() => world?.close());

  it('gives the whole store as it is, each resource once, in files of one type and of a bounded length', async () => {
    const manifest = await manifestOf('/$export');
    const got = await linesOf(manifest.output);
    const wanted = await held([
      'Organization',
      'Questionnaire',
      'Patient',
      'Observation',
      'Provenance',
      'DocumentReference',
      'Group',
    ]);
    expect(names(got)).toEqual(names(wanted));
    const known = byName(wanted);
    for (const each of got) {
      if (each.resourceType !== 'DocumentReference') expect(each).toEqual(known.get(nameOf(each)));
      else expect(each.content[0].attachment.url).toBe(`${world.base}/Binary/letter`);
    }
    expect(manifest).toMatchObject({
      requiresAccessToken: true,
      request: `${world.base}/$export`,
      deleted: [],
      error: [],
    });
    expect(manifest.output.filter(({ type }) => type === 'Observation').length).toBeGreaterThan(1);
    const attached = await world.ask('GET', `${world.base}/Binary/letter`, {
      token: all(),
      headers: { Accept: 'text/plain' },
    });
    expect(attached.text).toBe('hello');
  });

  it('gives nothing of a Group that is kept for history alone, and none of its members where another lists it', async () => {
    const group = (id: string, more: object, ...names: readonly string[]) => ({
      resourceType: 'Group',
      id,
      type: 'person',
      actual: true,
      member: names.map((reference) => ({ entity: { reference } })),
      ...more,
    });
    await put(group('past', { active: false }, 'Patient/ben'));
    await put(group('of-both', { active: true }, 'Patient/ana', 'Group/past'));
    const { status, body } = await world.ask('GET', '/Group/past/$export', { token: all() });
    expect([status, body.issue[0].expression]).toEqual([422, ['Group.active']]);
    expect(names(await exported('/Group/of-both/$export?_type=Patient'))).toEqual(['Patient/ana']);
    await put(group('past', { active: true }, 'Patient/ben'));
    expect(names(await exported('/Group/of-both/$export?_type=Patient'))).toEqual([
      'Patient/ana',
      'Patient/ben',
    ]);
    for (const id of ['of-both', 'past']) await world.ask('DELETE', `/Group/${id}`, { token: world.system });
  });

  it('gives what is in patients’ records, with who and where they name; of a Group, those of its members now', async () => {
    const everybody = names(await exported('/Patient/$export'));
    expect(everybody).toContain('Organization/clinic');
    expect(everybody).toContain('Provenance/cleo-p');
    for (const not of ['Provenance/form-p', 'Questionnaire/form', 'Group/some', 'Binary/letter'])
      expect(everybody).not.toContain(not);
    expect(names(await exported('/Group/some/$export?_type=Patient,Observation,Provenance'))).toEqual([
      ...['ana-o0', 'ana-o1', 'ana-o2', 'ana-o3'].map((id) => `Observation/${id}`),
      'Patient/ana',
      'Provenance/ana-p',
      'Provenance/ana-p2',
    ]);
  });

  it('finds a member by a reference to a version too, and leaves nobody out without a word', async () => {
    const group = (id: string, more: object) =>
      put({ resourceType: 'Group', id, type: 'person', actual: true, ...more });
    const refused = async (id: string) =>
      (await world.ask('GET', `/Group/${id}/$export`, { token: all() })).body.issue[0].expression;
    await group('versioned', { member: [{ entity: { reference: 'Patient/ben/_history/1' } }] });
    expect(names(await exported('/Group/versioned/$export?_type=Patient'))).toEqual(['Patient/ben']);
    const characteristic = [{ code: { text: 'asthma' }, valueBoolean: true, exclude: false }];
    await group('described', { actual: false, characteristic });
    expect(await refused('described')).toEqual(['Group.characteristic']);
    const inner = Array.from({ length: 101 }, (_, i) => `inner-${i}`);
    for (const id of inner) await group(id, {});
    await group('many', { member: inner.map((id) => ({ entity: { reference: `Group/${id}` } })) });
    expect(await refused('many')).toEqual(['Group.member']);
  });

  it('says in the error file which members of a Group lead to nobody here, by their places, also within the Groups that it lists', async () => {
    const group = (id: string, ...member: readonly object[]) =>
      put({
        resourceType: 'Group',
        id,
        type: 'person',
        actual: true,
        member,
        // What is contained must be named.
        ...(id === 'astray' ? { contained: [{ resourceType: 'Patient', id: 'own' }] } : {}),
      });
    const identifier = { system: 'urn:mrn', value: '1' };
    await group('inner-astray', { entity: { identifier, type: 'Patient' } });
    await group(
      'astray',
      { entity: { reference: 'Patient/ana' } },
      { entity: { identifier } },
      { entity: { reference: 'https://other.example/fhir/Patient/x' } },
      { entity: { reference: '#own' } },
      { entity: { display: 'Somebody' } },
      { entity: { identifier }, inactive: true },
      { entity: { reference: 'Group/inner-astray' } },
    );
    const manifest = await manifestOf('/Group/astray/$export?_type=Patient');
    expect(names(await linesOf(manifest.output))).toEqual(['Patient/ana']);
    const told = (await linesOf(manifest.error)).map(({ issue: [issue] }) => [
      issue.severity,
      issue.expression[0],
      /Group\/inner-astray|identifier alone|no Patient or Group|without a reference/.exec(
        issue.diagnostics,
      )?.[0],
    ]);
    expect(told).toEqual([
      ['warning', 'Group.member[1].entity', 'identifier alone'],
      ['warning', 'Group.member[2].entity', 'no Patient or Group'],
      ['warning', 'Group.member[3].entity', 'no Patient or Group'],
      ['warning', 'Group.member[4].entity', 'without a reference'],
      ['warning', 'Group.member[0].entity', 'Group/inner-astray'],
    ]);
    await group('many-astray', ...Array.from({ length: 150 }, () => ({ entity: { identifier } })));
    const many = await linesOf((await manifestOf('/Group/many-astray/$export?_type=Patient')).error);
    expect([many.length, many.at(-1)?.issue[0].diagnostics]).toEqual([
      101,
      expect.stringContaining('50 more'),
    ]);
    for (const id of ['astray', 'inner-astray', 'many-astray'])
      await world.ask('DELETE', `/Group/${id}`, { token: world.system });
  });

  it('says so, too, of a member who is not here, where references may lead nowhere', async () => {
    const kept = world;
    world = await open({ REFERENCE_INTEGRITY: 'off' });
    try {
      await put({ resourceType: 'Patient', id: 'here' });
      const member = ['here', 'gone'].map((id) => ({ entity: { reference: `Patient/${id}` } }));
      await put({ resourceType: 'Group', id: 'both', type: 'person', actual: true, member });
      const manifest = await manifestOf('/Group/both/$export?_type=Patient');
      expect(names(await linesOf(manifest.output))).toEqual(['Patient/here']);
      const told = await linesOf(manifest.error);
      expect(told.map(({ issue: [issue] }) => issue.diagnostics)).toEqual([
        'The member Patient/gone is not known here, and nothing of them is exported.',
      ]);
    } finally {
      await world.close();
      world = kept;
    }
  });

  it('evaluates the filters of a Group when it is exported', async () => {
    const memberFilter = (expression: string) => ({
      url: 'http://hl7.org/fhir/uv/bulkdata/StructureDefinition/member-filter',
      valueExpression: { language: 'application/x-fhir-query', expression },
    });
    const cohort = (id: string, ...expressions: string[]) => ({
      resourceType: 'Group',
      id,
      type: 'person',
      actual: false,
      characteristic: [{ code: { text: 'filtered' }, valueBoolean: true, exclude: false }],
      modifierExtension: expressions.map(memberFilter),
    });
    await put({
      ...observation('ben', 5),
      id: 'ben-special',
      code: { coding: [{ system: 'http://loinc.org', code: '2345-7' }] },
    });
    await put(cohort('cohort', 'Observation?code=http://loinc.org|2345-7', 'Patient?name=Family ben'));
    expect(names(await exported('/Group/cohort/$export?_type=Patient'))).toEqual(['Patient/ben']);
    await put(cohort('nobody', 'Observation?code=http://loinc.org|2345-7', 'Patient?name=Family ana'));
    expect(await exported('/Group/nobody/$export?_type=Patient')).toEqual([]);
    await world.ask('DELETE', '/Observation/ben-special', { token: world.system });
  });

  it('hands out nobody by a Group of Groups whom a Group in it leaves out', async () => {
    const group = (id: string, more: object) =>
      put({ resourceType: 'Group', id, type: 'person', actual: true, ...more });
    const refused = async () =>
      (await world.ask('GET', '/Group/of-groups/$export', { token: all() })).body.issue?.[0].expression;
    const member = [{ entity: { reference: 'Patient/ben' } }];
    const filter = (url: string) => ({
      url,
      valueExpression: { language: 'application/x-fhir-query', expression: 'Patient?name=Family ana' },
    });
    await group('in-it', { member });
    await group('of-groups', { member: [{ entity: { reference: 'Group/in-it' } }] });
    expect(names(await exported('/Group/of-groups/$export?_type=Patient'))).toEqual(['Patient/ben']);
    for (const url of [
      'http://hl7.org/fhir/uv/bulkdata/StructureDefinition/member-filter',
      'urn:wellspring:member-exclusion',
    ]) {
      await group('in-it', { member, modifierExtension: [filter(url)] });
      expect(await refused()).toEqual(['Group.member']);
    }
    const characteristic = [{ code: { text: 'asthma' }, valueBoolean: true, exclude: false }];
    await group('in-it', { actual: false, characteristic });
    expect(await refused()).toEqual(['Group.member']);
    await group('in-it', { actual: false, characteristic, active: false });
    expect(await exported('/Group/of-groups/$export?_type=Patient')).toEqual([]);
  });

  it('refuses a filter that stands where it would narrow nothing', async () => {
    const filter = {
      url: 'http://hl7.org/fhir/uv/bulkdata/StructureDefinition/member-filter',
      valueExpression: { language: 'application/x-fhir-query', expression: 'Patient?gender=female' },
    };
    const entity = { reference: 'Patient/ben' };
    const refusedAt = async (more: object) => {
      const group = { resourceType: 'Group', id: 'astray', type: 'person', actual: true, ...more };
      const { status, body } = await world.ask('PUT', '/Group/astray', { token: world.system, body: group });
      return [status, body.issue?.[0].expression?.[0]];
    };
    expect(await refusedAt({ extension: [filter] })).toEqual([422, 'Group.extension[0]']);
    expect(await refusedAt({ member: [{ entity }, { entity, modifierExtension: [filter] }] })).toEqual([
      422,
      'Group.member[1].modifierExtension[0]',
    ]);
    expect((await refusedAt({ member: [{ entity }] }))[0]).toBe(201);
  });

  it('tells of the deletion of whom the filters of a Group found, with what was deleted of their record', async () => {
    const filter = (expression: string) => ({
      url: 'http://hl7.org/fhir/uv/bulkdata/StructureDefinition/member-filter',
      valueExpression: { language: 'application/x-fhir-query', expression },
    });
    const special = { coding: [{ system: 'http://loinc.org', code: '2339-0' }] };
    for (const id of ['went', 'left', 'other']) {
      await put(patient(id, { gender: id === 'other' ? 'male' : 'female' }));
      await put({ ...observation(id, 1), id: `${id}-special`, code: special });
    }
    await put({
      resourceType: 'Group',
      id: 'going',
      type: 'person',
      actual: false,
      characteristic: [{ code: { text: 'filtered' }, valueBoolean: true, exclude: false }],
      modifierExtension: [
        filter('Observation?code=http://loinc.org|2339-0'),
        filter('Patient?gender=female'),
      ],
    });
    const path = '/Group/going/$export?_type=Patient,Observation';
    const first = await manifestOf(path);
    expect(names(await linesOf(first.output)).filter((name) => name.startsWith('Patient/'))).toEqual([
      'Patient/left',
      'Patient/went',
    ]);
    const remove = (name: string) => world.ask('DELETE', `/${name}`, { token: world.system });
    for (const name of ['Observation/went-special', 'Patient/went', 'Observation/left-special'])
      await remove(name);
    for (const name of ['Observation/other-special', 'Patient/other']) await remove(name);
    const next = await manifestOf(`${path}&_since=${first.transactionTime}`);
    const gone = (await linesOf(next.deleted)).flatMap(({ entry }) =>
      entry.map(({ request }: { request: { url: string } }) => request.url),
    );
    // Whoever only left it is no member any more, and of no concern.
    expect(gone.sort()).toEqual(['Observation/went-special', 'Patient/went']);
    for (const name of ['Patient/left', 'Group/going']) await remove(name);
  });

  it('tells of the deletion of what had left the record before, by a Group and for all patients', async () => {
    for (const id of ['gv1', 'gv2']) await put(patient(id));
    for (const id of ['no-one', 'moved', 'never'])
      await put({ ...observation(id === 'never' ? 'gv2' : 'gv1', 1), id: `left-${id}` });
    await put({
      resourceType: 'Group',
      id: 'one',
      type: 'person',
      actual: true,
      member: [{ entity: { reference: 'Patient/gv1' } }],
    });
    const first = await manifestOf('/Group/one/$export?_type=Observation');
    expect(names(await linesOf(first.output))).toEqual(['Observation/left-moved', 'Observation/left-no-one']);
    const { subject: _, ...nobodys } = { ...observation('gv1', 1), id: 'left-no-one' };
    await put(nobodys);
    await put({ ...observation('gv2', 1), id: 'left-moved' });
    for (const id of ['no-one', 'moved', 'never'])
      await world.ask('DELETE', `/Observation/left-${id}`, { token: world.system });
    const goneBy = async (path: string) =>
      (await linesOf((await manifestOf(`${path}&_since=${first.transactionTime}`)).deleted))
        .map(({ entry }) => entry[0].request.url)
        .sort();
    expect(await goneBy('/Group/one/$export?_type=Observation')).toEqual([
      'Observation/left-moved',
      'Observation/left-no-one',
    ]);
    expect(await goneBy('/Patient/$export?_type=Observation')).toEqual([
      'Observation/left-moved',
      'Observation/left-never',
      'Observation/left-no-one',
    ]);
    for (const name of ['Group/one', 'Patient/gv1', 'Patient/gv2'])
      await world.ask('DELETE', `/${name}`, { token: world.system });
  });

  it('refuses a Group with a filter that nobody could ask when it is written, whoever writes it', async () => {
    const MEMBERS = 'http://hl7.org/fhir/uv/bulkdata/StructureDefinition/member-filter';
    const filter = (expression: unknown, url = MEMBERS, language = 'application/x-fhir-query') => ({
      url,
      valueExpression: { language, expression },
    });
    const good = filter('Observation?code:in=http://not.loaded.example/set&_has:Provenance:target:agent=x');
    const cohort = (...modifierExtension: object[]) => ({
      resourceType: 'Group',
      id: 'wrong',
      type: 'person',
      actual: false,
      characteristic: [{ code: { text: 'filtered' }, valueBoolean: true, exclude: false }],
      modifierExtension,
    });
    for (const [wrong, element] of [
      [filter('Organization?name=x'), 'expression'],
      [filter('Observation'), 'expression'],
      [filter('Observation?'), 'expression'],
      [filter('nonsense'), 'expression'],
      [filter('Observation?nonsense=1'), 'expression'],
      [filter('Observation?date=yesterday'), 'expression'],
      [filter('Observation?code:nonsense=1'), 'expression'],
      [filter('Observation?code=50%'), 'expression'],
      [filter('Observation?patient.nonsense=1'), 'expression'],
      [filter('Observation?nonsense=1', 'urn:wellspring:member-exclusion'), 'expression'],
      [filter('Patient.active', MEMBERS, 'text/fhirpath'), 'language'],
    ] as const) {
      const written = await world.ask('PUT', '/Group/wrong', {
        token: world.system,
        body: cohort(good, wrong),
      });
      const [issue] = written.body.issue;
      expect([wrong, written.status, issue.expression]).toEqual([
        wrong,
        422,
        [`Group.modifierExtension[1].value.${element}`],
      ]);
    }
    const many = cohort(...Array.from({ length: 21 }, () => good));
    expect((await world.ask('POST', '/Group', { token: world.system, body: many })).status).toBe(413);
    await put(cohort(good, filter('Patient?active=true')));
    const patch = [{ op: 'replace', path: '/modifierExtension/0', value: filter('Patient?nonsense=1') }];
    const headers = { 'Content-Type': 'application/json-patch+json' };
    const patched = await world.ask('PATCH', '/Group/wrong', { token: world.system, body: patch, headers });
    expect([patched.status, patched.body.issue[0].expression]).toEqual([
      422,
      ['Group.modifierExtension[0].value.expression'],
    ]);
    await world.ask('DELETE', '/Group/wrong', { token: world.system });
  });

  it('takes a Parameters resource, with patients by name; who is not there or no member is told of', async () => {
    const body = (...ids: string[]) => ({
      resourceType: 'Parameters',
      parameter: [
        { name: '_type', valueString: 'Patient' },
        { name: '_type', valueString: 'Condition' },
        ...ids.map((id) => ({ name: 'patient', valueReference: { reference: `Patient/${id}` } })),
      ],
    });
    expect(names(await exported('/Patient/$export', all(), { body: body('ana', 'cleo') }))).toEqual([
      'Patient/ana',
      'Patient/cleo',
    ]);
    expect((await kickOff('/Patient/$export', all(), { body: body('ana', 'nobody') })).status).toBe(400);
    expect((await kickOff('/Group/some/$export', all(), { body: body('ben') })).status).toBe(400);
    expect((await kickOff('/$export', all(), { body: body('ana') })).status).toBe(400);
    const { output, error } = await manifestOf('/Patient/$export', all(), {
      body: body('ana', 'nobody'),
      headers: LENIENT,
    });
    expect(names(await linesOf(output))).toEqual(['Patient/ana']);
    expect(JSON.stringify(await linesOf(error))).toContain('nobody');
  });

  it('filters by type, by several queries of a type, by elements, by what belongs to it', async () => {
    const filter = (...queries: string[]) =>
      queries.map((each) => `&_typeFilter=${encodeURIComponent(each)}`).join('');
    const one = await exported(
      `/$export?_type=Observation,Patient${filter('Observation?status=final&subject=Patient/ana', 'Observation?status=preliminary&subject=Patient/ben')}`,
    );
    expect(names(one)).toEqual([
      'Observation/ana-o1',
      'Observation/ana-o3',
      'Observation/ben-o0',
      'Observation/ben-o2',
      'Patient/ana',
      'Patient/ben',
      'Patient/cleo',
    ]);
    const chained = await exported(
      `/$export?_type=Observation${filter('Observation?subject.name=Family cleo')}`,
    );
    expect(chained).toHaveLength(4);
    const parts = await exported('/$export?_type=Patient,Organization&_elements=Patient.birthDate');
    expect(parts.find(({ id }) => id === 'ana')).toMatchObject({
      resourceType: 'Patient',
      birthDate: '1970-05-01',
      meta: { tag: [{ code: 'SUBSETTED' }] },
    });
    expect(parts.find(({ id }) => id === 'ana').name).toBeUndefined();
    expect(parts.find(({ id }) => id === 'clinic').name).toBe('Clinic');
    const latest =
      '/$export?_type=Observation&_typeFilter=Observation%3Fsubject%3DPatient/ana&includeAssociatedData=';
    expect(
      names(await exported(`${latest}LatestProvenanceResources`)).filter((name) => name.startsWith('Prov')),
    ).toEqual(['Provenance/ana-p2']);
    expect(
      names(await exported(`${latest}RelevantProvenanceResources`)).filter((name) => name.startsWith('Prov')),
    ).toEqual(['Provenance/ana-p', 'Provenance/ana-p2']);
  });

  it('refuses what it does not know, or with handling=lenient leaves it out and says so', async () => {
    for (const query of [
      '_type=Nonsense',
      '_type=AuditEvent',
      'unknown=1',
      '_outputFormat=text/csv',
      '_typeFilter=Patient%3F_sort%3Dname',
      '_typeFilter=Patient%3Fnope%3D1',
      '_since=yesterday',
      '_since=2026-02-30T00:00:00Z',
      '_until=2026-02-28T24:00:00Z',
      '_elements=Nonsense.id',
      '_elements=Patient.nonsense',
      '_elements=nonsense',
      'organizeOutputBy=Device',
      'includeAssociatedData=x',
      'allowPartialManifests=perhaps',
    ]) {
      const { status, body } = await kickOff(`/$export?${query}`);
      expect([query, status, body?.resourceType]).toEqual([query, 400, 'OperationOutcome']);
    }
    expect((await kickOff('/Patient/$export?_type=Organization')).status).toBe(400);
    expect((await kickOff('/Group/none/$export')).status).toBe(404);
    for (const type of ['Nonsense', 'AuditEvent', 'Nonsense,AuditEvent'])
      expect((await kickOff(`/$export?_type=${type}`, all(), { headers: LENIENT })).status).toBe(400);
    const { output, error } = await manifestOf(
      '/$export?_type=Organization,Nonsense&unknown=1&_outputFormat=ndjson',
      all(),
      { headers: LENIENT },
    );
    expect(names(await linesOf(output))).toEqual(['Organization/clinic']);
    expect((await linesOf(error)).map(({ resourceType, issue }) => [resourceType, issue.length])).toEqual([
      ['OperationOutcome', 1],
      ['OperationOutcome', 1],
    ]);
  });

  it('is asked for, polled and ended with the Accept of FHIR’s JSON or of the files; as a page or as XML there is none', async () => {
    const token = all();
    const place = (answer: Answer) => answer.headers.get('content-location') as string;
    for (const Accept of ['application/fhir+json', 'application/fhir+ndjson', 'application/ndjson', '*/*']) {
      const begun = await world.ask('GET', '/Patient/$export?_type=Patient', { token, headers: { Accept } });
      expect([Accept, begun.status]).toEqual([Accept, 202]);
      const polled = await world.ask('GET', place(begun), { token, headers: { Accept } });
      expect([200, 202]).toContain(polled.status);
      const ended = await world.ask('DELETE', place(begun), { token, headers: { Accept } });
      expect([Accept, ended.status]).toEqual([Accept, 202]);
    }
    for (const Accept of ['text/html', 'application/fhir+xml', 'application/fhir+ndjson;q=0, text/csv']) {
      const { status, body } = await world.ask('GET', '/$export', { token, headers: { Accept } });
      expect([Accept, status, body.resourceType]).toEqual([Accept, 406, 'OperationOutcome']);
    }
    const [file] = (await manifestOf('/Patient/$export?_type=Patient', token)).output;
    const fetched = async (headers: Record<string, string>, query = '') =>
      (await world.ask('GET', `${file?.url}${query}`, { token, headers })).status;
    for (const Accept of ['application/fhir+ndjson', 'application/x-ndjson', 'application/fhir+json', '*/*'])
      expect([Accept, await fetched({ Accept })]).toEqual([Accept, 200]);
    for (const Accept of ['application/fhir+xml', 'text/html', 'application/fhir+ndjson;q=0'])
      expect([Accept, await fetched({ Accept })]).toEqual([Accept, 406]);
    expect(await fetched({}, '?_format=xml')).toBe(406);
    // Nowhere else: what is asked for there is no file.
    const read = await world.ask('GET', '/Patient/ana', {
      token,
      headers: { Accept: 'application/fhir+ndjson' },
    });
    expect(read.status).toBe(406);
  });

  it('is for system clients, of what their scopes read, and a file is for who reads what is in it', async () => {
    expect((await kickOff('/$export', world.patient('ana'))).status).toBe(403);
    expect((await kickOff('/$export', client('system/*.cud'))).status).toBe(403);
    expect((await kickOff('/$export?_type=Patient', client('system/Observation.rs'))).status).toBe(403);
    expect((await kickOff('/Group/some/$export', client('system/Observation.rs'))).status).toBe(403);
    const some = await manifestOf('/$export', client('system/Observation.rs?status=final'));
    expect(some.output.every(({ type }) => type === 'Observation')).toBe(true);
    const file = some.output[0] as File;
    const get = async (token: string) => (await world.ask('GET', file.url, { token })).status;
    expect(await get(client('system/Observation.rs?status=final'))).toBe(200);
    expect(await get(all())).toBe(200);
    expect(await get(client('system/Observation.rs?status=preliminary'))).toBe(403);
    expect(await get(client('system/Patient.rs'))).toBe(403);
    expect(await get(client('system/*.rs', 'another'))).toBe(404);
    expect((await linesOf(some.output)).every(({ status }) => status === 'final')).toBe(true);
  });

  it('is told about and ended by its own client alone; nothing is left of it', async () => {
    const token = client('system/*.rs', 'own');
    const begun = await kickOff('/$export', token);
    const location = begun.headers.get('content-location') as string;
    const other = client('system/*.rs', 'other');
    expect((await world.ask('GET', location, { token: other })).status).toBe(404);
    expect((await world.ask('DELETE', location, { token: other })).status).toBe(404);
    const done = await settled(location, token);
    expect(Date.parse(done.headers.get('expires') as string)).toBeGreaterThan(Date.now() + 23 * 3_600_000);
    expect((await world.ask('DELETE', location, { token })).status).toBe(202);
    expect((await world.ask('GET', location, { token })).status).toBe(404);
    expect((await world.ask('GET', done.body.output[0].url, { token })).status).toBe(404);
    expect(readdirSync(join(world.dataDir, 'bulk'))).not.toContain(location.split('/').at(-1));
  });

  it('sends a file compressed or not, whole or from where a download broke off', async () => {
    const [file] = (await manifestOf('/$export?_type=Observation')).output as [File];
    const get = (headers: Record<string, string>) =>
      fetch(file.url, { headers: { Authorization: `Bearer ${all()}`, ...headers } });
    const plain = await get({ 'Accept-Encoding': 'identity' });
    const text = await plain.text();
    expect(plain.headers.get('content-type')).toBe('application/fhir+ndjson');
    expect(Number(plain.headers.get('content-length'))).toBe(text.length);
    const rest = await get({ 'Accept-Encoding': 'identity', Range: 'bytes=100-' });
    expect([rest.status, await rest.text()]).toEqual([206, text.slice(100)]);
    const packed = await get({ 'Accept-Encoding': 'gzip' });
    expect(packed.headers.get('content-encoding')).toBe('gzip');
    expect(await packed.text()).toBe(text);
    expect((await get({ Range: `bytes=${text.length * 2}-`, 'Accept-Encoding': 'identity' })).status).toBe(
      416,
    );
    const [stored] = readdirSync(join(world.dataDir, 'bulk'), { recursive: true, encoding: 'utf8' }).filter(
      (name) => name.endsWith(`${file.url.split('/').at(-1)}.gz`),
    );
    const { readFileSync } = await import('node:fs');
    expect(gunzipSync(readFileSync(join(world.dataDir, 'bulk', stored as string))).toString()).toBe(text);
  });

  it('organizes files by patients, each after a header, and tells of manifests in pages', async () => {
    const begun = await kickOff(
      '/Patient/$export?organizeOutputBy=Patient&_type=Patient,Observation,Provenance&allowPartialManifests=true',
    );
    const { body } = await settled(begun.headers.get('content-location') as string, all());
    expect(body.outputOrganizedBy).toBe('Patient');
    expect(body.output.every((file: File) => file.type === undefined)).toBe(true);
    const lines = await linesOf(body.output);
    const headers = lines.filter(({ resourceType }) => resourceType === 'Parameters');
    expect(headers.map(({ parameter }) => parameter[0].valueReference.reference)).toEqual(
      PEOPLE.map((id) => `Patient/${id}`),
    );
    const first = lines.slice(0, lines.indexOf(headers[1]));
    expect(first.map(nameOf).slice(1).sort()).toEqual(names([...first.slice(1)]));
    expect(names(first.slice(1))).toEqual([
      'Observation/ana-o0',
      'Observation/ana-o1',
      'Observation/ana-o2',
      'Observation/ana-o3',
      'Patient/ana',
      'Provenance/ana-p',
      'Provenance/ana-p2',
    ]);
  });

  it('tells deletions since a time as transactions, and nothing twice from one run to the next', async () => {
    await put({ ...observation('ben', 9), id: 'ben-old' });
    const first = await manifestOf('/Patient/$export?_type=Patient,Observation');
    await world.ask('DELETE', '/Observation/ben-old', { token: world.system });
    await put({ ...observation('ben', 10), id: 'ben-new' });
    const second = await manifestOf(
      `/Patient/$export?_type=Patient,Observation&_since=${first.transactionTime}`,
    );
    expect(names(await linesOf(second.output))).toEqual(['Observation/ben-new']);
    expect((await linesOf(second.deleted)).map(({ type, entry }) => [type, entry[0].request])).toEqual([
      ['transaction', { method: 'DELETE', url: 'Observation/ben-old' }],
    ]);
    const third = await manifestOf(
      `/Patient/$export?_type=Patient,Observation&_since=${second.transactionTime}`,
    );
    expect([third.output, third.deleted]).toEqual([[], []]);
    for (const id of ['form-p', 'cleo-p'])
      await world.ask('DELETE', `/Provenance/${id}`, { token: world.system });
    const fourth = await manifestOf(
      `/Patient/$export?_type=Patient,Provenance&_since=${second.transactionTime}`,
    );
    expect((await linesOf(fourth.deleted)).map(({ entry }) => entry[0].request.url)).toEqual([
      'Provenance/cleo-p',
    ]);
    const until = await exported(`/$export?_type=Observation&_until=${first.transactionTime}`);
    expect(names(until)).not.toContain('Observation/ben-new');
    expect(until.length).toBeGreaterThan(10);
  });

  it('asks a client that asks too often to wait, reports by its own status where that is wanted, and stands in the patients’ audit log', async () => {
    const begun = await kickOff('/$export', all(), {
      headers: { Prefer: 'respond-async, separate-export-status' },
    });
    expect(begun.headers.get('preference-applied')).toContain('separate-export-status');
    const location = begun.headers.get('content-location') as string;
    const polls = await Promise.all([1, 2, 3].map(() => world.ask('GET', location, { token: all() })));
    const early = polls.filter(({ status }) => status === 429);
    for (const { headers } of early) expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    const open = polls.find(({ headers }) => headers.get('x-export-status') === '202');
    if (open) expect(early).toHaveLength(2);
    let done = await settled(location, all());
    while (done.headers.get('x-export-status') !== '200') done = await settled(location, all());
    const { body } = await world.ask('GET', '/AuditEvent?patient=cleo&_count=50', {
      token: world.patient('cleo'),
    });
    expect(JSON.stringify(body)).toContain('$export');
  });

  it('ends when the client’s access has ended', async () => {
    const token = client('system/*.rs', 'leaving');
    const manifest = await manifestOf('/$export?_type=Patient', token);
    world.endStanding('leaving');
    expect((await world.ask('GET', (manifest.output[0] as File).url, { token })).status).toBe(403);
    const begun = await kickOff('/$export', token);
    if (begun.status === 202)
      expect((await settled(begun.headers.get('content-location') as string, token)).status).toBe(403);
  });

  it('is not begun by a HEAD, however many come; a websocket is not handed out by one either', async () => {
    const token = client('system/*.rs', 'looks-ahead');
    for (const path of ['/$export', '/Patient/$export', '/Group/some/$export', '/$export']) {
      const looked = await world.ask('HEAD', path, { token, headers: ASYNC });
      expect([looked.status, looked.headers.get('content-location')], path).toEqual([405, null]);
      expect(looked.headers.get('allow')?.split(', ').sort(), path).toEqual(['GET', 'POST']);
    }
    for (const path of ['/Subscription/$get-ws-binding-token', '/Subscription/some/$get-ws-binding-token'])
      expect((await world.ask('HEAD', path, { token })).status, path).toBe(405);
    expect((await world.ask('HEAD', '/Patient/ana', { token })).status).toBe(200);
    const begun = await kickOff('/$export?_type=Patient', token);
    expect(begun.status).toBe(202);
    const location = begun.headers.get('content-location') as string;
    for (let looks = 0; looks < 3; looks++)
      expect((await world.ask('HEAD', location, { token })).status).toBeLessThan(300);
    expect((await world.ask('GET', location, { token })).status).toBeLessThan(300);
    expect((await settled(location, token)).status).toBe(200);
  });

  it('is no entry of a Bundle', async () => {
    const bundle = {
      resourceType: 'Bundle',
      type: 'batch',
      entry: [{ request: { method: 'GET', url: '$export' } }],
    };
    const { body } = await world.ask('POST', '/', { token: all(), body: bundle });
    expect(body.entry[0].response.status).toMatch(/^400/);
  });
});
