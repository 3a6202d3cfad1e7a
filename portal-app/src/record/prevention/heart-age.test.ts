import { describe, expect, it } from 'vitest';
import { beyondStudy, type HeartFacts, heartAge, tenYearRisk } from './heart-age.ts';

/** The two people of the paper's own examples. */
const woman: HeartFacts = {
  sex: 'female',
  age: 61,
  systolic: 124,
  treated: false,
  cholesterol: 180,
  hdl: 47,
  smokes: true,
  diabetes: false,
};
const man: HeartFacts = {
  sex: 'male',
  age: 53,
  systolic: 125,
  treated: true,
  cholesterol: 161,
  hdl: 55,
  smokes: false,
  diabetes: true,
};

describe('heart age', () => {
  it('has the risks of the paper’s examples', () => {
    expect(tenYearRisk(woman) * 100).toBeCloseTo(10.48, 1);
    expect(tenYearRisk(man) * 100).toBeCloseTo(15.62, 1);
  });

  it('is one’s own age with the reference values, and that of the same risk with others', () => {
    const usual = {
      systolic: 125,
      treated: false,
      cholesterol: 180,
      hdl: 45,
      smokes: false,
      diabetes: false,
    };
    for (const sex of ['female', 'male'] as const)
      for (const age of [30, 50, 74]) expect(heartAge({ sex, age, ...usual })).toBe(age);
    const older = heartAge(man);
    expect(older).toBeGreaterThan(man.age);
    expect(tenYearRisk({ sex: 'male', age: older, ...usual })).toBeCloseTo(tenYearRisk(man), 2);
    expect(heartAge({ ...woman, smokes: false })).toBeLessThan(heartAge(woman));
  });

  it('says where the study ends', () => {
    expect(beyondStudy(man)).toBeUndefined();
    expect(beyondStudy({ ...man, age: 29 })).toBe('age');
    expect(beyondStudy({ ...man, hdl: Number.NaN })).toBe('hdl');
  });
});
