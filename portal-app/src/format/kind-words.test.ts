import { expect, it } from 'vitest';
import { kindWords, saidOrKind } from './kind-words.ts';

it('who is not named is told by their kind, and by no id', () => {
  expect(saidOrKind({ display: 'Dr. Ruiz', reference: 'Practitioner/ruiz' })).toBe('Dr. Ruiz');
  expect(
    [
      'Practitioner/ruiz',
      'https://other.example/fhir/PractitionerRole/1/_history/2',
      'Organization/8a1',
      'RelatedPerson/mum',
      'Patient/ana',
    ].map(kindWords),
  ).toEqual(['Care team', 'Care team', 'An organization', 'A relative or carer', 'The patient']);
  expect(['#who', 'urn:uuid:1b2c', 'constructor/1', undefined].map(kindWords)).toEqual(
    Array(4).fill('Not named'),
  );
});
