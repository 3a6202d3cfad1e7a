import type { Patient } from '@medplum/fhirtypes';
import { describe, expect, it } from 'vitest';
import { contactOf, contactProblem, withContact } from './contact.ts';

const patient: Patient = {
  resourceType: 'Patient',
  id: 'p',
  name: [{ family: 'Lind' }],
  telecom: [
    { system: 'phone', value: '555-010-0100', use: 'home', rank: 1 },
    { system: 'email', value: 'old@example.org', extension: [{ url: 'urn:x', valueString: 'kept' }] },
    { system: 'phone', value: '555-010-0101', use: 'work' },
  ],
  address: [{ text: '1 Elm St', line: ['1 Elm St'], city: 'Florence', country: 'US' }, { city: 'Second' }],
};

describe('contact details', () => {
  it('go back into the resource without touching what the form does not show', () => {
    const details = {
      ...contactOf(patient),
      email: 'new@example.org',
      city: 'Amherst',
      notices: 'email' as const,
    };
    const changed = withContact(patient, details);
    expect(changed.telecom).toEqual([
      { system: 'phone', value: '555-010-0100', use: 'home' },
      {
        system: 'email',
        value: 'new@example.org',
        extension: [{ url: 'urn:x', valueString: 'kept' }],
        rank: 1,
      },
      { system: 'phone', value: '555-010-0101', use: 'work' },
    ]);
    expect(changed.address).toEqual([
      { line: ['1 Elm St'], city: 'Amherst', country: 'US' },
      { city: 'Second' },
    ]);
    expect(changed.name).toEqual(patient.name);
  });

  it('that are emptied go, and leave no empty text behind', () => {
    const details = { ...contactOf(patient), phone: '', email: '', line: '', city: '' };
    const changed = withContact(patient, details);
    expect(changed.telecom).toEqual([{ system: 'phone', value: '555-010-0101', use: 'mobile', rank: 1 }]);
    expect(changed.address?.[0]).toEqual({ country: 'US' });
  });

  it('are checked before they are sent', () => {
    const whole = contactOf(patient);
    expect(contactProblem(whole)).toBeUndefined();
    expect(contactProblem({ ...whole, phone: '12' })).toContain('phone');
    expect(contactProblem({ ...whole, email: 'x@y' })).toContain('e-mail');
  });
});
