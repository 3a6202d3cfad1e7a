import { describe, expect, it } from 'vitest';
import { durationText, whenText } from './when.ts';

describe('P9: a time that is no date', () => {
  it('is said in the type it came in', () => {
    expect(whenText({ onsetDateTime: '2024-03' }, 'onset')).toBe('March 2024');
    expect(whenText({ onsetAge: { value: 40, code: 'a' } }, 'onset')).toBe('40 years');
    expect(
      whenText(
        { performedRange: { low: { value: 1, code: 'a' }, high: { value: 18, unit: 'months' } } },
        'performed',
      ),
    ).toBe('1 year – 18 months');
    expect(whenText({ occurrenceString: 'in autumn' }, 'occurrence')).toBe('in autumn');
    expect(whenText({ abatementPeriod: { start: '2019', end: '2020' } }, 'abatement')).toBe(
      'from 2019 until 2020',
    );
    expect(whenText({}, 'onset')).toBeUndefined();
  });

  it('lasts in words, and in a unit of no time as it came', () => {
    expect(durationText({ value: 3, code: 'mo' })).toBe('3 months');
    expect(durationText({ value: 2, unit: 'fortnights' })).toBe('2 fortnights');
    expect(durationText({ code: 'mo' })).toBeUndefined();
    expect(durationText(undefined)).toBeUndefined();
  });
});
