import type { Observation } from '@medplum/fhirtypes';
import { describe, expect, it } from 'vitest';
import type { Fhir } from '../../smart/fhir.ts';
import { sameTestQuery, testRows } from './queries.ts';

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

describe('a result that a laboratory named by words alone', () => {
  const named = (id: string, text?: string) =>
    ({ resourceType: 'Observation', id, code: text === undefined ? {} : { text } }) as Observation;
  const asked: Record<string, string>[] = [];
  const answering = (answer: () => Promise<{ resources: Observation[] }>) =>
    ({
      patient: 'p',
      search: (_: string, params: Record<string, string>) => {
        asked.push(params);
        return answer();
      },
    }) as unknown as Fhir;
  const historyOf = async (fhir: Fhir, observation: Observation) => {
    const { queryFn, enabled } = sameTestQuery(fhir, observation);
    expect(enabled).toBe(true);
    const { resources } = await (queryFn as unknown as () => Promise<{ resources: Observation[] }>)();
    return resources.map(({ id }) => id);
  };

  it('stands with those of the same words, and is waited for no longer than they are', async () => {
    const all = [
      named('new', 'Sodium, urine'),
      named('other', 'Sodium, urine, 24 h'),
      named('old', 'Sodium, urine '),
    ];
    const fhir = answering(async () => ({ resources: all }));
    expect(await historyOf(fhir, named('new', 'Sodium, urine'))).toEqual(['new', 'old']);
    expect(asked.at(-1)?.['code:text']).toBe('Sodium\\, urine');
  });

  it('stands alone where a server does not find them, and where there are no words', async () => {
    const fhir = answering(() => Promise.reject(new Error('400')));
    expect(await historyOf(fhir, named('new', 'Sodium'))).toEqual(['new']);
    expect(await historyOf(fhir, named('new'))).toEqual(['new']);
  });

  it('is no value any more where it was taken back', async () => {
    const wrong = { ...named('wrong', 'Sodium'), status: 'entered-in-error' } as Observation;
    expect(
      await historyOf(
        answering(async () => ({ resources: [] })),
        wrong,
      ),
    ).toEqual([]);
    expect(
      await historyOf(
        answering(() => Promise.reject(new Error('400'))),
        wrong,
      ),
    ).toEqual([]);
  });
});
