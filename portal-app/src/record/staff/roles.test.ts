/** How roles at the clinic are called: in words, never as a code. */
import type { CodeableConcept } from '@medplum/fhirtypes';
import { expect, it } from 'vitest';
import { roleName, roleText } from './roles.ts';

const coded = (system: string, code: string, more: object = {}): CodeableConcept => ({
  coding: [{ system, code, ...more }],
});

it('a role is called in words also where only its code stands there', () => {
  expect(roleName(coded('urn:wellspring:staff-role', 'front-desk'))).toBe('Front desk');
  expect(roleName(coded('http://terminology.hl7.org/CodeSystem/practitioner-role', 'receptionist'))).toBe(
    'Front desk',
  );
  expect(roleName(coded('http://nucc.org/provider-taxonomy', '207Q00000X'))).toBe('Clinician');
});

it('what the clinic says in its own words goes before', () => {
  const display = 'Family Medicine Physician';
  expect(roleName(coded('http://nucc.org/provider-taxonomy', '207Q00000X', { display }))).toBe(display);
  expect(roleName({ text: 'Night nurse', ...coded('urn:else', 'nurse') })).toBe('Night nurse');
  // Another system's code of the same letters is not the clinic's role.
  expect(roleName(coded('urn:else', 'billing'))).toBe('billing');
});

it('the first page tells each role with where it is, without a code', () => {
  expect(
    roleText({
      resourceType: 'PractitionerRole',
      code: [coded('urn:wellspring:staff-role', 'nurse')],
      organization: { display: 'Wellspring Clinic' },
    }),
  ).toBe('Nurse · Wellspring Clinic');
});
