import { describe, expect, it } from 'vitest';
import { flagOf } from './flag-of.ts';
import { sideOf } from './home-flag.ts';

const UCUM = 'http://unitsofmeasure.org';
const home = (code: string, value: number, unit: string, more: object = {}) =>
  flagOf({
    code: { coding: [{ system: 'http://loinc.org', code }] },
    performer: [{ reference: 'Patient/a' }],
    valueQuantity: { value, system: UCUM, code: unit, ...more },
  }).kind;

describe('P3: what is measured at home', () => {
  it('blood sugar: too low, too high, and where something is to be done, in either unit', () => {
    const kinds = [40, 60, 100, 250, 320].map((value) => home('41653-7', value, 'mg/dL'));
    expect(kinds).toEqual(['critical', 'low', 'none', 'high', 'critical']);
    expect([2.5, 3.5, 6, 12, 20].map((value) => home('14743-9', value, 'mmol/L'))).toEqual(kinds);
  });
  it('by its number where the meter’s own flag is of the other side', () => {
    const said = (value: number, code: string) =>
      flagOf({
        code: { coding: [{ system: 'http://loinc.org', code: '41653-7' }] },
        performer: [{ reference: 'Patient/a' }],
        valueQuantity: { value, system: UCUM, code: 'mg/dL' },
        interpretation: [{ coding: [{ code }] }],
      }).words;
    expect(said(40, 'HH')).toBe('Very low: needs action');
    expect(said(500, 'LL')).toBe('Very high: needs action');
    expect(said(90, 'LL')).toBe('Critically low');
  });
  it('where a meter measures no further, by what is known', () => {
    expect(home('41653-7', 600, 'mg/dL', { comparator: '>' })).toBe('critical');
    expect(home('41653-7', 20, 'mg/dL', { comparator: '<' })).toBe('critical');
    expect(home('41653-7', 150, 'mg/dL', { comparator: '>' })).toBe('none');
  });
  it('by whichever strip, meter or thermometer', () => {
    const sugar = ['1558-6', '2340-8', '2341-6', '41604-0', '99504-3'];
    expect(sugar.map((code) => home(code, 42, 'mg/dL'))).toEqual(sugar.map(() => 'critical'));
    const pulse = ['8889-8', '8893-0', '40443-4'];
    expect(pulse.map((code) => home(code, 188, '/min'))).toEqual(pulse.map(() => 'high'));
    const warmth = ['8328-7', '8332-9', '8333-7', '75539-7'];
    expect(warmth.map((code) => home(code, 41.2, 'Cel'))).toEqual(warmth.map(() => 'critical'));
  });
  it('oxygen, pulse and temperature', () => {
    expect([84, 93, 97].map((value) => home('59408-5', value, '%'))).toEqual(['critical', 'low', 'none']);
    expect([45, 70, 120].map((value) => home('8867-4', value, '/min'))).toEqual(['low', 'none', 'high']);
    expect([34, 36.6, 38.2, 41].map((value) => home('8310-5', value, 'Cel'))).toEqual([
      'critical',
      'none',
      'high',
      'critical',
    ]);
    expect([98.6, 100.4, 105.8].map((value) => home('8310-5', value, '[degF]'))).toEqual([
      'none',
      'high',
      'critical',
    ]);
  });
  it('one number of a pressure is enough to be too high, and not to be in range', () => {
    const pressure = (...component: object[]) =>
      flagOf({
        code: { coding: [{ code: '85354-9' }] },
        performer: [{ reference: 'Patient/a' }],
        component: component as never,
      }).kind;
    const upper = (value: number) => ({
      code: { coding: [{ code: '8480-6' }] },
      valueQuantity: { value, system: UCUM, code: 'mm[Hg]' },
    });
    const unknown = { code: { coding: [{ code: '8462-4' }] }, dataAbsentReason: { text: 'not read' } };
    expect(pressure(upper(185), unknown)).toBe('critical');
    expect(pressure(upper(120), unknown)).toBe('none');
    expect(home('8480-6', 195, 'mm[Hg]')).toBe('critical');
    expect(home('8480-6', 26, 'kPa')).toBe('critical');
    expect(home('8462-4', 122, 'mm[Hg]')).toBe('critical');
  });
  it('of the clinic is not judged here', () => {
    const flag = flagOf({
      code: { coding: [{ code: '41653-7' }] },
      performer: [{ reference: 'Practitioner/b' }],
      valueQuantity: { value: 40, system: UCUM, code: 'mg/dL' },
    });
    expect(flag.kind).toBe('none');
  });
});

it('of what is dangerous the side is told by the number, else by the meter’s own flag, and is not made up', () => {
  const sugar = (value: number | undefined, said?: string) =>
    sideOf({
      code: { coding: [{ code: '41653-7' }] },
      ...(value === undefined ? {} : { valueQuantity: { value, system: UCUM, code: 'mg/dL' } }),
      ...(said ? { interpretation: [{ coding: [{ code: said }] }] } : {}),
    });
  expect([sugar(40), sugar(320), sugar(40, 'HH')]).toEqual(['low', 'high', 'low']);
  expect([sugar(60, 'LL'), sugar(undefined, 'LL'), sugar(200, 'HH')]).toEqual(['low', 'low', 'high']);
  expect([sugar(100, 'AA'), sugar(100)]).toEqual([undefined, undefined]);
  const pressure = { code: { coding: [{ code: '8480-6' }] }, valueQuantity: { value: 195, unit: 'mmHg' } };
  expect(sideOf(pressure)).toBe('high');
});
