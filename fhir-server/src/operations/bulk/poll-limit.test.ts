/** How soon the state of a job may be asked for again. */
import { expect, it } from 'vitest';
import { createPollLimit } from './poll-limit.ts';

it('tells who asks twice as often as they were told to wait; a HEAD is neither counted nor refused', () => {
  let time = 0;
  const polls = createPollLimit(() => time);
  const job = { id: 'a', created: 0 };
  const ask = () => polls.next(job, {});
  const look = () => polls.next(job, { isHead: true });
  expect([look(), look(), ask()]).toEqual([1, 1, 1]);
  expect(ask).toThrow(expect.objectContaining({ status: 429 }));
  expect(look()).toBe(1);
  time += 500;
  expect(ask()).toBe(1);
  time += 1_200_000;
  expect([look(), ask(), look()]).toEqual([30, 30, 30]);
  time += 14_999;
  expect(ask).toThrow();
  time += 1;
  expect(ask()).toBe(30);
});
