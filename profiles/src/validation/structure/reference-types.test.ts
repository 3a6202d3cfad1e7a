/** What a reference may lead to, and what Reference.type says of it (https://hl7.org/fhir/R4/references.html). */
import { describe, expect, it } from 'vitest';
import { validateResource } from '../validate-resource.ts';

const places = (resource: object): (string | undefined)[] =>
  validateResource(resource)
    .filter(({ severity }) => severity === 'error')
    .map(({ expression }) => expression);
const observation = (subject: object, more: object = {}) => ({
  resourceType: 'Observation',
  status: 'final',
  code: { text: 'x' },
  subject,
  ...more,
});
const identifier = { system: 'urn:x', value: '1' };
const R4 = 'http://hl7.org/fhir/StructureDefinition';
const contained = (resourceType: string) => ({
  contained: [{ resourceType, id: 'c', ...(resourceType === 'Organization' ? { name: 'x' } : {}) }],
});
const ONE = 'urn:uuid:5f0b7a0c-3e6f-4d3c-9a52-0c2d5c1f9e11';
const OTHER = 'urn:uuid:5f0b7a0c-3e6f-4d3c-9a52-0c2d5c1f9e12';
const bundle = (type: string, subject: object, other: object) => ({
  resourceType: 'Bundle',
  type,
  entry: [
    { fullUrl: ONE, resource: observation(subject) },
    { fullUrl: OTHER, resource: other },
  ],
});
const TYPE = 'Observation.subject.type';
const REFERENCE = 'Observation.subject.reference';

describe('A reference of an Observation to its subject', () => {
  it.each<[string, object, string[]]>([
    ['by an identifier, of a type that is meant', observation({ type: 'Patient', identifier }), []],
    ['the type by its URL', observation({ type: `${R4}/Group`, identifier }), []],
    ['of another type', observation({ type: 'Organization', identifier }), [TYPE]],
    ['of another type by its URL', observation({ type: `${R4}/Organization`, identifier }), [TYPE]],
    ['the type of a logical model', observation({ type: 'urn:x:model', identifier }), []],
    ['of another type by a URN', observation({ type: 'Organization', reference: ONE }), [TYPE]],
    ['that contradicts the type', observation({ type: 'Group', reference: 'Patient/1' }), [TYPE]],
    ['that contradicts it by URL', observation({ type: `${R4}/Group`, reference: 'Patient/1' }), [TYPE]],
    ['contained', observation({ reference: '#c', type: 'Patient' }, contained('Patient')), []],
    ['contained, of another type', observation({ reference: '#c' }, contained('Organization')), [REFERENCE]],
    [
      'contained, that contradicts the type',
      observation({ reference: '#c', type: 'Group' }, contained('Patient')),
      [TYPE],
    ],
  ])('%s', (_, resource, expected) => expect(places(resource)).toEqual(expected));
});

describe('From one entry of a Bundle to another', () => {
  const patient = { resourceType: 'Patient', id: 'p' };
  const practitioner = { resourceType: 'Practitioner', id: 'p' };
  const inEntry = (place: string) => place.replace('Observation', 'Bundle.entry[0].resource');

  it('it leads to one of a type that is meant', () => {
    expect(places(bundle('collection', { reference: OTHER }, patient))).toEqual([]);
    expect(places(bundle('collection', { reference: OTHER }, practitioner))).toEqual([inEntry(REFERENCE)]);
  });

  it('it does not contradict its type', () => {
    const typed = { reference: OTHER, type: 'Group' };
    expect(places(bundle('collection', typed, patient))).toEqual([inEntry(TYPE)]);
    expect(places(bundle('collection', { ...typed, type: 'Patient' }, patient))).toEqual([]);
  });

  it('it is the same in a Bundle that Parameters hold', () => {
    const parameters = (other: object) => ({
      resourceType: 'Parameters',
      parameter: [{ name: 'x', resource: bundle('collection', { reference: OTHER }, other) }],
    });
    expect(places(parameters(patient))).toEqual([]);
    expect(places(parameters(practitioner))).toEqual([
      'Parameters.parameter[0].resource.entry[0].resource.subject.reference',
    ]);
  });
});
