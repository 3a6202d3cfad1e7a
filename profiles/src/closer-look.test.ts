/** What `$validate` tells beyond what a write is refused for. */
import { describe, expect, it } from 'vitest';
import { clinicResources, sample } from '../test/corpus.ts';
import { closerLook } from './closer-look.ts';
import { knownWith, loaded } from './profiles.ts';
import { validateResource } from './validation/validate-resource.ts';

type Json = Record<string, unknown>;
const look = (resource: object, known = loaded, areAllKnown = true) => {
  expect(validateResource(resource).filter(({ severity }) => severity === 'error')).toEqual([]);
  return closerLook(resource as Json, 'warning', known, areAllKnown);
};
const faults = (...of: Parameters<typeof look>) =>
  look(...of)
    .filter(({ severity }) => severity === 'error')
    .map(({ expression }) => expression);

const observation = (system: string, code: string, more: object = {}) => ({
  resourceType: 'Observation',
  status: 'final',
  code: { coding: [{ system, code }] },
  ...more,
});
const LOINC = 'http://loinc.org';
const SNOMED = 'http://snomed.info/sct';

describe('a vital sign', () => {
  const vital = {
    category: [
      {
        coding: [
          { system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'vital-signs' },
        ],
      },
    ],
    subject: { reference: 'Patient/1' },
    effectiveDateTime: '2026-01-01',
    valueQuantity: { value: 36, unit: 'C', system: 'http://unitsofmeasure.org', code: 'Cel' },
  };

  it('is held against its profile of R4 by what it measures, whatever it claims', () => {
    expect(faults(observation(LOINC, '8310-5', vital))).toEqual([]);
    const { category: _, ...other } = vital;
    expect(faults(observation(LOINC, '8310-5', other))).not.toEqual([]);
  });

  it('has the code that the profile asks for, beside those that say more', () => {
    expect(faults(observation(SNOMED, '276885007', vital))).toContain('Observation.code.coding');
    const both = {
      ...vital,
      code: { coding: [LOINC, SNOMED].map((system, i) => ({ system, code: ['8310-5', '276885007'][i] })) },
    };
    expect(faults(observation(LOINC, '8310-5', both))).toEqual([]);
  });

  it('is looked at inside a Bundle too', () => {
    const resource = observation(LOINC, '8867-4');
    const bundle = {
      resourceType: 'Bundle',
      type: 'collection',
      entry: [{ fullUrl: 'urn:uuid:5f0b7a0c-3e6f-4d3c-9a52-0c2d5c1f9e11', resource }],
    };
    expect(faults(bundle).every((place) => place?.startsWith('Bundle.entry[0].resource'))).toBe(true);
    expect(faults(bundle)).not.toEqual([]);
  });

  it('may have components in units of their own', () => {
    const component = [
      {
        code: { coding: [{ system: LOINC, code: '3151-8' }] },
        valueQuantity: { value: 6, unit: 'L/min', system: 'http://unitsofmeasure.org', code: 'L/min' },
      },
    ];
    const valueQuantity = { value: 95, unit: '%', system: 'http://unitsofmeasure.org', code: '%' };
    const both = { coding: ['2708-6', '59408-5'].map((code) => ({ system: LOINC, code })) };
    expect(faults(observation(LOINC, '2708-6', { ...vital, code: both, valueQuantity, component }))).toEqual(
      [],
    );
  });
});

it('a Coding has not the display of another code', () => {
  const patient = (code: string) => ({
    resourceType: 'Patient',
    maritalStatus: { coding: [{ system: 'urn:iso:std:iso:3166', code, display: 'Australia' }] },
  });
  expect(faults(patient('AU'))).toEqual([]);
  expect(faults(patient('BD'))).toEqual(['Patient.maritalStatus.coding[0].display']);
});

describe('an extension that is not known here', () => {
  const URL = 'http://clinic.test/StructureDefinition/own';
  const patient = (url: string, name = 'extension') => ({
    resourceType: 'Patient',
    [name]: [{ url, valueString: 'x' }],
  });
  const own = {
    resourceType: 'StructureDefinition',
    url: URL,
    type: 'Extension',
    kind: 'complex-type',
    derivation: 'constraint',
    baseDefinition: 'http://hl7.org/fhir/StructureDefinition/Extension',
    differential: { element: [{ id: 'Extension', path: 'Extension', isModifier: true }] },
  };

  it.each([URL, 'http://example.org/fhir/own', 'urn:clinic:own'])('%s is a warning', (url) =>
    expect(look(patient(url))).toMatchObject([{ severity: 'warning', expression: 'Patient.extension[0]' }]),
  );

  it('and changes the meaning is a fault, at every depth', () => {
    expect(faults(patient(URL, 'modifierExtension'))).toEqual(['Patient.modifierExtension[0]']);
    const nested = {
      resourceType: 'Patient',
      contact: [{ name: { text: 'x' }, modifierExtension: [{ url: 'urn:clinic:own', valueBoolean: true }] }],
    };
    expect(faults(nested)).toEqual(['Patient.contact[0].modifierExtension[0]']);
  });

  it('and changes the meaning is a warning where it is an element of another version of FHIR', () => {
    const url = 'http://hl7.org/fhir/5.0/StructureDefinition/extension-DeviceRequest.doNotPerform';
    expect(look(patient(url, 'modifierExtension'))).toMatchObject([{ severity: 'warning' }]);
  });

  it('is told of once where its URL is HL7 own', () => {
    const later = patient('http://hl7.org/fhir/StructureDefinition/of-a-later-version');
    expect([...validateResource(later), ...look(later)]).toMatchObject([{ severity: 'warning' }]);
  });

  it('is not told of where not all definitions were looked up, or its definition is at hand', () => {
    expect(look(patient(URL), loaded, false)).toEqual([]);
    const known = knownWith([own as never]);
    expect(validateResource(patient(URL, 'modifierExtension'), known)).toEqual([]);
    expect(look(patient(URL, 'modifierExtension'), known)).toEqual([]);
  });
});

it('what a question may be answered by to begin with is of its type', () => {
  const form = (type: string, name: string, value: object) => ({
    resourceType: 'Questionnaire',
    status: 'draft',
    item: [{ linkId: 'a', type, [name]: [value] }],
  });
  for (const name of ['initial', 'answerOption']) {
    expect(faults(form('integer', name, { valueString: 'x' }))).toEqual([
      `Questionnaire.item[0].${name}[0].value`,
    ]);
    expect(faults(form('integer', name, { valueInteger: 1 }))).toEqual([]);
    expect(faults(form('open-choice', name, { valueString: 'x' }))).toEqual([]);
  }
});

describe('a period', () => {
  const patient = (start: string, end: string) => ({
    resourceType: 'Patient',
    name: [{ family: 'A', period: { start, end } }],
  });

  it.each([
    ['2026-06-21', '2026-06-22T06:20:00Z'],
    ['2026-06-21T06:20:00Z', '2026-06-21'],
    ['2026', '2027-01'],
    ['2026-06-21', '2026-06-21'],
  ])('may be from %s to %s', (start, end) => expect(faults(patient(start, end))).toEqual([]));

  it.each([
    ['2026-06-21', '2026-06-21T06:20:00Z'],
    ['2026', '2026-06'],
  ])('is not certain to start before it ends from %s to %s', (start, end) =>
    expect(faults(patient(start, end))).toEqual(['Patient.name[0].period']),
  );
});

it('active markup in a string is told, and refuses nothing', () => {
  const named = (text: string) => look({ resourceType: 'Patient', name: [{ text }] });
  expect(named('A <script>x</script>')).toMatchObject([
    { severity: 'warning', code: 'security', expression: 'Patient.name[0].text' },
  ]);
  expect(named('<img src=x onerror=x>')).toHaveLength(1);
  expect(named('weight < 80 kg, height > 1.5 m; <unknown>')).toEqual([]);
  expect(named('<a '.repeat(300_000))).toEqual([]);
});

it('a contained code system is named by its own URL', () => {
  const VALUE_SET_SYSTEM = 'http://hl7.org/fhir/StructureDefinition/valueset-system';
  const set = (include: object) => ({
    resourceType: 'ValueSet',
    status: 'draft',
    contained: [{ resourceType: 'CodeSystem', id: 'c', url: 'urn:c', status: 'draft', content: 'complete' }],
    compose: { include: [include] },
  });
  expect(faults(set({ system: '#c' }))).toEqual(['ValueSet.compose.include[0].system']);
  const _system = { extension: [{ url: VALUE_SET_SYSTEM, valueCanonical: '#c' }] };
  expect(faults(set({ system: 'urn:c', _system }))).toEqual([]);
});

it('a resource inside of another is held against what it claims', () => {
  const URL = 'http://clinic.test/StructureDefinition/named';
  const own = {
    resourceType: 'StructureDefinition',
    url: URL,
    type: 'Patient',
    kind: 'resource',
    derivation: 'constraint',
    baseDefinition: 'http://hl7.org/fhir/StructureDefinition/Patient',
    differential: { element: [{ id: 'Patient.name', path: 'Patient.name', min: 1 }] },
  };
  const bundle = (more: object) => ({
    resourceType: 'Bundle',
    type: 'collection',
    entry: [
      {
        fullUrl: 'http://a.test/Patient/1',
        resource: { resourceType: 'Patient', id: '1', meta: { profile: [URL] }, ...more },
      },
    ],
  });
  const known = knownWith([own as never]);
  expect(faults(bundle({}), known)).toEqual(['Bundle.entry[0].resource.name']);
  expect(faults(bundle({ name: [{ family: 'A' }] }), known)).toEqual([]);
  expect(look(bundle({}))).toMatchObject([{ severity: 'warning', code: 'not-supported' }]);
});

it('the demonstration clinic stands it', () => {
  const told = sample(clinicResources(), 12).flatMap((resource) =>
    closerLook(resource, 'warning', loaded, true)
      .filter(({ severity }) => severity === 'error')
      .map(
        ({ expression, diagnostics }) =>
          `${resource.resourceType}/${resource.id} ${expression}: ${diagnostics}`,
      ),
  );
  expect(told).toEqual([]);
});
