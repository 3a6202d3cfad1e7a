/** What a long list of codes costs and finds. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { QueryNode } from '../../search/query.ts';
import type { ResourceStore } from '../store.ts';
import { everything, ids } from './asking.ts';
import { create, token } from './resources.ts';
import type { Subject } from './subject.ts';

export function longLists(subject: Subject): void {
  describe('S16: long lists of codes', () => {
    let store: ResourceStore;
    let close: () => Promise<void>;
    let transactions = false;

    const CODES = 300;
    const codes = (count: number): QueryNode => ({
      kind: 'or',
      nodes: Array.from({ length: count }, (_, i) => token('code', `c${i}`, 's')),
    });
    beforeAll(async () => {
      ({ store, close } = await subject.open());
      transactions = store.supports.transactions;
      const many = Array.from({ length: CODES }, (_, i) =>
        create('Basic', `b${i}`, {
          owners: [`p${i % 3}`],
          mainDate: i,
          tokens: [
            { param: 'code', system: 's', code: `c${i}` },
            { param: 'status', system: 't', code: i % 2 ? 'odd' : 'even' },
          ],
          references: [{ param: 'subject', target: `Patient/p${i % 3}` }],
        }),
      );
      for (let at = 0; at < many.length; at += 100) {
        if (transactions) await store.transact(many.slice(at, at + 100));
        else for (const each of many.slice(at, at + 100)) await store.transact([each]);
      }
      for (let i = 0; i < 3; i++)
        await store.transact([
          create('Patient', `p${i}`, {
            owners: [`p${i}`],
            tokens: [{ param: 'code', system: 's', code: `c${i}` }],
          }),
        ]);
    });
    afterAll(() => close());

    it.each([1, 4, 5, 177, 178, 300, 1000])(
      '%i of them: each is found, alone, with others, beside a patient, as what is not wanted, and across a chain',
      async (count) => {
        const wanted = Math.min(count, CODES);
        const total = async (where: QueryNode, type = 'Basic') =>
          (await store.search(everything(type, where, { count: 0 }))).total;
        const list = codes(count);
        expect(await total(list)).toBe(wanted);
        expect(await total({ kind: 'not', node: list })).toBe(CODES - wanted);
        expect(await total({ kind: 'and', nodes: [token('status', 'odd', 't'), list] })).toBe(
          Math.floor(wanted / 2),
        );
        const ofFirst = { kind: 'owner', patients: ['p0'] } as const;
        expect(await total({ kind: 'and', nodes: [list, ofFirst] })).toBe(Math.ceil(wanted / 3));
        const chained = { kind: 'chained', param: 'subject', type: 'Patient', where: list } as const;
        expect(await total(chained)).toBe((CODES / 3) * Math.min(count, 3));
        const referring = { kind: 'reverseChained', type: 'Basic', param: 'subject', where: list } as const;
        expect(await total(referring, 'Patient')).toBe(Math.min(count, 3));
        const [newest] = await ids(store, everything('Basic', list, { count: 1 }));
        expect(newest).toBe(`b${wanted - 1}`);
      },
    );
  });
}
