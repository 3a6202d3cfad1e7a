/** Known answers: what WHO and CDC have published in their own percentile tables. */
import { describe, expect, it } from 'vitest';
import { type Chart, chartAt, type Measure, percentileOf, type Sex, valueAt, zScore } from './standard.ts';

const MONTH = 30.4375;
const at = (chart: Chart, measure: Measure, sex: Sex, months: number, percentile: number): number =>
  Number(valueAt(chart, measure, sex, { months, percentile })?.toFixed(1));

describe('the charts are those that were published', () => {
  // WHO Child Growth Standards, tables "percentiles" by month: P3, P15, P50, P85, P97.
  it.each([
    ['weight', 'male', 0, [2.5, 2.9, 3.3, 3.9, 4.3]],
    ['weight', 'male', 12, [7.8, 8.6, 9.6, 10.8, 11.8]],
    ['weight', 'female', 12, [7.1, 7.9, 8.9, 10.2, 11.3]],
    ['weight', 'female', 24, [9.2, 10.1, 11.5, 13.1, 14.6]],
    ['length', 'male', 12, [71.3, 73.3, 75.7, 78.2, 80.2]],
    ['length', 'female', 6, [61.5, 63.4, 65.7, 68.1, 70.0]],
    ['head', 'male', 12, [43.6, 44.7, 46.1, 47.4, 48.5]],
    ['head', 'female', 0, [31.7, 32.7, 33.9, 35.1, 36.1]],
  ] as const)('WHO: %s of a %s child of %s months', (measure, sex, months, values) => {
    expect([3, 15, 50, 85, 97].map((percentile) => at('who', measure, sex, months, percentile))).toEqual(
      values,
    );
  });

  it('WHO: the body mass index of a boy of a year, by deviations', () => {
    const published = [13.4, 14.4, 15.5, 16.8, 18.2, 19.8, 21.6];
    for (const [i, value] of published.entries())
      expect(Math.abs((zScore('bmi', 'male', 12, value) ?? 9) - (i - 3))).toBeLessThan(0.05);
  });

  // CDC Growth Charts 2000, data tables (statage, wtage, bmiagerev): P5, P50, P95 at half months.
  it.each([
    ['length', 'male', 24, [80.72977321, 86.45220101, 92.19687928]],
    ['weight', 'male', 24, [10.64009004, 12.6707633, 15.18777349]],
    ['bmi', 'male', 24, [14.73731947, 16.57502768, 19.33801062]],
  ] as const)('CDC: %s of a %s child of %s months', (measure, sex, months, values) => {
    const found = [5, 50, 95].map((percentile) => valueAt('cdc', measure, sex, { months, percentile }) ?? 0);
    for (const [i, value] of values.entries()) expect(found[i]).toBeCloseTo(value, 3);
  });

  it('CDC: medians of grown-ups are those of its tables', () => {
    expect(at('cdc', 'length', 'male', 240, 50)).toBe(176.8);
    expect(at('cdc', 'length', 'female', 240, 50)).toBe(163.3);
    expect(at('cdc', 'weight', 'male', 240, 50)).toBe(70.6);
    expect(at('cdc', 'weight', 'female', 240, 50)).toBe(58.2);
  });
});

describe('where a measurement stands', () => {
  it('is told by the chart of its age, and by none beyond', () => {
    expect([chartAt(0), chartAt(23.99), chartAt(24)]).toEqual(['who', 'who', 'cdc']);
    expect(zScore('weight', 'male', 365 / MONTH, 9.646)).toBeCloseTo(0, 2);
    expect(zScore('head', 'male', 40, 50)).toBeUndefined();
    expect(zScore('length', 'male', 240.1, 176)).toBeUndefined();
    expect(zScore('length', 'male', 12, 0)).toBeUndefined();
    expect(zScore('length', 'male', Number.NaN, 70)).toBeUndefined();
  });

  it('rises with the value, and is what the lines say, at every age of every chart', () => {
    for (const measure of ['weight', 'length', 'bmi', 'head'] as const)
      for (const sex of ['male', 'female'] as const)
        for (let months = 0; months <= 240; months += 1.3) {
          const chart = chartAt(months);
          const lines = [3, 15, 50, 85, 97].map((percentile) =>
            valueAt(chart, measure, sex, { months, percentile }),
          );
          if (lines[0] === undefined) continue;
          expect(lines).toEqual(lines.toSorted((a, b) => (a ?? 0) - (b ?? 0)));
          const back = lines.map((value) =>
            Math.round(percentileOf(zScore(measure, sex, months, value ?? 0) ?? 9)),
          );
          expect(back).toEqual([3, 15, 50, 85, 97]);
        }
  });

  it('beyond three deviations WHO counts weight in whole distances', () => {
    // A girl of one year: the distance from the second to the third is 1.6 kg (11.5, 13.1; WHO's own table).
    const z = zScore('weight', 'female', 12, 16.3) ?? 0;
    expect(z).toBeGreaterThan(4.5);
    expect(z).toBeLessThan(5.3);
  });

  it('percentiles are those of the normal distribution', () => {
    for (const [z, percentile] of [
      [0, 50],
      [1, 84.134],
      [-1, 15.866],
      [1.880794, 97],
      [-1.644854, 5],
    ] as const)
      expect(percentileOf(z)).toBeCloseTo(percentile, 2);
  });
});
