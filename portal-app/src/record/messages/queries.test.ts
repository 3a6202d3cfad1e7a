import type { Communication } from '@medplum/fhirtypes';
import { describe, expect, it } from 'vitest';
import { threadsOf } from './queries.ts';
import { isUnread } from './unread.ts';

const message = (id: string, sent: string, parent?: string): Communication => ({
  resourceType: 'Communication',
  id,
  status: 'completed',
  payload: [{ contentString: 'Words' }],
  sent,
  ...(parent
    ? { inResponseTo: [{ reference: `Communication/${parent}` }] }
    : { topic: { text: `Topic ${id}` } }),
});

describe('threads', () => {
  it('bring replies together under the first message, the newest thread first', () => {
    const threads = threadsOf([
      message('a', '2024-01-01'),
      message('b', '2024-01-02', 'a'),
      message('c', '2024-02-01'),
      message('d', '2024-01-03', 'b'),
    ]);
    expect(threads.map(({ id }) => id)).toEqual(['c', 'a']);
    expect(threads[1]?.messages.map(({ id }) => id)).toEqual(['a', 'b', 'd']);
    expect(threads[1]?.topic).toBe('Topic a');
  });
  it('end where replies point at each other', () => {
    expect(threadsOf([message('a', '2024-01-01', 'b'), message('b', '2024-01-02', 'a')])).toHaveLength(2);
  });
});

it('P16: the root that only holds a thread together is no message, and is not counted as one', () => {
  const root = {
    resourceType: 'Communication',
    id: 'root',
    status: 'completed',
    topic: { text: 'Refill' },
  } as const;
  const answer = {
    resourceType: 'Communication',
    id: 'answer',
    status: 'completed',
    partOf: [{ reference: 'Communication/root' }],
    payload: [{ contentString: 'Done.' }],
  } as const;
  const [thread, ...more] = threadsOf([root, answer] as never);
  expect(more).toEqual([]);
  expect(thread).toMatchObject({ topic: 'Refill', messages: [{ id: 'answer' }] });
  expect(threadsOf([root] as never)).toEqual([]);
});

it.each(['preparation', 'not-done', 'on-hold'] as const)(
  'what is in %s was not sent, and is no message',
  (status) => {
    expect(threadsOf([{ ...message('a', '2024-01-01'), status }])).toEqual([]);
    expect(isUnread({ ...message('a', '2024-01-01'), status })).toBe(false);
  },
);
