import type { Observation } from '@medplum/fhirtypes';
import { expect, it } from 'vitest';
import { chartsOf, isFirstNumber } from './lines.ts';

const glucose = (date: string, value: number, unit: string): Observation => ({
  resourceType: 'Observation',
  status: 'final',
  code: { text: 'Glucose' },
  effectiveDateTime: date,
  valueQuantity: { value, unit },
});

it('P8: units that can be converted share a chart in the newest one’s; others have their own', () => {
  const charts = chartsOf([
    glucose('2026-04-01', 137, 'mg/dL'),
    glucose('2026-03-01', 5.6, 'mmol/L'),
    glucose('2026-02-01', 1.2, 'g/L'),
  ]);
  expect(charts.map(({ unit, lines }) => [unit, lines[0]?.points.map(({ value }) => value)])).toEqual([
    ['mg/dL', [120, 137]],
    ['mmol/L', [5.6]],
  ]);
});

it('a chart is said to come of a number that was measured once, not of words, nor beside values that it can’t hold', () => {
  const first = glucose('2026-04-01', 137, 'mg/dL');
  const { valueQuantity: _, ...words } = { ...first, valueString: 'Negative' };
  expect(isFirstNumber([first])).toBe(true);
  expect(isFirstNumber([words])).toBe(false);
  expect(isFirstNumber([first, glucose('2026-03-01', 5.6, 'mmol/L')])).toBe(false);
  expect(isFirstNumber([words, words])).toBe(false);
});
