/** What profiles ask beyond numbers and types: bounds, fixed values as a whole, sets beside the binding, slices by several marks, what a reference leads to. */
import { describe, expect, it } from 'vitest';
import { addProfiles, validateProfiles } from '../../profiles.ts';
import { addTerminology } from '../../terminology/definitions.ts';
import type { StructureDefinition } from './structure-definition.ts';

const R4 = 'http://hl7.org/fhir/StructureDefinition';
const UCUM = 'http://unitsofmeasure.org';

const profile = (name: string, type: string, ...element: object[]): StructureDefinition =>
  ({
    resourceType: 'StructureDefinition',
    url: `urn:rules:${name}`,
    type,
    kind: 'resource',
    derivation: 'constraint',
    baseDefinition: `${R4}/${type}`,
    differential: { element: element.map((each) => ({ id: (each as { path: string }).path, ...each })) },
  }) as unknown as StructureDefinition;

const fruit = (code: string) => ({ coding: [{ system: 'urn:fruit', code }] });
const binding = (extension: object) => ({
  strength: 'extensible',
  valueSet: 'urn:rules:any',
  extension: [extension],
});
const set = (name: string, code: string) =>
  ({
    resourceType: 'ValueSet',
    url: `urn:rules:${name}`,
    status: 'active',
    compose: { include: [{ system: 'urn:fruit', concept: [{ code }] }] },
  }) as const;
const slice = (name: string, element: object = {}) => ({
  id: `Observation.component:${name}`,
  path: 'Observation.component',
  sliceName: name,
  min: 0,
  max: '1',
  ...element,
});
const inSlice = (name: string, child: string, pattern: object) => ({
  id: `Observation.component:${name}.${child}`,
  path: `Observation.component.${child}`,
  ...pattern,
});
const variables = (expression: string) => ({
  constraint: [{ key: 'where', severity: 'error', human: 'x', expression }],
});

addTerminology([set('only', 'apple'), set('any', 'pear')]);
addProfiles([
  profile(
    'bounds',
    'Observation',
    {
      path: 'Observation.value[x]',
      type: [{ code: 'Quantity' }],
      minValueQuantity: { value: 2, system: UCUM, code: 'kg' },
      maxValueQuantity: { value: 10, system: UCUM, code: 'kg' },
    },
    { path: 'Observation.issued', maxValueInstant: '2020-01-01T00:00:00Z' },
  ),
  profile(
    'text',
    'Patient',
    { path: 'Patient.name.family', maxLength: 5 },
    {
      path: 'Patient.identifier.value',
      type: [{ code: 'string', extension: [{ url: `${R4}/regex`, valueString: '[0-9]{3}' }] }],
    },
  ),
  profile('fixed', 'Practitioner', {
    path: 'Practitioner.telecom',
    fixedContactPoint: { system: 'phone', value: '1' },
  }),
  profile('most', 'Condition', {
    path: 'Condition.code',
    binding: binding({ url: `${R4}/elementdefinition-maxValueSet`, valueCanonical: 'urn:rules:only' }),
  }),
  profile('beside', 'Condition', {
    path: 'Condition.code',
    binding: binding({
      url: 'http://hl7.org/fhir/tools/StructureDefinition/additional-binding',
      extension: [
        { url: 'purpose', valueCode: 'required' },
        { url: 'valueSet', valueCanonical: 'urn:rules:only' },
      ],
    }),
  }),
  profile(
    'two-marks',
    'Observation',
    {
      path: 'Observation.component',
      slicing: {
        discriminator: [
          { type: 'pattern', path: 'code' },
          { type: 'pattern', path: '$this.dataAbsentReason' },
        ],
        rules: 'closed',
      },
    },
    slice('both'),
    inSlice('both', 'code', { patternCodeableConcept: fruit('apple') }),
    inSlice('both', 'dataAbsentReason', { patternCodeableConcept: fruit('none') }),
    slice('one'),
    inSlice('one', 'code', { patternCodeableConcept: fruit('pear') }),
  ),
  profile(
    'by-target',
    'Observation',
    {
      path: 'Observation.performer',
      slicing: { discriminator: [{ type: 'type', path: 'resolve()' }], rules: 'open' },
    },
    {
      id: 'Observation.performer:org',
      path: 'Observation.performer',
      sliceName: 'org',
      min: 1,
      max: '1',
      type: [{ code: 'Reference', targetProfile: [`${R4}/Organization`] }],
    },
  ),
  profile('held', 'Patient', { path: 'Patient.contained', type: [{ code: 'Practitioner' }] }),
  profile(
    'entries',
    'Bundle',
    {
      path: 'Bundle.entry',
      slicing: { discriminator: [{ type: 'profile', path: 'resource' }], rules: 'closed' },
    },
    { id: 'Bundle.entry:p', path: 'Bundle.entry', sliceName: 'p', min: 0, max: '*' },
    {
      id: 'Bundle.entry:p.resource',
      path: 'Bundle.entry.resource',
      type: [{ code: 'Patient', profile: ['urn:rules:text'] }],
    },
  ),
  profile('named', 'Practitioner', { path: 'Practitioner.name', min: 1 }),
  profile(
    'target',
    'Patient',
    {
      path: 'Patient.generalPractitioner',
      type: [{ code: 'Reference', targetProfile: ['urn:rules:named'], aggregation: ['contained'] }],
    },
    { path: 'Patient.dateOfBirth', min: 1 },
  ),
  profile(
    'variables',
    'Patient',
    {
      path: 'Patient.contained',
      ...variables("%resource.type().name = 'Patient' and %context.type().name = 'Practitioner'"),
    },
    {
      path: 'Patient.contained.name',
      ...variables(
        "%resource.type().name = 'Practitioner' and %rootResource.type().name = 'Patient' and %context.type().name = 'HumanName'",
      ),
    },
  ),
  { ...profile('special', 'Patient', { path: 'Patient.birthDate', min: 1 }), derivation: 'specialization' },
]);

const issues = (resource: object, name: string) => validateProfiles(resource, [`urn:rules:${name}`]);
const faults = (resource: object, name: string) =>
  issues(resource, name)
    .filter(({ severity }) => severity === 'error')
    .map(({ expression }) => expression);

const weight = (value: number, code: string) => ({
  resourceType: 'Observation',
  valueQuantity: { value, system: UCUM, code },
});
const components = (...codes: (string | undefined)[][]) => ({
  resourceType: 'Observation',
  component: codes.map(([code = '', reason]) => ({
    code: fruit(code),
    ...(reason === undefined ? {} : { dataAbsentReason: fruit(reason) }),
  })),
});

describe('a value is held against', () => {
  it('the least and the most, in any unit that UCUM compares', () => {
    expect(faults(weight(5, 'kg'), 'bounds')).toEqual([]);
    expect(faults(weight(5000, 'g'), 'bounds')).toEqual([]);
    expect(faults(weight(1999, 'g'), 'bounds')).toEqual(['Observation.value']);
    expect(faults(weight(11, 'kg'), 'bounds')).toEqual(['Observation.value']);
    expect(issues(weight(5, 'cm'), 'bounds')).toMatchObject([
      { severity: 'warning', expression: 'Observation.value' },
    ]);
    const late = { resourceType: 'Observation', issued: '2020-01-01T00:00:01Z' };
    expect(faults(late, 'bounds')).toEqual(['Observation.issued']);
  });

  it('the length, in characters, and the form of a text', () => {
    const patient = (family: string, value: string) => ({
      resourceType: 'Patient',
      name: [{ family }],
      identifier: [{ value }],
    });
    expect(faults(patient('Añez😀', '123'), 'text')).toEqual([]);
    expect(faults(patient('Gómezz', '1234'), 'text')).toEqual([
      'Patient.name[0].family',
      'Patient.identifier[0].value',
    ]);
  });

  it('a fixed value as a whole: nothing may stand beside it', () => {
    const practitioner = (telecom: object) => ({ resourceType: 'Practitioner', telecom: [telecom] });
    expect(faults(practitioner({ value: '1', system: 'phone' }), 'fixed')).toEqual([]);
    for (const more of [{ use: 'home' }, { system: 'fax' }, { _value: { id: 'x' } }])
      expect(faults(practitioner({ value: '1', system: 'phone', ...more }), 'fixed')).toEqual([
        'Practitioner.telecom[0]',
      ]);
  });

  it('the most that a binding may be extended to, and a binding beside it', () => {
    for (const name of ['most', 'beside']) {
      expect(faults({ resourceType: 'Condition', code: fruit('apple') }, name)).toEqual([]);
      expect(faults({ resourceType: 'Condition', code: fruit('pear') }, name)).toEqual(['Condition.code']);
    }
  });
});

describe('slices', () => {
  it('told apart by several marks: one that a slice does not speak of does not count for it', () => {
    expect(faults(components(['apple', 'none'], ['pear']), 'two-marks')).toEqual([]);
    expect(faults(components(['apple']), 'two-marks')).toEqual(['Observation.component[0]']);
  });

  it('by the profile of a resource: one of another type is in none of them', () => {
    const bundle = (resourceType: string) => ({
      resourceType: 'Bundle',
      entry: [{ resource: { resourceType } }],
    });
    expect(faults(bundle('Patient'), 'entries')).toEqual([]);
    expect(faults(bundle('Group'), 'entries')).toEqual(['Bundle.entry[0]']);
  });
});

it('slices are told apart by the type of what a reference leads to', () => {
  const by = (...performer: object[]) => ({
    resourceType: 'Observation',
    status: 'final',
    code: { text: 'x' },
    contained: [{ resourceType: 'Organization', id: 'c' }],
    performer,
  });
  for (const organization of [
    { reference: 'Organization/o' },
    { reference: 'http://elsewhere.example/fhir/Organization/o' },
    { reference: '#c' },
    { type: 'Organization', display: 'Laboratory' },
  ])
    expect(faults(by({ reference: 'Practitioner/p' }, organization), 'by-target')).toEqual([]);
  expect(faults(by({ reference: 'Practitioner/p' }), 'by-target')).toEqual(['Observation.performer']);
  const two = by({ reference: 'Organization/o' }, { reference: 'Organization/p' });
  expect(faults(two, 'by-target')).toEqual(['Observation.performer[1]']);
});

describe('resources inside of others', () => {
  const patient = (...contained: object[]) => ({
    resourceType: 'Patient',
    contained,
    generalPractitioner: [{ reference: '#p' }],
  });
  const practitioner = (members: object = {}) => ({ resourceType: 'Practitioner', id: 'p', ...members });

  it('are of the types that the profile allows', () => {
    expect(faults(patient(practitioner()), 'held')).toEqual([]);
    expect(faults(patient(practitioner(), { resourceType: 'Group', id: 'g' }), 'held')).toEqual([
      'Patient.contained[1]',
    ]);
  });

  it('must meet the profile that a reference to them asks for, and be where it asks', () => {
    expect(faults(patient(practitioner({ name: [{ text: 'x' }] })), 'target')).toEqual([]);
    expect(faults(patient(practitioner()), 'target')).toEqual(['Patient.generalPractitioner[0]']);
    const elsewhere = { resourceType: 'Patient', generalPractitioner: [{ reference: 'Practitioner/1' }] };
    expect(faults(elsewhere, 'target')).toEqual(['Patient.generalPractitioner[0]']);
  });

  it('are %resource to the rules of what is in them, and %rootResource is what contains them', () => {
    expect(faults(patient(practitioner({ name: [{ text: 'x' }] })), 'variables')).toEqual([]);
  });
});

describe('V3: a profile', () => {
  it('that asks for what R4 does not have is said to', () => {
    expect(issues({ resourceType: 'Patient' }, 'target')).toMatchObject([
      { severity: 'warning', code: 'not-supported', expression: 'Patient.dateOfBirth' },
    ]);
  });

  it('counts if it calls itself a specialization of a type of R4', () => {
    expect(faults({ resourceType: 'Patient' }, 'special')).toEqual(['Patient.birthDate']);
  });
});

describe('a rule that stands on a primitive', () => {
  const rule = (path: string, expression: string) => ({
    path,
    constraint: [{ key: 'own-1', severity: 'error', human: 'x', expression }],
  });
  addProfiles([
    profile('day', 'Observation', {
      ...rule('Observation.effective[x]', '$this is dateTime implies $this.toString().length() >= 10'),
    }),
    profile('types', 'Patient', rule('Patient.gender', '$this is code'), {
      ...rule('Patient.birthDate', '($this as date).toString().length() = 10'),
    }),
  ]);
  const places = (name: string, resource: object) =>
    validateProfiles(resource, [`urn:rules:${name}`]).map(({ expression }) => expression);

  it('is told of which type that is (us-core-1)', () => {
    const observation = (effective: object) => places('day', { resourceType: 'Observation', ...effective });
    for (const effectiveDateTime of ['2020', '2020-01'])
      expect(observation({ effectiveDateTime })).toEqual(['Observation.effective']);
    expect(observation({ effectiveDateTime: '2020-01-01' })).toEqual([]);
    expect(observation({ effectivePeriod: { start: '2020' } })).toEqual([]);
    expect(observation({ effectiveInstant: '2020-01-01T00:00:00Z' })).toEqual([]);
    const patient = (birthDate: string) =>
      places('types', { resourceType: 'Patient', gender: 'male', birthDate });
    expect(patient('2020-01-01')).toEqual([]);
    expect(patient('2020-01')).toEqual(['Patient.birthDate']);
  });
});

describe('what a profile advises', () => {
  addProfiles([
    profile('advice', 'Patient', {
      path: 'Patient.name',
      constraint: [{ key: 'own-2', severity: 'warning', human: 'use says more', expression: 'use.exists()' }],
    }),
  ]);
  const told = (isClose: boolean, name: object) =>
    validateProfiles(
      { resourceType: 'Patient', name: [name] },
      ['urn:rules:advice'],
      'warning',
      undefined,
      isClose,
    );

  it('is a warning to who looks closer, and nothing to a write (us-core-4)', () => {
    expect(told(true, { family: 'x' })).toMatchObject([
      { severity: 'warning', code: 'invariant', expression: 'Patient.name[0]' },
    ]);
    expect(told(true, { family: 'x' })[0]?.diagnostics).toContain('own-2: use says more');
    expect(told(true, { family: 'x', use: 'official' })).toEqual([]);
    expect(told(false, { family: 'x' })).toEqual([]);
  });
});
