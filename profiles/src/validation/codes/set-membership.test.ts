/** Required bindings of profiles and extensions ask what R4's own do (https://hl7.org/fhir/R4/terminologies.html#required): a code, with its system, of the set. */
import { expect, it } from 'vitest';
import { addProfiles, validateProfiles } from '../../profiles.ts';
import { addTerminology } from '../../terminology/definitions.ts';
import type { StructureDefinition } from '../profile/structure-definition.ts';
import { validateResource } from '../validate-resource.ts';

const R4 = 'http://hl7.org/fhir/StructureDefinition';
const CATEGORY = 'http://terminology.hl7.org/CodeSystem/observation-category';
const UCUM = 'http://unitsofmeasure.org';
const valueSet = 'http://hl7.org/fhir/ValueSet/observation-category';
const required = { binding: { strength: 'required', valueSet } };

const definition = (name: string, type: string, ...element: object[]): StructureDefinition =>
  ({
    resourceType: 'StructureDefinition',
    url: `http://ex.org/set-membership/${name}`,
    type,
    kind: 'resource',
    derivation: 'constraint',
    baseDefinition: `${R4}/${type}`,
    differential: { element: element.map((each) => ({ id: (each as { path: string }).path, ...each })) },
  }) as unknown as StructureDefinition;

addTerminology([
  {
    resourceType: 'ValueSet',
    url: 'http://ex.org/units',
    compose: { include: [{ system: UCUM, concept: [{ code: 'kg' }] }] },
  },
]);
addProfiles([
  definition('method', 'Observation', { path: 'Observation.method', ...required }),
  definition('tag', 'Observation', { path: 'Observation.meta.tag', ...required }),
  definition('status', 'Observation', { path: 'Observation.status', ...required }),
  definition('note', 'Observation', { path: 'Observation.note.text', ...required }),
  definition('value', 'Observation', {
    path: 'Observation.value[x]',
    binding: { strength: 'required', valueSet: 'http://ex.org/units' },
  }),
  definition(
    'packed',
    'Bundle',
    { path: 'Bundle.entry.resource', type: [{ code: 'Observation' }] },
    {
      path: 'Bundle.entry.resource.method',
      ...required,
    },
  ),
  {
    ...definition(
      'extension',
      'Extension',
      { path: 'Extension' },
      { path: 'Extension.url', fixedUri: 'http://ex.org/set-membership/extension' },
      { path: 'Extension.value[x]', type: [{ code: 'CodeableConcept' }, { code: 'Coding' }], ...required },
    ),
    context: [{ type: 'element', expression: 'Element' }],
  } as unknown as StructureDefinition,
]);

const places = (name: string, members: object) =>
  validateProfiles({ resourceType: 'Observation', ...members }, [`http://ex.org/set-membership/${name}`]).map(
    ({ severity, code, expression }) => `${severity} ${code} ${expression}`,
  );

const FAULTY = [
  { text: 'x' },
  { coding: [{ code: 'laboratory' }] },
  { coding: [{ system: CATEGORY, display: 'Laboratory' }] },
  { coding: [{ display: 'Laboratory' }], text: 'x' },
  { coding: [{ system: CATEGORY, code: 'other' }] },
];
const FINE = [
  { coding: [{ system: CATEGORY, code: 'laboratory' }] },
  { coding: [{ code: 'other' }, { system: CATEGORY, code: 'laboratory' }], text: 'x' },
  // As of R4's own bindings: it may say why there is no code.
  { text: 'x', extension: [{ url: `${R4}/data-absent-reason`, valueCode: 'unknown' }] },
];

it.each(FAULTY)('a CodeableConcept without a whole code of the set is a fault: %j', (method) => {
  expect(places('method', { method })).toEqual(['error code-invalid Observation.method']);
  const packed = { resourceType: 'Bundle', entry: [{ resource: { resourceType: 'Observation', method } }] };
  expect(places('packed', packed)).toEqual(['error code-invalid Bundle.entry[0].resource.method']);
  const extension = [{ url: 'http://ex.org/set-membership/extension', valueCodeableConcept: method }];
  const code = { coding: [{ system: 'http://loinc.org', code: '1988-5' }] };
  const held = { resourceType: 'Observation', status: 'final', code, extension };
  expect(validateResource(held)).toMatchObject([{ code: 'code-invalid' }]);
});

it.each(FINE)(
  'a CodeableConcept with a whole code of the set, or a reason for none, is fine: %j',
  (method) => {
    expect(places('method', { method })).toEqual([]);
  },
);

it('so is it of a Coding and of a Quantity', () => {
  const tag = (each: object) => places('tag', { meta: { tag: [each] } });
  expect(tag({ system: CATEGORY, code: 'laboratory' })).toEqual([]);
  for (const each of [{ display: 'x' }, { code: 'laboratory' }, { system: CATEGORY }])
    expect(tag(each)).toEqual(['error code-invalid Observation.meta.tag[0]']);
  const value = (valueQuantity: object) => places('value', { valueQuantity });
  expect(value({ value: 1, unit: 'kg', system: UCUM, code: 'kg' })).toEqual([]);
  for (const each of [{ value: 1, unit: 'kg' }, { value: 1, code: 'kg' }, { value: 1 }])
    expect(value(each)).toEqual(['error code-invalid Observation.value']);
});

it('a code names no system, and what is not coded is none of the set’s', () => {
  expect(places('status', { status: 'laboratory' })).toEqual([]);
  expect(places('status', { status: 'final' })).toEqual(['error code-invalid Observation.status']);
  expect(places('note', { note: [{ text: 'x' }] })).toEqual([]);
  expect(places('value', { valueString: 'kg' })).toEqual([]);
});
