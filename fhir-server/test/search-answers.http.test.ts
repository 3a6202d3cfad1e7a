/** Searches that gave a wrong answer, or none. Rows Q1 to Q5 and Q13 to Q16 of issue 14. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { STORES } from './stores.ts';
import type { World } from './world.ts';

describe.each(STORES)('on %s', (_store, open) => {
  let world: World;
  const get = (path: string, headers: Record<string, string> = {}) =>
    world.ask('GET', path, { token: world.system, headers });
  const found = async (path: string): Promise<string[]> => {
    const { status, body, text } = await get(path);
    expect(status, `${path} ${text}`).toBe(200);
    // biome-ignore lint/suspicious/noExplicitAny: Bundles of every shape
    return (body.entry ?? []).map(({ resource }: any) => resource.id).sort();
  };
  const risk = (id: string, probabilityDecimal: number) => ({
    resourceType: 'RiskAssessment',
    id,
    status: 'final',
    subject: { reference: 'Patient/p' },
    prediction: [{ probabilityDecimal }],
  });
  const measured = (id: string, value: object) => ({
    resourceType: 'Observation',
    id,
    status: 'final',
    code: { text: 'x' },
    subject: { reference: 'Patient/p' },
    valueQuantity: value,
  });
  const ucum = (value: number, code: string) => ({
    value,
    code,
    unit: code,
    system: 'http://unitsofmeasure.org',
  });

  const document = (id: string, more: object = {}) => ({
    resourceType: 'DocumentReference',
    id,
    status: 'current',
    content: [{ attachment: { title: 'x' } }],
    ...more,
  });

  beforeAll(async () => {
    world = await open();
    const resources: readonly { resourceType: string; id: string }[] = [
      document('d-1'),
      document('d-2'),
      document('d-3', {
        relatesTo: [
          { code: 'replaces', target: { reference: 'DocumentReference/d-1' } },
          { code: 'appends', target: { reference: 'DocumentReference/d-2' } },
        ],
      }),
      {
        resourceType: 'Patient',
        id: 'p',
        birthDate: '1980-05-01',
        name: [{ family: 'Case' }],
        identifier: [{ system: 'urn:mrn', value: 'MRN-7a' }],
        telecom: [
          { system: 'email', value: 'Maria@Example.org' },
          { system: 'phone', value: '555-CALL' },
        ],
        communication: [{ language: { coding: [{ system: 'urn:ietf:bcp:47', code: 'en-US' }] } }],
      } as never,
      {
        resourceType: 'Group',
        id: 'g',
        type: 'person',
        actual: true,
        member: [{ entity: { reference: 'Patient/p' } }],
      } as never,
      risk('r4', 4),
      risk('r5', 5),
      risk('r5-4', 5.4),
      risk('r5-5', 5.5),
      risk('r6', 6),
      measured('mg', ucum(5, 'mg')),
      measured('g', ucum(0.005, 'g')),
      measured('more', ucum(6, 'mg')),
      measured('no-unit', { value: 5 }),
      measured('less-than', { ...ucum(5, 'mg'), comparator: '<' }),
    ];
    for (const body of resources) {
      const answer = await world.ask('PUT', `/${body.resourceType}/${body.id}`, {
        token: world.system,
        body,
      });
      expect(answer.status, answer.text).toBe(201);
    }
  });
  afterAll(() => world.close());

  it('finds a document by its relation to another, by code alone or with its system, by id alone or with its type', async () => {
    const system = 'http://hl7.org/fhir/document-relationship-type|';
    for (const code of ['replaces', `${system}replaces`, '|replaces'])
      for (const target of ['d-1', 'DocumentReference/d-1', `${world.base}/DocumentReference/d-1`]) {
        const value = encodeURIComponent(`${code}$${target}`);
        expect(await found(`/DocumentReference?relationship=${value}`), value).toEqual(['d-3']);
      }
    for (const other of ['appends$d-1', `${system}replaces$d-2`, 'urn:x|replaces$d-1'])
      expect(await found(`/DocumentReference?relationship=${encodeURIComponent(other)}`), other).toEqual([]);
  });

  it('Q1: numbers by every prefix: a point is neither before nor after itself', async () => {
    const by = (value: string) => found(`/RiskAssessment?probability=${value}`);
    expect(await by('sa5')).toEqual(['r5-4', 'r5-5', 'r6']);
    expect(await by('eb5')).toEqual(['r4']);
    expect(await by('gt5')).toEqual(['r5-4', 'r5-5', 'r6']);
    expect(await by('lt5')).toEqual(['r4']);
    expect(await by('ge5')).toEqual(['r5', 'r5-4', 'r5-5', 'r6']);
    expect(await by('le5')).toEqual(['r4', 'r5']);
    // 5 stands for [4.5, 5.5), 5.0 for [4.95, 5.05).
    expect(await by('5')).toEqual(['r5', 'r5-4']);
    expect(await by('5.0')).toEqual(['r5']);
    expect(await by('ne5')).toEqual(['r4', 'r5-5', 'r6']);
    expect(await by('ne5.4')).toEqual(['r4', 'r5', 'r5-5', 'r6']);
    expect(await by('ap5')).toEqual(['r5', 'r5-4', 'r5-5']);
    expect(await by('ap5.5')).toEqual(['r5', 'r5-4', 'r5-5', 'r6']);
    expect(await by('sa5.50')).toEqual(['r6']);
    // 6 stands for [5.5, 6.5).
    expect(await by('5,6')).toEqual(['r5', 'r5-4', 'r5-5', 'r6']);
  });

  it('Q1: quantities likewise, in whatever unit they are kept and asked', async () => {
    for (const [five, unit] of [
      ['5', 'mg'],
      ['0.005', 'g'],
      ['5000', 'ug'],
    ] as const) {
      expect(await found(`/Observation?value-quantity=sa${five}|http://unitsofmeasure.org|${unit}`)).toEqual([
        'more',
      ]);
      // What is less than five ends before it.
      expect(await found(`/Observation?value-quantity=eb${five}|http://unitsofmeasure.org|${unit}`)).toEqual([
        'less-than',
      ]);
      expect(await found(`/Observation?value-quantity=le${five}|http://unitsofmeasure.org|${unit}`)).toEqual([
        'g',
        'less-than',
        'mg',
      ]);
      expect(await found(`/Observation?value-quantity=gt${five}|http://unitsofmeasure.org|${unit}`)).toEqual([
        'more',
      ]);
    }
    expect(await found('/Observation?value-quantity=sa5')).toEqual(['more']);
    expect(await found('/Observation?value-quantity=5||mg')).toEqual(['mg']);
  });

  it('Q1: dates by every prefix, with the precision they have', async () => {
    const by = (value: string) => found(`/Patient?birthdate=${value}`);
    for (const value of [
      '1980-05-01',
      '1980-05',
      '1980',
      'ge1980-05-01',
      'le1980-05-01',
      'sa1980-04-30',
      'eb1980-05-02',
      'ne1980-05-02',
      'ap1980-05-01',
      'lt1980-05-02',
      'gt1980-04-30',
      'le1980',
      'ge1980',
    ])
      expect(await by(value), value).toEqual(['p']);
    for (const value of [
      'sa1980-05-01',
      'eb1980-05-01',
      'gt1980-05-01',
      'lt1980-05-01',
      'ne1980-05-01',
      'ne1980-05',
      'sa1980',
      'eb1980',
      'sa1980-05',
      '1980-05-02',
    ])
      expect(await by(value), value).toEqual([]);
  });

  it('Q2: _count=0 tells the number, as _summary=count does', async () => {
    for (const query of [
      '_count=0',
      '_summary=count',
      '_count=00',
      '_count=0&_total=none',
      '_count=0&_include=Observation:subject',
    ]) {
      const { body } = await get(`/Observation?${query}`);
      expect([body.total, body.entry], query).toEqual([5, undefined]);
    }
    expect((await get('/?_type=Observation,Patient&_count=0')).body.total).toBe(6);
  });

  it('Q3: parameters without a value are passed over, wherever something is asked', async () => {
    expect(await found('/Patient?_id=p&name=')).toEqual(['p']);
    const empty =
      'name=&_sort=&_count=&_include=&_revinclude=&_summary=&_elements=&_total=&birthdate=&organization.name=&_has:Observation:subject:code=&unheard-of=&name:exact=';
    const { body } = await get(`/Patient?_id=p&${empty}`);
    expect(body.entry).toHaveLength(1);
    expect(body.link[0].url).toBe(`${world.base}/Patient?_id=p`);
    // A list of nothing says as little, and an alternative that is empty is none.
    const lists = await get(`/Patient?_id=p&${empty.replaceAll('=', '=,')}&name=%20,%20`);
    expect([lists.status, lists.body.link?.[0].url]).toEqual([200, `${world.base}/Patient?_id=p`]);
    expect(await found('/Patient?_id=p,&_sort=name,,-birthdate,&_elements=,name')).toEqual(['p']);
    expect(await found('/?_type=Group,&_id=,g')).toEqual(['g']);
    for (const query of [
      'name=zzz,',
      'gender=,zzz',
      'birthdate=1900-01-01,',
      'organization=zzz,',
      '_content=zzz,',
    ])
      expect(await found(`/Patient?${query}`), query).toEqual([]);
    for (const query of ['identifier=|', 'gender=male,|'])
      expect((await get(`/Patient?${query}`)).status).toBe(400);
    expect(await found('/?_type=Group&_lastUpdated=')).toEqual(['g']);
    expect((await get('/Patient/p?_summary=&_elements=')).body.birthDate).toBe('1980-05-01');
    expect((await get('/Patient/p/_history?_since=&_count=&_at=')).body.total).toBe(1);
    const posted = await world.ask('POST', '/Patient/_search', {
      token: world.system,
      body: '_id=p&name=',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    });
    expect(posted.body.entry).toHaveLength(1);
    const batch = {
      resourceType: 'Bundle',
      type: 'batch',
      entry: [{ request: { method: 'GET', url: 'Patient?_id=p&name=' } }],
    };
    const answer = await world.ask('POST', '/', { token: world.system, body: batch });
    expect(answer.body.entry[0].resource.entry).toHaveLength(1);
    expect(await found('/AuditEvent?patient=nobody&action=')).toEqual([]);
    // A write does not become wider by what its condition leaves out.
    const body2 = { resourceType: 'Patient', identifier: [{ value: 'z' }] };
    for (const query of [
      'identifier=',
      'identifier=&name=case',
      'name=case&identifier=',
      'identifier=,',
      'name=case&identifier=,',
    ])
      expect(
        (await world.ask('PUT', `/Patient?${query}`, { token: world.system, body: body2 })).status,
        query,
      ).toBe(400);
    for (const query of ['name=', 'name=,', 'name=%20'])
      expect((await world.ask('DELETE', `/Patient?${query}`, { token: world.system })).status).toBe(400);
  });

  it('Q5: _has within a chain, within _has, and over all types', async () => {
    expect(await found('/RiskAssessment?probability=4&subject._has:Group:member:_id=g')).toEqual(['r4']);
    expect(await found('/RiskAssessment?probability=4&subject:Patient._has:Group:member:_id=g')).toEqual([
      'r4',
    ]);
    expect(await found('/RiskAssessment?subject._has:Group:member:_id=other')).toEqual([]);
    expect(await found('/Group?member._has:RiskAssessment:subject:probability=4')).toEqual(['g']);
    expect(await found('/Patient?_has:RiskAssessment:subject:subject._has:Group:member:_id=g')).toEqual([
      'p',
    ]);
    expect(await found('/?_has:Group:member:_id=g')).toEqual(['p']);
    expect(await found('/?_has:Observation:subject:value-quantity=6||mg')).toEqual(['p']);
    expect(await found('/?_type=Patient,Group&_has:Group:member:_id=g')).toEqual(['p']);
    expect((await get('/?_type=Observation&_has:Group:member:_id=g')).status).toBe(400);
    expect((await get('/Observation?subject._has:Group:nonsense:_id=g')).status).toBe(400);
    expect((await get('/Observation?_has:Group:member:_id=g')).status).toBe(400);
  });

  it('Q13: times before the beginning, other versions of FHIR, hours that are none', async () => {
    const history = await get('/Patient/p/_history?_at=1999-01-01');
    expect([history.status, history.body.total, history.body.entry]).toEqual([200, 0, undefined]);
    expect((await get('/Patient/nobody/_history?_at=1999')).status).toBe(404);
    for (const version of ['3.0', '5.0', '1.0', '"4.3"', '4.0.2'])
      for (const accept of [
        `application/fhir+json; fhirVersion=${version}`,
        `application/fhir+json;fhirversion=${version}, application/json;fhirVersion=${version}`,
      ])
        expect((await get('/Patient/p', { Accept: accept })).status, accept).toBe(406);
    for (const accept of [
      'application/fhir+json; fhirVersion=4.0',
      'application/fhir+json;fhirVersion="4.0"',
      'application/fhir+json;fhirVersion=3.0, application/fhir+json',
      'application/fhir+json; fhirVersion=4.0.1',
    ])
      expect((await get('/Patient/p', { Accept: accept })).status, accept).toBe(200);
    expect(
      (await get(`/Patient/p?_format=${encodeURIComponent('application/fhir+json; fhirVersion=3.0')}`))
        .status,
    ).toBe(406);
    const body = { resourceType: 'Patient', id: 'p3' };
    const old = {
      token: world.system,
      body,
      headers: { 'Content-Type': 'application/fhir+json; fhirVersion=3.0' },
    };
    expect((await world.ask('PUT', '/Patient/p3', old)).status).toBe(415);
    for (const time of [
      '2020-01-01T24:00:00',
      '2020-01-01T24:00:00Z',
      '2020-01-01T12:60:00Z',
      '2020-01-01T12:00:60Z',
      '2020-01-01T12:00:00%2B25:00',
      '2020-02-30',
      '2020-00',
      '2020-13-01',
    ])
      for (const query of [
        `/Patient?birthdate=${time}`,
        `/Patient?_lastUpdated=ge${time}`,
        `/Patient/p/_history?_since=${time}`,
      ])
        expect((await get(query)).status, query).toBe(400);
    expect((await get('/Patient?_lastUpdated=le2016-12-31T23:59:60Z')).status).toBe(200);
  });

  it('Q3: what each resource has is missing in none: an id and when it was updated', async () => {
    for (const code of ['_id', '_lastUpdated']) {
      for (const query of [`${code}:missing=false`, `_filter=${code} pr true`])
        expect(await found(`/Patient?${query}`), query).toEqual(['p']);
      for (const query of [`${code}:missing=true`, `_filter=${code} pr false`])
        expect(await found(`/Patient?${query}`), query).toEqual([]);
      expect(await found(`/RiskAssessment?subject.${code}:missing=true`)).toEqual([]);
      expect((await found(`/RiskAssessment?subject.${code}:missing=false`)).length).toBeGreaterThan(0);
      expect((await get(`/Patient?${code}:missing=perhaps`)).status).toBe(400);
    }
  });

  it('Q14: tokens in any case, unless their system or their element says that case counts', async () => {
    for (const query of [
      'email=maria@example.org',
      'email=MARIA@EXAMPLE.ORG',
      'telecom=maria@example.org',
      'phone=555-call',
      'identifier=mrn-7A',
      'identifier=urn:mrn|MRN-7A',
      'identifier=urn:mrn|mrn-7a',
      'language=EN-us',
      'language=urn:ietf:bcp:47|en-us',
      'identifier:not=other',
      'gender:missing=true',
    ])
      expect(await found(`/Patient?${query}`), query).toEqual(['p']);
    for (const query of ['identifier=URN:MRN|mrn-7a', 'identifier=mrn', 'identifier:not=mrn-7A'])
      expect(await found(`/Patient?${query}`), query).toEqual([]);
    // A code element; a unit.
    expect(await found('/Observation?status=FINAL')).toEqual([]);
    expect(await found('/Observation?value-quantity=5|http://unitsofmeasure.org|MG')).toEqual([]);
    const other = {
      resourceType: 'Condition',
      id: 'c',
      subject: { reference: 'Patient/p' },
      clinicalStatus: {
        coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-clinical', code: 'active' }],
      },
    };
    await world.ask('PUT', '/Condition/c', { token: world.system, body: other });
    expect(
      await found(
        '/Condition?clinical-status=http://terminology.hl7.org/CodeSystem/condition-clinical|ACTIVE',
      ),
    ).toEqual([]);
    expect(await found('/Condition?clinical-status=ACTIVE')).toEqual(['c']);
    // What a write rests on means the one it names.
    const body = { resourceType: 'Patient', identifier: [{ system: 'urn:mrn', value: 'mrn-7a' }] };
    const made = await world.ask('PUT', '/Patient?identifier=urn:mrn|mrn-7a', { token: world.system, body });
    expect(made.status).toBe(201);
    await world.ask('DELETE', `/Patient/${made.body.id}`, { token: world.system });
  });

  it('Q15: the CapabilityStatement says what becomes of references', async () => {
    const { body } = await get('/metadata');
    const policies = body.rest[0].resource
      .filter(({ type }: { type: string }) => type !== 'AuditEvent')
      .map((each: { referencePolicy: string[] }) => each.referencePolicy);
    expect(new Set(policies.map(String))).toEqual(new Set(['literal,logical,enforced']));
  });

  it('Q16: a + that was not escaped is read as what it was meant to be, in times', async () => {
    expect(await found('/Patient?_id=p&_lastUpdated=ge2020-01-01T00:00:00+02:00')).toEqual(['p']);
    expect(await found('/Patient?_id=p&birthdate=ge1980-04-30T23:00:00.5+02:00')).toEqual(['p']);
    expect(await found('/Patient?_id=p&_lastUpdated=le2020-01-01T00:00:00+02:00')).toEqual([]);
    expect((await get('/Patient/p/_history?_since=2020-01-01T00:00:00+02:00')).body.total).toBe(1);
    expect((await get('/Patient?_lastUpdated=2020-01-01T00:00:00+2')).status).toBe(400);
    expect(await found('/Patient?_filter=_id eq p and _lastUpdated ge 2020-01-01T00:00:00+02:00')).toEqual([
      'p',
    ]);
    // What is given on as a link is escaped.
    for (const path of [
      '/Patient?_lastUpdated=',
      '/Patient?_lastUpdated=ge',
      '/Patient/p/_history?_since=',
    ]) {
      const { body } = await get(`${path}2020-01-01T00:00:00+02:00`);
      expect(body.link[0].url).toContain('00%2B02%3A00');
    }
  });
});

it('Q15: … also where they are not enforced', async () => {
  const world = await STORES[0]?.[1]({ REFERENCE_INTEGRITY: 'off' });
  const { body } = (await world?.ask('GET', '/metadata')) ?? { body: undefined };
  expect(body.rest[0].resource[0].referencePolicy).toEqual(['literal', 'logical']);
  await world?.close();
});
