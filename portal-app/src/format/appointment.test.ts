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

it('P26: what a visit is about has no tag of a terminology, wherever it is said', () => {
  const coding = [{ display: 'Encounter for check up (procedure)' }];
  expect(reason(visit({ serviceType: [{ coding }] }))).toBe('Encounter for check up');
  expect(reason(visit({ reasonReference: [{ display: 'Asthma (disorder)' }] }))).toBe('Asthma');
  expect(reason(visit({}))).toBe('Visit');
});
