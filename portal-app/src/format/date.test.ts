import { describe, expect, it } from 'vitest';
import { otherZoneName, setZoneOfClinic } from './clinic-clock.ts';
import {
  formatDate,
  formatDateTime,
  formatDistance,
  formatMonth,
  greeting,
  newestFirst,
  timeOf,
} from './date.ts';

describe('dates', () => {
  it('keep their precision', () => {
    expect(formatDate('2024', 'en-GB')).toBe('2024');
    expect(formatDate('2024-03', 'en-GB')).toBe('March 2024');
    expect(formatDate('2024-03-09', 'en-GB')).toBe('9 Mar 2024');
  });
  it('are the same day in every time zone when they have no time', () => {
    expect(formatDate('2024-01-01', 'en-GB')).toBe('1 Jan 2024');
  });
  it('say how far away they are', () => {
    const now = new Date('2026-11-24T10:00:00').getTime();
    expect(formatDistance('2026-11-24', now, 'en')).toBe('today');
    expect(formatDistance('2026-11-27', now, 'en')).toBe('in 3 days');
    expect(formatDistance('2026-08-20', now, 'en')).toBe('3 months ago');
  });
  it('P12: of a leap second, of nothing and of what is no date take nothing down', () => {
    expect(formatDateTime('2016-12-31T23:59:60Z', 'en-GB')).toContain('20');
    expect(timeOf('2016-12-31T23:59:60Z')).toBe(Date.UTC(2017, 0, 1));
    for (const text of ['', 'soon', '2026-13-45', '2026-11-31T25:00:00Z', '99999'])
      for (const words of [formatDate(text), formatDateTime(text), formatMonth(text), formatDistance(text)])
        expect(words).not.toMatch(/Invalid|NaN|undefined/);
  });
  it('P14: sort by time, not by letters, and what has none comes last', () => {
    const dates = [undefined, '2026-01-01T00:00:00+14:00', '2025-12-31T23:00:00Z', '2027'];
    expect(dates.toSorted(newestFirst)).toEqual(['2027', dates[2], dates[1], undefined]);
  });
  it('greet by the hour', () => {
    expect(greeting(8)).toBe('Good morning');
    expect(greeting(19)).toBe('Good evening');
  });
});

it('P27: the clinic’s zone has its name, also for a reader whose own language has none for it', () => {
  const time = '2026-12-03T15:20:00Z';
  const zone = process.env.TZ === 'America/New_York' ? 'America/Chicago' : 'America/New_York';
  setZoneOfClinic(zone);
  for (const locale of ['en-US', 'en-GB', 'es', 'es-US', 'es-MX'])
    expect(formatDateTime(time, locale), locale).toMatch(/(^| )[EC]ST$/);
  expect(otherZoneName('es-MX', Date.parse(time))).toMatch(/^[EC]ST$/);
  // Where neither has a name, the reader's own numbers.
  setZoneOfClinic('Asia/Kathmandu');
  expect(formatDateTime(time, 'es-MX')).toMatch(/GMT\+5:45$/);
  setZoneOfClinic(undefined);
});

it('P27: a time is the clinic’s and says so where the device has another zone; a day stays a day', () => {
  const time = '2026-12-03T15:20:00Z';
  const elsewhere = Intl.DateTimeFormat().resolvedOptions().timeZone === 'Asia/Tokyo' ? 'UTC' : 'Asia/Tokyo';
  const before = formatDateTime(time, 'en-US');
  setZoneOfClinic(elsewhere);
  expect(formatDateTime(time, 'en-US')).toMatch(/GMT\+9|UTC/);
  expect(formatDateTime(time, 'en-US')).not.toBe(before);
  expect(formatDate('2026-12-03', 'en-US')).toBe('Dec 3, 2026');
  setZoneOfClinic(Intl.DateTimeFormat().resolvedOptions().timeZone);
  expect(formatDateTime(time, 'en-US')).toBe(before);
  setZoneOfClinic('Nowhere/At-All');
  expect(formatDateTime(time, 'en-US')).toBe(before);
  setZoneOfClinic(undefined);
});
