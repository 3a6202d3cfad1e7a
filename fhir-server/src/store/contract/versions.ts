/** Versions, histories and the change log. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Cursor } from '../../search/query.ts';
import type { Change, ResourceStore } from '../store.ts';
import { everything, ids } from './asking.ts';
import { create, update } from './resources.ts';
import type { Subject } from './subject.ts';

export function versions(subject: Subject): void {
  describe('versions', () => {
    let store: ResourceStore;
    let close: () => Promise<void>;

    beforeAll(async () => {
      ({ store, close } = await subject.open());
    });
    afterAll(() => close());

    it('reads what was created, with version and time in the text', async () => {
      const [result] = await store.transact([create('Patient', 'a')]);
      expect(result?.outcome).toBe('created');
      const found = await store.read('Patient', 'a');
      expect(found).toEqual(result?.version);
      const body = JSON.parse(found?.body ?? '') as {
        meta: { versionId: string; lastUpdated: string };
        note: string;
      };
      expect(body.meta.versionId).toBe('1');
      expect(new Date(body.meta.lastUpdated).getTime()).toBe(found?.lastUpdated);
      expect(body.note).toBe('first');
    });

    it('knows nothing of what was never there', async () => {
      expect(await store.read('Patient', 'nobody')).toBeUndefined();
      expect(await store.vread('Patient', 'a', 9)).toBeUndefined();
      expect((await store.history({ type: 'Patient', id: 'nobody', count: 10 })).total).toBe(0);
    });

    it('counts updates up and keeps every version', async () => {
      await store.transact([update('Patient', 'a')]);
      expect((await store.read('Patient', 'a'))?.version).toBe(2);
      expect((await store.vread('Patient', 'a', 1))?.body).toContain('first');
      expect((await store.vread('Patient', 'a', 2))?.body).toContain('next');
    });

    it('deletes as a version, and creates again as the next', async () => {
      const [gone] = await store.transact([{ kind: 'delete', type: 'Patient', id: 'a' }]);
      expect(gone?.outcome).toBe('deleted');
      expect(await store.read('Patient', 'a')).toMatchObject({
        version: 3,
        method: 'delete',
        body: undefined,
      });
      expect(await ids(store, everything('Patient'))).toEqual([]);
      const [again] = await store.transact([{ kind: 'delete', type: 'Patient', id: 'a' }]);
      expect(again).toEqual({ outcome: 'absent', version: undefined });
      const [back] = await store.transact([update('Patient', 'a')]);
      expect(back).toMatchObject({ outcome: 'created', version: { version: 4, method: 'update-create' } });
      expect(await ids(store, everything('Patient'))).toEqual(['a']);
    });

    it('tells its history newest first, in pages', async () => {
      const first = await store.history({ type: 'Patient', id: 'a', count: 3 });
      expect(first.total).toBe(4);
      expect(first.versions.map(({ version }) => version)).toEqual([4, 3, 2]);
      const second = await store.history({
        type: 'Patient',
        id: 'a',
        count: 3,
        ...(first.next ? { after: first.next } : {}),
      });
      expect(second.versions.map(({ version, method }) => [version, method])).toEqual([[1, 'create']]);
      expect(second.next).toBeUndefined();
      for (const scope of [{ type: 'Patient', id: 'a' }, { type: 'Patient' }, {}]) {
        const all = await store.history({ ...scope, count: 10 });
        const end = all.positions.at(-1) as Cursor;
        const back = await store.history({ ...scope, count: 2, after: end, backward: true });
        expect(back.versions.map(({ version }) => version)).toEqual([3, 2]);
        expect(back.positions).toEqual(all.positions.slice(1, 3));
        expect(back.next).toEqual(all.positions[1]);
        const newest = await store.history({
          ...scope,
          count: 2,
          after: back.next as Cursor,
          backward: true,
        });
        expect(newest.versions.map(({ version }) => version)).toEqual([4]);
        expect(newest.next).toBeUndefined();
      }
      expect((await store.history({ type: 'Patient', count: 10 })).total).toBe(4);
      expect((await store.history({ count: 10 })).total).toBe(4);
      const since = (await store.vread('Patient', 'a', 4))?.lastUpdated ?? 0;
      const recent = await store.history({ type: 'Patient', id: 'a', count: 10, since });
      expect(recent.versions[0]?.version).toBe(4);
      expect((await store.history({ count: 10, since: since + 60_000 })).total).toBe(0);
    });

    it('gives every committed write once, in order, and resumes anywhere', async () => {
      const all = await store.changes(undefined, 100);
      expect(all.map(({ version }) => version)).toEqual([1, 2, 3, 4]);
      const rest = await store.changes(all[1]?.position, 100);
      expect(rest.map(({ version }) => version)).toEqual([3, 4]);
      expect((await store.changes(all[0]?.position, 1)).map(({ version }) => version)).toEqual([2]);
    });

    it('gives every one, with the bodies of those types that are looked at', async () => {
      await store.transact([create('Patient', 'looked-at'), create('Basic', 'passed-over')]);
      await store.transact([{ kind: 'delete', type: 'Patient', id: 'looked-at' }]);
      const all = await store.changes(undefined, 100);
      const some = await store.changes(undefined, 100, ['Practitioner', 'Patient']);
      const bare = await store.changes(all.at(-4)?.position, 100, []);
      const names = (changes: readonly Change[]) => changes.map(({ body: _, ...change }) => change);
      expect(names(some)).toEqual(names(all));
      expect(names(bare)).toEqual(names(all).slice(-3));
      const patients = (changes: readonly Change[]) => changes.filter(({ type }) => type === 'Patient');
      expect(patients(some)).toEqual(patients(all));
      expect(patients(all).map(({ body }) => body !== undefined)).toContain(true);
    });

    it('says how far its log is complete: all that was acknowledged, and nothing that comes later', async () => {
      await store.transact([create('Basic', 'before')]);
      const end = await store.logEnd();
      const [later] = await store.transact([create('Basic', 'after')]);
      expect((await store.read('Basic', 'before'))?.lastUpdated).toBeLessThanOrEqual(end.time);
      expect(later?.version?.lastUpdated).toBeGreaterThan(end.time);
      expect((await store.changes(end.position, 10)).map(({ id }) => id)).toEqual(['after']);
      const before = await store.changes(undefined, 100);
      expect(before.at(-2)?.id).toBe('before');
    });
  });
}
