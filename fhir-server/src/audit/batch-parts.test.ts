import { expect, it } from 'vitest';
import { countTogether, partsOf } from './batch-parts.ts';
import { row } from './test-rows.ts';

const long = { query: 'x'.repeat(1_500_000) };

it('rows of one request are parted where a batch is full, by number and by length; none is lost', () => {
  const many = Array.from({ length: 2500 }, () => row('a'));
  expect(partsOf(many).map(({ rows }) => rows.length)).toEqual([1000, 1000, 500]);
  const said = Array.from({ length: 5 }, () => row('a', long));
  expect(partsOf(said).map(({ rows }) => rows.length)).toEqual([2, 2, 1]);
  expect(partsOf([row('a', { query: 'x'.repeat(5_000_000) }), row('a')])).toHaveLength(2);
  expect(partsOf([])).toEqual([]);
});

it('requests that wait together share a batch as long as there is room', () => {
  const waiting = [row('a'), row('a', long), row('a', long), row('a', long)].flatMap((each) =>
    partsOf([each]),
  );
  expect(countTogether(waiting)).toBe(3);
  expect(countTogether(waiting.slice(3))).toBe(1);
  expect(countTogether(partsOf([row('a', { query: 'x'.repeat(5_000_000) })]))).toBe(1);
});
