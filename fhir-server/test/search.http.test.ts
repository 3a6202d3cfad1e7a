/** Every kind of search parameter, modifier and prefix, over a small clinic whose answers are known by hand. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWorld, type World } from './world.ts';

let world: World;

const loinc = (code: string, display?: string) => ({
  coding: [{ system: 'http://loinc.org', code, ...(display ? { display } : {}) }],
});
const quantity = (value: number, code: string) => ({
  value,
  unit: code,
  system: 'http://unitsofmeasure.org',
  code,
});
const ref = (reference: string) => ({ reference });

const RESOURCES: readonly { readonly resourceType: string; readonly id: string }[] = [
  { resourceType: 'Organization', id: 'group', name: 'Group' },
  { resourceType: 'Organization', id: 'clinic', name: 'Clinic', partOf: ref('Organization/group') },
  { resourceType: 'Organization', id: 'ward', name: 'Ward', partOf: ref('Organization/clinic') },
  { resourceType: 'Location', id: 'here', position: { latitude: 48.2, longitude: 16.37 } },
  { resourceType: 'Location', id: 'there', position: { latitude: 48.3, longitude: 16.37 } },
  { resourceType: 'Location', id: 'far', position: { latitude: -17.5, longitude: 179.9 } },
  {
    resourceType: 'Practitioner',
    id: 'doc',
    name: [{ family: 'Osei', given: ['Amara'] }],
    identifier: [
      {
        type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'NPI' }] },
        system: 'urn:npi',
        value: '77',
      },
    ],
  },
  {
    resourceType: 'Patient',
    id: 'ana',
    gender: 'female',
    birthDate: '1960-05-03',
    name: [{ family: 'Álvarez', given: ['Ana'] }],
    managingOrganization: ref('Organization/ward'),
    generalPractitioner: [ref('Practitioner/doc')],
    text: {
      status: 'generated',
      div: '<div xmlns="http://www.w3.org/1999/xhtml">Lives with <b>asthma</b></div>',
    },
  },
  {
    resourceType: 'Patient',
    id: 'bob',
    gender: 'male',
    birthDate: '1985',
    name: [{ family: 'Brown', given: ['Bob'] }],
    managingOrganization: ref('Organization/clinic'),
    meta: {
      tag: [{ system: 'urn:t', code: 'vip' }],
      security: [{ system: 'urn:s', code: 'R' }],
      source: 'urn:src',
      profile: ['http://example.org/p'],
    },
  },
  {
    resourceType: 'Observation',
    id: 'pressure',
    status: 'final',
    code: loinc('85354-9', 'Blood pressure panel'),
    subject: ref('Patient/ana'),
    effectiveDateTime: '2024-03-05T10:00:00Z',
    component: [
      { code: loinc('8480-6'), valueQuantity: quantity(145, 'mm[Hg]') },
      { code: loinc('8462-4'), valueQuantity: quantity(80, 'mm[Hg]') },
    ],
  },
  {
    resourceType: 'Observation',
    id: 'glucose',
    status: 'final',
    code: loinc('2345-7', 'Glucose'),
    subject: ref('Patient/ana'),
    effectivePeriod: { start: '2024-03-01', end: '2024-03-10' },
    valueQuantity: quantity(95, 'mg/dL'),
    note: [{ text: 'fasting since the evening' }],
  },
  {
    resourceType: 'Observation',
    id: 'glucose-b',
    status: 'preliminary',
    code: loinc('2345-7', 'Glucose'),
    subject: ref('Patient/bob'),
    effectiveDateTime: '2023',
    valueQuantity: quantity(1.2, 'g/L'),
  },
  {
    resourceType: 'Observation',
    id: 'mood',
    status: 'final',
    code: { text: 'Mood' },
    subject: ref('Patient/bob'),
    valueString: 'calm',
  },
  {
    resourceType: 'Condition',
    id: 'asthma',
    clinicalStatus: {
      coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-clinical', code: 'relapse' }],
    },
    code: { coding: [{ system: 'http://snomed.info/sct', code: '195967001', display: 'Asthma' }] },
    subject: ref('Patient/ana'),
  },
  {
    resourceType: 'List',
    id: 'watch',
    status: 'current',
    mode: 'working',
    entry: [{ item: ref('Patient/bob') }],
  },
  {
    resourceType: 'ValueSet',
    id: 'sugars',
    url: 'http://example.org/sugars',
    status: 'active',
    compose: { include: [{ system: 'http://loinc.org', concept: [{ code: '2345-7' }] }] },
  },
  {
    resourceType: 'RiskAssessment',
    id: 'risk',
    status: 'final',
    subject: ref('Patient/ana'),
    prediction: [{ probabilityDecimal: 0.25 }],
  },
  {
    resourceType: 'DocumentReference',
    id: 'new',
    status: 'current',
    content: [{ attachment: { url: 'http://a/b' } }],
    relatesTo: [{ code: 'replaces', target: ref('DocumentReference/old') }],
  },
  {
    resourceType: 'DocumentReference',
    id: 'old',
    status: 'superseded',
    content: [{ attachment: { url: 'http://a/c' } }],
  },
  {
    resourceType: 'Encounter',
    id: 'visit',
    status: 'finished',
    class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'AMB' },
    subject: ref('Patient/ana'),
    serviceProvider: ref('Organization/ward'),
  },
] as never;

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

async function ids(path: string): Promise<string[]> {
  const { status, body, text } = await world.ask('GET', path, { token: world.system });
  expect(status, text).toBe(200);
  type Entry = { resource: { id: string }; search: { mode: string } };
  return ((body.entry ?? []) as Entry[]).map(({ resource }) => resource.id).sort();
}

const enc = encodeURIComponent;

describe('a search by', () => {
  it.each([
    // tokens
    ['Patient?gender=female', ['ana']],
    [`Patient?gender=${enc('http://hl7.org/fhir/administrative-gender|female')}`, ['ana']],
    [`Patient?gender=${enc('urn:other|female')}`, []],
    ['Patient?gender:not=female', ['bob']],
    [`Observation?code=${enc('http://loinc.org|2345-7')}`, ['glucose', 'glucose-b']],
    ['Observation?code=2345-7', ['glucose', 'glucose-b']],
    [`Observation?code=${enc('http://loinc.org|')}`, ['glucose', 'glucose-b', 'pressure']],
    ['Observation?code:text=gluc', ['glucose', 'glucose-b']],
    ['Observation?code:text=mood', ['mood']],
    ['Observation?code=2345-7,85354-9', ['glucose', 'glucose-b', 'pressure']],
    [`Observation?code:in=${enc('http://example.org/sugars')}`, ['glucose', 'glucose-b']],
    ['Observation?code:in=ValueSet/sugars', ['glucose', 'glucose-b']],
    [`Observation?code:not-in=${enc('http://example.org/sugars')}`, ['mood', 'pressure']],
    [
      `Condition?clinical-status:below=${enc('http://terminology.hl7.org/CodeSystem/condition-clinical|active')}`,
      ['asthma'],
    ],
    [
      `Condition?clinical-status:above=${enc('http://terminology.hl7.org/CodeSystem/condition-clinical|relapse')}`,
      ['asthma'],
    ],
    [`Patient?gender:in=${enc('http://hl7.org/fhir/ValueSet/administrative-gender')}`, ['ana', 'bob']],
    [
      `Practitioner?identifier:of-type=${enc('http://terminology.hl7.org/CodeSystem/v2-0203|NPI|77')}`,
      ['doc'],
    ],
    ['Observation?value-quantity:missing=true', ['mood', 'pressure']],
    // strings
    ['Patient?family=alv', ['ana']],
    ['Patient?family:exact=Álvarez', ['ana']],
    ['Patient?family:exact=alvarez', []],
    ['Patient?family:contains=RE', ['ana']],
    // dates
    ['Patient?birthdate=1960', ['ana']],
    ['Patient?birthdate=gt1980', ['bob']],
    ['Patient?birthdate=le1985', ['ana', 'bob']],
    ['Observation?date=2024-03-05', ['pressure']],
    ['Observation?date=2024-03', ['glucose', 'pressure']],
    ['Observation?date=sa2023', ['glucose', 'pressure']],
    ['Observation?date=eb2024', ['glucose-b']],
    ['Observation?date=ne2023', ['glucose', 'pressure']],
    ['Observation?date=ge2024-03-05&date=lt2024-03-06', ['glucose', 'pressure']],
    // numbers and quantities
    ['RiskAssessment?probability=0.25', ['risk']],
    ['RiskAssessment?probability=gt0.3', []],
    ['Observation?value-quantity=95', ['glucose']],
    [`Observation?value-quantity=${enc('95|http://unitsofmeasure.org|mg/dL')}`, ['glucose']],
    [`Observation?value-quantity=${enc('0.95|http://unitsofmeasure.org|g/L')}`, ['glucose']],
    [`Observation?value-quantity=${enc('120|http://unitsofmeasure.org|mg/dL')}`, ['glucose-b']],
    [`Observation?value-quantity=${enc('gt100|http://unitsofmeasure.org|mg/dL')}`, ['glucose-b']],
    [`Observation?value-quantity=${enc('ap100|http://unitsofmeasure.org|mg/dL')}`, ['glucose']],
    ['Observation?value-quantity=95||mg/dL', ['glucose']],
    [`Observation?value-quantity=${enc('95|http://unitsofmeasure.org|mm[Hg]')}`, []],
    // references
    ['Observation?subject=Patient/ana', ['glucose', 'pressure']],
    ['Observation?subject:Patient=ana', ['glucose', 'pressure']],
    ['Observation?patient=ana', ['glucose', 'pressure']],
    ['Patient?organization:below=Organization/group', ['ana', 'bob']],
    ['Patient?organization:below=ward', ['ana']],
    ['Patient?organization:above=ward', ['ana', 'bob']],
    // chains
    ['Observation?subject:Patient.family=alvarez', ['glucose', 'pressure']],
    ['Observation?patient.organization.partof.name=clinic', ['glucose', 'pressure']],
    ['Observation?patient.organization.partof.partof.name=group', ['glucose', 'pressure']],
    ['Patient?_has:Observation:patient:code=85354-9', ['ana']],
    ['Organization?_has:Patient:organization:_has:Observation:patient:code=85354-9', ['ward']],
    ['Practitioner?_has:Patient:general-practitioner:_has:Observation:patient:status=preliminary', []],
    // composites
    [`Observation?component-code-value-quantity=${enc('8480-6$gt140')}`, ['pressure']],
    [`Observation?component-code-value-quantity=${enc('8462-4$gt140')}`, []],
    [
      `Observation?component-code-value-quantity=${enc('http://loinc.org|8480-6$145|http://unitsofmeasure.org|mm[Hg]')}`,
      ['pressure'],
    ],
    [`Observation?code-value-quantity=${enc('2345-7$lt100')}`, ['glucose', 'glucose-b']],
    [`Observation?combo-code-value-quantity=${enc('2345-7$95,8462-4$80')}`, ['glucose', 'pressure']],
    [`Observation?code-value-string=${enc('2345-7$calm')}`, []],
    [`DocumentReference?relationship=${enc('replaces$DocumentReference/old')}`, ['new']],
    [`DocumentReference?relationship=${enc('appends$DocumentReference/old')}`, []],
    // special
    [`Location?near=${enc('48.2|16.37|5|km')}`, ['here']],
    [`Location?near=${enc('48.2|16.37|15|km')}`, ['here', 'there']],
    [`Location?near=${enc('-17.5|-179.9|30|km')}`, ['far']],
    // words
    ['Patient?_text=asthma', ['ana']],
    ['Patient?_text=ASTHMA%20lives', ['ana']],
    ['Patient?_text=brown', []],
    ['Patient?_content=brown', ['bob']],
    ['Observation?_content=fasting%20evening', ['glucose']],
    ['Observation?_content=fasting%20OR%20calm', ['glucose', 'mood']],
    ['Observation?_content=fasting%20calm', []],
    ['Observation?_content=fas*', ['glucose']],
    ['Observation?_content=evening%20FAST*', ['glucose']],
    ['Observation?_content=asting*', []],
    ['Observation?_content=fasting*', ['glucose']],
    // lists, metadata, ids
    ['Patient?_list=watch', ['bob']],
    [`Patient?_tag=${enc('urn:t|vip')}`, ['bob']],
    [`Patient?_security=${enc('urn:s|R')}`, ['bob']],
    ['Patient?_source=urn:src', ['bob']],
    [`Patient?_profile=${enc('http://example.org/p')}`, ['bob']],
    ['Patient?_id=ana,bob,nobody', ['ana', 'bob']],
    ['Patient?_lastUpdated=gt2020', ['ana', 'bob']],
    // _filter
    [`Patient?_filter=${enc('birthdate gt 1980')}`, ['bob']],
    [`Patient?_filter=${enc('gender eq female and (family sw "alv" or family eq "x")')}`, ['ana']],
    [`Patient?_filter=${enc('not (gender eq female)')}`, ['bob']],
    [`Patient?_filter=${enc('family co "row"')}`, ['bob']],
    [`Observation?_filter=${enc('patient.family eq "Álvarez" and value-quantity lt 100')}`, ['glucose']],
    [`Observation?_filter=${enc('value-string pr true')}`, ['mood']],
    [`Observation?_filter=${enc('code in http://example.org/none or subject re Patient/bob')}`, null],
  ])('%s', async (path, expected) => {
    if (expected === null)
      expect((await world.ask('GET', `/${path}`, { token: world.system })).status).toBe(400);
    else expect(await ids(`/${path}`)).toEqual(expected);
  });
});

describe('a search that is not understood', () => {
  it.each([
    'Patient?colour=red',
    'Patient?gender:contains=f',
    'Patient?gender:wrong=f',
    'Patient?family:not=x',
    'Patient?birthdate=yesterday',
    'Patient?birthdate:missing=perhaps',
    'Observation?value-quantity=many',
    'Observation?code-value-quantity=2345-7',
    'Observation?code:in=http://example.org/none',
    'Observation?code:below=http://loinc.org|2345-7',
    'Location?near=north',
    'Location?near=48|16|5|kg',
    'Patient?_list=$current',
    'Patient?_text=...',
    'Patient?_filter=family',
    'Patient?_content=%22chest%20pa*%22',
    'ValueSet?url:below=urn:oid:1.2',
    'Patient?_filter=family%20xx%20y',
    'Patient?_filter=(family%20eq%20y',
    'Patient?_sort=colour',
    'Patient?_include=Patient:gender',
    'Observation?_include=Observation:subject:Practitioner',
    'Observation?_include=Observation:patient:Group',
    'Patient?_include=Patient:*:Schedule',
    'Patient?_revinclude=Observation:subject:Practitioner',
    'Patient?_include:iterate=Organization:partof:Patient',
    'Patient?_contained=true',
    'Observation?subject:Device.family=x',
    'Patient?general-practitioner.name.family=x',
    '?_type=Nothing',
  ])('%s is refused with 400', async (path) => {
    const { status, body } = await world.ask('GET', path.startsWith('?') ? path : `/${path}`, {
      token: world.system,
    });
    expect(status).toBe(400);
    expect(body.resourceType).toBe('OperationOutcome');
  });

  it('is answered without the part, and says so, where handling is lenient', async () => {
    const { status, body } = await world.ask('GET', '/Patient?colour=red&gender=male', {
      token: world.system,
      headers: { Prefer: 'handling=lenient' },
    });
    expect(status).toBe(200);
    expect(body.link[0].url).not.toContain('colour');
    const modes = body.entry.map((entry: { search: { mode: string } }) => entry.search.mode);
    expect(modes).toEqual(['match', 'outcome']);
  });
});

describe('includes', () => {
  it.each([
    'Observation?_include=Observation:subject:Patient',
    'Observation?_include=Observation:*:Patient',
    'Patient?_revinclude=Observation:subject:Patient',
    'Patient?_revinclude=Provenance:target:Patient',
    'PlanDefinition?_include=PlanDefinition:depends-on:Library',
  ])('may name a type that the reference leads to: %s', async (path) => {
    expect((await world.ask('GET', `/${path}`, { token: world.system })).status).toBe(200);
  });

  it('follow references forward, iterated and with a wildcard', async () => {
    expect(
      await ids('/Patient?_id=ana&_include=Patient:organization&_include:iterate=Organization:partof'),
    ).toEqual(['ana', 'clinic', 'group', 'ward']);
    expect(await ids('/Patient?_id=ana&_include=*')).toEqual(['ana', 'doc', 'ward']);
  });

  it('follow them backward, one parameter or all of every type', async () => {
    expect(await ids('/Patient?_id=bob&_revinclude=Observation:subject')).toEqual([
      'bob',
      'glucose-b',
      'mood',
    ]);
    expect(await ids('/Patient?_id=bob&_revinclude=*')).toEqual(['bob', 'glucose-b', 'mood', 'watch']);
  });
});

describe('a search of the system', () => {
  it('covers the types it is asked for', async () => {
    expect(await ids('?_type=Patient,Practitioner')).toEqual(['ana', 'bob', 'doc']);
    expect(await ids('?_content=asthma')).toEqual(['ana', 'asthma']);
  });

  it('is paged across types without gap or repetition, with one total', async () => {
    const seen: string[] = [];
    let url: string | undefined =
      `${world.base}?_type=Patient,Organization,Observation&_count=2&_total=accurate`;
    while (url) {
      const {
        body,
      }: {
        body: {
          total: number;
          link: { relation: string; url: string }[];
          entry?: { resource: { id: string } }[];
        };
      } = await world.ask('GET', url, { token: world.system });
      expect(body.total).toBe(9);
      seen.push(...(body.entry ?? []).map(({ resource }) => resource.id));
      url = body.link.find(({ relation }) => relation === 'next')?.url;
    }
    expect(seen).toHaveLength(9);
    expect(new Set(seen).size).toBe(9);
  });

  it('works as POST _search too, and only over what the token reaches', async () => {
    const { body } = await world.ask('POST', '/_search', {
      token: world.patient('ana'),
      body: '_type=Patient,Observation',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    });
    expect(body.entry.map((entry: { resource: { id: string } }) => entry.resource.id).sort()).toEqual([
      'ana',
      'glucose',
      'pressure',
    ]);
    const limited = world.token({ scope: 'system/Patient.rs' });
    expect((await world.ask('GET', '?_type=Observation', { token: limited })).status).toBe(403);
  });
});

describe('a compartment', () => {
  it('is searched by type, or whole', async () => {
    expect(await ids('/Patient/ana/Observation?code=2345-7')).toEqual(['glucose']);
    expect(await ids('/Encounter/visit/Encounter')).toEqual(['visit']);
    expect(await ids('/Practitioner/doc/Patient')).toEqual(['ana']);
    expect(await ids('/Patient/bob/*')).toEqual(['bob', 'glucose-b', 'mood']);
  });

  it('of nobody is 404, of a type that is never in it 400', async () => {
    const get = async (path: string) => (await world.ask('GET', path, { token: world.system })).status;
    expect(await get('/Patient/nobody/Observation')).toBe(404);
    expect(await get('/Patient/ana/Organization')).toBe(400);
    expect((await world.ask('GET', '/Patient/bob/Observation', { token: world.patient('ana') })).status).toBe(
      404,
    );
  });
});

describe('the order', () => {
  it('is by any parameters, down and up', async () => {
    const order = async (sort: string) => {
      const { body } = await world.ask('GET', `/Observation?_sort=${sort}`, { token: world.system });
      return body.entry.map((entry: { resource: { id: string } }) => entry.resource.id);
    };
    expect(await order('value-quantity,_id')).toEqual(['glucose-b', 'glucose', 'mood', 'pressure']);
    expect(await order('-value-quantity,-_id')).toEqual(['glucose', 'glucose-b', 'pressure', 'mood']);
    // What has no date comes after what has one.
    expect(await order('status,-date')).toEqual(['pressure', 'glucose', 'mood', 'glucose-b']);
  });
});
