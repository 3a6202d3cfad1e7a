import { describe, expect, it } from 'vitest';
import { formatDate, formatDistance, greeting } from './date.ts';

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
  it('greet by the hour', () => {
    expect(greeting(new Date('2026-11-24T08:00:00'))).toBe('Good morning');
    expect(greeting(new Date('2026-11-24T19:00:00'))).toBe('Good evening');
  });
});
