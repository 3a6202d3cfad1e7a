import type { Goal, Observation } from '@medplum/fhirtypes';
import { describe, expect, it } from 'vitest';
import { progressOf } from './progress.ts';

const CODE = { coding: [{ system: 'http://loinc.org', code: '2345-7' }] };
const MG = { unit: 'mg/dL', system: 'http://unitsofmeasure.org', code: 'mg/dL' };
const range = (low: number | undefined, high: number | undefined) => [
  {
    ...(low === undefined ? {} : { low: { value: low, ...MG } }),
    ...(high === undefined ? {} : { high: { value: high, ...MG } }),
  },
];
const glucose = (date: string, value: number, more: Partial<Observation> = {}): Observation => ({
  resourceType: 'Observation',
  status: 'final',
  code: CODE,
  effectiveDateTime: date,
  valueQuantity: { value, ...MG },
  referenceRange: range(70, 99),
  ...more,
});
const now = (value: number, more: Partial<Observation> = {}) => glucose('2026-03-01', value, more);
const before = (value: number, more: Partial<Observation> = {}) => glucose('2026-02-01', value, more);
const kindOf = (a: Observation, b: Observation, goals: readonly Goal[] = []) =>
  progressOf(b, [a, b], goals)?.kind;

describe('whether a value got better', () => {
  it.each([
    ['back within the range', 120, 95, 'better'],
    ['closer to it from above', 140, 110, 'better'],
    ['closer to it from below', 40, 60, 'better'],
    ['no longer within it', 90, 101, 'worse'],
    ['further from it', 110, 140, 'worse'],
    ['further below it', 60, 40, 'worse'],
    ['hardly another', 120, 118, 'same'],
    ['hardly another, further off', 120, 122, 'same'],
    ['within it both times', 75, 95, undefined],
    ['below it, and above it now', 40, 140, undefined],
  ])('%s: %d, then %d', (_, first, second, kind) => {
    expect(kindOf(before(first), now(second))).toBe(kind);
  });

  it('is measured by the goal that was agreed rather than by the range, in whatever unit it is written', () => {
    const goal = (value: number, unit: string): Goal =>
      ({
        resourceType: 'Goal',
        lifecycleStatus: 'active',
        target: [
          { measure: CODE, detailQuantity: { value, unit, system: MG.system, code: unit, comparator: '<' } },
        ],
      }) as unknown as Goal;
    expect(kindOf(before(150), now(120), [goal(1.3, 'g/L')])).toBe('better');
    expect(progressOf(now(120), [before(150)], [goal(1.3, 'g/L')])?.words).toBe(
      'Better: at the goal now. It was {value} on {date}.',
    );
    expect(kindOf(before(120), now(125), [goal(130, 'mg/dL')])).toBeUndefined();
  });

  const scaled = (unit: string, code: string, high: number) => (date: string, value: number) => {
    const limit = { unit, system: MG.system, code };
    return glucose(date, 0, {
      valueQuantity: { value, ...limit },
      referenceRange: [{ high: { value: high, ...limit } }],
    });
  };
  it.each([
    ['°C', scaled('°C', 'Cel', 37.2), 41.2, 39.5, 'better'],
    ['°C, hardly another', scaled('°C', 'Cel', 37.2), 38.4, 38.3, 'same'],
    ['°F', scaled('°F', '[degF]', 99), 106.2, 103.1, 'better'],
    ['°F, hardly another', scaled('°F', '[degF]', 99), 101.1, 101, 'same'],
    ['pH', scaled('pH', '[pH]', 7.45), 7.6, 7.5, 'better'],
    ['pH, hardly another', scaled('pH', '[pH]', 7.45), 7.6, 7.58, 'same'],
  ])('is told of a scale without a true zero by its own steps: %s', (_, of, first, second, kind) => {
    expect(kindOf(of('2026-02-01', first), of('2026-03-01', second))).toBe(kind);
  });

  it('compares with the last value before it, whatever came later, in another unit of the same kind', () => {
    const gram = before(0, { valueQuantity: { value: 1.4, unit: 'g/L' }, referenceRange: range(70, 99) });
    const later = glucose('2026-04-01', 80);
    const progress = progressOf(now(110), [later, glucose('2026-01-01', 100), gram, now(110)], []);
    expect(progress).toMatchObject({ kind: 'better', before: gram });
  });

  it.each([
    ['there is none before', now(120), now(120)],
    ['the units can’t be compared', before(0, { valueQuantity: { value: 7, unit: 'mmol/L' } }), now(120)],
    [
      'the value before is only a bound',
      before(0, { valueQuantity: { value: 200, comparator: '>', ...MG } }),
      now(120),
    ],
    [
      'this one is only a bound',
      before(120),
      now(0, { valueQuantity: { value: 60, comparator: '<', ...MG } }),
    ],
    ['the one before is not final', before(120, { status: 'preliminary' }), now(95)],
    ['this one is not final', before(120), now(95, { status: 'preliminary' })],
    ['the one before was entered in error', before(120, { status: 'entered-in-error' }), now(95)],
    ['the range is another one now', before(120, { referenceRange: range(70, 140) }), now(95)],
    ['there is no range', before(120, { referenceRange: [] }), now(95, { referenceRange: [] })],
    [
      'the laboratory’s flag contradicts its range',
      before(120),
      now(95, { interpretation: [{ text: 'High' }] }),
    ],
    ['a date is missing', before(120), { ...now(95), effectiveDateTime: undefined as never }],
  ])('is not told where %s', (_, first, second) => {
    expect(kindOf(first, second)).toBeUndefined();
  });
});
