import { describe, expect, it } from 'vitest';
import { createAllowance } from './allowance.ts';

/** The notes of a store, as its contract states them, each call in a turn of its own. */
function notesOf() {
  const kept = new Map<string, string>();
  return {
    getNote: async (name: string) => kept.get(name),
    swapNote: async (name: string, expected: string | undefined, value: string) => {
      await new Promise((resolve) => setImmediate(resolve));
      if (kept.get(name) !== expected) return false;
      kept.set(name, value);
      return true;
    },
  };
}

describe('an allowance', () => {
  const all = async (keys: readonly string[]) => new Set(keys);

  it('holds for many at once, in one process and in several', async () => {
    const notes = notesOf();
    const processes = [createAllowance(notes, Date.now), createAllowance(notes, Date.now)];
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, i) =>
        processes[i % 2]?.take('a', [`k${i}`], { until: Date.now() + 9999, most: 7, live: all }),
      ),
    );
    expect(answers.filter((taken) => taken !== undefined)).toHaveLength(7);
    expect(await processes[0]?.take('b', ['k'], { until: Date.now() + 9999, most: 1, live: all })).toEqual([
      'k',
    ]);
  });

  it('ends with its time, and says which places are new', async () => {
    let now = 0;
    const allowance = createAllowance(notesOf(), () => now);
    const asked = { until: 10, most: 2, live: all };
    expect(await allowance.take('a', ['x', 'y'], asked)).toEqual(['x', 'y']);
    expect(await allowance.take('a', ['y'], asked)).toEqual([]);
    expect(await allowance.take('a', ['z'], asked)).toBeUndefined();
    await allowance.giveBack('a', ['x', 'unknown']);
    expect(await allowance.take('a', ['z'], asked)).toEqual(['z']);
    now = 10;
    expect(await allowance.take('a', ['v', 'w'], { ...asked, until: 20 })).toEqual(['v', 'w']);
  });

  it('forgets what ended elsewhere, and not what is only being made', async () => {
    let now = 0;
    const allowance = createAllowance(notesOf(), () => now);
    const asked = { until: 1e9, most: 2, live: async () => new Set(['x']) };
    await allowance.take('a', ['x', 'y'], asked);
    expect(await allowance.take('a', ['z'], asked)).toBeUndefined();
    now = 60_001;
    expect(await allowance.take('a', ['z'], asked)).toEqual(['z']);
    expect(await allowance.take('a', ['w'], asked)).toBeUndefined();
  });
});
