/** What property tests make odd resources of. */
import fc from 'fast-check';

/** Elements that are left out are not there at all, as in JSON. */
export const sparse = (elements: Record<string, fc.Arbitrary<unknown>>) =>
  fc.record(elements, { requiredKeys: [] });

/** Valid R4, of every precision, and at the ends of what a date can be. */
export const date = fc.constantFrom(
  '2016-12-31T23:59:60Z',
  '2026',
  '2026-02',
  '2026-02-28',
  '0001-01-01',
  '9999-12-31T23:59:59.999999999+14:00',
  '2026-11-28T05:00:00-12:00',
);
