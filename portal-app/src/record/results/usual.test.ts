import type { Observation } from '@medplum/fhirtypes';
import { describe, expect, it } from 'vitest';
import { usualOf } from './usual.ts';

const value = (year: number, number: number, unit = 'mg/dL'): Observation => ({
  resourceType: 'Observation',
  status: 'final',
  code: { text: 'LDL' },
  effectiveDateTime: `${year}-05-01T08:00:00Z`,
  valueQuantity: { value: number, unit },
});

describe('what is usual for a person', () => {
  const before = [value(2020, 100), value(2021, 110), value(2022, 120), value(2023, 130)];

  it('is the middle half of the values before', () => {
    expect(usualOf(value(2024, 140), before)).toEqual({
      low: 107.5,
      high: 122.5,
      count: 4,
      compared: 'above that',
    });
    expect(usualOf(value(2024, 107.5), before)?.compared).toBe('within that');
    expect(usualOf(value(2024, 90), before)?.compared).toBe('below that');
  });

  it('is not compared with a value that does not say where it stands', () => {
    const bound = (comparator: '<' | '>', number: number): Observation => ({
      ...value(2024, number),
      valueQuantity: { value: number, unit: 'mg/dL', comparator },
    });
    expect(usualOf(bound('>', 90), before)?.compared).toBeUndefined();
    expect(usualOf(bound('<', 140), before)?.compared).toBeUndefined();
    expect(usualOf(bound('>', 140), before)?.compared).toBe('above that');
  });

  it('is nothing with few values, and counts none that came later or was measured otherwise', () => {
    expect(usualOf(value(2024, 140), before.slice(1))).toBeUndefined();
    expect(usualOf(value(2021, 140), before)).toBeUndefined();
    const other = before.map((each, i) => (i === 0 ? value(2020, 2.6, 'mmol/L') : each));
    expect(usualOf(value(2024, 140), other)).toBeUndefined();
  });

  it('is not moved by one odd value', () => {
    const odd = usualOf(value(2024, 115), [...before, value(2019, 115), value(2018, 900)]);
    expect(odd?.high).toBeLessThan(135);
  });
});
