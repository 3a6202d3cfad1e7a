import { expect, it } from 'vitest';
import { whyCancelled } from './words.ts';

const visit = (status: 'cancelled' | 'booked', text?: string) => ({
  resourceType: 'Appointment' as const,
  status,
  participant: [],
  ...(text === undefined ? {} : { cancelationReason: { text } }),
});

it('of a visit that was declined the patient reads why, and nothing of what the apps wrote themselves', () => {
  expect(whyCancelled(visit('cancelled', 'Please call the eye clinic.'))).toBe('Please call the eye clinic.');
  expect(whyCancelled(visit('cancelled'))).toBeUndefined();
  expect(whyCancelled(visit('cancelled', 'Cancelled by the patient'))).toBeUndefined();
  const display = 'Patient: Canceled via Patient Portal';
  const coded = { ...visit('cancelled'), cancelationReason: { coding: [{ code: 'pat-cpp', display }] } };
  expect(whyCancelled(coded)).toBeUndefined();
  expect(whyCancelled(visit('booked', 'Please call the eye clinic.'))).toBeUndefined();
});
