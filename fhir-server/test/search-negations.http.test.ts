/** What is asked to be another, or missing: quantities in several units, and parameters that are for some of what an element may lead to. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { STORES } from './stores.ts';
import type { World } from './world.ts';

const ucum = (value: number, code: string) => ({
  value,
  code,
  unit: code,
  system: 'http://unitsofmeasure.org',
});
const observation = (id: string, code: object) => ({
  resourceType: 'Observation',
  id,
  status: 'final',
  code,
});

describe.each(STORES)('on %s', (_store, open) => {
  let world: World;
  const found = async (path: string): Promise<string[]> => {
    const { status, body, text } = await world.ask('GET', path, { token: world.system });
    expect(status, `${path} ${text}`).toBe(200);
    // biome-ignore lint/suspicious/noExplicitAny: Bundles of every shape
    return (body.entry ?? []).map(({ resource }: any) => resource.id).sort();
  };

  beforeAll(async () => {
    world = await open();
    const patient = { resourceType: 'Patient', id: 'p' };
    await world.ask('PUT', '/Patient/p', { token: world.system, body: patient });
  });
  afterAll(() => world.close());

  it('a quantity in a unit that does not compare is another one, and one that does is compared', async () => {
    const code = { coding: [{ system: 'urn:units', code: 'x' }] };
    const values: Readonly<Record<string, object>> = {
      mg: ucum(5, 'mg'),
      g: ucum(0.005, 'g'),
      six: ucum(6, 'mg'),
      cm: ucum(5, 'cm'),
      words: { value: 5, unit: 'tablet' },
      other: { value: 5, system: 'urn:other', code: 'mg' },
    };
    const put = async (id: string, more: object) => {
      const body = { ...observation(`unit-${id}`, code), ...more };
      const { status, text } = await world.ask('PUT', `/Observation/unit-${id}`, {
        token: world.system,
        body,
      });
      expect(status, text).toBe(201);
    };
    for (const [id, valueQuantity] of Object.entries(values)) await put(id, { valueQuantity });
    await put('text', { valueString: 'x' });
    const parts = [ucum(5, 'mg'), ucum(5, 'cm')];
    await put('parts', { component: parts.map((valueQuantity) => ({ code, valueQuantity })) });
    await put('part', { component: [{ code, valueQuantity: ucum(5, 'mg') }] });
    const by = async (query: string) =>
      (await found(`/Observation?code=urn:units|x&${query}`)).map((id) => id.replace('unit-', '')).join(' ');
    const mg = '|http://unitsofmeasure.org|mg';
    expect(await by(`value-quantity=ne5${mg}`)).toBe('cm other six words');
    expect(await by('value-quantity=ne0.005|http://unitsofmeasure.org|g')).toBe('cm other six words');
    expect(await by(`_filter=value-quantity ne 5${mg}`)).toBe('cm other six words');
    expect(await by(`_filter=not (value-quantity ne 5${mg})`)).toBe('g mg part parts text');
    expect(await by('value-quantity=ne5||mg')).toBe('cm g six words');
    expect(await by('value-quantity=ne5|urn:other|mg')).toBe('cm g mg six words');
    expect(await by('value-quantity=ne5')).toBe('g six');
    expect(await by(`component-value-quantity=ne5${mg}`)).toBe('parts');
    expect(await by(`component-code-value-quantity=urn:units|x$ne5${mg}`)).toBe('parts');
    expect(await by(`combo-value-quantity=ne5${mg}`)).toBe('cm other parts six words');
    // What does not compare is neither more nor less.
    expect(await by(`value-quantity=gt1${mg}`)).toBe('g mg six');
    expect(await by('value-quantity=le9|http://unitsofmeasure.org|s')).toBe('');
    expect(await by('value-quantity=ne5|http://unitsofmeasure.org|s')).toBe('cm g mg other six words');
  });

  it('a parameter that is for Patients alone tells of nothing else, in whatever way it is asked', async () => {
    const group = { resourceType: 'Group', id: 'herd', type: 'person', actual: true };
    await world.ask('PUT', '/Group/herd', { token: world.system, body: group });
    await world.ask('PUT', '/Patient/other', {
      token: world.system,
      body: { resourceType: 'Patient', id: 'other' },
    });
    const insurance = { system: 'urn:insurance', value: 'A1' };
    const subjects: Readonly<Record<string, object>> = {
      own: { subject: { reference: 'Patient/p' } },
      others: { subject: { reference: 'Patient/other' } },
      herds: { subject: { reference: 'Group/herd' } },
      nobodys: {},
      contained: { subject: { reference: '#c' }, contained: [{ resourceType: 'Patient', id: 'c' }] },
      containedHerds: { subject: { reference: '#c' }, contained: [{ ...group, id: 'c' }] },
      elsewhere: { subject: { reference: 'http://other.example/fhir/Patient/p' } },
      elsewhereHerds: { subject: { reference: 'http://other.example/fhir/Group/herd' } },
      elsewhereVersion: { subject: { reference: 'http://other.example/fhir/Group/herd/_history/2' } },
      anything: { subject: { reference: 'http://other.example/x/1' } },
      told: { subject: { reference: 'http://other.example/x/2', type: 'Patient' } },
      toldHerds: { subject: { reference: 'http://other.example/x/2', type: 'Group' } },
      logical: { subject: { identifier: insurance } },
      logicalPatients: { subject: { identifier: insurance, type: 'Patient' } },
      logicalUrls: {
        subject: { identifier: insurance, type: 'http://hl7.org/fhir/StructureDefinition/Patient' },
      },
      logicalHerds: { subject: { identifier: insurance, type: 'Group' } },
      logicalModels: {
        subject: { identifier: insurance, type: 'http://example.org/StructureDefinition/Cow' },
      },
      words: { subject: { display: 'A patient' } },
    };
    for (const [id, more] of Object.entries(subjects)) {
      const body = observation(`whose-${id}`, { coding: [{ system: 'urn:whose', code: 'x' }] });
      await world.ask('PUT', `/Observation/whose-${id}`, { token: world.system, body: { ...body, ...more } });
    }
    const by = async (query: string) =>
      (await found(`/Observation?code=urn:whose|x&${query}`)).map((id) => id.replace('whose-', '')).join(' ');
    const logicals = 'logical logicalPatients logicalUrls';
    const others = `anything contained elsewhere ${logicals} others`;
    const patients = `${others} own told`;
    const herds = 'containedHerds elsewhereHerds elsewhereVersion herds logicalHerds logicalModels';
    const sorted = (names: string) => names.split(' ').sort().join(' ');
    expect(await by('_filter=patient ne Patient/p')).toBe(`${others} told`);
    expect(await by('_filter=subject ne Patient/p')).toBe(sorted(`${others} ${herds} told toldHerds words`));
    expect(await by('_filter=not (patient eq Patient/p)')).toBe(
      sorted(`${others} ${herds} nobodys told toldHerds words`),
    );
    expect(await by('patient:missing=false')).toBe(patients);
    expect(await by('patient:missing=true')).toBe(`${herds} nobodys toldHerds words`);
    expect(await by('_filter=patient pr true')).toBe(patients);
    expect(await by('_filter=patient pr false')).toBe(`${herds} nobodys toldHerds words`);
    expect(await by('patient:identifier=urn:insurance|A1')).toBe(logicals);
    expect(await by('subject:identifier=urn:insurance|A1')).toBe(
      'logical logicalHerds logicalModels logicalPatients logicalUrls',
    );
    expect(await by('patient=http://other.example/x/2')).toBe('told');
    expect(await by('patient=http://other.example/x/2,Patient/p')).toBe('own told');
    expect(await by('subject=http://other.example/x/2')).toBe('told toldHerds');
    expect(await by('subject:missing=true')).toBe('nobodys');
    // A Group's id is no Patient's, here or elsewhere.
    expect(await by('patient=herd')).toBe('');
    expect(await by('_filter=patient ne herd')).toBe(patients);
    const elsewhere = 'http://other.example/fhir';
    for (const patient of ['patient', 'subject:Patient']) {
      expect(await by(`${patient}=${elsewhere}/Patient/p`)).toBe('elsewhere');
      expect(await by(`${patient}=${elsewhere}/Group/herd`)).toBe('');
      expect(await by(`${patient}=${elsewhere}/Group/herd/_history/2`)).toBe('');
      expect(await by(`${patient}=http://other.example/x/1`)).toBe('anything');
    }
    expect(await by(`subject=${elsewhere}/Group/herd`)).toBe('elsewhereHerds elsewhereVersion');
    expect(await by(`subject:Group=${elsewhere}/Group/herd/_history/2`)).toBe('elsewhereVersion');
  });

  const insured = (type?: string) => ({ identifier: { system: 'urn:for', value: '1' }, type });
  const tagged = (resourceType: string, id: string, more: object) => ({
    resourceType,
    id,
    meta: { tag: [{ system: 'urn:whose', code: 'y' }] },
    ...more,
  });
  const status = 'completed';
  const concept = { text: 'x' };
  it.each([
    ['Task', (given: object) => ({ status, intent: 'order', for: given })],
    ['Communication', (given: object) => ({ status, subject: given })],
    ['Condition', (given: object) => ({ subject: given })],
    ['List', (given: object) => ({ status: 'current', mode: 'working', subject: given })],
    ['Specimen', (given: object) => ({ subject: given })],
    ['ServiceRequest', (given: object) => ({ status, intent: 'order', code: concept, subject: given })],
  ])(
    'whom a %s is about is a Patient by what the reference says, or where nobody says what it is',
    async (type, more) => {
      const given: Readonly<Record<string, object>> = {
        a: insured(),
        b: insured('Patient'),
        c: insured('Group'),
        d: { reference: 'http://other.example/fhir/Patient/1' },
        e: { reference: 'http://other.example/fhir/Group/1' },
        f: { reference: 'http://other.example/cow' },
        g: { display: 'somebody' },
      };
      for (const [id, value] of Object.entries(given)) {
        const body = tagged(type, id, more(value));
        const { status, text } = await world.ask('PUT', `/${type}/${id}`, { token: world.system, body });
        expect(status, text).toBe(201);
      }
      const by = async (query: string) => (await found(`/${type}?_tag=urn:whose|y&${query}`)).join('');
      expect(await by('patient:missing=false')).toBe('abdf');
      expect(await by('patient:missing=true')).toBe('ceg');
      expect(await by('patient:identifier=urn:for|1')).toBe('ab');
      expect(await by('patient=http://other.example/fhir/Patient/1')).toBe('d');
      expect(await by('patient=http://other.example/cow')).toBe('f');
    },
  );

  it('one of several parties is what its reference says', async () => {
    const parties: Readonly<Record<string, object>> = {
      a: insured(),
      b: insured('Practitioner'),
      c: insured('http://hl7.org/fhir/StructureDefinition/Location'),
      d: { reference: 'http://other.example/fhir/Practitioner/1' },
    };
    for (const [id, actor] of Object.entries(parties)) {
      const participant = [{ actor, status: 'accepted' }];
      const body = tagged('Appointment', id, { status: 'proposed', participant });
      const { status, text } = await world.ask('PUT', `/Appointment/${id}`, { token: world.system, body });
      expect(status, text).toBe(201);
    }
    const by = async (query: string) => (await found(`/Appointment?_tag=urn:whose|y&${query}`)).join('');
    expect(await by('practitioner:missing=false')).toBe('bd');
    expect(await by('location:missing=false')).toBe('c');
    expect(await by('patient:missing=true')).toBe('abcd');
    expect(await by('practitioner:identifier=urn:for|1')).toBe('b');
    expect(await by('location:identifier=urn:for|1')).toBe('c');
    expect(await by('actor:identifier=urn:for|1')).toBe('abc');
  });
});
