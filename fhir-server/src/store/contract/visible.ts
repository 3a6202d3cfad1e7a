/** What a condition of access leaves to be seen. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { QueryNode } from '../../search/query.ts';
import type { ResourceStore } from '../store.ts';
import { everything, ids } from './asking.ts';
import { create, update } from './resources.ts';
import type { Subject } from './subject.ts';

export function visible(subject: Subject): void {
  describe('what a caller may see', () => {
    let store: ResourceStore;
    let close: () => Promise<void>;

    beforeAll(async () => {
      ({ store, close } = await subject.open());
      await store.transact([create('Observation', 'mine', { owners: ['a'] })]);
      await store.transact([create('Observation', 'theirs', { owners: ['b'] })]);
      await store.transact([create('Observation', 'gone', { owners: ['a'] })]);
      await store.transact([{ kind: 'delete', type: 'Observation', id: 'gone' }]);
    });
    afterAll(() => close());

    const visible: QueryNode = { kind: 'owner', patients: ['a'] };

    it('bounds reads, versions and histories, of what was deleted too', async () => {
      expect(await store.read('Observation', 'mine', visible)).toBeDefined();
      expect(await store.read('Observation', 'theirs', visible)).toBeUndefined();
      expect(await store.vread('Observation', 'theirs', 1, visible)).toBeUndefined();
      expect((await store.history({ type: 'Observation', id: 'theirs', visible, count: 9 })).total).toBe(0);
      expect((await store.read('Observation', 'gone', visible))?.method).toBe('delete');
      expect((await store.history({ type: 'Observation', visible, count: 9 })).total).toBe(3);
    });

    it('asks the owner itself, where the condition is about the Patient', async () => {
      await store.transact([create('Patient', 'a', { tokens: [{ param: 'ward', system: '', code: 'w1' }] })]);
      await store.transact([create('Observation', 'nobodys', {})]);
      const inWard = (orNobody: boolean): QueryNode => ({
        kind: 'ownedBy',
        where: { kind: 'token', param: 'ward', code: 'w1' },
        orNobody,
      });
      expect(await ids(store, everything('Observation', inWard(false)))).toEqual(['mine']);
      expect((await ids(store, everything('Observation', inWard(true)))).toSorted()).toEqual([
        'mine',
        'nobodys',
      ]);
      expect(await store.read('Observation', 'mine', inWard(true))).toBeDefined();
      expect(await store.read('Observation', 'nobodys', inWard(false))).toBeUndefined();
      expect(await store.read('Observation', 'theirs', inWard(true))).toBeUndefined();
      expect(
        (await store.history({ type: 'Observation', id: 'theirs', visible: inWard(true), count: 5 })).total,
      ).toBe(0);
    });

    it('tells of a Patient at once what reading them would, where it can', async () => {
      const inWard: QueryNode = { kind: 'token', param: 'ward', code: 'w1' };
      const passes = async (id: string): Promise<boolean> => {
        const read = (await store.read('Patient', id, inWard))?.body !== undefined;
        expect(store.patientPasses?.(id, inWard) ?? read).toBe(read);
        return read;
      };
      expect([await passes('a'), await passes('b'), await passes('theirs')]).toEqual([true, false, false]);
      await store.transact([create('Patient', 'b', { tokens: [{ param: 'ward', system: '', code: 'w1' }] })]);
      expect(await passes('b')).toBe(true);
      await store.transact([{ kind: 'delete', type: 'Patient', id: 'b' }]);
      expect(await passes('b')).toBe(false);
      await store.transact([update('Patient', 'a')]);
      expect(await passes('a')).toBe(false);
    });

    it('follows the change of an owner', async () => {
      await store.transact([update('Observation', 'theirs', { owners: ['a'] })]);
      expect(await store.read('Observation', 'theirs', visible)).toBeDefined();
      expect(await ids(store, everything('Observation', { kind: 'owner', patients: ['b'] }))).toEqual([]);
    });
  });
}
