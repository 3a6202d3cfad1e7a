/** Visits on a schedule as words. */
import type { Appointment } from '@medplum/fhirtypes';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { setZoneOfClinic } from '../../format/clinic-clock.ts';
import { placedText } from './words.ts';

beforeAll(() => setZoneOfClinic('America/New_York'));
afterAll(() => setZoneOfClinic(undefined));

const asked: Appointment = {
  resourceType: 'Appointment',
  status: 'proposed',
  description: 'Knee is getting worse',
  comment: 'In the morning.',
  requestedPeriod: [{ start: '2026-12-04', end: '2026-12-08' }],
  participant: [
    { status: 'accepted', actor: { reference: 'Patient/james', display: 'James Whitfield' } },
    { status: 'needs-action', actor: { reference: 'Practitioner/amara', display: 'Dr. Amara Osei' } },
  ],
};

it('whoever looks for a time is told whose visit it is, with whom it was asked for, and when', () => {
  expect(placedText(asked)).toBe(
    'James Whitfield · Knee is getting worse · Between Dec 4, 2026 and Dec 8, 2026 · Dr. Amara Osei · In the morning.',
  );
  const booked: Appointment = { ...asked, status: 'booked', start: '2026-12-07T15:20:00Z' };
  expect(placedText(booked)).toContain(' · Now: Mon, Dec 7, 10:20 AM');
});
