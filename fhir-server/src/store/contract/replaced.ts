/** Resources that another one stands for: nothing new refers to them, and whoever takes one out of use has seen all that did. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { REPLACED } from '../../search/index-entry.ts';
import type { ResourceStore, UpdateOperation } from '../store.ts';
import { fault } from './asking.ts';
import { create, entries, token, update } from './resources.ts';
import type { Subject } from './subject.ts';

const replaced = { ...entries({ owners: [] }), present: [REPLACED] };
const replace = (id: string, more: Partial<UpdateOperation> = {}): UpdateOperation =>
  update('Patient', id, {}, { entries: replaced, ...more });
const about = (id: string, patient: string) =>
  create(
    'Observation',
    id,
    { owners: [patient], references: [{ param: 'subject', target: `Patient/${patient}` }] },
    { uses: [`Patient/${patient}`] },
  );

export function replacedOnes(subject: Subject): void {
  describe('what another resource stands for', () => {
    let store: ResourceStore;
    let close: () => Promise<void>;

    beforeAll(async () => {
      ({ store, close } = await subject.open());
    });
    afterAll(() => close());

    it('is used by nothing new, until its mark is taken away by whoever says so', async () => {
      await store.transact([create('Patient', 'old')]);
      await store.transact([about('before', 'old')]);
      await store.transact([replace('old')]);
      expect(await fault(store.transact([about('after', 'old')]))).toBe('reference-replaced');
      expect(await store.read('Observation', 'after')).toBeUndefined();
      expect(await fault(store.transact([update('Patient', 'old')]))).toBe('replaced');
      expect(await fault(store.transact([replace('old')]))).toBe('none');
      expect(await fault(store.transact([update('Patient', 'old', {}, { revives: true })]))).toBe('none');
      expect(await fault(store.transact([about('after', 'old')]))).toBe('none');
    });

    it('keeps its mark when it is indexed anew, and has none after it was deleted', async () => {
      await store.transact([create('Patient', 'again', {}, { entries: replaced })]);
      await store.transact([
        { kind: 'reindex', type: 'Patient', id: 'again', version: 1, entries: replaced },
      ]);
      expect(await fault(store.transact([about('o1', 'again')]))).toBe('reference-replaced');
      const plain = entries({});
      await store.transact([{ kind: 'reindex', type: 'Patient', id: 'again', version: 1, entries: plain }]);
      expect(await fault(store.transact([about('o1', 'again')]))).toBe('none');
      await store.transact([replace('again')]);
      await store.transact([{ kind: 'delete', type: 'Patient', id: 'again' }]);
      expect(await fault(store.transact([update('Patient', 'again')]))).toBe('none');
      expect(await fault(store.transact([about('o2', 'again')]))).toBe('none');
    });

    it('does not count where a condition of a create matches several', async () => {
      const tokens = [{ param: 'identifier', system: 's', code: 'one' }];
      const marked = { ...entries({ tokens }), present: ['identifier', REPLACED] };
      const make = (id: string, more: object = {}) =>
        create('Person', id, { tokens }, { ifNoneExist: token('identifier', 'one', 's'), ...more });
      await store.transact([create('Person', 'gone', {}, { entries: marked })]);
      expect(await store.transact([make('x')])).toMatchObject([
        { outcome: 'found', version: { id: 'gone' } },
      ]);
      await store.transact([create('Person', 'stays', { tokens })]);
      expect(await store.transact([make('x')])).toMatchObject([
        { outcome: 'found', version: { id: 'stays' } },
      ]);
      await store.transact([create('Person', 'too', { tokens })]);
      expect(await fault(store.transact([make('x')]))).toBe('multiple-matches');
    });

    it('is taken out of use by whoever has seen all that refers to it, or lies in its record', async (context) => {
      if (!store.supports.transactions) context.skip('!! transactions: not run here, the engine has none');
      await store.transact([create('Patient', 'p')]);
      await store.transact([about('p1', 'p')]);
      await store.transact([create('Binary', 'p2', { owners: ['p'] })]);
      const referrers = async () =>
        (await store.referrers('Patient', 'p', 10))
          .map(({ type, id, version }) => [type, id, version])
          .sort();
      expect(await referrers()).toEqual([
        ['Binary', 'p2', 1],
        ['Observation', 'p1', 1],
      ]);
      const binary = { type: 'Binary', id: 'p2', version: 1 };
      const observed = { type: 'Observation', id: 'p1', version: 1 };
      const taken = (
        unlessReferredToBeside: UpdateOperation['unlessReferredToBeside'],
        ...beside: UpdateOperation[]
      ) =>
        fault(
          store.transact([replace('p', { unlessReferredToBeside: unlessReferredToBeside ?? [] }), ...beside]),
        );
      expect(await taken([binary])).toBe('still-referenced');
      expect(await taken([observed])).toBe('still-referenced');
      expect(await taken([binary, { ...observed, version: 7 }])).toBe('still-referenced');
      expect(await taken([binary], update('Observation', 'p1', { owners: ['q'] }))).toBe('none');
      await store.transact([{ kind: 'delete', type: 'Binary', id: 'p2' }]);
      expect(await referrers()).toEqual([]);
    });

    it('is kept from being deleted by what refers to it, not by what only tells of it', async () => {
      await store.transact([create('Device', 'd')]);
      await store.transact([create('Device', 'e')]);
      const tells = (id: string, param: string, target: string) =>
        create('Provenance', id, { references: [{ param, target }] });
      await store.transact([tells('t1', 'target', 'Device/d')]);
      await store.transact([tells('t2', 'agent', 'Device/e')]);
      const removal = (id: string) =>
        ({ kind: 'delete', type: 'Device', id, unlessReferenced: true }) as const;
      expect(await store.isReferredTo('Device', 'd', { except: [] })).toBe(false);
      expect(await fault(store.transact([removal('d')]))).toBe('none');
      expect(await fault(store.transact([removal('e')]))).toBe('still-referenced');
    });

    it('lets what uses it wait while it is held, and nothing else', async () => {
      await store.transact([create('Patient', 'held')]);
      await store.transact([create('Patient', 'free')]);
      await store.transact([about('early', 'held')]);
      // One of those that are under way is through, or waits.
      const meanwhile = store.transact([about('meanwhile', 'held')]);
      const held = await store.hold('Patient', 'held');
      const before = await store.referrers('Patient', 'held', 10);
      let isThrough = false;
      const late = store.transact([about('late', 'held')]).finally(() => {
        isThrough = true;
      });
      await store.transact([about('beside', 'free')]);
      await store.transact([update('Patient', 'held')]);
      expect(isThrough).toBe(false);
      expect(await store.referrers('Patient', 'held', 10)).toEqual(before);
      await held.letGo();
      await Promise.all([late, meanwhile]);
      expect((await store.referrers('Patient', 'held', 10)).length).toBe(3);
    });

    it('has no user that nobody saw, however many write at once', async (context) => {
      if (!store.supports.transactions) context.skip('!! transactions: not run here, the engine has none');
      for (let run = 0; run < 4; run++) {
        const patient = `busy${run}`;
        await store.transact([create('Patient', patient)]);
        const writers = Array.from({ length: 8 }, async (_, by) => {
          for (let i = 0; i < 6; i++)
            if (
              (await fault(store.transact([about(`${patient}-${by}-${i}`, patient)]))) ===
              'reference-replaced'
            )
              return;
        });
        for (let outcome = ''; outcome !== 'none'; ) {
          const seen = await store.referrers('Patient', patient, 1000);
          const moved = seen.map(({ type, id, version }) =>
            update(type, id, { owners: ['other'] }, { expectedVersion: version }),
          );
          outcome = await fault(store.transact([replace(patient, { unlessReferredToBeside: [] }), ...moved]));
          expect(['none', 'still-referenced']).toContain(outcome);
        }
        await Promise.all(writers);
        expect(await store.referrers('Patient', patient, 10)).toEqual([]);
      }
    });
  });
}
