import { describe, expect, it } from 'vitest';
import { canonicalUnit, canonicalValue } from './ucum.ts';
import './ucum-further.ts';

const convert = (value: number, from: string, to: string): number | undefined => {
  const [a, b] = [canonicalUnit(from), canonicalUnit(to)];
  if (!a || !b || a.dimension !== b.dimension) return undefined;
  return Number(((canonicalValue(value, a) - b.offset) / b.factor).toPrecision(10));
};

describe('UCUM units', () => {
  it.each([
    [5.4, 'mg/dL', 'g/L', 0.054],
    [100, 'mg/dL', 'mg/L', 1000],
    [1, '[in_i]', 'cm', 2.54],
    [70, 'kg', '[lb_av]', 154.3235835],
    [120, 'mm[Hg]', 'kPa', 15.99868649],
    [37, 'Cel', '[degF]', 98.6],
    [37, 'Cel', 'K', 310.15],
    [60, '/min', '/h', 3600],
    [60, '{beats}/min', '/min', 60],
    [4.5, '10*6/uL', '10*12/L', 4.5],
    [4.5, '10*3/uL', '/uL', 4500],
    [1, 'kcal', 'kJ', 4.184],
    [5, 'mmol/L', 'umol/mL', 5],
    [2, 'U/L', 'mU/mL', 2],
    [1.5, 'm[IU]/L', 'u[iU]/mL', 1.5],
    [90, 'mL/min/{1.73_m2}', 'mL/min', 90],
    [25, 'kg/m2', 'g/m2', 25_000],
    [50, '%', '1', 0.5],
    [1, 'ug/(24.h)', 'ug/d', 1],
    [1, '[mi_us]', 'km', 1.609347219],
    [1, '[acr_us]', 'm2', 4046.872609874],
    [1, '[stone_av]', 'kg', 6.35029318],
    [2, '[tsp_m]', 'mL', 10],
    [1, '[oz_tr]', 'g', 31.1034768],
    [29.92, "[in_i'Hg]", 'kPa', 101.3207481],
    [1, 'atm', 'mm[Hg]', 759.999892],
    [1, 'mCi', 'MBq', 37],
    [1, 'cP', 'mPa.s', 1],
    [1, "[wood'U]", '[PRU]', 0.06],
    [10, '[MET]', 'mL/kg/min', 35],
    [1, '[nmi_i]', '[ft_i]', 6076.115486],
    [1, '[HP]', 'W', 745.6998716],
    [1, 'uS', 'umho', 1],
    [1, 'mg%', 'mg/dL', 1],
    [1, '[cin_i]', '[foz_us]', 0.5541125541],
  ])('%s %s is %s in %s', (value, from, to, expected) => {
    expect(convert(value, from, to)).toBeCloseTo(expected, 6);
  });

  it('keeps apart what can not be converted', () => {
    for (const [a, b] of [
      ['mg/dL', 'mmol/L'],
      ['[iU]/L', 'U/L'],
      ["[arb'U]", '[iU]'],
      ['kg', 'm'],
    ] as const)
      expect(convert(1, a, b)).toBeUndefined();
  });

  it('knows nothing of what is not UCUM', () => {
    for (const code of [
      '',
      'beats per minute',
      'mg//dL',
      'mg/',
      '()',
      'x'.repeat(100),
      '__proto__',
      'constructor',
    ])
      expect(canonicalUnit(code)).toBeUndefined();
  });
});
