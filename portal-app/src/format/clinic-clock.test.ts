import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import {
  dayLater,
  dayOf,
  dayText,
  instantOf,
  instantText,
  minuteOfDay,
  otherZoneName,
  setZoneOfClinic,
  weekAhead,
  weekdayOf,
  weekOf,
} from './clinic-clock.ts';
import { formatClock, formatDistance } from './date.ts';

const ZONES = ['America/New_York', 'Asia/Tokyo', 'Asia/Kolkata', 'Pacific/Pago_Pago', 'Asia/Kathmandu'];
const two = (part: number): string => String(part).padStart(2, '0');

afterEach(() => setZoneOfClinic(undefined));

describe('the clinic’s clock', () => {
  it('tells the day, the hour and the week there, wherever the device is', () => {
    setZoneOfClinic('America/New_York');
    const evening = Date.parse('2026-12-01T02:30:00Z');
    expect(dayText(evening)).toBe('2026-11-30');
    expect(minuteOfDay(evening)).toBe(21 * 60 + 30);
    expect(formatClock(evening, 'en-US')).toBe('9:30 PM');
    expect(new Date(dayOf(evening)).toISOString()).toBe('2026-11-30T05:00:00.000Z');
    expect(new Date(weekOf(evening)).toISOString()).toBe('2026-11-30T05:00:00.000Z');
    expect(instantText('2026-11-30', '21:30')).toBe('2026-12-01T02:30:00.000Z');
    expect(formatDistance('2026-12-01', evening, 'en')).toBe('tomorrow');
    expect(formatDistance('2026-12-01T04:00:00Z', evening, 'en')).toBe('today');
  });

  it('has days of 23 and 25 hours, and an instant for what a change leaves out or has twice', () => {
    setZoneOfClinic('America/New_York');
    const hours = (day: string): number => (instantOf(dayLater(day, 1)) - instantOf(day)) / 3_600_000;
    expect([hours('2026-03-08'), hours('2026-11-01'), hours('2026-11-02')]).toEqual([23, 25, 24]);
    expect(instantText('2026-03-08', '02:30')).toBe('2026-03-08T07:30:00.000Z');
    expect(instantText('2026-11-01', '01:30')).toBe('2026-11-01T05:30:00.000Z');
  });

  it('shows what it was asked for, on every day that it has', () => {
    const days = fc.tuple(fc.constantFrom(...ZONES), fc.integer({ min: 0, max: 20_000 }), fc.nat(1439));
    fc.assert(
      fc.property(days, ([zone, later, minute]) => {
        setZoneOfClinic(zone);
        const day = dayLater('1990-01-01', later);
        const time = instantOf(day, `${two(Math.floor(minute / 60))}:${two(minute % 60)}`);
        if (zone !== 'America/New_York') expect([dayText(time), minuteOfDay(time)]).toEqual([day, minute]);
        expect(dayText(instantOf(day, '12:00'))).toBe(day);
        expect(weekdayOf(dayText(weekOf(time)))).toBe(0);
      }),
    );
  });

  it('takes nothing down that is no time, no day and no zone', () => {
    setZoneOfClinic('Nowhere/At-All');
    expect(dayText(Number.NaN)).toBe('');
    expect(dayLater('soon', 1)).toBe('');
    expect(instantOf('2026-13-45')).toBeNaN();
    expect(otherZoneName('en')).toBeUndefined();
  });
});

describe('the week that is shown first', () => {
  it('is the one that is worked in, and at a weekend the coming one, by the clinic’s clock', () => {
    setZoneOfClinic('America/New_York');
    const first = (time: string): string => dayText(weekAhead(Date.parse(time)));
    // 28 November 2026 is a Saturday.
    expect(first('2026-11-27T15:00:00Z')).toBe('2026-11-23');
    expect(first('2026-11-28T04:30:00Z')).toBe('2026-11-23');
    expect(first('2026-11-28T15:00:00Z')).toBe('2026-11-30');
    expect(first('2026-11-30T04:30:00Z')).toBe('2026-11-30');
    expect(first('2026-11-30T15:00:00Z')).toBe('2026-11-30');
    // Over the change of the clocks.
    expect(first('2026-10-31T15:00:00Z')).toBe('2026-11-02');
  });
});
