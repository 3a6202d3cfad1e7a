/** Lists of values of each family. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { QueryNode } from '../../search/query.ts';
import type { ResourceStore } from '../store.ts';
import { everything, ids } from './asking.ts';
import { create } from './resources.ts';
import type { Subject } from './subject.ts';

export function manyValues(subject: Subject): void {
  describe('S16: a list of many values finds what its values find', () => {
    let store: ResourceStore;
    let close: () => Promise<void>;

    beforeAll(async () => {
      ({ store, close } = await subject.open());
      for (let i = 0; i < 40; i++)
        await store.transact([
          create('Observation', `v${i}`, {
            dates: [{ param: 'date', low: i * 10, high: i * 10 + (i % 3) * 10 }],
            numbers: [{ param: 'size', low: i / 10, high: i / 10 }],
            quantities: [
              { param: 'dose', low: i, high: i, system: 'ucum', code: i % 2 ? 'mg' : 'g', unit: 'gram' },
            ],
            strings: [
              { param: 'name', text: `n${i % 7}x`, exact: `N${i % 7}X` },
              { param: 'code:text', text: `t${i % 9}`, exact: `T${i % 9}` },
            ],
            uris: [{ param: 'url', uri: `urn:u:${i}` }],
            tokens: [{ param: 'code', system: `s${i % 5}`, code: `c${i}` }],
            references: [{ param: 'subject', target: `Patient/p${i}` }],
          }),
        ]);
    });
    afterAll(() => close());

    it('takes every character for itself, whatever it means to an engine', async () => {
      for (const text of ['\0', 'a\0b', '^', '.*', '\\0', '[', '%', '_', '\\x00', '$'])
        for (const where of [
          ...(['starts', 'exact', 'contains'] as const).map(
            (match): QueryNode => ({ kind: 'string', param: 'name', text, match }),
          ),
          { kind: 'token', param: 'code', system: text },
          { kind: 'token', param: 'code', code: text },
          { kind: 'uri', param: 'url', uri: text, match: 'below' },
        ] satisfies QueryNode[])
          expect(await ids(store, everything('Observation', where)), JSON.stringify(where)).toEqual([]);
    });

    const eq = { test: 'eq' } as const;
    const lists: Readonly<Record<string, (i: number) => QueryNode>> = {
      dates: (i) => ({ kind: 'date', param: 'date', ...eq, range: { low: i * 20, high: i * 20 + 10 } }),
      numbers: (i) => ({ kind: 'number', param: 'size', ...eq, range: { low: i / 5, high: i / 5 } }),
      quantities: (i) => ({ kind: 'quantity', param: 'dose', ...eq, range: { low: i * 3, high: i * 3 } }),
      'quantities of a unit': (i) => ({
        kind: 'quantity',
        param: 'dose',
        ...eq,
        range: { low: i * 3, high: i * 3 },
        system: 'ucum',
        code: 'mg',
      }),
      'quantities in any unit so called': (i) => ({
        kind: 'quantity',
        param: 'dose',
        ...eq,
        range: { low: i, high: i },
        code: 'gram',
      }),
      'quantities of many units': (i) => ({
        kind: 'quantity',
        param: 'dose',
        ...eq,
        range: { low: i * 2, high: i * 2 },
        system: 'ucum',
        code: i % 3 ? `unit${i}` : 'g',
      }),
      'quantities of other units': (i) => ({
        kind: 'quantity',
        param: 'dose',
        test: i % 2 ? 'lt' : 'eb',
        range: { low: i / 3, high: i / 3 },
        system: 'ucum',
        code: `unit${i}`,
        otherUnit: true,
      }),
      'times after which': (i) => ({
        kind: 'date',
        param: 'date',
        test: i % 2 ? 'ge' : 'sa',
        range: { low: 300 + i, high: 300 + i },
      }),
      'parts of texts': (i) => ({ kind: 'string', param: 'name', text: `${i}x`, match: 'contains' }),
      'parts of texts of codes': (i) => ({
        kind: 'string',
        param: 'code:text',
        text: `${i * 2}`,
        match: 'ends',
      }),
      systems: (i) => ({ kind: 'token', param: 'code', system: `s${i * 2}` }),
      'what lies below': (i) => ({ kind: 'uri', param: 'url', uri: `urn:u:${i + 2}`, match: 'below' }),
      beginnings: (i) => ({ kind: 'string', param: 'name', text: `n${i}`, match: 'starts' }),
      texts: (i) => ({ kind: 'string', param: 'name', text: `N${i}X`, match: 'exact' }),
      'beginnings of texts of codes': (i) => ({
        kind: 'string',
        param: 'code:text',
        text: `t${i * 2}`,
        match: 'starts',
      }),
      uris: (i) => ({ kind: 'uri', param: 'url', uri: `urn:u:${i * 7}`, match: 'exact' }),
      references: (i) => ({ kind: 'reference', param: 'subject', targets: [`Patient/p${i * 2}`] }),
      'times of a change': (i) => ({
        kind: 'lastUpdated',
        ...eq,
        range: { low: i * 1000, high: i === 3 ? Date.now() + 1000 : i * 1000 + 1 },
      }),
    };

    it.each(Object.entries(lists))('of %s', async (_, value) => {
      const nodes = Array.from({ length: 20 }, (_each, i) => value(i));
      const found = async (where: QueryNode): Promise<string[]> =>
        (await store.search(everything('Observation', where, { count: 100 }))).matches.map(({ id }) => id);
      const expected = new Set<string>();
      for (const node of nodes) for (const id of await found(node)) expected.add(id);
      expect(expected.size).toBeGreaterThan(0);
      const list: QueryNode = { kind: 'or', nodes };
      const sorted = async (where: QueryNode) => (await found(where)).sort();
      expect(await sorted(list)).toEqual([...expected].sort());
      expect(await found({ kind: 'not', node: list })).toHaveLength(40 - expected.size);
      // Beside another condition, and other kinds of values.
      const one: QueryNode = { kind: 'id', ids: [...expected].slice(0, 1) };
      expect(await found({ kind: 'and', nodes: [one, list] })).toHaveLength(1);
      expect(await sorted({ kind: 'or', nodes: [...nodes, { kind: 'id', ids: ['v39'] }] })).toEqual(
        [...new Set([...expected, 'v39'])].sort(),
      );
    });
  });
}
