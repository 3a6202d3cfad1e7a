/** Pages of a search, while others write. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { QueryNode, SearchQuery } from '../../search/query.ts';
import type { ResourceStore } from '../store.ts';
import { everything } from './asking.ts';
import { create, text, token, update } from './resources.ts';
import type { Subject } from './subject.ts';

export function pages(subject: Subject): void {
  describe('pages', () => {
    let store: ResourceStore;
    let close: () => Promise<void>;

    beforeAll(async () => {
      ({ store, close } = await subject.open());
    });
    afterAll(() => close());

    it('hold every match once while others write, in a total order', async () => {
      for (let i = 0; i < 25; i++)
        await store.transact([create('Observation', `o${i}`, { mainDate: 1000 + (i % 7) })]);
      const seen: string[] = [];
      let after: SearchQuery['after'];
      for (let page = 0; ; page++) {
        const found = await store.search(
          everything('Observation', { kind: 'all' }, { count: 4, ...(after ? { after } : {}) }),
        );
        seen.push(...found.matches.map(({ id }) => id));
        // Newer than everything, and older than everything: neither moves the page boundary.
        await store.transact([create('Observation', `new${page}`, { mainDate: 9000 })]);
        if (!found.next) break;
        after = found.next;
      }
      expect(new Set(seen).size).toBe(seen.length);
      expect(seen.filter((id) => id.startsWith('o'))).toHaveLength(25);
    });

    it('are the same backward, whatever they are sorted by, with and without a value, among equals', async () => {
      const titles = ['b', 'a', undefined, 'b', undefined, 'c', 'a', 'b'];
      for (const [i, title] of titles.entries())
        await store.transact([
          create('Basic', `b${i}`, {
            mainDate: 10 + (i % 3),
            strings: title ? [{ param: 'title', text: title, exact: title }] : [],
          }),
        ]);
      const byTitle = { by: 'param', param: 'title', family: 'string' } as const;
      const byDate = { by: 'mainDate' } as const;
      const orders = [false, true].flatMap((descending): SearchQuery['sort'][] => [
        [{ ...byDate, descending }],
        [{ ...byTitle, descending }],
        [{ by: 'id', descending }],
        [
          { ...byTitle, descending },
          { ...byDate, descending: !descending },
        ],
      ]);
      for (const sort of orders) {
        const ask = (more: Partial<SearchQuery>) =>
          store.search(everything('Basic', { kind: 'all' }, { sort, total: 'none', ...more }));
        const whole = await ask({ count: 20 });
        expect(whole.matches).toHaveLength(titles.length);
        expect(whole.positions).toHaveLength(titles.length);
        const names = whole.matches.map(({ id }) => id);
        for (const [i, after] of whole.positions.entries()) {
          const [behind, ahead] = [
            await ask({ count: 3, after, backward: true }),
            await ask({ count: 3, after }),
          ];
          expect(behind.matches.map(({ id }) => id)).toEqual(names.slice(Math.max(0, i - 3), i));
          expect(behind.next).toEqual(i > 3 ? whole.positions[i - 3] : undefined);
          expect(ahead.matches.map(({ id }) => id)).toEqual(names.slice(i + 1, i + 4));
          // Without a match of its own, a cursor stands before or after all that have its values.
          const values = after.slice(0, -1);
          const equal = whole.positions.flatMap((each, j) =>
            JSON.stringify(each.slice(0, -1)) === JSON.stringify(values) ? [j] : [],
          );
          const [low, high] = [equal[0] as number, equal.at(-1) as number];
          const ids = async (more: Partial<SearchQuery>) =>
            (await ask({ count: 20, ...more })).matches.map(({ id }) => id);
          expect(await ids({ after: [...values, ''] })).toEqual(names.slice(low));
          expect(await ids({ after: [...values, null] })).toEqual(names.slice(high + 1));
          expect(await ids({ after: [...values, ''], backward: true })).toEqual(names.slice(0, high + 1));
          expect(await ids({ after: [...values, null], backward: true })).toEqual(names.slice(0, low));
        }
      }
    });

    it('are in one order where a code stands in several systems, and where several codes or patients are asked for', async () => {
      const SYSTEMS = ['urn:a', 'urn:b', '', 'urn:c'];
      const coded = (system: string, code: string) => ({ param: 'code', system, code });
      await store.transact(
        Array.from({ length: 40 }, (_, i) =>
          create('Condition', `c${String(i).padStart(2, '0')}`, {
            // Dates among which some are alike, and out of the order of the numbers.
            mainDate: 100 + ((i * 7) % 12),
            owners: [`p${i % 3}`],
            tokens: [
              coded(SYSTEMS[i % 4] as string, i % 5 === 0 ? 'xy' : 'x'),
              ...(i % 6 === 0 ? [coded('urn:a', 'x'), coded('urn:b', 'y')] : []),
            ],
          }),
        ),
      );
      // Written again, it has its place by its date and its number, not by when it was written.
      await store.transact([
        update('Condition', 'c07', { mainDate: 104, tokens: [coded('urn:b', 'x')], owners: ['p1'] }),
      ]);
      const asked: QueryNode[] = [
        token('code', 'x'),
        token('code', 'xy'),
        token('code', 'y'),
        { kind: 'or', nodes: [token('code', 'x', 'urn:a'), token('code', 'y', 'urn:b')] },
        { kind: 'or', nodes: [token('code', 'xy'), token('code', 'x', '')] },
        { kind: 'owner', patients: ['p1', 'p2'] },
        { kind: 'and', nodes: [token('code', 'x'), { kind: 'owner', patients: ['p1'] }] },
        { kind: 'and', nodes: [token('code', 'x'), { kind: 'not', node: token('code', 'y') }] },
      ];
      for (const where of asked)
        for (const descending of [true, false]) {
          const ask = (more: Partial<SearchQuery>) =>
            store.search(
              everything('Condition', where, {
                sort: [{ by: 'mainDate', descending }],
                total: 'none',
                ...more,
              }),
            );
          const whole = await ask({ total: 'accurate' });
          const names = whole.matches.map(({ id }) => id);
          expect(names.length).toBe(new Set(names).size);
          expect(whole.total).toBe(names.length);
          const all = await store.search(
            everything('Condition', { kind: 'all' }, { sort: [{ by: 'mainDate', descending }] }),
          );
          expect(names).toEqual(all.matches.map(({ id }) => id).filter((id) => names.includes(id)));
          for (const [i, after] of whole.positions.entries()) {
            const page = await ask({ count: 3, after });
            expect(page.matches.map(({ id }) => id)).toEqual(names.slice(i + 1, i + 4));
            expect(page.next !== undefined).toBe(names.length > i + 4);
            const back = await ask({ count: 3, after, backward: true });
            expect(back.matches.map(({ id }) => id)).toEqual(names.slice(Math.max(0, i - 3), i));
          }
        }
      const counts = await Promise.all(
        asked.map(async (where) => (await store.search(everything('Condition', where))).total),
      );
      expect(counts.slice(0, 3)).toEqual([34, 8, 7]);
    });

    it('end early where their bodies are longer than there is room for, after one at least, both ways', async () => {
      const long = { ...text('Basic', 'b2', 'x'.repeat(5000)) };
      await store.transact([update('Basic', 'b2', { mainDate: 12 }, { text: long })]);
      const sort = [{ by: 'mainDate', descending: true }] as const;
      const ask = (more: Partial<SearchQuery>) =>
        store.search(everything('Basic', { kind: 'all' }, { sort, count: 20, total: 'none', ...more }));
      const names = (await ask({})).matches.map(({ id }) => id);
      for (const backward of [false, true])
        for (const room of [1, 300, 700, 5100]) {
          const seen: string[] = [];
          let pages = 0;
          let after: SearchQuery['after'] = backward ? (await ask({})).positions.at(-1) : undefined;
          do {
            const { matches, positions, next } = await ask({
              room,
              backward,
              ...(after ? { after } : {}),
            });
            const sizes = matches.map(({ body }) => body?.length ?? 0);
            if (matches.length > 1) expect(sizes.reduce((sum, each) => sum + each)).toBeLessThanOrEqual(room);
            expect(positions).toHaveLength(matches.length);
            const ids = matches.map(({ id }) => id);
            if (backward) seen.unshift(...ids);
            else seen.push(...ids);
            after = next;
            pages += 1;
          } while (after);
          expect(seen).toEqual(backward ? names.slice(0, -1) : names);
          expect(pages).toBeGreaterThan(1);
        }
      const versions: number[] = [];
      let after: SearchQuery['after'];
      do {
        const page = await store.history({
          type: 'Basic',
          id: 'b2',
          count: 10,
          room: 100,
          ...(after ? { after } : {}),
        });
        expect(page.versions).toHaveLength(1);
        expect(page.total).toBe(2);
        versions.push(...page.versions.map(({ version }) => version));
        after = page.next;
      } while (after);
      expect(versions).toEqual([2, 1]);
    });

    it('tell nothing in their cursor but sort values and the last match', async () => {
      const { next } = await store.search(
        everything('Observation', { kind: 'all' }, { count: 1, sort: [{ by: 'id', descending: false }] }),
      );
      expect(JSON.stringify(next)).toContain('new0');
      expect(next).toHaveLength(2);
    });

    it('count without a page, and find without a count', async () => {
      const counted = await store.search(everything('Observation', { kind: 'all' }, { count: 0 }));
      expect(counted.matches).toEqual([]);
      expect(counted.total).toBeGreaterThan(24);
      const few = everything('Observation', { kind: 'all' }, { count: 0, total: 'estimate' });
      expect((await store.search(few)).total).toBe(counted.total);
      expect(
        (await store.search(everything('Observation', { kind: 'all' }, { total: 'none' }))).total,
      ).toBeUndefined();
    });
  });
}
