/** Numbers are given out once and without gaps, wherever a server was killed, and whoever else is at it; on the real store. */
import { describe, expect, it } from 'vitest';
import { useEmbeddedStore } from '../../../test/embedded-store.ts';
import type { ResourceStore } from '../../store/store.ts';
import { createEventLog, type EventDraft, Overtaken } from './event-log.ts';
import { createFeed } from './feed.ts';

let store: ResourceStore;

useEmbeddedStore((opened) => {
  ({ store } = opened);
});

const draft = (position: string): EventDraft => ({
  at: 0,
  change: 'create',
  type: 'Observation',
  id: `o${position}`,
  version: 1,
  position,
});
const numbersOf = async (id: string) =>
  (await createEventLog(store).events(id, 1, 100, 100)).map((event) => [event.number, event.id]);

describe('the events of a subscription', () => {
  it('are the same when they are begun anew after a server died between them and their number', async () => {
    const dying = createEventLog({
      ...notesOf(store),
      swapNote: (name, expected, value) =>
        name.endsWith('state') ? Promise.reject(new Error('killed')) : store.swapNote(name, expected, value),
    });
    await expect(dying.append('a', [draft('1'), draft('2')])).rejects.toThrow('killed');
    await createEventLog(store).append('a', [draft('1'), draft('2'), draft('3')]);
    expect(await numbersOf('a')).toEqual([
      [1, 'o1'],
      [2, 'o2'],
      [3, 'o3'],
    ]);
    expect(await createEventLog(store).state('a')).toEqual({ events: 3, position: '3' });
  });

  it('that were not counted are nobody’s to read; another look at the same changes that finds others gives those the numbers', async () => {
    const dying = createEventLog({
      ...notesOf(store),
      swapNote: (name, expected, value) =>
        name.endsWith('state') ? Promise.reject(new Error('killed')) : store.swapNote(name, expected, value),
    });
    const log = createEventLog(store);
    await log.append('d', [draft('1')]);
    await expect(dying.append('d', [draft('2'), draft('3'), draft('4')])).rejects.toThrow('killed');
    expect(await numbersOf('d')).toEqual([[1, 'o1']]);
    // What may be seen has changed since: of the second there is nothing to tell any more.
    await log.append('d', [draft('3')]);
    await log.append('d', [draft('5'), draft('6')]);
    expect(await numbersOf('d')).toEqual([
      [1, 'o1'],
      [2, 'o3'],
      [3, 'o5'],
      [4, 'o6'],
    ]);
  });

  it('of a server that was overtaken count for nothing', async () => {
    const log = createEventLog(store);
    await log.append('b', [draft('1')]);
    const late = createEventLog({ ...notesOf(store), getNote: async () => undefined });
    await expect(late.append('b', [draft('7')])).rejects.toThrow(Overtaken);
    expect(await numbersOf('b')).toEqual([[1, 'o1']]);
    // It had written its own, and was shut out before it counted them.
    let isShutOut = false;
    const slow = createEventLog({
      ...notesOf(store),
      swapNote: async (name, expected, value) => {
        if (name.endsWith('state') && !isShutOut) {
          isShutOut = true;
          await log.append('b', [draft('3')]);
        }
        return store.swapNote(name, expected, value);
      },
    });
    await expect(slow.append('b', [draft('2')])).rejects.toThrow(Overtaken);
    expect(await numbersOf('b')).toEqual([
      [1, 'o1'],
      [2, 'o3'],
    ]);
  });

  it('are gone with the subscription, and what was given up with them', async () => {
    const log = createEventLog(store);
    await log.append('c', [draft('1')]);
    await log.setDeadLetters({ subscription: 'c', from: 1, until: 1, at: 0, fault: '' });
    await log.purge('c');
    expect([await numbersOf('c'), await log.deadLetters('c', 9), (await log.state('c')).events]).toEqual([
      [],
      [],
      0,
    ]);
  });
});

describe('the feed', () => {
  it('tells each process what is new since it last looked, and that it does not know where it can not', async () => {
    const [one, two] = [createFeed(store), createFeed(store)];
    await one.append(['early']);
    expect(await two.next()).toBeUndefined();
    await Promise.all([one.append(['a', 'b']), two.append(['b', 'c'])]);
    expect(new Set(await two.next())).toEqual(new Set(['a', 'b', 'c']));
    expect(await two.next()).toEqual([]);
  });
});

function notesOf({ getNote, setNote, swapNote, notes }: ResourceStore) {
  return { getNote, setNote, swapNote, notes };
}
