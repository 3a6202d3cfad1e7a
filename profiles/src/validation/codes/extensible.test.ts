/** Extensible bindings (https://hl7.org/fhir/R4/terminologies.html#extensible): advice, which `$validate` gives. */
import { expect, it } from 'vitest';
import { closerLook, codeAdvice } from '../../closer-look.ts';
import type { Issue } from '../../outcome.ts';
import { type Definition, knownWith, loaded, validateProfiles } from '../../profiles.ts';
import { validateResource } from '../validate-resource.ts';

const R4 = 'http://hl7.org/fhir/StructureDefinition/';
const HL7 = 'http://terminology.hl7.org/CodeSystem/';
const placed = (issues: readonly Issue[]) => issues.map(({ severity, expression }) => [severity, expression]);

const patient = (...systems: string[]) => ({
  resourceType: 'Patient',
  maritalStatus: { coding: systems.map((system) => ({ system, code: system === MARITAL ? 'M' : 'x' })) },
});
const MARITAL = `${HL7}v3-MaritalStatus`;

const advised = (resource: object) => {
  expect(validateResource(resource)).toEqual([]);
  expect(closerLook(resource as never, 'warning', loaded, true)).toEqual(
    codeAdvice(resource as never, loaded),
  );
  return placed(codeAdvice(resource as never, loaded));
};

it('tells of codes of which none is in the set, whatever their systems', () => {
  expect(advised(patient(MARITAL))).toEqual([]);
  expect(advised(patient('urn:x', MARITAL))).toEqual([]);
  expect(advised(patient('urn:x'))).toEqual([['warning', 'Patient.maritalStatus']]);
  const other = { coding: [{ system: MARITAL, code: 'ZZ' }] };
  expect(advised({ resourceType: 'Patient', maritalStatus: other })).toHaveLength(1);
  expect(advised({ resourceType: 'Patient', maritalStatus: { text: 'It is complicated' } })).toEqual([]);
});

it('tells of each place: data types, backbones, Codings and Bundles', () => {
  const wrong = { coding: [{ system: 'urn:x', code: 'x' }] };
  const inside = {
    resourceType: 'Observation',
    status: 'final',
    code: { text: 'c' },
    identifier: [{ type: wrong, value: '1' }],
    component: [{ code: { text: 'c' }, interpretation: [wrong] }],
    meta: { security: [wrong.coding[0]] },
  };
  const fullUrl = 'urn:uuid:5f0b7a0c-3e6f-4d3c-9a52-0c2d5c1f9e11';
  const bundle = { resourceType: 'Bundle', type: 'collection', entry: [{ fullUrl, resource: inside }] };
  expect(advised(bundle).map(([, place]) => String(place).replace('Bundle.entry[0].resource.', ''))).toEqual([
    'identifier[0].type',
    'component[0].interpretation[0]',
    'meta.security[0]',
  ]);
});

it('leaves to others what is in sets that can not be listed, and says nothing where they can not tell either', () => {
  const unit = { coding: [{ system: 'http://unitsofmeasure.org', code: 'mg' }] };
  const definition = { resourceType: 'ObservationDefinition', code: { text: 'c' } };
  const [issue, ...more] = codeAdvice({ ...definition, quantitativeDetails: { unit } } as never, loaded);
  expect(more).toEqual([]);
  expect(issue?.question).toMatchObject({
    isAdvice: true,
    otherwise: { severity: 'warning', code: 'code-invalid' },
  });
});

const binding = (strength: string) => ({
  strength,
  valueSet: 'http://hl7.org/fhir/ValueSet/location-status',
});
const profileOf = (element: object[], more: object = {}): Definition =>
  ({
    resourceType: 'StructureDefinition',
    url: 'urn:p',
    type: 'Patient',
    derivation: 'constraint',
    baseDefinition: `${R4}Patient`,
    snapshot: { element },
    ...more,
  }) as unknown as Definition;

it('is advice of a profile too, said once where it says what R4 does', () => {
  const marital = (valueSet: string) =>
    profileOf([
      { id: 'Patient', path: 'Patient' },
      {
        id: 'Patient.maritalStatus',
        path: 'Patient.maritalStatus',
        binding: { strength: 'extensible', valueSet },
      },
    ]);
  const told = (valueSet: string, isClose: boolean) =>
    placed(validateProfiles(patient('urn:x'), ['urn:p'], 'warning', knownWith([marital(valueSet)]), isClose));
  expect(told('http://hl7.org/fhir/ValueSet/location-status', true)).toEqual([
    ['warning', 'Patient.maritalStatus'],
  ]);
  expect(told('http://hl7.org/fhir/ValueSet/location-status', false)).toEqual([]);
  expect(told('http://hl7.org/fhir/ValueSet/marital-status|4.0.1', true)).toEqual([]);
});

it('is advice of an extension', () => {
  const extension = profileOf(
    [
      { id: 'Extension', path: 'Extension' },
      { id: 'Extension.url', path: 'Extension.url', fixedUri: 'urn:e' },
      { id: 'Extension.value[x]', path: 'Extension.value[x]', binding: binding('extensible') },
    ],
    { url: 'urn:e', type: 'Extension', baseDefinition: `${R4}Extension` },
  );
  const resource = {
    resourceType: 'Patient',
    extension: [{ url: 'urn:e', valueCodeableConcept: { coding: [{ system: 'urn:x', code: 'x' }] } }],
  };
  expect(placed(codeAdvice(resource as never, knownWith([extension])))).toEqual([
    ['warning', 'Patient.extension[0].value'],
  ]);
});

it('takes no place of a fault, however much of it there is', () => {
  const name = Array.from({ length: 60 }, () => ({ use: 'usual', family: 'A' }));
  const identifier = Array.from({ length: 60 }, () => ({
    type: { coding: [{ system: 'urn:x', code: 'x' }] },
    value: '1',
  }));
  const profile = profileOf([
    { id: 'Patient', path: 'Patient' },
    { id: 'Patient.identifier', path: 'Patient.identifier' },
    { id: 'Patient.identifier.type', path: 'Patient.identifier.type', binding: binding('extensible') },
    { id: 'Patient.name', path: 'Patient.name' },
    { id: 'Patient.name.use', path: 'Patient.name.use', fixedCode: 'official' },
  ]);
  const issues = validateProfiles(
    { resourceType: 'Patient', identifier, name },
    ['urn:p'],
    'warning',
    knownWith([profile]),
    true,
  );
  expect(issues.filter(({ severity }) => severity === 'error').length).toBeGreaterThan(40);
});
