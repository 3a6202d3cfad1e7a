import type { Patient } from '@medplum/fhirtypes';
import { describe, expect, it } from 'vitest';
import { contactOf, contactProblems, withContact } from './contact.ts';
import { wantsConfirming } from './unconfirmed.ts';

const NOW = new Date('2026-11-27T10:00:00Z');
const CONFIRMED = { url: 'urn:wellspring:contact-confirmed', valueDate: '2026-11-27' };

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
    const changed = withContact(
      patient,
      { ...contactOf(patient), email: 'new@example.org', city: 'Amherst' },
      NOW,
    );
    expect(changed.telecom).toEqual([
      { system: 'phone', value: '555-010-0100', use: 'home', rank: 1, extension: [CONFIRMED] },
      {
        system: 'email',
        value: 'new@example.org',
        extension: [{ url: 'urn:x', valueString: 'kept' }],
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
    const changed = withContact(patient, details, NOW);
    expect(changed.telecom).toEqual([
      { system: 'phone', value: '555-010-0101', use: 'work', extension: [CONFIRMED] },
    ]);
    expect(changed.address?.[0]).toEqual({ country: 'US' });
  });

  it('are checked before they are sent', () => {
    const whole = contactOf(patient);
    expect(contactProblems(whole)).toEqual({});
    expect(contactProblems({ ...whole, phone: '12', email: 'x@y' })).toEqual({
      phone: expect.stringContaining('phone'),
      email: expect.stringContaining('e-mail'),
    });
  });

  it('are confirmed once a year', () => {
    expect(wantsConfirming(patient)).toBe(true);
    const saved = withContact(patient, contactOf(patient), NOW);
    expect(wantsConfirming(saved, NOW.getTime())).toBe(false);
    expect(wantsConfirming(saved, NOW.getTime() + 366 * 86_400_000)).toBe(true);
    expect(withContact(saved, contactOf(saved), NOW).telecom?.[0]?.extension).toEqual([CONFIRMED]);
  });
});
