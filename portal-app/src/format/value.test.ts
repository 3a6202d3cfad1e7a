import { describe, expect, it } from 'vitest';
import { dateOf } from './observation.ts';
import { valueText } from './value.ts';

const part = (text: string, value: object) => ({ code: { text }, ...value });

describe('P9: every value that R4 knows', () => {
  it.each([
    [
      '5 mg / 2 mL',
      { valueRatio: { numerator: { value: 5, unit: 'mg' }, denominator: { value: 2, unit: 'mL' } } },
    ],
    ['1:128', { valueRatio: { numerator: { value: 1 }, denominator: { value: 128 } } }],
    ['from 1 Mar 2026 until 3 Mar 2026', { valuePeriod: { start: '2026-03-01', end: '2026-03-03' } }],
    ['3 to 5 mg', { valueRange: { low: { value: 3, unit: 'mg' }, high: { value: 5, unit: 'mg' } } }],
    [
      '3 values between 10 and 30 mV',
      {
        valueSampledData: {
          origin: { value: 0, unit: 'mV' },
          period: 1,
          dimensions: 1,
          factor: 10,
          data: '1 E 2 3',
        },
      },
    ],
    ['March 2026', { valueDateTime: '2026-03' }],
    ['0', { valueInteger: 0 }],
    ['No', { valueBoolean: false }],
    [
      'Could not be measured: something went wrong',
      { dataAbsentReason: { coding: [{ code: 'error', display: 'Error' }] } },
    ],
    ['No value', {}],
  ])('%s', (words, value) => {
    expect(valueText(value as never).replace(/Mar (\d), 2026/g, '$1 Mar 2026')).toBe(words);
  });

  it('as a time of day, in the reader’s habit', () => {
    expect(valueText({ valueTime: '14:30:00' })).toMatch(/2:30\sPM/);
  });

  it('in components, by their names; of a blood pressure as people say it', () => {
    const pressure = [
      { code: { coding: [{ code: '8462-4' }] }, valueQuantity: { value: 82, unit: 'mmHg' } },
      { code: { coding: [{ code: '8480-6' }] }, valueQuantity: { value: 128, unit: 'mmHg' } },
    ];
    expect(valueText({ component: pressure })).toBe('128/82 mmHg');
    const allele = [part('Allele', { valueString: 'A' }), part('Depth', { valueInteger: 40 })];
    expect(valueText({ component: allele })).toBe('Allele: A; Depth: 40');
  });
});

it('P9: when it was measured comes from each way of saying it', () => {
  const code = { text: 'x' };
  const base = { resourceType: 'Observation', status: 'final', code } as const;
  const event = ['2026-03-02T08:00:00Z', '2026-03-01T08:00:00Z'];
  expect(dateOf({ ...base, effectiveTiming: { event } })).toBe(event[1]);
  expect(dateOf({ ...base, effectiveTiming: { repeat: { boundsPeriod: { start: '2026' } } } })).toBe('2026');
});
