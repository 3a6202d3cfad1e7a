import type { Bundle } from '@medplum/fhirtypes';
import { describe, expect, it } from 'vitest';
import { inOrder, plainly } from './plain-search.ts';

describe('P29: a search that a server refused', () => {
  it('is asked with its criteria alone, and for all that fit on a page', () => {
    expect(
      plainly(
        'Observation?patient=p1&code=http%3A%2F%2Floinc.org%7C1&_sort=-date&_count=5&_include:iterate=a:b',
      ),
    ).toBe('Observation?patient=p1&code=http%3A%2F%2Floinc.org%7C1&_count=200');
    expect(plainly('Task?patient=p1&_total=accurate')).toBe('Task?patient=p1&_count=200');
  });

  it('is not asked again once it is as plain as it can be', () => {
    expect(plainly('Task?patient=p1')).toBeUndefined();
    expect(plainly('Task?patient=p1&_count=200')).toBeUndefined();
  });

  const bundle = {
    resourceType: 'Bundle',
    type: 'searchset',
    entry: [
      { resource: { resourceType: 'Observation', id: 'old', effectiveDateTime: '2020' } },
      { resource: { resourceType: 'Observation', id: 'none' } },
      { resource: { resourceType: 'Observation', id: 'new', effectivePeriod: { start: '2026-11-01' } } },
    ],
  } as unknown as Bundle;
  const ids = ({ entry = [] }: Bundle) => entry.map(({ resource }) => resource?.id);

  it('is put in the order that was asked for, undated ones last; otherwise it stays as it came', () => {
    expect(ids(inOrder(bundle, 'Observation?_sort=-date'))).toEqual(['new', 'old', 'none']);
    expect(ids(inOrder(bundle, 'Observation?_sort=title'))).toEqual(['old', 'none', 'new']);
    expect(ids(inOrder(bundle, 'Observation?patient=p1'))).toEqual(['old', 'none', 'new']);
  });
});
