import { expect, it } from 'vitest';
import { isOlder } from './draft.ts';

it('of two drafts of one millisecond, from two tabs, both tabs keep the same one', () => {
  const [one, other] = [
    { value: { identity: 'a' }, at: 1 },
    { value: { identity: 'b' }, at: 1 },
  ];
  expect([isOlder(one, other), isOlder(other, one)]).toEqual([true, false]);
  expect(isOlder(one, { ...one })).toBe(false);
  expect(isOlder(other, { value: { identity: 'a' }, at: 2 })).toBe(true);
});
