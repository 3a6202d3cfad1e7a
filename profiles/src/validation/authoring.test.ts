import { describe, expect, it } from 'vitest';
import { validateResource } from './validate-resource.ts';

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
