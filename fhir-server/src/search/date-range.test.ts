/** Dates as ranges of milliseconds, which stored and searched values share. */
import { describe, expect, it } from 'vitest';
import { dateRange } from './date-range.ts';

describe('Q17: a leap second', () => {
  it.each([
    ['2016-12-31T23:59:60Z', '2016-12-31T23:59:59.999Z'],
    ['2016-12-31T23:59:60.5Z', '2016-12-31T23:59:59.999Z'],
    ['2017-01-01T00:59:60+01:00', '2016-12-31T23:59:59.999Z'],
    ['2017-01-01T05:29:60+05:30', '2016-12-31T23:59:59.999Z'],
    ['2016-12-31T18:59:60-05:00', '2016-12-31T23:59:59.999Z'],
    ['2015-06-30T23:59:60Z', '2015-06-30T23:59:59.999Z'],
    ['0004-02-29T23:59:60Z', '0004-02-29T23:59:59.999Z'],
  ])('%s follows the second before it', (leap, next) => {
    expect(dateRange(leap)?.low).toBe(Date.parse(next));
  });
});
