import { describe, expect, it } from 'vitest';
import { SCHEDULE } from './schedule.ts';
import { dueWords, whyWords } from './words.ts';

const NOW = Date.parse('2026-11-28T12:00:00Z');

describe('what is due, in words', () => {
  it('says since when, and no date of a time that nothing is on record of', () => {
    expect(dueWords({ from: '1986-03-01', last: undefined }, NOW)).toBe('Due: there is no record of it here');
    expect(dueWords({ from: '2026-03-01', last: undefined }, NOW)).toBe('Due since Mar 1, 2026');
    expect(dueWords({ from: '2019-03-01', last: '2009-03-01' }, NOW)).toBe('Due since Mar 1, 2019');
  });

  it('says how often as a person would', () => {
    const words = SCHEDULE.map((rule) => whyWords(rule).join(' '));
    expect(words.filter((each) => /\d, \d+ years/.test(each))).toEqual([]);
    expect(words.filter((each) => each.includes('Every 3 or 5 years, by which test it is.'))).not.toEqual([]);
  });
});
