/** The operations, each with what it must answer and what it must refuse. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWorld, type World } from './world.ts';

let world: World;
const ref = (reference: string) => ({ reference });
const LOINC = 'http://loinc.org';
const observation = (id: string, patient: string, code: string, day: string) => ({
  resourceType: 'Observation',
  id,
  status: 'final',
  category: [
    {
      coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'laboratory' }],
    },
  ],
  code: { coding: [{ system: LOINC, code }] },
  subject: ref(`Patient/${patient}`),
  performer: [ref('Practitioner/doc')],
  effectiveDateTime: `2024-01-${day}`,
});

const RESOURCES = [
  { resourceType: 'Practitioner', id: 'doc', name: [{ family: 'Osei' }] },
  {
    resourceType: 'Patient',
    id: 'ana',
    birthDate: '1960-05-03',
    gender: 'female',
    name: [{ family: 'Álvarez', given: ['Ana'] }],
    identifier: [{ system: 'urn:mrn', value: '1' }],
    telecom: [{ system: 'phone', value: '555' }],
  },
  { resourceType: 'Patient', id: 'bob', birthDate: '1985-01-01', name: [{ family: 'Brown' }] },
  observation('o1', 'ana', '2345-7', '01'),
  observation('o2', 'ana', '2345-7', '02'),
  observation('o3', 'ana', '4548-4', '03'),
  observation('o4', 'bob', '2345-7', '04'),
  { resourceType: 'Condition', id: 'c1', code: { text: 'Asthma' }, subject: ref('Patient/ana') },
  {
    resourceType: 'DocumentReference',
    id: 'd1',
    status: 'current',
    subject: ref('Patient/ana'),
    content: [{ attachment: { url: 'Binary/x' } }],
    context: { period: { start: '2024-01-01', end: '2024-01-02' } },
  },
  {
    resourceType: 'ValueSet',
    id: 'mine',
    url: 'urn:vs:mine',
    status: 'active',
    compose: { include: [{ system: 'urn:cs:mine' }] },
  },
  {
    resourceType: 'CodeSystem',
    id: 'mine',
    url: 'urn:cs:mine',
    status: 'active',
    content: 'complete',
    concept: [{ code: 'a', display: 'Apple', concept: [{ code: 'b', display: 'Braeburn' }] }],
  },
];

beforeAll(async () => {
  world = await openWorld();
  const { status, text } = await world.ask('POST', '', {
    token: world.system,
    body: {
      resourceType: 'Bundle',
      type: 'transaction',
      entry: RESOURCES.map((resource) => ({
        resource,
        request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` },
      })),
    },
  });
  expect(status, text).toBe(200);
});
afterAll(() => world.close());

const get = (path: string, token = world.system) => world.ask('GET', path, { token });
const post = (path: string, body: unknown, token = world.system) => world.ask('POST', path, { token, body });
type Entry = { resource: { id: string; resourceType: string }; search: { mode: string; score?: number } };
const ids = (body: { entry?: Entry[] }) => (body.entry ?? []).map(({ resource }) => resource.id).sort();
const parameter = (body: { parameter: { name: string }[] }, name: string) =>
  body.parameter.find((each) => each.name === name);

describe('Patient/$everything', () => {
  it('is the record with whoever it names, and nobody else’s', async () => {
    const { status, body } = await get('/Patient/ana/$everything');
    expect(status).toBe(200);
    expect(ids(body)).toEqual(['ana', 'c1', 'd1', 'doc', 'o1', 'o2', 'o3']);
    expect(body.entry.find(({ resource }: Entry) => resource.id === 'doc').search.mode).toBe('include');
  });

  it('is the same for the patient, and 404 for any other', async () => {
    expect(ids((await get('/Patient/ana/$everything', world.patient('ana'))).body)).toEqual([
      'ana',
      'c1',
      'd1',
      'doc',
      'o1',
      'o2',
      'o3',
    ]);
    expect((await get('/Patient/bob/$everything', world.patient('ana'))).status).toBe(404);
    expect((await get('/Patient/nobody/$everything')).status).toBe(404);
  });

  it('heeds _type, _since, start and end, and pages', async () => {
    expect(ids((await get('/Patient/ana/$everything?_type=Condition')).body)).toEqual(['c1']);
    const typesOf = async (types: string): Promise<string[]> => {
      const { body } = await get(`/Patient/ana/$everything${types}`);
      const found = body.entry.map(
        (entry: { resource: { resourceType: string } }) => entry.resource.resourceType,
      );
      return [...new Set<string>(found)].sort();
    };
    const all = await typesOf('');
    const named = all.find((type) => ['Practitioner', 'Organization', 'Location'].includes(type));
    expect(named, 'the record names somebody').toBeDefined();
    const members = all.filter((type) => !['Practitioner', 'Organization', 'Location'].includes(type));
    expect(await typesOf(`?_type=${members.join(',')}`)).toEqual(members);
    // Outside of the record, and referred to by what is not asked for.
    expect(await typesOf('?_type=Practitioner')).toEqual(['Practitioner']);
    expect(ids((await get('/Patient/ana/$everything?_type=Practitioner')).body)).toEqual(['doc']);
    expect(await typesOf('?_type=Patient,Practitioner')).toEqual(['Patient', 'Practitioner']);
    expect(await typesOf('?_type=Practitioner&_count=100')).toEqual(['Practitioner']);
    const { status, body: empty } = await get('/Patient/ana/$everything?_type=Questionnaire');
    expect([status, empty.entry ?? []]).toEqual([200, []]);
    const alone = world.patient('ana', 'patient/Patient.rs');
    expect((await get('/Patient/ana/$everything?_type=Practitioner', alone)).status).toBe(403);
    expect(await typesOf(`?_type=${members.join(',')},${named}`)).toEqual([...members, named].sort());
    expect(ids((await get('/Patient/ana/$everything?_since=2999-01-01')).body)).toEqual([]);
    expect(
      ids((await get('/Patient/ana/$everything?_type=Observation&start=2024-01-02&end=2024-01-02')).body),
    ).toEqual(['o2']);
    const seen: string[] = [];
    let url: string | undefined = `${world.base}/Patient/ana/$everything?_count=2`;
    while (url) {
      const { body }: { body: { entry?: Entry[]; link: { relation: string; url: string }[] } } =
        await get(url);
      seen.push(
        ...(body.entry ?? [])
          .filter(({ search }) => search.mode === 'match')
          .map(({ resource }) => resource.id),
      );
      url = body.link.find(({ relation }) => relation === 'next')?.url;
    }
    expect(seen.sort()).toEqual(['ana', 'c1', 'd1', 'o1', 'o2', 'o3']);
  });

  it('finds those whom the record names by themselves: no page is empty, and the log tells of what was asked for', async () => {
    const doctors = Array.from({ length: 5 }, (_, i) => `doctor-${i}`);
    const put = (resource: { resourceType: string; id: string }) =>
      world.ask('PUT', `/${resource.resourceType}/${resource.id}`, { token: world.system, body: resource });
    await put({ resourceType: 'Patient', id: 'many' });
    for (const id of doctors) await put({ resourceType: 'Practitioner', id });
    for (const [i, id] of [...doctors, ...doctors].entries())
      await put({
        resourceType: 'Observation',
        id: `of-many-${i}`,
        status: 'final',
        code: { text: 'c' },
        subject: { reference: 'Patient/many' },
        performer: [{ reference: `Practitioner/${id}` }],
      } as never);
    const pages: Entry[][] = [];
    let url: string | undefined = `${world.base}/Patient/many/$everything?_type=Practitioner&_count=2`;
    while (url) {
      const { body }: { body: { entry?: Entry[]; link: { relation: string; url: string }[] } } =
        await get(url);
      pages.push(body.entry ?? []);
      url = body.link.find(({ relation }) => relation === 'next')?.url;
    }
    expect(pages.map(({ length }) => length)).toEqual([2, 2, 1]);
    expect(
      pages
        .flat()
        .map(({ resource }) => resource.id)
        .sort(),
    ).toEqual(doctors);
    const { body: log } = await get('/AuditEvent?patient=many&_count=1000');
    const told = JSON.stringify(
      log.entry.map(({ resource }: { resource: { entity: object[] } }) => resource.entity),
    );
    expect(told).not.toMatch(/Observation\?|Condition/);
    expect(ids((await get('/Patient/many/$everything?_type=Practitioner&_since=2999-01-01')).body)).toEqual(
      [],
    );
    const both = (await get('/Patient/many/$everything?_type=Observation,Practitioner&_count=100')).body;
    expect(both.entry).toHaveLength(15);
  });

  it('refuses what it does not know', async () => {
    expect((await get('/Patient/ana/$everything?_type=Nothing')).status).toBe(400);
    expect((await get('/Patient/ana/$everything?colour=red')).status).toBe(400);
    expect((await world.ask('DELETE', '/Patient/ana/$everything', { token: world.system })).status).toBe(405);
  });

  it('stays within granular scopes', async () => {
    const token = world.patient(
      'ana',
      'openid fhirUser launch/patient patient/Patient.rs patient/Condition.rs',
    );
    expect(ids((await get('/Patient/ana/$everything', token)).body)).toEqual(['ana', 'c1']);
  });
});

describe('$validate', () => {
  const patient = { resourceType: 'Patient', gender: 'unknown-gender' };
  it('says what is wrong with 200, and where', async () => {
    const { status, body } = await post('/Patient/$validate', patient);
    expect(status).toBe(200);
    expect(body.issue[0]).toMatchObject({ severity: 'error', expression: ['Patient.gender'] });
  });

  it('takes Parameters with mode and resource, of an instance too', async () => {
    const body = (mode: string, resource: object) => ({
      resourceType: 'Parameters',
      parameter: [
        { name: 'mode', valueCode: mode },
        { name: 'resource', resource },
      ],
    });
    const fine = { resourceType: 'Patient', id: 'ana' };
    expect((await post('/Patient/ana/$validate', body('update', fine))).body.issue[0].severity).toBe(
      'information',
    );
    expect((await post('/Patient/bob/$validate', body('update', fine))).body.issue[0]).toMatchObject({
      expression: ['Patient.id'],
    });
    expect((await post('/Patient/$validate', body('guess', fine))).status).toBe(400);
    expect((await post('/Patient/$validate?profile=urn:none', fine)).status).toBe(400);
    expect((await post('/Patient/ana/$validate', undefined)).body.issue[0].severity).toBe('information');
  });
});

describe('$meta', () => {
  it('is shown, added to and deleted from, a version for each change', async () => {
    const tag = { system: 'urn:t', code: 'vip' };
    const change = (name: string) =>
      post(`/Condition/c1/${name}`, {
        resourceType: 'Parameters',
        parameter: [{ name: 'meta', valueMeta: { tag: [tag] } }],
      });
    const { body: added } = await change('$meta-add');
    expect(added.parameter[0].valueMeta).toMatchObject({ tag: [tag], versionId: '2' });
    expect((await change('$meta-add')).body.parameter[0].valueMeta.versionId).toBe('2');
    expect((await get('/Condition/c1/$meta')).body.parameter[0].valueMeta.tag).toEqual([tag]);
    const { body: deleted } = await change('$meta-delete');
    expect(deleted.parameter[0].valueMeta).toMatchObject({ versionId: '3' });
    expect(deleted.parameter[0].valueMeta.tag).toBeUndefined();
  });

  it('of a type and of the server is what all that may be read has, each once', async () => {
    const tag = (code: string) => ({ system: 'urn:many', code });
    const basic = (id: string, meta: object, subject: string) => ({
      resourceType: 'Basic',
      id,
      meta,
      code: { text: id },
      subject: { reference: `Patient/${subject}` },
    });
    const profile = ['urn:profile:many|2'];
    const write = (resource: { id: string }) =>
      world.ask('PUT', `/Basic/${resource.id}`, { token: world.system, body: resource });
    await world.ask('PUT', '/Patient/meta-other', {
      token: world.system,
      body: { resourceType: 'Patient', id: 'meta-other', meta: { tag: [tag('person')] } },
    });
    for (let i = 0; i < 25; i++) await write(basic(`many-${i}`, { tag: [tag('a')] }, 'ana'));
    await write(basic('many-b', { profile, tag: [tag('b'), { code: 'bare' }], security: [tag('s')] }, 'ana'));
    await write(basic('many-c', { tag: [tag('hidden')] }, 'meta-other'));
    const told = async (path: string, token?: string) => (await get(path, token)).body.parameter[0].valueMeta;
    const own = await told('/Basic/$meta', world.patient('ana'));
    expect(own.profile).toEqual(profile);
    expect(own.tag).toHaveLength(3);
    expect(own.tag).toEqual(expect.arrayContaining([tag('a'), tag('b'), { code: 'bare' }]));
    expect(own.security).toEqual([tag('s')]);
    expect((await told('/Basic/$meta')).tag).toContainEqual(tag('hidden'));
    const all = await told('/$meta');
    expect(all.tag).toEqual(expect.arrayContaining([tag('a'), tag('hidden'), tag('person')]));
    expect(await told('/Account/$meta')).toEqual({});
    expect((await get('/Basic/$meta', world.patient('ana', 'patient/Observation.rs'))).status).toBe(403);
  });

  it('is not the patient’s to change', async () => {
    const body = {
      resourceType: 'Parameters',
      parameter: [{ name: 'meta', valueMeta: { security: [{ system: 's', code: 'x' }] } }],
    };
    const token = world.patient('ana', 'openid fhirUser launch/patient patient/*.cruds');
    expect((await post('/Condition/c1/$meta-add', body, token)).status).toBe(403);
  });
});

describe('Parameters with lists of nothing', () => {
  it('say that there is nothing, at whatever depth; in what they hold they are no R4', async () => {
    const reference = { name: 'x', valueReference: { reference: 'Patient/ana' } };
    const ask = (parameter: unknown) =>
      post('/Condition/c1/$meta-add', { resourceType: 'Parameters', parameter });
    const meta = { name: 'meta', valueMeta: { tag: [{ system: 'urn:t', code: 'list' }] } };
    expect((await ask([{ ...meta, part: [] }])).status).toBe(200);
    expect((await ask([{ ...meta, part: [{ ...reference, part: [] }] }])).status).toBe(200);
    expect((await ask([{ ...meta, part: {} }])).status).toBe(400);
    const { status, body } = await ask([
      meta,
      { name: 'resource', resource: { resourceType: 'Patient', name: [] } },
    ]);
    expect([status, body.issue[0].expression]).toEqual([400, ['Parameters.parameter[1].resource.name']]);
  });
});

describe('Observation/$lastn', () => {
  it('gives the newest of each code', async () => {
    expect(ids((await get('/Observation/$lastn?patient=ana&category=laboratory')).body)).toEqual([
      'o2',
      'o3',
    ]);
    expect(ids((await get('/Observation/$lastn?patient=ana&category=laboratory&max=5')).body)).toEqual([
      'o1',
      'o2',
      'o3',
    ]);
    expect(ids((await get('/Observation/$lastn?patient=ana&code=2345-7')).body)).toEqual(['o2']);
  });

  it('needs a patient, and a category or a code', async () => {
    expect((await get('/Observation/$lastn?category=laboratory')).status).toBe(400);
    expect((await get('/Observation/$lastn?patient=ana')).status).toBe(400);
    expect((await get('/Observation/$lastn?patient=ana&code=x&max=0')).status).toBe(400);
  });
});

describe('DocumentReference/$docref', () => {
  const docref = async (query: string, token = world.system) =>
    (await get(`/DocumentReference/$docref?${query}`, token)).body;
  const summaries = ({
    entry = [],
  }: {
    entry?: { resource: { content: [{ attachment: { url: string } }] } }[];
  }) =>
    entry.flatMap(({ resource }) => {
      const { url } = resource.content[0].attachment;
      return url.endsWith('$summary') ? [url] : [];
    });

  it('finds the patient’s documents in a period', async () => {
    expect(ids(await docref('patient=ana&start=2023-12-31'))).toEqual(['d1']);
    expect(ids(await docref('patient=ana&start=2025-01-01'))).toEqual([]);
    expect((await get('/DocumentReference/$docref')).status).toBe(400);
  });

  it('offers a summary that is made when it is fetched, beside what is stored or alone', async () => {
    const all = await docref('patient=ana');
    expect([all.total, ids(all)]).toEqual([2, expect.arrayContaining(['d1'])]);
    const url = `${world.base}/Patient/ana/$summary`;
    expect(summaries(all)).toEqual([url]);
    const alone = await docref('patient=ana&on-demand=true');
    expect([alone.total, summaries(alone)]).toEqual([1, [url]]);
    for (const type of ['34133-9', 'http://loinc.org|60591-5'])
      expect(summaries(await docref(`patient=ana&type=${encodeURIComponent(type)}`)), type).toEqual([url]);
    const parameters = {
      resourceType: 'Parameters',
      parameter: [
        { name: 'patient', valueId: 'ana' },
        { name: 'type', valueCoding: { system: LOINC, code: '34133-9' } },
      ],
    };
    expect(summaries((await post('/DocumentReference/$docref', parameters)).body)).toEqual([url]);
    expect(ids(await docref('patient=ana&type=11506-3&on-demand=true'))).toEqual([]);
    const { status, body } = await get('/Patient/ana/$summary', world.patient('ana'));
    expect([status, body.type]).toEqual([200, 'document']);
  });

  it('finds any of the types and profiles that are named, and makes what is of them', async () => {
    const CCDA = 'http://hl7.org/cda/us/ccda/StructureDefinition/ContinuityofCareDocumentCCD';
    const IPS = 'http://hl7.org/fhir/uv/ips/StructureDefinition/Bundle-uv-ips';
    const system = 'urn:local:types';
    const stored = (id: string, code: string, format: string) => ({
      resourceType: 'DocumentReference',
      id,
      status: 'current',
      type: { coding: [{ system, code }] },
      subject: ref('Patient/bob'),
      content: [{ attachment: { url: 'Binary/x' }, format: { system: 'urn:local:formats', code: format } }],
    });
    const made = [
      stored('f1', 'a,b|c', CCDA),
      stored('f2', 'b', 'urn:other'),
      stored('f3', 'c', 'urn:other'),
    ];
    for (const body of made)
      await world.ask('PUT', `/DocumentReference/${body.id}`, { token: world.system, body });
    const url = `${world.base}/Patient/bob/$summary`;
    const found = async (...parameter: object[]) => {
      const body = {
        resourceType: 'Parameters',
        parameter: [{ name: 'patient', valueId: 'bob' }, ...parameter],
      };
      const answer = (await post('/DocumentReference/$docref', body)).body;
      return [
        ids(answer)
          .filter((id: string) => /^f\d$/.test(id))
          .sort(),
        summaries(answer),
      ];
    };
    const type = (code: string, from?: string) => ({
      name: 'type',
      valueCoding: { code, ...(from ? { system: from } : {}) },
    });
    const profile = (canonical: string) => ({ name: 'profile', valueCanonical: canonical });
    expect(await found(type('a,b|c', system))).toEqual([['f1'], []]);
    expect(await found(type('a,b|c', system), type('c'))).toEqual([['f1', 'f3'], []]);
    expect(await found(type('b'), type('34133-9', LOINC))).toEqual([['f2'], [url]]);
    expect(await found(profile(CCDA))).toEqual([['f1'], []]);
    expect(await found(profile(`${IPS}|2.0.0`))).toEqual([[], [url]]);
    expect(await found(profile(IPS), profile(CCDA))).toEqual([['f1'], [url]]);
    expect(await found(profile(IPS), type('b'))).toEqual([[], []]);
    expect(await found(profile('http://nobody.example/profile'))).toEqual([[], []]);
    const asked = `patient=bob&type=${encodeURIComponent(`${system}|b`)}&type=c`;
    expect(ids(await docref(asked)).sort()).toEqual(['f2', 'f3']);
    expect(summaries(await docref(`patient=bob&on-demand=true&profile=${encodeURIComponent(CCDA)}`))).toEqual(
      [],
    );
    expect((await get('/DocumentReference/$docref?patient=bob&nonsense=1')).status).toBe(400);
    for (const { id } of made) await world.ask('DELETE', `/DocumentReference/${id}`, { token: world.system });
  });

  it('has nothing of a patient that the caller may not read', async () => {
    const token = world.patient('bob');
    const [other, none] = [await docref('patient=ana', token), await docref('patient=zed', token)];
    expect(JSON.stringify(other).replaceAll('ana', 'zed')).toBe(JSON.stringify(none));
    expect(none.total).toBe(0);
    expect((await get('/DocumentReference/$docref?patient=ana&on-demand=maybe')).status).toBe(400);
  });
});

describe('terminology', () => {
  it('expands what the definitions and what the store hold', async () => {
    const { body } = await get('/ValueSet/$expand?url=http://hl7.org/fhir/ValueSet/administrative-gender');
    expect(body.expansion.total).toBe(4);
    expect((await get('/ValueSet/mine/$expand')).body.expansion.contains).toEqual([
      { system: 'urn:cs:mine', code: 'a', display: 'Apple' },
      { system: 'urn:cs:mine', code: 'b', display: 'Braeburn' },
    ]);
    expect(
      (await get('/ValueSet/$expand?url=urn:vs:mine&filter=brae&count=1')).body.expansion.contains,
    ).toHaveLength(1);
    expect((await get('/ValueSet/$expand?url=urn:none')).status).toBe(404);
    expect((await get('/ValueSet/$expand?url=http://hl7.org/fhir/ValueSet/mimetypes')).status).toBe(422);
  });

  it('validates codes', async () => {
    const ask = async (query: string) =>
      parameter((await get(`/ValueSet/$validate-code?${query}`)).body, 'result');
    const gender = 'url=http://hl7.org/fhir/ValueSet/administrative-gender';
    expect(await ask(`${gender}&code=male&system=http://hl7.org/fhir/administrative-gender`)).toMatchObject({
      valueBoolean: true,
    });
    expect(await ask(`${gender}&code=x&inferSystem=true`)).toMatchObject({ valueBoolean: false });
    const { body } = await get(
      '/CodeSystem/$validate-code?url=http://hl7.org/fhir/administrative-gender&code=male',
    );
    expect(parameter(body, 'result')).toMatchObject({ valueBoolean: true });
  });

  it('looks up and compares', async () => {
    const { body } = await get(
      '/CodeSystem/$lookup?system=http://hl7.org/fhir/administrative-gender&code=female',
    );
    expect(parameter(body, 'display')).toMatchObject({ valueString: 'Female' });
    expect((await get('/CodeSystem/$lookup?system=urn:x&code=y')).status).toBe(404);
    const clinical = 'system=http://terminology.hl7.org/CodeSystem/condition-clinical';
    const outcome = async (a: string, b: string) =>
      (await get(`/CodeSystem/$subsumes?${clinical}&codeA=${a}&codeB=${b}`)).body.parameter[0].valueCode;
    expect(await outcome('active', 'relapse')).toBe('subsumes');
    expect(await outcome('relapse', 'active')).toBe('subsumed-by');
    expect(await outcome('active', 'inactive')).toBe('not-subsumed');
  });
});

describe('Patient/$match', () => {
  it('finds who is certain among however many of the same name, or born on the same day', async () => {
    const person = (id: string, family: string, birthDate: string) => ({
      resourceType: 'Patient',
      id,
      name: [{ family, given: [id === 'una' ? 'Una' : 'Other'] }],
      birthDate,
    });
    const others = Array.from({ length: 1040 }, (_, index) =>
      index % 2
        ? person(`same-name-${index}`, 'Quill', '1960-01-02')
        : person(`same-day-${index}`, `Other${index}`, '1950-02-03'),
    );
    for (const resources of [[person('una', 'Quill', '1950-02-03')], others]) {
      const entry = resources.map((resource) => ({
        resource,
        request: { method: 'PUT', url: `Patient/${resource.id}` },
      }));
      const { status } = await world.ask('POST', '', {
        token: world.system,
        body: { resourceType: 'Bundle', type: 'transaction', entry },
      });
      expect(status).toBe(200);
    }
    const { body } = await world.ask('POST', '/Patient/$match', {
      token: world.system,
      body: {
        resourceType: 'Parameters',
        parameter: [{ name: 'resource', resource: person('una', 'Quill', '1950-02-03') }],
      },
    });
    expect(body.entry[0].resource.id).toBe('una');
  });

  const match = (resource: object, token = world.system) =>
    post(
      '/Patient/$match',
      {
        resourceType: 'Parameters',
        parameter: [{ name: 'resource', resource: { resourceType: 'Patient', ...resource } }],
      },
      token,
    );

  it('grades candidates', async () => {
    const certain = await match({ identifier: [{ system: 'urn:mrn', value: '1' }] });
    expect(certain.body.entry[0].search).toMatchObject({ score: 1, extension: [{ valueCode: 'certain' }] });
    const probable = await match({ name: [{ family: 'alvarez', given: ['ana'] }], birthDate: '1960-05-03' });
    expect(probable.body.entry[0].resource.id).toBe('ana');
    expect(probable.body.entry[0].search.extension[0].valueCode).toBe('probable');
    expect((await match({ name: [{ family: 'alvarez' }] })).body.entry).toBeUndefined();
  });

  it('is for staff and systems, and needs something to go by', async () => {
    expect((await match({ birthDate: '1960-05-03' }, world.patient('ana'))).status).toBe(403);
    expect((await match({ gender: 'male' })).status).toBe(400);
  });
});

describe('a SearchParameter that is stored', () => {
  const shoe = {
    resourceType: 'SearchParameter',
    id: 'favourite',
    url: 'urn:sp:nickname',
    name: 'nickname',
    status: 'active',
    description: 'Names that are nicknames',
    code: 'nickname',
    base: ['Patient'],
    type: 'string',
    expression: "Patient.name.where(use = 'nickname').given",
  };

  it.each([
    'Patient.name.where(use = %kind).given',
    'Patient.name.given.frobnicate()',
    'Observation.code.text',
    'Observation.code | Encounter.type',
    'Patient.bogus',
    "Patient.name.where(kind = 'nickname').given",
    'Patient.name.given | Patient.nickname',
    'Patient.deceased.ofType(Quantity)',
    'nickname',
    'Patient.generalPractitioner.resolve().name.family',
    'Patient.generalPractitioner.select(resolve().ofType(Organization)).name',
    'Patient.generalPractitioner.where(resolve().where(active = true).exists()).display',
    '(Patient.managingOrganization.resolve() as Organization).name',
  ])('is refused where it would find nothing for ever: %s', async (expression) => {
    const body = { ...shoe, id: 'nothing', url: 'urn:sp:nothing', code: 'nothing', expression };
    const { status, text } = await world.ask('PUT', '/SearchParameter/nothing', {
      token: world.system,
      body,
    });
    expect(status, text).toBe(422);
    expect(JSON.parse(text).issue[0].expression).toEqual(['SearchParameter.expression']);
  });

  it('is refused where a part of a composite would find nothing for ever', async () => {
    const component = [
      { definition: 'http://hl7.org/fhir/SearchParameter/individual-given', expression: 'given' },
      { definition: 'http://hl7.org/fhir/SearchParameter/individual-family', expression: 'surname' },
    ];
    const body = { ...shoe, id: 'nothing', url: 'urn:sp:nothing', code: 'nothing', type: 'composite' };
    const { status, text } = await world.ask('PUT', '/SearchParameter/nothing', {
      token: world.system,
      body: { ...body, expression: 'Patient.name', component },
    });
    expect(status, text).toBe(422);
    expect(JSON.parse(text).issue[0]).toMatchObject({
      diagnostics: "HumanName has no element 'surname'.",
      expression: ['SearchParameter.component[1].expression'],
    });
  });

  it('of all resources is not called as one of a type is', async () => {
    const body = {
      ...shoe,
      id: 'all',
      url: 'urn:sp:all',
      code: 'birthdate',
      base: ['Resource'],
      type: 'date',
    };
    const { status, text } = await world.ask('PUT', '/SearchParameter/all', {
      token: world.system,
      body: { ...body, expression: 'Resource.meta.lastUpdated' },
    });
    expect(status, text).toBe(422);
    expect(JSON.parse(text).issue[0].expression).toEqual(['SearchParameter.code']);
  });

  it('of two parts of a resource looks where its parts say, and not where the parameters that they name do', async () => {
    const kind = (code: string) => ({ coding: [{ system: 'urn:k', code }] });
    const body = {
      resourceType: 'SearchParameter',
      id: 'kind-value',
      url: 'urn:sp:kind-value',
      name: 'kind',
      status: 'active',
      description: 'Category and value',
      code: 'kind-value',
      base: ['Observation'],
      type: 'composite',
      expression: 'Observation',
      component: [
        { definition: 'http://hl7.org/fhir/SearchParameter/clinical-code', expression: 'category' },
        {
          definition: 'http://hl7.org/fhir/SearchParameter/Observation-value-quantity',
          expression: 'value.as(Quantity)',
        },
      ],
    };
    await world.ask('PUT', '/SearchParameter/kind-value', { token: world.system, body });
    const made = await post('/Observation', {
      resourceType: 'Observation',
      status: 'final',
      category: [kind('cat')],
      code: kind('top'),
      valueQuantity: { value: 7 },
    });
    expect(made.status, made.text).toBe(201);
    const found = async (value: string) =>
      (await get(`/Observation?kind-value=${encodeURIComponent(value)}`)).body.entry?.length ?? 0;
    await expect.poll(() => found('urn:k|cat$7'), { timeout: 20_000 }).toBe(1);
    expect([await found('urn:k|top$7'), await found('urn:k|cat$8')]).toEqual([0, 0]);
    await world.ask('DELETE', '/SearchParameter/kind-value', { token: world.system });
  });

  it('is searched by once everything stored is indexed, old and new alike', async () => {
    await post('/Patient', { resourceType: 'Patient', name: [{ use: 'nickname', given: ['Shorty'] }] });
    expect((await get('/Patient?nickname=shorty')).status).toBe(400);
    expect(
      (await world.ask('PUT', '/SearchParameter/favourite', { token: world.system, body: shoe })).status,
    ).toBe(201);
    await expect
      .poll(async () => (await get('/Patient?nickname=shorty')).body.entry?.length, { timeout: 20_000 })
      .toBe(1);
    await post('/Patient', { resourceType: 'Patient', name: [{ use: 'nickname', given: ['Shorty'] }] });
    expect((await get('/Patient?nickname=shorty')).body.entry).toHaveLength(2);
    await world.ask('DELETE', '/SearchParameter/favourite', { token: world.system });
    expect((await get('/Patient?nickname=shorty')).status).toBe(400);
  });

  it('counts from the moment that it is changed or deleted, and is indexed by again when it comes again', async () => {
    const put = (more: object = {}) =>
      world.ask('PUT', '/SearchParameter/favourite', { token: world.system, body: { ...shoe, ...more } });
    const found = async () => {
      const { status, body } = await get('/Patient?nickname=hidden');
      return status === 200 ? (body.entry?.length ?? 0) : body.issue[0].diagnostics;
    };
    const waits = expect.stringContaining('still being indexed');
    const here = { use: 'nickname', given: ['Hidden'] };
    for (const _ of [1, 2, 3]) {
      await put();
      await expect.poll(found, { timeout: 20_000 }).toEqual(expect.any(Number));
      await put({ expression: 'Patient.name.family' });
      // Either all is indexed by the new one already, or it waits: the old one's answer is none any more.
      expect([waits, 0]).toContainEqual(await found());
      await world.ask('DELETE', '/SearchParameter/favourite', { token: world.system });
      expect(await found()).toContain('is not a search parameter');
    }
    const before = (await get('/Patient?given=hidden')).body.entry?.length ?? 0;
    await put();
    await expect.poll(found, { timeout: 20_000 }).toBe(before);
    await world.ask('DELETE', '/SearchParameter/favourite', { token: world.system });
    await post('/Patient', { resourceType: 'Patient', name: [here] });
    await put();
    await expect.poll(found, { timeout: 20_000 }).toBe(before + 1);
    await world.ask('DELETE', '/SearchParameter/favourite', { token: world.system });
  });

  it('is refused where it could never work', async () => {
    const put = async (more: object) =>
      (
        await world.ask('PUT', '/SearchParameter/favourite', {
          token: world.system,
          body: { ...shoe, ...more },
        })
      ).status;
    expect(await put({ expression: 'Patient.name.where(' })).toBe(422);
    expect(await put({ code: 'family' })).toBe(422);
    expect(await put({ code: '$where' })).toBe(422);
    expect(
      (
        await post(
          '/SearchParameter',
          { ...shoe, id: undefined },
          world.patient('ana', 'openid fhirUser launch/patient patient/*.cruds'),
        )
      ).status,
    ).toBe(403);
  });
});

describe('$reindex', () => {
  it('runs, tells how far it is, and is for who may change everything', async () => {
    const started = await post('/$reindex?_type=Observation', undefined);
    expect(started.status).toBe(202);
    await expect
      .poll(async () => parameter((await get('/$reindex')).body, 'running'), { timeout: 20_000 })
      .toMatchObject({ valueBoolean: false });
    expect(ids((await get('/Observation?code=4548-4')).body)).toEqual(['o3']);
    for (const scope of [
      'system/*.rs',
      'system/*.rs system/Basic.u',
      'system/*.cud system/Observation.rs',
      'user/*.cruds',
    ])
      expect((await post('/$reindex', undefined, world.token({ scope }))).status, scope).toBe(403);
    expect((await post('/$reindex', undefined, world.patient('ana'))).status).toBe(403);
  });
});
