import type { Resource } from '@medplum/fhirtypes';
import { expect, it } from 'vitest';
import { referenceName } from './named.ts';

const contained = (...resources: object[]) => ({ contained: resources as Resource[] });
const role = (more: object) => ({ resourceType: 'PractitionerRole', id: 'r', ...more });

it('a contained role is called by its person, else by its organization, which may be contained as well', () => {
  const person = { resourceType: 'Practitioner', id: 'p', name: [{ text: 'Dr. Ida Innen' }] };
  const at = { organization: { display: 'Hill Street' } };
  const named = (more: object) =>
    referenceName({ reference: '#r' }, contained(role({ ...at, ...more }), person));
  expect(named({ practitioner: { reference: '#p' } })).toBe('Dr. Ida Innen');
  expect(named({ practitioner: { reference: '#q' } })).toBe('Hill Street');
});

it('what is contained and refers to itself, or around, is nobody’s name and no end', () => {
  const holder = contained(role({ practitioner: { reference: '#s' }, code: [{ text: 'Nurse' }] }), {
    ...role({ practitioner: { reference: '#r' }, organization: { reference: '#s' } }),
    id: 's',
  });
  expect(referenceName({ reference: '#r' }, holder)).toBeUndefined();
});
