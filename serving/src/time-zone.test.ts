import { describe, expect, it } from 'vitest';
import { dayIn, dependsOnZone, endOfDayIn, periodIn, zoneIn } from './time-zone.ts';

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

describe('a Period that a clinic recorded', () => {
  it.each([
    [{ start: '2026-11-30' }, { start: '2026-11-30T00:00:00-05:00' }],
    [{ end: '2026-11-30' }, { end: '2026-11-30T23:59:59-05:00' }],
    [
      { start: '2026-07', end: '2026-07' },
      { start: '2026-07-01T00:00:00-04:00', end: '2026-07-31T23:59:59-04:00' },
    ],
    [{ end: '2028-02' }, { end: '2028-02-29T23:59:59-05:00' }],
    [
      { start: '2026', end: '2026' },
      { start: '2026-01-01T00:00:00-05:00', end: '2026-12-31T23:59:59-05:00' },
    ],
    // The day that clocks are changed begins by the one, and ends by the other.
    [
      { start: '2026-03-08', end: '2026-03-08' },
      { start: '2026-03-08T00:00:00-05:00', end: '2026-03-08T23:59:59-04:00' },
    ],
    // What bears a time, what is no date, nothing.
    [{ end: '2026-11-30T10:00:00Z' }, { end: '2026-11-30T10:00:00Z' }],
    [{ end: '2026-13-45' }, { end: '2026-13-45' }],
    [{}, {}],
  ])('%j is %j in New York', (period, meant) => {
    expect(periodIn('America/New_York', period)).toEqual(meant);
  });

  it('depends on its zone only on the days around its bounds, and not where they bear a time', () => {
    const noon = (day: string) => Date.parse(`${day}T12:00:00Z`);
    const period = { start: '2026-11-10', end: '2026-11-20' };
    const days = ['2026-11-08', '2026-11-10', '2026-11-15', '2026-11-20', '2026-11-22'];
    expect(days.map((day) => dependsOnZone(period, noon(day)))).toEqual([false, true, false, true, false]);
    expect(dependsOnZone({ end: '2026-11-20T12:00:00Z' }, noon('2026-11-20'))).toBe(false);
    // Midnight in Kiritimati, where a day begins first, and the last second before it ends in the west.
    expect(dependsOnZone({ start: '2026-11-10' }, Date.parse('2026-11-10T00:00:00+14:00'))).toBe(true);
    expect(dependsOnZone({ end: '2026-11-20' }, Date.parse('2026-11-20T23:59:59-12:00'))).toBe(true);
  });
});
