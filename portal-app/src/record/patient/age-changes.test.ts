import type { Parameters, ParametersParameter } from '@medplum/fhirtypes';
import { describe, expect, it } from 'vitest';
import { changesIn, coming, isSoon } from './age-changes.ts';

const change = (on: string, from: number, ...part: ParametersParameter[]): ParametersParameter => ({
  name: 'change',
  part: [{ name: 'on', valueDate: on }, { name: 'from', valueUnsignedInt: from }, ...part],
});
const told: Parameters = {
  resourceType: 'Parameters',
  parameter: [
    { name: 'ended', valueBoolean: false },
    change('2037-05-11', 18, { name: 'ended', valueBoolean: true }),
    change('2019-05-11', 0, { name: 'label', valueCoding: { code: 'R' } }),
    change(
      '2031-05-11',
      12,
      { name: 'label', valueCoding: { code: 'SEX' } },
      { name: 'type', valueCode: 'Task' },
    ),
    change('soon', 14),
  ],
};

describe('what changes with age', () => {
  it('is in the order of its days, without what begins with birth or can not be read', () => {
    expect(changesIn(told)).toEqual([
      { on: '2031-05-11', isEnd: false, hasLabels: true, types: ['Task'] },
      { on: '2037-05-11', isEnd: true, hasLabels: false, types: [] },
    ]);
    expect(changesIn({ resourceType: 'Parameters' })).toEqual([]);
  });

  it('is to come until the day, and near in the two months before', () => {
    const changes = changesIn(told);
    expect(coming(changes, '2031-05-10')).toHaveLength(2);
    expect(coming(changes, '2031-05-11')).toHaveLength(1);
    expect(isSoon({ on: '2031-05-11' }, '2031-03-12')).toBe(true);
    expect(isSoon({ on: '2031-05-11' }, '2031-03-11')).toBe(false);
  });
});
