import type { CareTeam } from '@medplum/fhirtypes';
import { expect, it } from 'vitest';
import { KINDS } from './kinds.ts';

it('the care team is who cares for the patient, by whatever they are called; the patient is none of them', () => {
  const team: CareTeam = {
    resourceType: 'CareTeam',
    subject: { reference: 'Patient/maria' },
    participant: [
      { member: { reference: 'Patient/maria', display: 'Maria Alvarez' } },
      { member: { reference: 'Practitioner/ruiz', display: 'Elena Ruiz' }, role: [{ text: 'Physician' }] },
      { member: { display: 'Her daughter' } },
    ],
  };
  const { note, facts } = KINDS.CareTeam.of(team);
  expect(note).toBe('Elena Ruiz, Her daughter');
  expect(facts?.map(([, value]) => value)).toEqual(['Elena Ruiz, Physician', 'Her daughter']);
});
