import { expect, it } from 'vitest';
import { indexEntries } from './index-entries.ts';

const listOf = (count: number, change: (i: number) => object = () => ({})) => {
  const contained = Array.from({ length: count }, (_, i) => ({
    resourceType: 'Patient',
    id: `p${i}`,
    gender: 'male',
    identifier: [{ system: 'urn:a', value: 'same' }],
    name: [{ family: 'Same', given: ['Same'] }],
    ...change(i),
  }));
  const entry = contained.map(({ id }) => ({ item: { reference: `#${id}` } }));
  return { resourceType: 'List', status: 'current', mode: 'working', contained, entry };
};
const several = (resource: { resourceType: string }): string[] =>
  indexEntries(resource, []).present.filter((name) => name.includes('~several'));

it('whether values of contained resources differ is told of all of them together, once', () => {
  expect(several(listOf(3))).toEqual([]);
  const differing = several(listOf(3, (i) => ({ gender: i === 2 ? 'female' : 'male' })));
  expect(differing).toEqual(['item#Patient.gender~several-codes']);
});

it('ten thousand contained resources are indexed without the square of their number', () => {
  const from = performance.now();
  indexEntries(listOf(10_000), []);
  expect(performance.now() - from).toBeLessThan(20_000);
});
