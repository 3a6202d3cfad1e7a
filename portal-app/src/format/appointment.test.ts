import type { Appointment } from '@medplum/fhirtypes';
import { expect, it } from 'vitest';
import { reason, withWhom } from './appointment.ts';

const visit = (more: object) => ({ resourceType: 'Appointment', status: 'booked', ...more }) as Appointment;

it('a visit is with whom has not declined it', () => {
  const participant = [
    { actor: { reference: 'Practitioner/a', display: 'Dr. A' }, status: 'declined' },
    { actor: { reference: 'Practitioner/b', display: 'Dr. B' }, status: 'accepted' },
  ];
  expect(withWhom(visit({ participant }))).toBe('Dr. B');
});

it('a visit with somebody whom nobody names is with the care team, and one with nobody is with nobody', () => {
  const unnamed = { actor: { reference: 'Practitioner/a' }, status: 'accepted' };
  expect(withWhom(visit({ participant: [unnamed] }))).toBe('Care team');
  const named = { actor: { reference: 'PractitionerRole/b', display: 'Dr. B' }, status: 'accepted' };
  expect(withWhom(visit({ participant: [unnamed, named] }))).toBe('Dr. B');
  expect(withWhom(visit({ participant: [{ actor: { reference: 'Patient/p' }, status: 'accepted' }] }))).toBe(
    '',
  );
});

it('P26: what a visit is about has no tag of a terminology, wherever it is said', () => {
  const coding = [{ display: 'Encounter for check up (procedure)' }];
  expect(reason(visit({ serviceType: [{ coding }] }))).toBe('Encounter for check up');
  expect(reason(visit({ reasonReference: [{ display: 'Asthma (disorder)' }] }))).toBe('Asthma');
  expect(reason(visit({}))).toBe('Visit');
});
