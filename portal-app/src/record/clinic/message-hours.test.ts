/** When messages are answered, by the clinic's clock. */
import type { HealthcareService } from '@medplum/fhirtypes';
import { describe, expect, it } from 'vitest';
import { isAnswering } from './message-hours.ts';

const service = (members: Partial<HealthcareService>): HealthcareService => ({
  resourceType: 'HealthcareService',
  ...members,
});
const WEEKDAYS = service({
  availableTime: [
    {
      daysOfWeek: ['mon', 'tue', 'wed', 'thu', 'fri'],
      availableStartTime: '08:00:00',
      availableEndTime: '12:00:00',
    },
    { daysOfWeek: ['mon'], availableStartTime: '13:00:00', availableEndTime: '17:30:00' },
  ],
});
const at = (hours: HealthcareService, time: string, zone = 'America/New_York'): boolean =>
  isAnswering(hours, zone, Date.parse(time));

describe('messages are answered', () => {
  it('on the days and at the times that the clinic says, by its own clock', () => {
    // 30 November 2026 is a Monday, five hours behind UTC.
    const times = ['12:59:59Z', '13:00:00Z', '16:59:59Z', '17:00:00Z', '18:00:00Z', '22:29:59Z', '22:30:00Z'];
    expect(times.map((time) => at(WEEKDAYS, `2026-11-30T${time}`))).toEqual([
      false,
      true,
      true,
      false,
      true,
      true,
      false,
    ]);
    expect(at(WEEKDAYS, '2026-12-01T18:00:00Z')).toBe(false);
    expect(at(WEEKDAYS, '2026-11-29T14:00:00Z')).toBe(false);
    // Sunday night at the clinic, Monday at nine in Tokyo.
    expect(at(WEEKDAYS, '2026-11-30T00:00:00Z')).toBe(false);
    expect(at(WEEKDAYS, '2026-11-30T00:00:00Z', 'Asia/Tokyo')).toBe(true);
  });

  it('always, all day or on every day, where that is said or nothing is', () => {
    expect(at(service({}), '2026-11-29T03:00:00Z')).toBe(true);
    expect(
      at(service({ availableTime: [{ daysOfWeek: ['sun'], allDay: true }] }), '2026-11-29T14:00:00Z'),
    ).toBe(true);
    const daily = service({
      availableTime: [{ availableStartTime: '09:00:00', availableEndTime: '10:00:00' }],
    });
    expect([at(daily, '2026-11-29T14:30:00Z'), at(daily, '2026-11-29T15:00:00Z')]).toEqual([true, false]);
    expect(at(daily, '2026-11-29T14:30:00Z', 'Nowhere/At-All')).toBe(
      isAnswering(daily, undefined, Date.parse('2026-11-29T14:30:00Z')),
    );
  });

  it('not on days on which it is closed, to the end of the last of them', () => {
    const closed = service({
      ...WEEKDAYS,
      notAvailable: [{ description: 'Holidays', during: { start: '2026-11-30', end: '2026-12-01' } }],
    });
    expect(at(closed, '2026-11-30T14:00:00Z')).toBe(false);
    expect(at(closed, '2026-12-01T14:00:00Z')).toBe(false);
    expect(at(closed, '2026-12-02T14:00:00Z')).toBe(true);
    const hour = service({
      ...WEEKDAYS,
      notAvailable: [
        {
          description: 'x',
          during: { start: '2026-11-30T09:00:00-05:00', end: '2026-11-30T10:00:00-05:00' },
        },
      ],
    });
    expect([at(hour, '2026-11-30T14:30:00Z'), at(hour, '2026-11-30T15:30:00Z')]).toEqual([false, true]);
    expect(at(service({ ...WEEKDAYS, notAvailable: [{ description: 'x' }] }), '2026-11-30T14:00:00Z')).toBe(
      true,
    );
  });
});
