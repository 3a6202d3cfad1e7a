/** Several writes that are one. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ResourceStore } from '../store.ts';
import { fault } from './asking.ts';
import { create, update } from './resources.ts';
import type { Subject } from './subject.ts';

export function transactions(subject: Subject): void {
  describe('transactions', () => {
    let store: ResourceStore;
    let close: () => Promise<void>;
    let transactions = false;

    beforeAll(async () => {
      ({ store, close } = await subject.open());
      transactions = store.supports.transactions;
    });
    afterAll(() => close());

    it('are all or nothing, or refused where the engine has none', async (context) => {
      if (!transactions) {
        expect(await fault(store.transact([create('Patient', 'a'), create('Patient', 'b')]))).toBe(
          'unsupported',
        );
        context.skip('!! transactions: not run here, the engine has none');
      }
      expect(await fault(store.transact([create('Patient', 'a'), create('Patient', 'a')]))).toBe('exists');
      expect(await store.read('Patient', 'a')).toBeUndefined();
      expect(await store.changes(undefined, 10)).toEqual([]);
      const results = await store.transact([
        create('Patient', 'a'),
        create(
          'Observation',
          'o',
          { references: [{ param: 'subject', target: 'Patient/a' }] },
          { requires: ['Patient/a'] },
        ),
        update('Patient', 'a'),
      ]);
      expect(results.map(({ version }) => version?.version)).toEqual([1, 1, 2]);
    });

    it('name the operation that failed', async (context) => {
      if (!transactions) context.skip('!! transactions: not run here, the engine has none');
      const failed = await store
        .transact([create('Patient', 'c'), update('Patient', 'd', {}, { expectedVersion: 3 })])
        .catch((error: unknown) => error);
      expect(failed).toMatchObject({ fault: 'version-mismatch', index: 1 });
    });

    it('say of what refers to what they delete that it leads to nothing', async (context) => {
      if (!transactions) context.skip('!! transactions: not run here, the engine has none');
      await store.transact([create('Patient', 'r')]);
      const failed = await store
        .transact([
          { kind: 'delete', type: 'Patient', id: 'r', unlessReferenced: true },
          create(
            'Observation',
            's',
            { references: [{ param: 'subject', target: 'Patient/r' }] },
            { requires: ['Patient/r'] },
          ),
        ])
        .catch((error: unknown) => error);
      expect(failed).toMatchObject({ fault: 'reference-missing', index: 1, subject: 'Patient/r' });
    });

    it('delete together what refers to each other', async (context) => {
      if (!transactions) context.skip('!! transactions: not run here, the engine has none');
      await store.transact([
        create('Patient', 'p'),
        create('Observation', 'q', { references: [{ param: 'subject', target: 'Patient/p' }] }),
      ]);
      await store.transact([
        { kind: 'delete', type: 'Patient', id: 'p', unlessReferenced: true },
        { kind: 'delete', type: 'Observation', id: 'q', unlessReferenced: true },
      ]);
      expect((await store.read('Patient', 'p'))?.method).toBe('delete');
    });
  });
}
