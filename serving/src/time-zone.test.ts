import { describe, expect, it } from 'vitest';
import { dayIn, endOfDayIn, zoneIn } from './time-zone.ts';

describe('the time zone of a clinic', () => {
  it('is what its Organization says, where that is one', () => {
    const said = (valueCode: string) =>
      zoneIn({ extension: [{ url: 'urn:wellspring:time-zone', valueCode }] });
    expect([said('Asia/Tokyo'), said('Nowhere/At-All'), zoneIn({}), zoneIn(undefined)]).toEqual([
      'Asia/Tokyo',
      'UTC',
      'UTC',
      'UTC',
    ]);
  });

  it.each([
    ['UTC', '2026-11-30', '2026-11-30T23:59:59+00:00'],
    ['America/New_York', '2026-11-30', '2026-11-30T23:59:59-05:00'],
    ['America/New_York', '2026-07-01', '2026-07-01T23:59:59-04:00'],
    // Clocks are changed in the morning of these.
    ['America/New_York', '2026-11-01', '2026-11-01T23:59:59-05:00'],
    ['America/New_York', '2026-03-08', '2026-03-08T23:59:59-04:00'],
    ['Asia/Kathmandu', '2026-11-30', '2026-11-30T23:59:59+05:45'],
    ['Pacific/Kiritimati', '2026-11-30', '2026-11-30T23:59:59+14:00'],
  ])('in %s lets %s end at %s', (zone, day, end) => {
    expect(endOfDayIn(zone, day)).toBe(end);
    expect([dayIn(zone, Date.parse(end)), dayIn(zone, Date.parse(end) + 1000) > day]).toEqual([day, true]);
  });
});
