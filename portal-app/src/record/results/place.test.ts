import type { DiagnosticReport, Observation } from '@medplum/fhirtypes';
import { describe, expect, it } from 'vitest';
import { placeOf, placeOfResults } from './place.ts';

const report = (id: string, ...results: string[]): DiagnosticReport => ({
  resourceType: 'DiagnosticReport',
  id,
  status: 'final',
  code: {},
  result: results.map((each) => ({ reference: `Observation/${each}` })),
});
const result = (id: string, effectiveDateTime: string): Observation => ({
  resourceType: 'Observation',
  id,
  status: 'final',
  code: {},
  effectiveDateTime,
});
const DAY = [result('a', '2026-11-23'), result('b', '2026-11-22')];

describe('results of a day', () => {
  it('lead to the report that has all of them', () => {
    expect(placeOf(['a', 'b'], [report('part', 'a'), report('whole', 'b', 'a', 'c')], DAY)).toBe(
      '/reports/whole',
    );
    expect(placeOf(['a', 'b'], [report('only', 'a')], DAY)).toBe('/reports/only');
  });

  it('of several reports, or of none, lead to the results since their first day', () => {
    expect(placeOf(['a', 'b'], [report('one', 'a'), report('other', 'b')], DAY)).toBe(
      '/results?since=2026-11-22',
    );
    expect(placeOf(['a', 'b'], [], DAY)).toBe('/results?since=2026-11-22');
    expect(placeOf(['a'], [], [])).toBe('/results');
  });

  it('are asked for by ids and nothing else that an address may hold', async () => {
    const asked: string[] = [];
    const fhir = {
      patient: 'p',
      batch: async (searches: readonly string[]) => {
        asked.push(...searches);
        return searches.map(() => ({ resources: [] }));
      },
    };
    await placeOfResults(fhir as never, ['a', 'b&_count=1', '../x', 'c']);
    expect(asked).toEqual([
      'DiagnosticReport?patient=p&result=Observation/a,Observation/c&_count=50',
      'Observation?patient=p&_id=a,c&_count=20',
    ]);
    expect(await placeOfResults(fhir as never, ['?'])).toBe('/results');
    expect(asked).toHaveLength(2);
  });
});
