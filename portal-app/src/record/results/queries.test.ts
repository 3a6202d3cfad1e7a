import type { Observation } from '@medplum/fhirtypes';
import { expect, it } from 'vitest';
import { testRows } from './queries.ts';

const result = (id: string, more: Partial<Observation> = {}): Observation => ({
  resourceType: 'Observation',
  id,
  status: 'final',
  code: { text: id },
  valueQuantity: { value: 1, unit: 'g/L' },
  ...more,
});

it('P14: a result that is not final says so; without a date it comes last; a history keeps to one unit', () => {
  const rows = testRows([
    result('undated'),
    result('cancelled', { status: 'cancelled', effectiveDateTime: '2026-01-01' }),
    result('twice', {
      code: { text: 'twice' },
      effectiveDateTime: '2026-03-01',
      valueQuantity: { value: 2, unit: 'g/L' },
    }),
    result('before', {
      code: { text: 'twice' },
      effectiveDateTime: '2026-02-01',
      valueQuantity: { value: 100, unit: 'mg/dL' },
    }),
    result('other', {
      code: { text: 'twice' },
      effectiveDateTime: '2026-01-02',
      valueQuantity: { value: 5, unit: 'mmol/L' },
    }),
  ]);
  expect(rows.map(({ id, status }) => [id, status])).toEqual([
    ['twice', undefined],
    ['cancelled', 'Was not done'],
    ['undated', undefined],
  ]);
  expect(rows[0]?.history).toEqual([1, 2]);
});
