import { expect, it } from 'vitest';
import { isOlder } from './draft.ts';

it('of two drafts the one that was written later counts; of one millisecond, the one that is there', () => {
  expect(isOlder({ value: 'a', at: 1 }, { value: 'b', at: 2 })).toBe(true);
  expect(isOlder({ value: 'a', at: 1 }, { value: 'b', at: 1 })).toBe(false);
  expect(isOlder({ value: 'a', at: 1 }, undefined)).toBe(false);
});
