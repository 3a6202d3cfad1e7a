/** Rules of slicing (https://hl7.org/fhir/R4/valueset-resource-slicing-rules.html). */
import { describe, expect, it } from 'vitest';
import { addProfiles, validateProfiles } from '../../profiles.ts';
import type { StructureDefinition } from './structure-definition.ts';

const coded = (code: string) => ({ code: { coding: [{ system: 'http://ex.org/cs', code }] } });
const rulesOf = (rules: string, ordered: boolean) =>
  ({
    resourceType: 'StructureDefinition',
    url: `http://ex.org/slicing/${rules}-${ordered}`,
    type: 'Observation',
    kind: 'resource',
    derivation: 'constraint',
    baseDefinition: 'http://hl7.org/fhir/StructureDefinition/Observation',
    differential: {
      element: [
        {
          id: 'Observation.component',
          path: 'Observation.component',
          slicing: { discriminator: [{ type: 'value', path: 'code' }], rules, ordered },
        },
        ...['a', 'c'].flatMap((name) => [
          { id: `Observation.component:${name}`, path: 'Observation.component', sliceName: name, min: 0 },
          {
            id: `Observation.component:${name}.code`,
            path: 'Observation.component.code',
            patternCodeableConcept: coded(name).code,
          },
        ]),
      ],
    },
  }) as unknown as StructureDefinition;

addProfiles(
  ['open', 'closed', 'openAtEnd'].flatMap((rules) => [rulesOf(rules, true), rulesOf(rules, false)]),
);

const places = (url: string, ...codes: string[]) =>
  validateProfiles({ resourceType: 'Observation', component: codes.map(coded) }, [
    `http://ex.org/slicing/${url}`,
  ]).map(({ expression }) => expression);

describe.each([true, false])('slices that are ordered (%s)', (ordered) => {
  it('and open at the end have all others after them', () => {
    const at = (...codes: string[]) => places(`openAtEnd-${ordered}`, ...codes);
    expect(at()).toEqual([]);
    expect(at('a', 'c', 'b', 'b')).toEqual([]);
    expect(at('b', 'b')).toEqual([]);
    expect(at('b', 'a')).toEqual(['Observation.component[0]']);
    expect(at('a', 'b', 'x', 'c', 'y')).toEqual(['Observation.component[1]', 'Observation.component[2]']);
  });

  it('and open have others anywhere, and closed nowhere', () => {
    expect(places(`open-${ordered}`, 'b', 'a')).toEqual([]);
    expect(places(`closed-${ordered}`, 'a', 'b')).toEqual(['Observation.component[1]']);
  });
});
