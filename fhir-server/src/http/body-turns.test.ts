import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createBodyTurns } from './body-turns.ts';

const later = () => new Promise((resolve) => setImmediate(resolve));

describe('what one person sends', () => {
  it('is in hand up to a number of bytes, in its order, whatever fails, and all of it in the end', async () => {
    const sends = fc.array(
      fc.record({ bytes: fc.integer({ min: 1, max: 150 }), fails: fc.boolean(), rounds: fc.nat(3) }),
      {
        minLength: 1,
        maxLength: 40,
      },
    );
    await fc.assert(
      fc.asyncProperty(sends, async (all) => {
        const turns = createBodyTurns(100);
        let inHand = 0;
        const begun: number[] = [];
        const done = await Promise.allSettled(
          all.map(({ bytes, fails, rounds }, i) =>
            turns('a', bytes, async () => {
              begun.push(i);
              const alone = inHand === 0;
              inHand += bytes;
              expect(alone || inHand <= 100).toBe(true);
              for (let round = 0; round < rounds; round++) await later();
              inHand -= bytes;
              if (fails) throw new Error('refused');
              return i;
            }),
          ),
        );
        expect(begun).toEqual([...all.keys()]);
        expect(done.map(({ status }) => status)).toEqual(
          all.map(({ fails }) => (fails ? 'rejected' : 'fulfilled')),
        );
      }),
      { numRuns: 60 },
    );
  });

  it('waits for nothing of somebody else, and what has no body for nothing', async () => {
    const turns = createBodyTurns(100);
    let finish = (): void => undefined;
    const long = turns('a', 100, () => new Promise<void>((resolve) => (finish = resolve)));
    let isBegun = false;
    const second = turns('a', 1, async () => {
      isBegun = true;
    });
    expect(await turns('b', 100, async () => 'b')).toBe('b');
    expect(await turns('a', 0, async () => 'read')).toBe('read');
    await later();
    expect(isBegun).toBe(false);
    finish();
    await Promise.all([long, second]);
    expect(isBegun).toBe(true);
  });
});
