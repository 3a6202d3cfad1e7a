import { expect, it } from 'vitest';
import { formatWait } from './wait.ts';

const NOW = Date.parse('2026-11-28T12:00:00Z');

it.each([
  ['2026-11-28T11:59:30Z', 'just now'],
  ['2026-11-28T12:05:00Z', 'just now'],
  ['2026-11-28T11:48:00Z', '12 min'],
  ['2026-11-27T12:00:00Z', '24 hr'],
  ['2026-11-26T12:00:00Z', '2 days'],
  ['no date', ''],
])('what came at %s waits %s', (since, words) => {
  expect(formatWait(since, NOW, 'en-US')).toBe(words);
});
