import type { Goal, Observation } from '@medplum/fhirtypes';
import { describe, expect, it } from 'vitest';
import { goalOf } from './goal.ts';

const HBA1C = { coding: [{ system: 'http://loinc.org', code: '4548-4' }] };
const PERCENT = { unit: '%', system: 'http://unitsofmeasure.org', code: '%' };
const result = (value: number): Observation => ({
  resourceType: 'Observation',
  status: 'final',
  code: HBA1C,
  valueQuantity: { value, ...PERCENT },
});
const goal = (target: NonNullable<Goal['target']>[number], more: Partial<Goal> = {}): Goal =>
  ({
    resourceType: 'Goal',
    lifecycleStatus: 'active',
    target: [{ measure: HBA1C, ...target }],
    ...more,
  }) as Goal;

describe('the patient’s goal for a result', () => {
  it('is told with whether the result is there, from a range or a bound', () => {
    const below = goal({ detailRange: { high: { value: 7, ...PERCENT } } });
    expect(goalOf(result(6.7), [below])).toEqual({
      words: 'at most 7 %',
      low: undefined,
      high: 7,
      isMet: true,
    });
    expect(goalOf(result(7.2), [below])?.isMet).toBe(false);
    const above = goal({ detailQuantity: { comparator: '>=', value: 5, ...PERCENT } as never });
    expect(goalOf(result(4), [above])).toMatchObject({ words: 'at least 5 %', low: 5, isMet: false });
  });

  it.each([
    ['<=', 6, true],
    ['>', 7, false],
    ['>=', 7.5, false],
    ['>=', 6, undefined],
    ['<', 9, undefined],
  ] as const)('is told of %s%d as far as that says so: at most 7 is met: %s', (comparator, value, isMet) => {
    const bounded = result(value);
    const aim = goal({ detailQuantity: { value: 7, ...PERCENT } });
    bounded.valueQuantity = { ...bounded.valueQuantity, comparator };
    expect(goalOf(bounded, [aim])?.isMet).toBe(isMet);
  });

  it('is the newest one that holds, of the same test, in a unit that can be compared', () => {
    const old = goal({ detailRange: { high: { value: 8, ...PERCENT } } }, { startDate: '2020-01-01' });
    const now = goal({ detailRange: { high: { value: 7, ...PERCENT } } }, { startDate: '2026-01-01' });
    expect(goalOf(result(7), [old, now])?.high).toBe(7);
    expect(goalOf(result(7), [{ ...now, lifecycleStatus: 'cancelled' }])).toBeUndefined();
    expect(goalOf(result(7), [goal({ detailRange: { high: { value: 7, unit: 'pg/mL' } } })])).toBeUndefined();
    expect(goalOf({ ...result(7), code: { text: 'Other' } }, [now])).toBeUndefined();
    expect(goalOf(result(7), [goal({})])).toBeUndefined();
  });
});
