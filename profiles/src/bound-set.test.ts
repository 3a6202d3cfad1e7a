/** The value set of an element, by its definition and its place in that. */
import { expect, it } from 'vitest';
import { boundSetOf } from './bound-set.ts';
import { type Definition, knownWith } from './profiles.ts';

const R4 = 'http://hl7.org/fhir/StructureDefinition/';
const value = { path: 'Observation.value[x]' };
const known = knownWith([
  {
    resourceType: 'StructureDefinition',
    url: 'urn:p',
    type: 'Observation',
    kind: 'resource',
    derivation: 'constraint',
    baseDefinition: `${R4}Observation`,
    differential: {
      element: [
        { ...value, id: 'Observation.value[x]' },
        {
          ...value,
          id: 'Observation.value[x]:valueCodeableConcept',
          sliceName: 'valueCodeableConcept',
          binding: { strength: 'required', valueSet: 'urn:vs' },
        },
      ],
    },
  } as unknown as Definition,
]);
const setOf = (name: string) => boundSetOf(known, 'urn:p', name).valueSet;

it('of one type of a choice is that of its slice, by whichever name', () => {
  const slice = 'value[x]:valueCodeableConcept';
  for (const name of ['Observation.valueCodeableConcept', 'valueCodeableConcept', slice])
    expect(setOf(name)).toBe('urn:vs');
  for (const name of ['value[x]', 'Observation.value', 'valueQuantity']) expect(setOf(name)).toBeUndefined();
});

it('of what a profile does not speak of is that of R4', () => {
  expect(setOf('Observation.interpretation')).toBe('http://hl7.org/fhir/ValueSet/observation-interpretation');
});
