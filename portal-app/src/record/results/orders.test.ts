import type { DiagnosticReport, Observation } from '@medplum/fhirtypes';
import { describe, expect, it } from 'vitest';
import {
  filtered,
  isNamedAlike,
  linesShown,
  type OrderFilters,
  ordersOf,
  outsideWords,
  within,
} from './orders.ts';

const VITAL = [
  { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'vital-signs' }] },
];
const result = (id: string, date: string, value = 1, more: Partial<Observation> = {}): Observation => ({
  resourceType: 'Observation',
  id,
  status: 'final',
  code: { text: id },
  effectiveDateTime: date,
  valueQuantity: { value, unit: 'g/L' },
  referenceRange: [{ high: { value: 5, unit: 'g/L' } }],
  ...more,
});
const report = (id: string, date: string, results: readonly string[]): DiagnosticReport => ({
  resourceType: 'DiagnosticReport',
  id,
  status: 'final',
  code: { text: id },
  effectiveDateTime: date,
  result: results.map((each) => ({ reference: `Observation/${each}` })),
});
const ALL: OrderFilters = { kind: 'all', text: '', outside: false, fresh: false, since: '' };
const whole = <T>(...found: T[]) => ({ found, hasMore: false });
const orders = () => {
  const lines = [result('sodium', '2026-03-01'), result('potassium', '2026-03-01', 9)];
  return ordersOf(
    whole(report('Electrolytes', '2026-03-01', ['sodium', 'potassium']), report('X-ray', '2026-01-05', [])),
    lines,
    whole(
      ...lines,
      result('pulse', '2026-02-01T20:00:00Z', 60, { category: VITAL }),
      result('alone', '2026-02-01'),
    ),
  );
};
const shape = (list: ReturnType<typeof orders>) =>
  list.map(({ name, kind, lines }) => [name, kind, ...lines.map(({ id }) => id)]);

describe('results as they were ordered', () => {
  it('are the reports with their lines, and by day what came without one, the newest first', () => {
    expect(shape(orders())).toEqual([
      ['Electrolytes', 'labs', 'sodium', 'potassium'],
      ['Vitals', 'vitals', 'pulse'],
      ['Single results', 'labs', 'alone'],
      ['X-ray', 'reports'],
    ]);
  });

  it('of one test are named once, where report and test are called alike', () => {
    const line = result('Glucose', '2026-03-01');
    const [alike] = ordersOf(whole(report('glucose', '2026-03-01', ['Glucose'])), [line], whole(line));
    const [other] = ordersOf(whole(report('Blood sugar', '2026-03-01', ['Glucose'])), [line], whole(line));
    const [loose] = ordersOf(whole(), [], whole(line));
    expect([alike, other, loose].map((order) => order && isNamedAlike(order, line))).toEqual([
      true,
      false,
      false,
    ]);
  });

  it('reach only as far back as both were read: what is older may be part of a report yet to come', () => {
    const [march, january] = [result('march', '2026-03-02'), result('january', '2026-01-01')];
    const reports = { found: [report('r', '2026-03-01', [])], hasMore: true };
    expect(shape(ordersOf(reports, [], whole(march, january)))).toEqual([
      ['Single results', 'labs', 'march'],
      ['r', 'reports'],
    ]);
    expect(ordersOf({ ...reports, hasMore: false }, [], whole(march, january))).toHaveLength(3);
  });

  it.each([
    [{ text: 'potas' }, [['Electrolytes', 'labs', 'potassium']]],
    [{ text: 'electro' }, [['Electrolytes', 'labs', 'sodium', 'potassium']]],
    [{ text: 'x-ray' }, [['X-ray', 'reports']]],
    [{ outside: true, kind: 'labs' }, [['Electrolytes', 'labs', 'potassium']]],
    [{ kind: 'reports' }, [['X-ray', 'reports']]],
    [{ since: '2026-02-15' }, [['Electrolytes', 'labs', 'sodium', 'potassium']]],
    [{ fresh: true }, [['X-ray', 'reports']]],
  ] as const)('are left as %o asks', (wanted, expected) => {
    const left = orders().flatMap(
      (each) => filtered(each, { ...ALL, ...wanted }, ({ name }) => name === 'X-ray') ?? [],
    );
    expect(shape(left)).toEqual(expected);
  });

  it('show those outside their range first, and few of the others', () => {
    const ids = ['a', 'b', 'c', 'd', 'e', 'f'];
    const lines = ids.map((id) => result(id, '2026-03-01', 'ef'.includes(id) ? 9 : 1));
    const [order] = ordersOf(whole(report('r', '2026-03-01', ids)), lines, whole());
    if (!order) throw new Error('there is one');
    expect(linesShown(order).map(({ id }) => id)).toEqual(['e', 'f', 'a']);
    expect(outsideWords(order.lines)).toBe('2 of 6 outside the range');
    expect(outsideWords(order.lines.slice(0, 4))).toBe('All within the range');
    expect(outsideWords([result('x', '2026-03-01', 1, { referenceRange: [] })])).toBe('1 result');
  });

  it('come in parts, whatever a day holds', () => {
    const many = Array.from({ length: 100 }, (_, i) => result(`r${i}`, '2026-02-01'));
    const list = ordersOf(whole(report('later', '2026-03-01', [])), [], whole(...many));
    expect(within(list, 30).map(({ lines }) => lines.length)).toEqual([0, 29]);
    expect(within(list, 300).map(({ lines }) => lines.length)).toEqual([0, 100]);
  });
});
