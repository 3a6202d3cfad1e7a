/** The order of matches. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SearchQuery, SortKey } from '../../search/query.ts';
import type { ResourceStore } from '../store.ts';
import { everything, ids } from './asking.ts';
import { create } from './resources.ts';
import type { Subject } from './subject.ts';

export function sorting(subject: Subject): void {
  describe('sorting', () => {
    let store: ResourceStore;
    let close: () => Promise<void>;

    beforeAll(async () => {
      ({ store, close } = await subject.open());
      await store.transact([
        create('Patient', 'b', {
          strings: [{ param: 'name', text: 'bea', exact: 'Bea' }],
          tokens: [{ param: 'gender', system: '', code: 'female' }],
          mainDate: 1,
        }),
      ]);
      await store.transact([
        create('Patient', 'a', {
          strings: [{ param: 'name', text: 'zoe', exact: 'Zoe' }],
          tokens: [{ param: 'gender', system: '', code: 'male' }],
          mainDate: 2,
        }),
      ]);
      await store.transact([
        create('Patient', 'c', { dates: [{ param: 'birthdate', low: 5, high: 6 }], mainDate: 3 }),
      ]);
      await store.transact([
        create('Patient', 'd', {
          strings: [
            { param: 'name', text: 'ann', exact: 'Ann' },
            { param: 'name', text: 'yew', exact: 'Yew' },
          ],
          dates: [{ param: 'birthdate', low: 1, high: 2 }],
          mainDate: 3,
        }),
      ]);
    });
    afterAll(() => close());

    const by = (param: string, family: 'string' | 'date' | 'token', descending: boolean): SortKey => ({
      by: 'param',
      param,
      family,
      descending,
    });
    const sorted = (...sort: SortKey[]): Promise<string[]> =>
      ids(store, everything('Patient', { kind: 'all' }, { sort }));

    it('goes by text, date, token, id and time, in both directions, the missing last', async () => {
      expect((await sorted(by('name', 'string', false))).slice(0, 3)).toEqual(['d', 'b', 'a']);
      expect((await sorted(by('name', 'string', true))).slice(0, 3)).toEqual(['a', 'd', 'b']);
      expect((await sorted(by('name', 'string', true))).at(-1)).toBe('c');
      expect((await sorted(by('birthdate', 'date', false))).slice(0, 2)).toEqual(['d', 'c']);
      expect((await sorted(by('birthdate', 'date', true))).slice(0, 2)).toEqual(['c', 'd']);
      expect((await sorted(by('gender', 'token', true))).slice(0, 2)).toEqual(['a', 'b']);
      expect(await sorted({ by: 'id', descending: true })).toEqual(['d', 'c', 'b', 'a']);
      expect(
        await sorted({ by: 'lastUpdated', descending: true }, { by: 'id', descending: true }),
      ).toHaveLength(4);
    });

    it('goes by several keys, and pages through missing values', async () => {
      const sort: SortKey[] = [by('gender', 'token', false), by('name', 'string', false)];
      expect(await sorted(...sort)).toEqual(['b', 'a', 'd', 'c']);
      const seen: string[] = [];
      let after: SearchQuery['after'];
      do {
        const page = await store.search(
          everything('Patient', { kind: 'all' }, { sort, count: 1, ...(after ? { after } : {}) }),
        );
        seen.push(...page.matches.map(({ id }) => id));
        after = page.next;
      } while (after);
      expect(seen).toEqual(['b', 'a', 'd', 'c']);
    });
  });
}
