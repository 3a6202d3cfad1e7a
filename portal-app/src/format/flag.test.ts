import { describe, expect, it } from 'vitest';
import { flagOf, rangeOf, rangeWords } from './flag.ts';

const range = [{ low: { value: 4 }, high: { value: 5.6 } }];

describe('a flag', () => {
  it("is the laboratory's own where there is one", () => {
    const interpretation = [{ coding: [{ code: 'HH' }] }];
    expect(flagOf({ interpretation, referenceRange: range, valueQuantity: { value: 5 } }).kind).toBe(
      'critical',
    );
  });
  it('comes from the range otherwise', () => {
    expect(flagOf({ referenceRange: range, valueQuantity: { value: 6.1 } })).toEqual({
      kind: 'high',
      words: 'Above range',
    });
    expect(flagOf({ referenceRange: range, valueQuantity: { value: 3.9 } }).kind).toBe('low');
    expect(flagOf({ referenceRange: range, valueQuantity: { value: 5.6 } }).kind).toBe('in');
  });
  it('is none without a range or a number', () => {
    expect(flagOf({ valueQuantity: { value: 6 } }).kind).toBe('none');
    expect(flagOf({ referenceRange: [{ text: 'negative' }] }).kind).toBe('none');
  });
  it('ignores a range for a special group where there is a general one', () => {
    const special = { appliesTo: [{ text: 'pregnancy' }], high: { value: 1 } };
    expect(rangeOf({ referenceRange: [special, ...range] })?.high).toBe(5.6);
  });
  it('says its range in words', () => {
    expect(rangeWords({ low: 4, high: 5.6, text: undefined }, '%')).toBe('4 to 5.6 %');
    expect(rangeWords({ low: undefined, high: 200, text: undefined }, 'mg/dL')).toBe('up to 200 mg/dL');
  });
});
