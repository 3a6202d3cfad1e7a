import { describe, expect, it } from 'vitest';
import { quantityText, roundedText, unitText, valueIn } from './quantity.ts';

const ucum = (value: number, code: string) => ({
  value,
  unit: code,
  code,
  system: 'http://unitsofmeasure.org',
});

describe('P8: two quantities', () => {
  it('are compared in one unit where UCUM converts', () => {
    expect(valueIn(ucum(0.137, 'g/dL'), ucum(0, 'mg/dL'))).toBe(137);
    expect(valueIn({ value: 7.2, unit: '10^3/uL' }, ucum(0, '10*9/L'))).toBe(7.2);
    expect(valueIn({ value: 98.6, unit: '°F' }, ucum(0, 'Cel'))).toBe(37);
    expect(valueIn({ value: 120, unit: 'mmHg' }, ucum(0, 'mm[Hg]'))).toBe(120);
    expect(valueIn({ value: 3, unit: 'copies' }, { value: 0, unit: 'copies' })).toBe(3);
  });

  it('are not compared where nobody can tell', () => {
    expect(valueIn(ucum(5.6, 'mmol/L'), ucum(0, 'mg/dL'))).toBeUndefined();
    // Both without dimension: a share of substance is none of mass.
    expect(valueIn(ucum(36, 'mmol/mol'), ucum(0, '%'))).toBeUndefined();
    expect(valueIn(ucum(60, 'mL/min/{1.73_m2}'), ucum(0, 'mL/min'))).toBeUndefined();
    expect(valueIn({ value: 3, unit: 'copies' }, { value: 0, unit: 'units' })).toBeUndefined();
    expect(valueIn({ value: 3 }, ucum(0, 'mg/dL'))).toBeUndefined();
  });
});

it('P27: what was worked out has no more places than what it was worked out from, and big numbers their sign', () => {
  expect(roundedText(387.25, [{ value: 387 }, { value: 400 }])).toBe('387');
  expect(roundedText(5.4375, [{ value: 5.4 }])).toBe('5.4');
  expect(quantityText({ value: 12345, unit: '{score}' })).toBe('12,345');
  expect(unitText({ unit: '10³/µL' })).toBe('thousand/µL');
});

it('P27: a power of ten in a unit is a factor, with its sign; thousands and millions are words', () => {
  expect(quantityText({ value: 4.65, unit: '10⁶/µL' })).toBe('4.65 million/µL');
  expect(quantityText({ value: 7.5, unit: '10*3/uL' })).toBe('7.5 thousand/µL');
  expect(quantityText({ value: 250, code: '10*9/L' })).toBe('250 × 10⁹/L');
});
