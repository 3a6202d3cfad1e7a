/** Processes share the subscriptions: each part is one process's, whoever comes, dies or comes again. The clock is simulated. */
import { describe, expect, it } from 'vitest';
import { retryDelay, verdict } from './retry.ts';
import { createShare, type Share } from './share.ts';

function createNotes() {
  const notes = new Map<string, string>();
  return {
    getNote: async (name: string) => notes.get(name),
    setNote: async (name: string, value: string | undefined) => {
      if (value === undefined) notes.delete(name);
      else notes.set(name, value);
    },
    swapNote: async (name: string, expected: string | undefined, value: string) => {
      if (notes.get(name) !== expected) return false;
      notes.set(name, value);
      return true;
    },
    notes: async (from: string, to: string, limit: number) =>
      [...notes]
        .filter(([name]) => name >= from && name < to)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .slice(0, limit)
        .map(([name, value]) => ({ name, value })),
  };
}

const PARTS = [0, 1, 2, 3, 4, 5, 6, 7];
const partsOf = (share: Share): number[] => PARTS.filter((part) => share.holds(part));

describe('the parts', () => {
  it('are all of the first process, and shared with the second within two looks, none by both at any time', async () => {
    let now = 0;
    const store = createNotes();
    const [one, two] = ['one', 'two'].map((name) => createShare(store, name, () => now)) as [Share, Share];
    await one.renew();
    expect(partsOf(one)).toEqual(PARTS);
    for (let look = 0; look < 3; look++) {
      now += 5000;
      await two.renew();
      await one.renew();
      expect(partsOf(one).filter((part) => two.holds(part))).toEqual([]);
    }
    expect([partsOf(one).length, partsOf(two).length]).toEqual([4, 4]);
  });

  it('of a process that dies go to the others when its leases end, and not before', async () => {
    let now = 0;
    const store = createNotes();
    await createShare(store, 'dead', () => now).renew();
    const other = createShare(store, 'other', () => now);
    now = 19_000;
    await other.renew();
    expect(partsOf(other)).toEqual([]);
    now = 41_000;
    await other.renew();
    expect(partsOf(other)).toEqual(PARTS);
  });

  it('of a process that was killed and comes again at once are its own, and what is too much of them is left to the others', async () => {
    let now = 0;
    const store = createNotes();
    const other = createShare(store, 'other', () => now);
    await createShare(store, 'killed', () => now).renew();
    await other.renew();
    now = 1000;
    const again = createShare(store, 'killed', () => now);
    await again.renew();
    await other.renew();
    expect([partsOf(again).length, partsOf(other).length]).toEqual([4, 4]);
  });

  it('are not held any more by a process that stood still for too long', async () => {
    let now = 0;
    const share = createShare(createNotes(), 'slow', () => now);
    await share.renew();
    now = 21_000;
    expect(partsOf(share)).toEqual([]);
  });
});

describe('a call that failed', () => {
  const RULES = { firstMs: 1000, giveUpMs: 3_600_000 };

  it('is made again later each time, five minutes later at most, and not by everybody at once', () => {
    const waits = [1, 2, 3, 4, 1000].map((failures) => retryDelay(RULES, failures, 1));
    expect(waits).toEqual([1000, 2000, 4000, 8000, 300_000]);
    expect(retryDelay(RULES, 1, 0)).toBe(500);
  });

  it('is made within a minute while the outage is an hour’s, unless the clinic wants it later', () => {
    const hour = 3_600_000;
    let [at, failures, longest] = [0, 1, 0];
    for (; at < hour; failures++) {
      const wait = retryDelay(RULES, failures, 1);
      longest = Math.max(longest, wait);
      at += wait;
    }
    expect(longest).toBe(60_000);
    expect(failures).toBeLessThan(70);
    expect(retryDelay({ ...RULES, firstMs: 200_000 }, 1, 1)).toBe(200_000);
    // Somebody's long end: about two hours later they are asked less often.
    expect([160, 161].map((each) => retryDelay(RULES, each, 1))).toEqual([60_000, 300_000]);
  });

  it('is made until its hour is over, or eight times where it is refused', () => {
    const failed = { failures: 8, since: 0, isRefused: false };
    expect(verdict(RULES, failed, 3_599_999)).toBe('again');
    expect(verdict(RULES, failed, 3_600_000)).toBe('give-up');
    expect(verdict(RULES, { ...failed, isRefused: true }, 1)).toBe('give-up-these');
    expect(verdict(RULES, { ...failed, failures: 7, isRefused: true }, 1)).toBe('again');
  });
});
