import type { Appointment } from '@medplum/fhirtypes';
import { describe, expect, it } from 'vitest';
import { instantOf, instantText } from '../../format/clinic-clock.ts';
import { dayOfVisits } from './own-visits.ts';

const visit = (day: string, from: string, until: string): Appointment => ({
  resourceType: 'Appointment',
  status: 'booked',
  participant: [{ status: 'accepted' }],
  start: instantText(day, from),
  end: instantText(day, until),
});
const MONDAY = [visit('2026-11-30', '09:00', '09:20'), visit('2026-11-30', '16:00', '16:20')];
const TUESDAY = [visit('2026-12-01', '08:00', '08:20')];
const at = (day: string, time: string) => dayOfVisits([...MONDAY, ...TUESDAY], instantOf(day, time));

describe('the day of visits that a clinician sees first', () => {
  it('is today, with those that are past, until the last of them has ended', () => {
    expect(at('2026-11-30', '10:00')).toEqual({ day: '2026-11-30', visits: MONDAY });
    expect(at('2026-11-30', '16:10')).toEqual({ day: '2026-11-30', visits: MONDAY });
  });

  it('then, and on a day without any, is the next one that has some; there may be none', () => {
    expect(at('2026-11-30', '16:20')).toEqual({ day: '2026-12-01', visits: TUESDAY });
    expect(at('2026-11-28', '12:00')?.day).toBe('2026-11-30');
    expect(at('2026-12-01', '08:20')).toBeNull();
  });
});
