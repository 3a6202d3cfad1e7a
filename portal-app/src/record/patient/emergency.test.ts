import type { Patient } from '@medplum/fhirtypes';
import { describe, expect, it } from 'vitest';
import { emergencyContactOf, withEmergencyContact } from './emergency.ts';

const patient: Patient = {
  resourceType: 'Patient',
  contact: [
    {
      relationship: [{ coding: [{ code: 'C' }] }, { coding: [{ code: 'DAU', display: 'daughter' }] }],
      name: { family: 'Lind', given: ['Eva'], text: 'Eva Lind' },
      telecom: [{ system: 'phone', value: '555-010-0100' }],
    },
    { name: { text: 'Second' } },
  ],
};

describe('the emergency contact', () => {
  it('keeps its codes and its name’s parts where they were not changed, and the others stay', () => {
    const contact = emergencyContactOf(patient);
    expect(contact).toEqual({ name: 'Eva Lind', relationship: 'daughter', phone: '555-010-0100' });
    expect(withEmergencyContact(patient, contact)).toEqual(patient);
    const moved = withEmergencyContact(patient, { ...contact, phone: '555-010-0199' });
    expect(moved.contact?.[0]).toMatchObject({
      name: { family: 'Lind' },
      telecom: [{ value: '555-010-0199' }],
    });
    expect(moved.contact?.[1]).toEqual({ name: { text: 'Second' } });
  });

  it('is a new one where there was none, or another person', () => {
    const added = withEmergencyContact(
      { resourceType: 'Patient' },
      { name: ' Bo ', relationship: '', phone: '555-010-0111' },
    );
    expect(added.contact).toEqual([
      {
        relationship: [{ coding: [expect.objectContaining({ code: 'C' })] }],
        name: { text: 'Bo' },
        telecom: [{ system: 'phone', value: '555-010-0111' }],
      },
    ]);
  });
});
