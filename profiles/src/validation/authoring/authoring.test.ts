import { describe, expect, it } from 'vitest';
import { knownWith } from '../../profiles.ts';
import { validateResource } from '../validate-resource.ts';

const faults = (resource: object) =>
  validateResource(resource)
    .filter(({ severity }) => severity === 'error')
    .map(({ expression }) => expression);

const system = (members: object) => ({
  resourceType: 'CodeSystem',
  url: 'urn:cs',
  status: 'active',
  content: 'complete',
  ...members,
});
const set = (include: object, members: object = {}) => ({
  resourceType: 'ValueSet',
  url: 'urn:vs',
  status: 'active',
  compose: { include: [include] },
  ...members,
});
const GENDER = 'http://hl7.org/fhir/administrative-gender';
const parameter = (members: object) => ({
  resourceType: 'SearchParameter',
  url: 'urn:sp',
  name: 'x',
  status: 'active',
  description: 'x',
  code: 'x',
  base: ['Organization'],
  type: 'string',
  expression: 'Organization.name',
  derivedFrom: 'http://hl7.org/fhir/SearchParameter/Organization-name',
  ...members,
});
const statement = (searchParam: object) => ({
  resourceType: 'CapabilityStatement',
  status: 'active',
  date: '2024-01-01',
  kind: 'requirements',
  description: 'x',
  fhirVersion: '4.0.1',
  format: ['json'],
  rest: [{ mode: 'server', resource: [{ type: 'Organization', searchParam: [searchParam] }] }],
});

describe('a resource that defines something', () => {
  it.each<[string, object]>([
    [
      'a code system',
      system({
        property: [{ code: 'p', type: 'integer' }],
        concept: [{ code: 'a', property: [{ code: 'p', valueInteger: 1 }] }],
      }),
    ],
    ['a supplement', system({ content: 'supplement', supplements: 'urn:other' })],
    [
      'a property that is not declared',
      system({ concept: [{ code: 'a', property: [{ code: 'notSelectable', valueBoolean: true }] }] }),
    ],
    ['a value set of codes of R4', set({ system: GENDER, concept: [{ code: 'male' }] })],
    ['… of another version', set({ system: GENDER, version: '3.0.2', concept: [{ code: 'x' }] })],
    [
      '… of other systems',
      set({ system: 'http://snomed.info/sct', filter: [{ property: 'concept', op: 'is-a', value: '1' }] }),
    ],
    ['a parameter as the one it is derived from', parameter({})],
    [
      'a statement with parameters as they are defined',
      statement({
        name: 'name',
        type: 'string',
        definition: 'http://hl7.org/fhir/SearchParameter/Organization-name',
      }),
    ],
    [
      'a parameter whose definition is not known',
      statement({ name: 'x', type: 'date', definition: 'http://example.org/x' }),
    ],
  ])('may be %s', (_, resource) => expect(faults(resource)).toEqual([]));

  it.each<[string, object, string]>([
    ['its URL is not absolute', system({ url: 'CodeSystem/x' }), 'CodeSystem.url'],
    [
      'that of one it contains is not',
      {
        ...set({ system: 'urn:c' }),
        contained: [{ ...system({ url: 'c' }), id: 'c' }],
        extension: [{ url: 'urn:x', valueReference: { reference: '#c' } }],
      },
      'ValueSet.contained[0].url',
    ],
    ['it supplements, and is none', system({ supplements: 'urn:other' }), 'CodeSystem.content'],
    ['it is a supplement of nothing', system({ content: 'supplement' }), 'CodeSystem.content'],
    [
      'a property of FHIR has another type',
      system({
        property: [
          { code: 'p', uri: 'http://hl7.org/fhir/concept-properties#notSelectable', type: 'dateTime' },
        ],
      }),
      'CodeSystem.property[0].type',
    ],
    [
      'a value has another type than was declared',
      system({
        property: [{ code: 'p', type: 'decimal' }],
        concept: [{ code: 'a', concept: [{ code: 'b', property: [{ code: 'p', valueInteger: 1 }] }] }],
      }),
      'CodeSystem.concept[0].concept[0].property[0].value',
    ],
    ['a system is a reference', set({ system: '#c' }), 'ValueSet.compose.include[0].system'],
    [
      'a code is not R4’s',
      set({ system: GENDER, concept: [{ code: 'x' }] }),
      'ValueSet.compose.include[0].concept[0].code',
    ],
    [
      'a hierarchy begins nowhere',
      set({ system: GENDER, filter: [{ property: 'concept', op: 'is-a', value: 'x' }] }),
      'ValueSet.compose.include[0].filter[0].value',
    ],
    [
      'a filter is neither true nor false',
      set({ system: 'urn:x', filter: [{ property: 'p', op: 'exists', value: '1' }] }),
      'ValueSet.compose.include[0].filter[0].value',
    ],
    [
      'a composite has one component',
      parameter({
        type: 'composite',
        derivedFrom: 'urn:other',
        component: [{ definition: 'urn:x', expression: 'name' }],
      }),
      'SearchParameter.component',
    ],
    ['a parameter is derived from one of another type', parameter({ type: 'token' }), 'SearchParameter.type'],
    [
      '… from one for other resources',
      parameter({ base: ['Patient'], expression: 'Patient.name' }),
      'SearchParameter.base',
    ],
    [
      'a parameter is used with another type than it is defined with',
      statement({
        name: 'name',
        type: 'date',
        definition: 'http://hl7.org/fhir/SearchParameter/Organization-name',
      }),
      'CapabilityStatement.rest[0].resource[0].searchParam[0].type',
    ],
  ])('is refused where %s', (_, resource, expression) => expect(faults(resource)).toEqual([expression]));
});

describe('codes of systems that are known here beside those of R4', () => {
  const known = knownWith([
    {
      ...system({
        url: 'urn:colours',
        property: [{ code: 'like', type: 'Coding' }],
        concept: [{ code: 'red' }, { code: 'blue' }],
      }),
    } as never,
    { ...set({ system: 'urn:colours', concept: [{ code: 'red' }] }), url: 'urn:only-red' } as never,
  ]);
  const places = (resource: object) => validateResource(resource, known).map(({ expression }) => expression);
  const like = (value: string) =>
    set({ system: 'urn:colours', filter: [{ property: 'like', op: '=', value }] });
  const map = (code: string, members: object = {}) => ({
    resourceType: 'ConceptMap',
    status: 'draft',
    group: [
      {
        source: 'urn:colours',
        target: 'urn:colours',
        element: [{ code: 'red', target: [{ code, equivalence: 'equal' }] }],
      },
    ],
    ...members,
  });

  it('are those that a filter by a Coding names, as system#code', () => {
    expect(places(like('urn:colours#blue'))).toEqual([]);
    expect(places(like('urn:colours|1#blue'))).toEqual([]);
    expect(places(like('urn:shapes#round'))).toEqual([]);
    const place = ['ValueSet.compose.include[0].filter[0].value'];
    expect(places(like('urn:colours#green'))).toEqual(place);
    expect(places(like('blue'))).toEqual(place);
  });

  it('are those that a map has, and of the sets that it says it is from and to', () => {
    expect(places(map('blue'))).toEqual([]);
    expect(places(map('red', { targetCanonical: 'urn:only-red' }))).toEqual([]);
    const place = ['ConceptMap.group[0].element[0].target[0].code'];
    expect(places(map('green'))).toEqual(place);
    expect(places(map('blue', { targetCanonical: 'urn:only-red' }))).toEqual(place);
  });
});

describe('expressions', () => {
  const sctFilter = (value: string) =>
    set({ system: 'http://snomed.info/sct', filter: [{ property: 'constraint', op: '=', value }] });

  it('that constrain SNOMED CT are of its language', () => {
    expect(faults(sctFilter('< 19829001 |Disorder of lung|'))).toEqual([]);
    expect(faults(sctFilter('234234 << 234234'))).toEqual(['ValueSet.compose.include[0].filter[0].value']);
  });

  const computed = (expression: string, language = 'text/fhirpath') => ({
    ...set({
      system: 'urn:x',
      filter: [
        {
          property: 'p',
          op: '=',
          _value: {
            extension: [
              {
                url: 'http://hl7.org/fhir/StructureDefinition/cqf-expression',
                valueExpression: { language, expression },
              },
            ],
          },
        },
      ],
    }),
    extension: [
      {
        url: 'http://hl7.org/fhir/tools/StructureDefinition/valueset-parameter',
        extension: [{ url: 'name', valueCode: 'p-one' }],
      },
    ],
  });

  it('in a value set are FHIRPath, of parameters that it has', () => {
    const place = 'ValueSet.compose.include[0].filter[0].value.extension[0].value';
    expect(faults(computed('%`p-one`'))).toEqual([]);
    expect(faults(computed('%p-two'))).toContain(place);
    expect(faults(computed('%p-one', 'text/cql'))).toEqual([place]);
  });

  it('that are said to be FHIRPath are', () => {
    const plan = (expression: string) => ({
      resourceType: 'PlanDefinition',
      status: 'draft',
      action: [{ condition: [{ kind: 'start', expression: { language: 'text/fhirpath', expression } }] }],
    });
    expect(faults(plan('Patient.name.exists()'))).toEqual([]);
    expect(faults(plan('Patient.name.('))).toEqual([
      'PlanDefinition.action[0].condition[0].expression.expression',
    ]);
  });
});

describe('a profile that is written', () => {
  const R4 = 'http://hl7.org/fhir/StructureDefinition';
  const profile = (...element: object[]) => ({
    resourceType: 'StructureDefinition',
    url: 'urn:written',
    name: 'Written',
    status: 'draft',
    kind: 'resource',
    abstract: false,
    type: 'Observation',
    baseDefinition: `${R4}/Observation`,
    derivation: 'constraint',
    differential: { element: element.map((each) => ({ id: (each as { path: string }).path, ...each })) },
  });
  const sliced = (path: string, discriminator: string) => ({
    path,
    slicing: { discriminator: [{ type: 'value', path: discriminator }], rules: 'open' },
  });

  it.each<[string, object]>([
    ['elements of the type, and of the types below', { path: 'Observation.code.coding.system' }],
    ['a choice, by either name', { path: 'Observation.valueQuantity.code' }],
    ['what is in a choice', { path: 'Observation.value[x].coding' }],
    ['what contained resources have', { path: 'Observation.contained.name' }],
    [
      'slices by an element, an extension or a type',
      sliced('Observation.component', "extension('urn:x').value"),
    ],
    ['… by where it leads', sliced('Observation.hasMember', 'resolve().code')],
    ['… by the thing itself', sliced('Observation.category', '$this')],
    ['fewer', { path: 'Observation.category', min: 1, max: '1' }],
  ])('may speak of %s', (_, element) => expect(faults(profile(element))).toEqual([]));

  it.each<[string, object, string]>([
    ['an element that R4 does not have', { path: 'Observation.valueBla' }, 'path'],
    ['one that another type has', { path: 'Observation.code.name' }, 'path'],
    [
      'slices by what they do not have',
      sliced('Observation.component', 'name'),
      'slicing.discriminator[0].path',
    ],
    ['more than there may be', { path: 'Observation.code', max: '*' }, 'max'],
    ['less than there must be', { path: 'Observation.status', min: 0 }, 'min'],
    [
      'a rule that is no FHIRPath',
      {
        path: 'Observation.code',
        constraint: [{ key: 'x-1', severity: 'error', human: 'x', expression: 'a.(' }],
      },
      'constraint[0].expression',
    ],
  ])('may not speak of %s', (_, element, place) =>
    expect(faults(profile(element))).toContain(`StructureDefinition.differential.element[0].${place}`),
  );

  it('keeps what its base fixes, and asks no less', () => {
    const base = {
      ...profile(
        { path: 'Observation.category.text', fixedString: 'x' },
        { path: 'Observation.note', min: 1 },
      ),
      url: 'urn:base',
    };
    const known = knownWith([base as never]);
    const places = (...element: object[]) =>
      validateResource({ ...profile(...element), baseDefinition: 'urn:base' }, known).map(
        ({ expression }) => expression,
      );
    expect(places({ path: 'Observation.category.text', fixedString: 'x' })).toEqual([]);
    expect(
      places({ path: 'Observation.category.text', fixedString: 'y' }, { path: 'Observation.note', min: 0 }),
    ).toEqual([
      'StructureDefinition.differential.element[0].fixed',
      'StructureDefinition.differential.element[1].min',
    ]);
  });
});
