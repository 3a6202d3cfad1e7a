/** What a walk over a type promises while others write (store.ts: WalkQuery). */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ResourceStore, WalkedVersion, WalkQuery } from '../store.ts';
import { create, token, update } from './resources.ts';
import type { Subject } from './subject.ts';

const ALL = { kind: 'all' } as const;

export function walks(subject: Subject): void {
  describe('a walk over a type', () => {
    let store: ResourceStore;
    let close: () => Promise<void>;
    const code = (value: string) => ({ tokens: [{ param: 'code', system: 's', code: value }] });

    async function walked(query: Partial<WalkQuery> & { asOf: number }): Promise<WalkedVersion[]> {
      const found: WalkedVersion[] = [];
      for (let after: string | undefined; ; ) {
        const page = await store.walk({
          type: 'Basic',
          where: ALL,
          deletions: false,
          changed: false,
          limit: 2,
          characters: 1000,
          ...query,
          ...(after === undefined ? {} : { after }),
        });
        found.push(...page.versions);
        if (page.next === undefined) return found;
        after = page.next;
      }
    }
    const idsOf = async (query: Partial<WalkQuery> & { asOf: number }): Promise<string[]> =>
      (await walked(query)).map(({ id }) => id);

    beforeAll(async () => {
      ({ store, close } = await subject.open());
      for (const id of ['a', 'b', 'c', 'd', 'e'])
        await store.transact([create('Basic', id, { owners: [id < 'c' ? 'p' : 'q'], ...code('x') })]);
      await store.transact([create('Basi', 'z')]);
      await store.transact([create('BasicOther', 'z')]);
    });
    afterAll(() => close());

    it('gives each live resource once, in the order of ids, whatever a page holds', async () => {
      const { time } = await store.logEnd();
      expect(await idsOf({ asOf: time })).toEqual(['a', 'b', 'c', 'd', 'e']);
      expect(await idsOf({ asOf: time, characters: 1, limit: 3 })).toEqual(['a', 'b', 'c', 'd', 'e']);
      expect(await idsOf({ asOf: time, where: { kind: 'owner', patients: ['q'] } })).toEqual(['c', 'd', 'e']);
      expect(await idsOf({ asOf: time, where: token('code', 'y') })).toEqual([]);
      expect(await idsOf({ asOf: time, since: time })).toEqual([]);
      expect((await walked({ asOf: time }))[0]?.owners).toEqual(['p']);
    });

    it('gives what was changed after the time, though it does not satisfy the condition any more', async () => {
      const { time } = await store.logEnd();
      await store.transact([update('Basic', 'a', { owners: ['q'], ...code('y') })]);
      await store.transact([{ kind: 'delete', type: 'Basic', id: 'b' }]);
      await store.transact([create('Basic', 'f', { owners: ['q'], ...code('x') })]);
      const where = token('code', 'x');
      expect(await idsOf({ asOf: time, where, changed: true })).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
      const owned = { kind: 'and', nodes: [where, { kind: 'owner', patients: ['p'] }] } as const;
      expect(await idsOf({ asOf: time, where: owned, changed: true })).toEqual(['a', 'b', 'f']);
      expect(await idsOf({ asOf: time, where: owned })).toEqual(['b']);
      const late = await store.logEnd();
      expect(await idsOf({ asOf: late.time, where })).toEqual(['c', 'd', 'e', 'f']);
      expect(await idsOf({ asOf: late.time, since: time })).toEqual(['a', 'f']);
      const gone = await walked({ asOf: late.time, since: time, deletions: true });
      expect(gone.map(({ id, method, owners }) => [id, method, owners])).toEqual([
        ['a', 'update', ['q']],
        ['b', 'delete', ['p']],
        ['f', 'create', ['q']],
      ]);
    });
  });
}
