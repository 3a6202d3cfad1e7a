import { describe, expect, it } from 'vitest';
import { createRandom } from './random.ts';
import { expectedValue, measuredValue, type Trajectory } from './trajectory.ts';

const treated: Trajectory = {
  start: '2020-01-01',
  baseline: 9,
  driftPerYear: 0.2,
  effects: [{ from: '2021-01-01', until: '2022-01-01', change: -2, days: 60 }],
};

describe('a trajectory', () => {
  it('drifts until it is treated, falls with the treatment, and rises again without it', () => {
    expect(expectedValue(treated, '2020-12-31')).toBeCloseTo(9.2, 1);
    expect(expectedValue(treated, '2021-12-31')).toBeCloseTo(7.4, 1);
    expect(expectedValue(treated, '2023-01-01')).toBeCloseTo(9.6, 1);
  });

  it('reaches about two thirds of an effect after its time', () => {
    expect(9.2 - expectedValue(treated, '2021-03-02')).toBeCloseTo(1.23, 1);
  });

  it('joins the points of growth', () => {
    const growth: Trajectory = {
      start: '2020-01-01',
      baseline: 0,
      points: [
        ['2020-01-01', 50],
        ['2021-01-01', 75],
      ],
    };
    expect(expectedValue(growth, '2019-01-01')).toBe(50);
    expect(expectedValue(growth, '2020-07-02')).toBeCloseTo(62.5, 0);
    expect(expectedValue(growth, '2030-01-01')).toBe(75);
  });

  it('scatters around what is expected, never below the floor', () => {
    const random = createRandom('test');
    const flat: Trajectory = { start: '2020-01-01', baseline: 100, noise: 0.1, floor: 95 };
    const values = Array.from({ length: 400 }, (_, index) =>
      measuredValue(flat, { key: String(index), modelDate: '2020-01-01' }, 'x', random),
    );
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(Math.min(...values)).toBe(95);
    expect(Math.max(...values)).toBeGreaterThan(110);
    expect(mean).toBeGreaterThan(98);
  });
});

describe('random numbers', () => {
  it('depend on seed and key alone', () => {
    expect(createRandom('a').unit('k')).toBe(createRandom('a').unit('k'));
    expect(createRandom('a').unit('k')).not.toBe(createRandom('b').unit('k'));
  });

  it('are spread evenly, and normally where asked', () => {
    const random = createRandom('even');
    const units = Array.from({ length: 5000 }, (_, index) => random.unit(`k${index}`));
    for (let tenth = 0; tenth < 10; tenth++) {
      const share = units.filter((value) => Math.floor(value * 10) === tenth).length / units.length;
      expect(share).toBeGreaterThan(0.08);
      expect(share).toBeLessThan(0.12);
    }
    const normals = Array.from({ length: 5000 }, (_, index) => random.normal(`n${index}`));
    const variance = normals.reduce((sum, value) => sum + value * value, 0) / normals.length;
    expect(variance).toBeGreaterThan(0.85);
    expect(variance).toBeLessThan(1.1);
  });
});
