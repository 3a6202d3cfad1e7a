import { describe, expect, it } from 'vitest';
import { isOutside, laboratoryFlag, rangeOf, rangeWords } from './flag.ts';
import { flagOf } from './flag-of.ts';

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
    expect(rangeOf({ referenceRange: [special, ...range] })?.high?.value).toBe(5.6);
  });
  it('P10: of several ranges for groups, or of other kinds, is not told; nor is the first of them taken', () => {
    const men = { appliesTo: [{ text: 'men' }], low: { value: 13 } };
    const women = { appliesTo: [{ text: 'women' }], low: { value: 12 } };
    expect(flagOf({ referenceRange: [men, women], valueQuantity: { value: 12.5 } }).kind).toBe('none');
    expect(flagOf({ referenceRange: [women], valueQuantity: { value: 12.5 } }).kind).toBe('in');
    const ofType = (code: string, high: number) => ({ type: { coding: [{ code }] }, high: { value: high } });
    const [therapeutic, normal] = [ofType('therapeutic', 3), ofType('normal', 5)];
    expect(rangeOf({ referenceRange: [therapeutic, normal] })?.high?.value).toBe(5);
    expect(rangeOf({ referenceRange: [therapeutic] })?.high?.value).toBe(3);
    expect(rangeOf({ referenceRange: [therapeutic, ofType('treatment', 4)] })).toBeUndefined();
  });
  it('says its range in words', () => {
    expect(rangeWords({ low: { value: 4 }, high: { value: 5.6 }, text: undefined }, '%')).toBe('4 to 5.6 %');
    expect(rangeWords({ low: undefined, high: { value: 200 }, text: undefined }, 'mg/dL')).toBe(
      'up to 200 mg/dL',
    );
  });
});

const LIMITS = [{ low: { value: 70, unit: 'mg/dL' }, high: { value: 100, unit: 'mg/dL' } }];
const flag = (value: number, unit: string, comparator?: '<' | '<=' | '>' | '>=') =>
  flagOf({ referenceRange: LIMITS, valueQuantity: { value, unit, ...(comparator ? { comparator } : {}) } })
    .kind;

describe('P8, P10: what can’t be told is not told', () => {
  it('of a unit that can’t be converted; another one is converted', () => {
    expect(flag(5.4, 'mmol/L')).toBe('none');
    expect(flag(0.9, 'g/L')).toBe('in');
    expect(flag(1.2, 'g/L')).toBe('high');
  });

  it('of a value that is only known to be above or below', () => {
    expect(flag(90, 'mg/dL', '<=')).toBe('none');
    expect(flag(70, 'mg/dL', '<')).toBe('low');
    expect(flag(70, 'mg/dL', '<=')).toBe('none');
    expect(flag(100, 'mg/dL', '>')).toBe('high');
    expect(flag(60, 'mg/dL', '>')).toBe('none');
    const upTo = [{ high: { value: 5 } }];
    expect(flagOf({ referenceRange: upTo, valueQuantity: { value: 3, comparator: '<' } }).kind).toBe('in');
  });

  it('but what the laboratory says counts, as a code or as text', () => {
    const told = (interpretation: object[]) =>
      flagOf({ interpretation, referenceRange: LIMITS, valueQuantity: { value: 90, unit: 'mg/dL' } });
    expect(told([{ text: 'Abnormal high' }]).kind).toBe('high');
    expect(told([{ coding: [{ display: 'Critical low' }] }])).toEqual({
      kind: 'critical',
      words: 'Critically low',
    });
    expect(told([{ text: 'See comment of the pathologist' }])).toEqual({
      kind: 'told',
      words: 'See comment of the pathologist',
    });
    expect(told([{ coding: [{ code: 'toString' }] }]).kind).toBe('told');
  });

  it('and of several that it says, the gravest', () => {
    const flag = flagOf({ interpretation: [{ coding: [{ code: 'N' }] }, { coding: [{ code: 'HH' }] }] });
    expect(flag.kind).toBe('critical');
    const both = flagOf({ interpretation: [{ coding: [{ code: 'N' }, { code: 'HH' }] }] });
    expect(both.words).toBe('Critically high');
    const component = [{ code: {}, interpretation: [{ coding: [{ code: 'LL' }] }] }];
    expect(flagOf({ interpretation: [{ coding: [{ code: 'N' }] }], component }).words).toBe('Critically low');
    expect(laboratoryFlag({ interpretation: [{ text: 'See below' }], component }).kind).toBe('critical');
  });

  it('and words that only a reader understands hide no number that is outside its range', () => {
    const told = (value: number, text: string) =>
      flagOf({
        interpretation: [{ text }],
        referenceRange: LIMITS,
        valueQuantity: { value, unit: 'mg/dL' },
      });
    for (const words of ['H*', 'Alto', 'Above reference range', 'See comment', '↑', '*'])
      expect(told(260, words), words).toEqual({ kind: 'high', words: 'Above range' });
    expect(told(90, 'H*')).toEqual({ kind: 'told', words: 'H*' });
    // A word that is known is the laboratory's own flag.
    expect(told(260, 'Normal').kind).toBe('in');
    expect(told(260, 'Susceptible').kind).toBe('told');
  });

  it('and what may be anything, or is nothing of a range, is not outside of it', () => {
    const of = (code: string) => flagOf({ interpretation: [{ coding: [{ code }] }] });
    expect(of('NR')).toEqual({ kind: 'in', words: 'Not reactive' });
    expect(isOutside(of('RR'))).toBe(true);
    expect(['S', 'R', 'I', 'IND', 'EXP', 'B'].map((code) => isOutside(of(code)))).toEqual(
      Array(6).fill(false),
    );
    expect(of('S').words).toBe('Susceptible');
    expect(isOutside(flagOf({ interpretation: [{ text: 'See comment' }] }))).toBe(false);
  });
});

describe('P3: a blood pressure from home', () => {
  const pressure = (upper: number, lower: number, who: string) => ({
    code: { coding: [{ code: '85354-9' }] },
    performer: [{ reference: who as `Patient/${string}` }],
    component: [
      { code: { coding: [{ code: '8480-6' }] }, valueQuantity: { value: upper, unit: 'mmHg' } },
      { code: { coding: [{ code: '8462-4' }] }, valueQuantity: { value: lower, unit: 'mmHg' } },
    ],
  });

  it('is judged by the published thresholds', () => {
    expect(flagOf(pressure(190, 125, 'Patient/a')).kind).toBe('critical');
    expect(flagOf(pressure(130, 70, 'Patient/a')).kind).toBe('high');
    expect(flagOf(pressure(120, 70, 'RelatedPerson/b')).kind).toBe('in');
    expect(flagOf(pressure(85, 55, 'Patient/a')).kind).toBe('low');
    expect(flagOf(pressure(190, 125, 'Practitioner/c')).kind).toBe('none');
    // A meter of its own mind.
    const interpretation = [{ coding: [{ code: 'N' }] }];
    expect(flagOf({ ...pressure(190, 125, 'Patient/a'), interpretation }).kind).toBe('critical');
  });
});
