/** `Patient/$summary`: the International Patient Summary. That of every demonstration patient is in seed/src/load.http.test.ts. */
import { validateProfiles } from '@wellspring/profiles';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Any,
  expectDocument,
  hasIps,
  IPS_PROFILES,
  loadIps,
  ofType,
  publishedDocuments,
  sectionsOf,
} from './ips-documents.ts';
import { hasTransactions, STORES } from './stores.ts';
import type { World } from './world.ts';

const ref = (reference: string) => ({ reference });
const coded = (system: string, code: string, text?: string) => ({
  coding: [{ system, code }],
  ...(text ? { text } : {}),
});
const LOINC = 'http://loinc.org';
const CATEGORY = 'http://terminology.hl7.org/CodeSystem/observation-category';
const CLINICAL = 'http://terminology.hl7.org/CodeSystem/condition-clinical';
const of = { subject: ref('Patient/ana') };
const glucose = (id: string, day: string, value: number, status = 'final') => ({
  resourceType: 'Observation',
  id,
  status,
  category: [coded(CATEGORY, 'laboratory')],
  code: coded(LOINC, '2345-7', 'Glucose'),
  ...of,
  encounter: ref('Encounter/e1'),
  performer: [ref('Practitioner/doc')],
  effectiveDateTime: `2024-01-${day}`,
  valueQuantity: { value, unit: 'mg/dL', system: 'http://unitsofmeasure.org', code: 'mg/dL' },
});
const condition = (id: string, text: string, status: string) => ({
  resourceType: 'Condition',
  id,
  clinicalStatus: coded(CLINICAL, status),
  code: { text },
  ...of,
});

/** Ana has something of everything; Bob has nothing; nobody knows Cy's name or birth date. */
const RESOURCES = [
  { resourceType: 'Organization', id: 'clinic', name: 'Clinic' },
  { resourceType: 'Practitioner', id: 'doc', name: [{ family: 'Osei' }] },
  { resourceType: 'Medication', id: 'med', code: { text: 'Ibuprofen <200 mg> & more' } },
  {
    resourceType: 'Patient',
    id: 'ana',
    identifier: [{ system: 'urn:mrn', value: '1' }],
    name: [{ family: 'Álvarez', given: ['Ana'] }],
    birthDate: '1960-05-03',
    managingOrganization: ref('Organization/clinic'),
    photo: [{ contentType: 'image/png', title: 'Me', data: 'aGVsbG8=' }],
  },
  {
    resourceType: 'Patient',
    id: 'bob',
    identifier: [{ system: 'urn:mrn', value: '2' }],
    name: [{ family: 'Brown' }],
    birthDate: '1985-01-01',
  },
  { resourceType: 'Patient', id: 'cy' },
  {
    resourceType: 'Encounter',
    id: 'e1',
    status: 'finished',
    class: { code: 'AMB' },
    ...of,
  },
  condition('c-now', 'Asthma "the <b>bad</b> kind" & more', 'active'),
  condition('c-past', 'Broken arm', 'resolved'),
  {
    ...condition('c-not', 'Gout', 'active'),
    verificationStatus: coded('http://terminology.hl7.org/CodeSystem/condition-ver-status', 'refuted'),
  },
  {
    resourceType: 'MedicationRequest',
    id: 'rx',
    status: 'active',
    intent: 'order',
    medicationReference: ref('Medication/med'),
    requester: ref('Practitioner/doc'),
    ...of,
  },
  {
    resourceType: 'MedicationRequest',
    id: 'rx-old',
    status: 'stopped',
    intent: 'order',
    medicationCodeableConcept: { text: 'Aspirin' },
    ...of,
  },
  glucose('g1', '01', 90),
  glucose('g2', '02', 101),
  glucose('g3', '03', 500, 'entered-in-error'),
  { resourceType: 'Device', id: 'pacemaker', type: { text: 'Pacemaker' }, patient: ref('Patient/ana') },
  { resourceType: 'Procedure', id: 'p1', status: 'completed', ...of },
  condition('c-bob', 'Secret of Bob', 'active'),
].map((each) => (each.id === 'c-bob' ? { ...each, subject: ref('Patient/bob') } : each));

const load = async (into: World, resources: readonly object[]): Promise<void> => {
  const { status, text } = await into.ask('POST', '', {
    token: into.system,
    body: {
      resourceType: 'Bundle',
      type: 'transaction',
      entry: (resources as { resourceType: string; id: string }[]).map((resource) => ({
        resource,
        request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` },
      })),
    },
  });
  expect(status, text).toBe(200);
};
/** What is loaded is one transaction. */
const ABLE = STORES.filter(([name]) => name === 'SQLite' || hasTransactions);

describe.each(ABLE)('Patient/$summary, on %s', (_store, open) => {
  let world: World;
  beforeAll(async () => {
    world = await open();
    await load(world, RESOURCES);
  });
  afterAll(() => world?.close());

  const get = (path: string, token = world.system) => world.ask('GET', path, { token });
  it('is a document that holds what it refers to, with the sections of the IPS', async () => {
    const { status, body, headers } = await get('/Patient/ana/$summary');
    expect([status, headers.get('content-type')]).toEqual([200, 'application/fhir+json; charset=utf-8']);
    expectDocument(body);
    const sections = sectionsOf(body);
    expect([...sections.keys()].sort()).toEqual(
      ['10160-0', '11348-0', '11450-4', '30954-2', '46264-8', '47519-4', '48765-2'].sort(),
    );
    expect(ofType(body, 'Observation').map(({ id }) => id)).toEqual(['g2']);
    expect(ofType(body, 'MedicationRequest').map(({ id }) => id)).toEqual(['rx']);
    expect(ofType(body, 'Medication').map(({ id }) => id)).toEqual(['med']);
    expect(ofType(body, 'Practitioner').map(({ id }) => id)).toEqual(['doc']);
    expect(ofType(body, 'Condition').map(({ id }) => id)).toEqual(['c-now', 'c-past']);
    expect(ofType(body, 'Observation')[0].encounter).toEqual({
      type: 'Encounter',
      display: 'Encounter, not in this document',
    });
    expect(ofType(body, 'Patient')[0].photo).toEqual([{ contentType: 'image/png', title: 'Me' }]);
    expect(body.entry[0].resource.custodian.display).toBe('Clinic');
    expect(JSON.stringify(body)).not.toMatch(/Secret of Bob|Aspirin|Gout/);
  });

  it('reads well, and what people wrote is text in it', async () => {
    const { body } = await get('/Patient/ana/$summary');
    const sections = sectionsOf(body);
    expect(sections.get('11450-4').text.div).toContain(
      '<td>Asthma &quot;the &lt;b&gt;bad&lt;/b&gt; kind&quot; &amp; more</td>',
    );
    expect(sections.get('10160-0').text.div).toContain('<td>Ibuprofen &lt;200 mg&gt; &amp; more</td>');
    expect(sections.get('30954-2').text.div).toContain(
      '<td>Glucose</td><td>101 mg/dL</td><td>2 January 2024</td>',
    );
    expect(sections.get('46264-8').text.div).toContain('<td>Pacemaker</td>');
  });

  it('says that nothing is known where nothing is on record, and never that there is nothing', async () => {
    const { body } = await get('/Patient/cy/$summary');
    expectDocument(body);
    const unknown = { system: 'http://snomed.info/sct', code: '1287211007' };
    for (const type of ['AllergyIntolerance', 'MedicationStatement', 'Condition']) {
      const [resource] = ofType(body, type);
      const { code, medicationCodeableConcept } = resource;
      expect((code ?? medicationCodeableConcept).coding[0]).toMatchObject(unknown);
    }
    const [patient] = ofType(body, 'Patient');
    const absent = [{ valueCode: 'unknown' }];
    expect(patient._birthDate.extension).toMatchObject(absent);
    expect(patient.name[0]._text.extension).toMatchObject(absent);
    expect(sectionsOf(body).get('48765-2').text.div).toContain(
      'No information about allergies and intolerances is available.',
    );
    const { body: ana } = await get('/Patient/ana/$summary');
    expect(ofType(ana, 'Procedure')[0]).toMatchObject({
      code: { coding: [{ code: 'unknown' }] },
      _performedDateTime: { extension: absent },
    });
  });

  it('holds what the caller may read, and says where something was closed to them', async () => {
    const token = world.patient('ana', 'launch/patient patient/Patient.rs patient/Condition.rs');
    const { status, body } = await get('/Patient/ana/$summary', token);
    expect(status).toBe(200);
    expectDocument(body);
    expect(body.entry.map(({ resource }: Any) => resource.resourceType).sort()).toEqual(
      [
        'AllergyIntolerance',
        'Composition',
        'Condition',
        'Condition',
        'Device',
        'MedicationStatement',
        'Patient',
      ].sort(),
    );
    expect(sectionsOf(body).get('10160-0').text.div).toContain('Not all of it was open');
    expect((await get('/Patient/ana/$summary', world.patient('ana', 'patient/Condition.rs'))).status).toBe(
      403,
    );
  });

  it('lists no medicine that is not to be taken and no plan that is none, and says what is not certain', async () => {
    const person = { subject: ref('Patient/dee') };
    const order = (id: string, more: object) => ({
      resourceType: 'MedicationRequest',
      id,
      status: 'active',
      intent: 'order',
      medicationCodeableConcept: { text: `Drug ${id}` },
      ...person,
      ...more,
    });
    const plan = (intent: string) => ({
      resourceType: 'CarePlan',
      id: `plan-${intent}`,
      status: 'active',
      intent,
      title: `Plan ${intent}`,
      ...person,
    });
    await load(world, [
      { resourceType: 'Patient', id: 'dee', name: [{ family: 'Dee' }], birthDate: '1970-01-01' },
      order('taken', {}),
      order('filled', { intent: 'filler-order', modifierExtension: [{ url: 'urn:x', valueBoolean: true }] }),
      order('prohibited', { doNotPerform: true }),
      ...['proposal', 'plan', 'option'].map((intent) => order(intent, { intent })),
      ...['proposal', 'plan', 'order', 'option'].map(plan),
      {
        ...condition('c-maybe', 'Gout', 'active'),
        verificationStatus: coded(
          'http://terminology.hl7.org/CodeSystem/condition-ver-status',
          'provisional',
        ),
        ...person,
      },
      {
        resourceType: 'Immunization',
        id: 'half',
        status: 'completed',
        vaccineCode: { text: 'Flu' },
        patient: ref('Patient/dee'),
        occurrenceDateTime: '2024-01-01',
        isSubpotent: true,
      },
      {
        ...glucose('g-none', '03', 1),
        valueQuantity: undefined,
        encounter: undefined,
        dataAbsentReason: coded(
          'http://terminology.hl7.org/CodeSystem/data-absent-reason',
          'error',
          'Sample lost',
        ),
        ...person,
      },
    ]);
    const { body } = await get('/Patient/dee/$summary');
    expectDocument(body);
    const idsOf = (type: string) =>
      ofType(body, type)
        .map(({ id }) => id)
        .sort();
    expect(idsOf('MedicationRequest')).toEqual(['filled', 'taken']);
    expect(idsOf('CarePlan')).toEqual(['plan-order', 'plan-plan']);
    const said = (section: string) => sectionsOf(body).get(section).text.div;
    expect(said('11450-4')).toContain('<td>provisional</td>');
    expect(said('11369-6')).toContain('subpotent');
    expect(said('30954-2')).toContain('<td>Glucose</td><td>not known (Sample lost)</td>');
    expect(said('10160-0')).toContain('An entry has a modifier extension');
  });

  it('is asked for by identifier too, by whoever may read the Patient', async () => {
    const byIdentifier = (valueIdentifier: object, token: string) =>
      world.ask('POST', '/Patient/$summary', {
        token,
        body: { resourceType: 'Parameters', parameter: [{ name: 'identifier', valueIdentifier }] },
      });
    const own = world.patient('ana');
    const { status, body } = await byIdentifier({ system: 'urn:mrn', value: '1' }, own);
    expect([status, ofType(body, 'Patient')[0].id]).toEqual([200, 'ana']);
    expect((await get('/Patient/$summary?identifier=urn:mrn|1')).status).toBe(200);
    const others = await byIdentifier({ system: 'urn:mrn', value: '2' }, own);
    const nobodys = await byIdentifier({ system: 'urn:mrn', value: '9' }, own);
    expect([others.status, others.text]).toEqual([404, nobodys.text]);
    // A value is one value, whatever stands in it.
    expect((await byIdentifier({ system: 'urn:mrn', value: '9,urn:mrn|1' }, own)).status).toBe(404);
    const [other, unknown] = [
      await get('/Patient/bob/$summary', own),
      await get('/Patient/zed/$summary', own),
    ];
    expect([other.status, other.text.replace('bob', 'zed')]).toEqual([404, unknown.text]);
    expect((await get('/Patient/$summary')).status).toBe(400);
    expect((await get('/Patient/ana/$summary?profile=urn:other')).status).toBe(404);
    expect((await get('/Patient/ana/$summary?_since=2020')).status).toBe(400);
  });

  it('is declared, and stored again as it came', async () => {
    const { body: statement } = await get('/metadata');
    const patient = statement.rest[0].resource.find(({ type }: Any) => type === 'Patient');
    expect(patient.operation).toContainEqual({
      name: 'summary',
      definition: 'http://hl7.org/fhir/uv/ips/OperationDefinition/summary',
    });
    const { body } = await get('/Patient/ana/$summary');
    expect((await world.ask('POST', '/Bundle', { token: world.system, body })).status).toBe(201);
  });

  describe.runIf(hasIps)('IPS documents that are published', () => {
    it('are valid by their package, come in and are stored', async () => {
      loadIps();
      const documents = publishedDocuments();
      expect(documents.length).toBe(4);
      for (const document of documents) {
        expect(
          validateProfiles(document, [`${IPS_PROFILES}/Bundle-uv-ips`]).filter(
            ({ severity }) => severity === 'error',
          ),
        ).toEqual([]);
        const { status, text } = await world.ask('POST', '/Bundle', { token: world.system, body: document });
        expect(status, text).toBe(201);
      }
    });
  });
});
