import type { Observation } from '@medplum/fhirtypes';
import { beforeAll, describe, expect, it } from 'vitest';
import { setZoneOfClinic } from '../../format/clinic-clock.ts';
import { isYoung } from '../patient/young.ts';
import { childOf, growthOf } from './growth.ts';
import { ageText, measuredText, percentileText, standsWords, zText } from './words.ts';

// Days are the clinic's, whatever the zone of the machine.
beforeAll(() => setZoneOfClinic('UTC'));

const measured = (
  code: string,
  value: number,
  unit: string,
  date: string,
  more: object = {},
): Observation => ({
  resourceType: 'Observation',
  status: 'final',
  code: { coding: [{ system: 'http://loinc.org', code }] },
  effectiveDateTime: date,
  valueQuantity: { value, unit, code: unit, system: 'http://unitsofmeasure.org' },
  ...more,
});
const BOY = { birthDate: '2019-05-11', sex: 'male' } as const;

describe('a child', () => {
  it('is somebody with a whole birth date and a sex that there are charts for: that at birth, where it is told', () => {
    const extension = [
      { url: 'http://hl7.org/fhir/us/core/StructureDefinition/us-core-birthsex', valueCode: 'F' },
    ];
    const patient = { resourceType: 'Patient', birthDate: '2019-05-11', gender: 'male' } as const;
    expect(childOf(patient)).toEqual(BOY);
    expect(childOf({ ...patient, extension })?.sex).toBe('female');
    expect(childOf({ ...patient, gender: 'unknown' })).toBeUndefined();
    expect(childOf({ ...patient, birthDate: '2019-05' })).toBeUndefined();
  });

  it('is young until twenty', () => {
    const now = Date.parse('2026-01-01');
    expect(
      ['2019-05-11', '2006-06-01', '2005-12-30', '2027-01-01', undefined].map((day) => isYoung(day, now)),
    ).toEqual([true, true, false, false, false]);
  });
});

describe('growth', () => {
  it('is in kilograms and centimeters, in order, with the index of days on which both were measured', () => {
    const growth = growthOf(BOY, [
      measured('29463-7', 26.5, '[lb_av]', '2021-05-11T10:00:00Z'),
      measured('8302-2', 34.5, '[in_i]', '2021-05-11'),
      measured('29463-7', 9646, 'g', '2020-05-11'),
      measured('9843-4', 46.1, 'cm', '2020-05-11'),
    ]);
    expect(growth.weight.map(({ value }) => Number(value.toFixed(2)))).toEqual([9.65, 12.02]);
    expect(growth.weight[0]?.percentile).toBeCloseTo(50, 0);
    expect(growth.bmi).toHaveLength(1);
    expect(growth.bmi[0]?.value).toBe(15.7);
    expect(Math.round(growth.head[0]?.percentile ?? 0)).toBe(51);
  });

  it('leaves out what can not be drawn: taken back, without a day, before birth, of another unit', () => {
    const { weight } = growthOf(BOY, [
      measured('29463-7', 9, 'kg', '2020-05-11', { status: 'entered-in-error' }),
      measured('29463-7', 9, 'kg', '2020-05'),
      measured('29463-7', 9, 'kg', '2018-05-11'),
      measured('29463-7', 9, 'cm', '2020-05-11'),
      measured('29463-7', 0, 'kg', '2020-05-11'),
      measured('29463-7', 9, 'kg', 'soon, yes'),
    ]);
    expect(weight).toEqual([]);
  });
});

describe('a point in words', () => {
  const pointsOn = (...dates: string[]) =>
    growthOf(
      BOY,
      dates.map((date) => measured('8302-2', 75.7391, 'cm', date)),
    ).length;

  it('says the age by birthdays, and among how many of 100 it stands', () => {
    const points = pointsOn('2019-05-14', '2019-06-10', '2020-05-11', '2022-05-10', '2022-08-11');
    expect(points.map(({ age }) => ageText(age))).toEqual([
      '3 days',
      '30 days',
      '12 months',
      '2 years, 11 months',
      '3 years, 3 months',
    ]);
    const [newborn, , year, older] = points;
    expect(year && standsWords('length', 'male', year)).toBe('Taller than about 49 of 100 boys of this age.');
    expect(newborn && standsWords('length', 'male', newborn)).toBe(
      'Taller than more than 97 of 100 boys of this age.',
    );
    expect(older && standsWords('length', 'male', older)).toBe(
      'Taller than fewer than 3 of 100 boys of this age.',
    );
    expect([
      percentileText(97.4),
      percentileText(2.9),
      percentileText(59.6),
      percentileText(undefined),
    ]).toEqual(['>97', '<3', '60', '–']);
    expect([zText(-0.04), zText(1.25), zText(undefined)]).toEqual(['0.0', '+1.3', '–']);
  });

  it('is said in pounds and inches where one reads those', () => {
    expect(measuredText('weight', 'us', 10)).toBe('22\u00a0lb');
    expect(measuredText('length', 'us', 100)).toBe('39.4\u00a0in');
    expect(measuredText('bmi', 'us', 16.1)).toBe('16.1\u00a0kg/m²');
  });
});
