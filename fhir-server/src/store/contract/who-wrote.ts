/** Who wrote each version, kept in its own commit (store.ts: writes). */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ResourceStore } from '../store.ts';
import { WAIT } from './asking.ts';
import { create, update } from './resources.ts';
import type { Subject } from './subject.ts';

export function whoWrote(subject: Subject): void {
  describe('who wrote', () => {
    let store: ResourceStore;
    let close: () => Promise<void>;

    beforeAll(async () => {
      ({ store, close } = await subject.open());
    });
    afterAll(() => close());

    it('is kept in the commit of each version, with whose record it is in, and given back once, in order', async () => {
      if (!store.supports.accounts) return;
      await store.transact([create('Basic', 'upkeep')]);
      await store.transact(
        [create('Basic', 'mine', { owners: ['a'] }), create('Basic', 'ours', { owners: ['a', 'b'] })],
        'ana',
      );
      await store.transact([update('Basic', 'mine', { owners: ['c'] })], 'bob');
      await store.transact([{ kind: 'delete', type: 'Basic', id: 'mine' }], 'eve');
      // Whose record it is for the log, where it is nobody's to read: of this version alone.
      await store.transact([{ ...create('Basic', 'file'), patients: ['d'] }], 'ida');
      await store.transact([{ ...update('Basic', 'file'), patients: ['d', 'e'] }], 'ida');
      await store.transact([update('Basic', 'file')], 'ida');
      await store.transact([{ kind: 'delete', type: 'Basic', id: 'file', patients: ['f'] }], 'ida');
      await store.transact([{ ...update('Basic', 'file'), patients: [] }], 'ida');
      // What failed, or wrote nothing, is nobody's.
      await store.transact([create('Basic', 'mine')], 'mallory').catch(() => undefined);
      await store.transact([{ kind: 'delete', type: 'Basic', id: 'nothing' }], 'mallory');
      const found: string[] = [];
      let after: string | undefined;
      await expect
        .poll(async () => {
          for (let page = await store.writes(after, 1); page.position; page = await store.writes(after, 1)) {
            after = page.position;
            found.push(
              ...page.writes.map(
                ({ id, version, method, patients, by }) =>
                  `${method} ${id} ${version} of ${patients.join('+')} by ${by}`,
              ),
            );
          }
          return found.toSorted();
        }, WAIT)
        .toEqual([
          'create file 1 of d by ida',
          'create mine 1 of a by ana',
          'create ours 1 of a+b by ana',
          'delete file 4 of f by ida',
          'delete mine 3 of c by eve',
          'update file 2 of d+e by ida',
          'update file 3 of  by ida',
          'update mine 2 of c by bob',
          'update-create file 5 of  by ida',
        ]);
      // Within one transaction each engine has an order of its own.
      const mine = found.filter((each) => each.includes('mine')).map((each) => each.split(' ')[0]);
      expect(mine).toEqual(['create', 'update', 'delete']);
    });
  });
}
