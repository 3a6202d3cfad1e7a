/** `_lastUpdated` with each prefix. */
import { afterEach, describe, expect, it } from 'vitest';
import type { ResourceStore } from '../store.ts';
import { everything, ids } from './asking.ts';
import { create } from './resources.ts';
import type { Subject } from './subject.ts';

export function instants(subject: Subject): void {
  describe('instants', () => {
    let store: ResourceStore;
    let close: () => Promise<void>;

    afterEach(() => close());

    it('are compared as the millisecond they are', async () => {
      ({ store, close } = await subject.open());
      await store.transact([create('Patient', 'a')]);
      const at = (await store.read('Patient', 'a'))?.lastUpdated ?? 0;
      const test = (name: 'eq' | 'gt' | 'lt' | 'ge' | 'le' | 'sa' | 'eb', low: number, high: number) =>
        ids(store, everything('Patient', { kind: 'lastUpdated', test: name, range: { low, high } }));
      expect(await test('eq', at, at + 1)).toEqual(['a']);
      expect(await test('eq', at + 1, at + 2)).toEqual([]);
      expect(await test('ge', at, at + 1)).toEqual(['a']);
      expect(await test('le', at, at + 1)).toEqual(['a']);
      expect(await test('gt', at, at + 1)).toEqual([]);
      expect(await test('gt', at - 1, at)).toEqual(['a']);
      expect(await test('lt', at, at + 1)).toEqual([]);
      expect(await test('lt', at + 1, at + 2)).toEqual(['a']);
      expect(await test('sa', at - 1, at)).toEqual(['a']);
      expect(await test('eb', at + 1, at + 2)).toEqual(['a']);
    });
  });
}
