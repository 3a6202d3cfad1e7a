import { describe, expect, it } from 'vitest';
import type { Sent } from './draft.ts';
import { isSamePress } from './kept-drafts.ts';

const draft = (identity: string, more: Partial<Sent> = {}) => ({
  value: { digest: 1, identity, until: 10, ...more } satisfies Sent,
  at: 1,
});
const NOW = 9;

describe('of the same words that two tabs send', () => {
  it('what is in the vault already counts, also where it has arrived just now and the other tab has not heard', () => {
    expect(isSamePress(draft('mine'), draft('theirs'), NOW)).toBe(true);
    expect(isSamePress(draft('mine'), draft('theirs', { isSent: true }), NOW)).toBe(true);
  });

  it('but for what is meant anew: known of before, long afterwards, other words, or what is nothing that is sent', () => {
    const known = draft('mine', { after: 'theirs' });
    expect(isSamePress(known, draft('theirs', { isSent: true }), NOW)).toBe(false);
    expect(isSamePress(draft('mine'), draft('theirs', { until: NOW }), NOW)).toBe(false);
    expect(isSamePress(draft('mine'), draft('theirs', { digest: 2 }), NOW)).toBe(false);
    expect(isSamePress(undefined, draft('theirs'), NOW)).toBe(false);
    expect(isSamePress(draft('mine'), { at: 5 }, NOW)).toBe(false);
    expect(isSamePress({ value: 'Hello', at: 10 }, { value: 'Hello', at: 5 }, NOW)).toBe(false);
  });

  it('what has arrived stays so', () => {
    expect(isSamePress(draft('same'), draft('same', { isSent: true }), NOW)).toBe(false);
    expect(isSamePress(draft('mine', { isSent: true }), draft('theirs'), NOW)).toBe(false);
  });
});
