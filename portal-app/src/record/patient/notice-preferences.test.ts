import type { Patient } from '@medplum/fhirtypes';
import { describe, expect, it } from 'vitest';
import { languageOf } from './language.ts';
import { preferencesOf, withPreferences } from './notice-preferences.ts';

const patient: Patient = {
  resourceType: 'Patient',
  telecom: [
    { system: 'phone', value: '555-010-0100', use: 'home' },
    { system: 'email', value: 'a@example.org', extension: [{ url: 'urn:x', valueString: 'kept' }] },
  ],
  communication: [{ language: { coding: [{ code: 'en-US' }] }, preferred: true }],
};
const chosen = {
  channel: 'email',
  language: 'es',
  reminderHours: [48, 2],
  quietFrom: '21:30',
  quietUntil: '07:00',
} as const;

describe('notice preferences', () => {
  it('come back as they were said, and leave the rest as it was', () => {
    const changed = withPreferences(patient, chosen, 'America/Denver');
    expect(preferencesOf(changed)).toEqual(chosen);
    expect(changed.telecom?.[0]).toEqual(patient.telecom?.[0]);
    expect(changed.telecom?.[1]?.extension).toHaveLength(2);
    expect(languageOf(changed)).toBe('es');
    expect(changed.communication).toHaveLength(2);
    expect(changed.communication?.filter(({ preferred }) => preferred)).toHaveLength(1);
  });

  it('move along when another way is chosen, and a phone that is texted is a mobile one', () => {
    const byMail = withPreferences(patient, chosen, 'UTC');
    const byText = withPreferences(byMail, { ...chosen, channel: 'phone', reminderHours: [] }, 'UTC');
    expect(byText.telecom?.[0]).toMatchObject({ rank: 1, use: 'mobile' });
    expect(byText.telecom?.[1]).toEqual(patient.telecom?.[1]);
    expect(preferencesOf(byText)).toMatchObject({ channel: 'phone', reminderHours: [] });
  });

  it('are the clinic’s where nobody has said anything', () => {
    expect(preferencesOf({ resourceType: 'Patient' })).toEqual({
      channel: 'email',
      language: 'en',
      reminderHours: [24],
      quietFrom: '',
      quietUntil: '',
    });
    expect(languageOf({ resourceType: 'Patient' })).toBeUndefined();
  });
});
