/** What is kept of the index of a version, and of notes beside it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ResourceStore } from '../store.ts';
import { everything, ids } from './asking.ts';
import { create, type Entries, entries, token } from './resources.ts';
import type { Subject } from './subject.ts';

export function indexEntries(subject: Subject): void {
  describe('the index', () => {
    let store: ResourceStore;
    let close: () => Promise<void>;

    beforeAll(async () => {
      ({ store, close } = await subject.open());
    });
    afterAll(() => close());
    const given: Entries = {
      owners: ['a'],
      mainDate: 1000,
      tokens: [{ param: 'code', system: 's', code: 'x' }],
      strings: [{ param: 'name', text: 'ana', exact: 'Ana' }],
      dates: [{ param: 'date', low: 1000, high: 2000 }],
      quantities: [{ param: 'dose', low: 1, high: 1, system: 'u', code: 'mg', unit: 'mg' }],
      references: [{ param: 'subject', target: 'Patient/a' }],
      uris: [{ param: 'url', uri: 'http://a' }],
      words: { text: ['asthma'], content: ['asthma', 'mild'] },
    };

    it('is told apart from one that lacks something, or has too much', async () => {
      await store.transact([create('Basic', 'i', given)]);
      expect(await store.isIndexed('Basic', 'i', entries(given))).toBe(true);
      for (const member of ['tokens', 'strings', 'dates', 'quantities', 'references', 'uris'] as const)
        expect(await store.isIndexed('Basic', 'i', entries({ ...given, [member]: [] })), member).toBe(false);
      const more = { ...given, words: { text: ['asthma'], content: ['asthma', 'severe'] } };
      expect(await store.isIndexed('Basic', 'i', entries(more))).toBe(false);
      expect(await store.isIndexed('Basic', 'i', entries({ ...given, mainDate: 5 }))).toBe(false);
      expect(await store.isIndexed('Basic', 'nobody', entries(given))).toBe(false);
    });

    it('is replaced without a new version, of the version that was read only', async () => {
      const next: Entries = { ...given, tokens: [{ param: 'code', system: 's', code: 'y' }] };
      const [late] = await store.transact([
        { kind: 'reindex', type: 'Basic', id: 'i', version: 7, entries: entries(next) },
      ]);
      expect(late?.outcome).toBe('absent');
      const [done] = await store.transact([
        { kind: 'reindex', type: 'Basic', id: 'i', version: 1, entries: entries(next) },
      ]);
      expect(done?.outcome).toBe('reindexed');
      expect((await store.read('Basic', 'i'))?.version).toBe(1);
      expect(await ids(store, everything('Basic', token('code', 'y')))).toEqual(['i']);
      expect(await ids(store, everything('Basic', token('code', 'x')))).toEqual([]);
      expect(await store.isIndexed('Basic', 'i', entries(next))).toBe(true);
    });

    it('is walked over page by page, each live resource once', async () => {
      for (let i = 0; i < 5; i++) await store.transact([create('Account', `s${i}`)]);
      await store.transact([{ kind: 'delete', type: 'Account', id: 's3' }]);
      const seen: string[] = [];
      let after: string | undefined;
      do {
        const page = await store.scan(after, 2);
        seen.push(...page.versions.map(({ id }) => id));
        after = page.next;
      } while (after !== undefined);
      expect(seen.sort()).toEqual(['i', 's0', 's1', 's2', 's4']);
    });

    it('keeps notes', async () => {
      expect(await store.getNote('n')).toBeUndefined();
      await store.setNote('n', '1');
      await store.setNote('n', '2');
      expect(await store.getNote('n')).toBe('2');
      await store.setNote('n', undefined);
      expect(await store.getNote('n')).toBeUndefined();
    });

    it('swaps a note for one of those who try at once', async () => {
      const tried = (expected: string | undefined) =>
        Promise.all(['a', 'b', 'c'].map((value) => store.swapNote('lease', expected, value)));
      expect((await tried(undefined)).filter(Boolean)).toHaveLength(1);
      const first = await store.getNote('lease');
      expect((await tried('somebody else')).filter(Boolean)).toHaveLength(0);
      expect(await store.getNote('lease')).toBe(first);
      expect(await store.swapNote('lease', first, 'next')).toBe(true);
      expect(await store.getNote('lease')).toBe('next');
    });

    it('keeps each of many notes that are read, added, changed and removed at the same time', async () => {
      const names = Array.from({ length: 120 }, (_, i) => `many/${i}`);
      const added = await Promise.all(names.map((name) => store.swapNote(name, undefined, `${name} added`)));
      expect(added).toEqual(names.map(() => true));
      const [some, others] = [names.slice(0, 40), names.slice(40, 80)];
      await Promise.all([
        ...some.map((name) => store.setNote(name, `${name} set`)),
        ...others.map((name) => store.setNote(name, undefined)),
      ]);
      const there = [...some.map((name) => `${name} set`), ...others.map(() => undefined)];
      expect(await Promise.all(names.slice(0, 80).map(store.getNote))).toEqual(there);
      // Of those that are there none is added, beside others that are.
      const again = await Promise.all(
        names.slice(0, 80).map((name) => store.swapNote(name, undefined, 'again')),
      );
      expect(again).toEqual([...some.map(() => false), ...others.map(() => true)]);
      const rivals = ['a', 'b', 'c'].map((value) => store.swapNote('many/rivals', undefined, value));
      const won = await Promise.all(rivals);
      expect(won.filter(Boolean)).toHaveLength(1);
      expect(await store.getNote('many/rivals')).toBe(['a', 'b', 'c'][won.indexOf(true)]);
      // Of one that is written twice at the same time, one is there.
      await Promise.all(['x', 'y'].map((value) => store.setNote('many/twice', value)));
      expect(['x', 'y']).toContain(await store.getNote('many/twice'));
    });

    it('lists notes by their names, in order', async () => {
      for (const name of ['list/3', 'list/1', 'list/2', 'other']) await store.setNote(name, name);
      const names = (await store.notes('list/', 'list/3', 10)).map(({ name }) => name);
      expect(names).toEqual(['list/1', 'list/2']);
      expect(await store.notes('list/', 'list0', 1)).toEqual([{ name: 'list/1', value: 'list/1' }]);
    });
  });
}
