import { describe, expect, it } from 'vitest';
import { ageAt, at, createCalendar, isWorkingDay, on, plusMinutes } from './calendar.ts';

describe('a dateTime of the clinic', () => {
  it.each([
    ['2026-03-07', '-05:00'],
    ['2026-03-08', '-04:00'],
    ['2026-10-31', '-04:00'],
    ['2026-11-01', '-05:00'],
    ['2020-07-01', '-04:00'],
  ])('on %s has the offset %s', (date, offset) => {
    expect(at(date, '09:20')).toBe(`${date}T09:20:00${offset}`);
  });
});

describe('a calendar', () => {
  const calendar = createCalendar('2026-11-28');

  it('moves what is current to working days: back in the past, forward in the future', () => {
    expect(calendar.ago(0, 'now').date).toBe('2026-11-27');
    expect(calendar.ahead(0, 'now').date).toBe('2026-11-30');
    for (let days = 0; days < 20; days++) expect(isWorkingDay(calendar.ahead(days, 'x').date)).toBe(true);
  });

  it('computes values of current moments as if it were the first day', () => {
    expect(calendar.ago(4, 'x').modelDate).toBe(createCalendar('2026-11-24').ago(4, 'x').modelDate);
  });

  it('leaves history alone', () => {
    expect(on('2021-03-09')).toEqual({ date: '2021-03-09', key: '2021-03-09', modelDate: '2021-03-09' });
  });
});

it('counts minutes and years', () => {
  expect(plusMinutes('08:50', 75)).toBe('10:05');
  expect(ageAt('2000-02-29', '2026-02-28')).toBeCloseTo(26, 1);
});
