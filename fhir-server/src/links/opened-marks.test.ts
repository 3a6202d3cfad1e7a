import { describe, expect, it } from 'vitest';
import { createOpenedMarks, isMark } from './opened-marks.ts';

const DAY_MS = 86_400_000;

function held() {
  const notes = new Map<string, string>();
  return {
    notes,
    getNote: async (name: string) => notes.get(name),
    async swapNote(name: string, expected: string | undefined, value: string) {
      if (notes.get(name) !== expected) return false;
      notes.set(name, value);
      return true;
    },
  };
}

describe('what was opened', () => {
  it('is forgotten after thirty days, when nothing of it can be new', async () => {
    let now = 1;
    const store = held();
    const marks = createOpenedMarks(store, () => now);
    await marks.add('ana', 'Patient/ana', ['old']);
    now += 20 * DAY_MS;
    await marks.add('ana', 'Patient/ana', ['later']);
    now += 11 * DAY_MS;
    expect(await marks.of('ana', 'Patient/ana')).toEqual(['later']);
    expect([...store.notes.values()].join()).not.toContain('old');
    await marks.add('ana', 'Patient/ana', ['last']);
    now += 30 * DAY_MS;
    expect(await marks.of('ana', 'Patient/ana')).toEqual([]);
    expect([...store.notes.values()]).toEqual(['[]']);
  });

  it('stands under no name that says who opened it', async () => {
    const store = held();
    await createOpenedMarks(store, () => 1).add('bob', 'RelatedPerson/mum', ['x']);
    expect([...store.notes.keys()].join()).not.toContain('mum');
  });
});

it.each([
  ['an id', 'obs-1.a', true],
  ['a version of a resource', 'Appointment/a-1/2', true],
  ['a resource whose version is not known', 'Appointment/a-1/', true],
  ['words', 'HIV positive', false],
  ['nothing', '', false],
  ['an address', 'https://a/b', false],
  ['a path that goes up', '../../etc', false],
  ['a line end', 'a\n', false],
])('%s is a mark or not', (_, text, is) => expect(isMark(text)).toBe(is));
