/** Which different codes a token parameter has. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ResourceStore } from '../store.ts';
import { create, update } from './resources.ts';
import type { Subject } from './subject.ts';

export function codesOf(subject: Subject): void {
  describe('the codes that are stored', () => {
    let store: ResourceStore;
    let close: () => Promise<void>;
    const told = async (type: string, param: string, most = 100) =>
      (await store.codesOf(type, param, most))?.map(({ system, code }) => `${system}|${code}`).sort();
    const coded = (...codes: readonly [param: string, system: string, code: string][]) => ({
      tokens: codes.map(([param, system, code]) => ({ param, system, code })),
    });

    beforeAll(async () => {
      ({ store, close } = await subject.open());
      const all = [
        create('Basic', 'a', { owners: ['p'], ...coded(['code', 's', 'x'], ['code', 's', 'x y|z']) }),
        create('Basic', 'b', { owners: ['q'], ...coded(['code', 's', 'x'], ['code', '', 'x']) }),
        create('Basic', 'c', coded(['code', 'urn:t|u', 'é\u{1f600}'], ['coded', 's', 'other'])),
        create('Basic', 'd', coded(['cod', 's', 'no'], ['code.of', 's', 'no'], ['status', 's', 'no'])),
        create('BasicMore', 'a', coded(['code', 's', 'no'])),
      ];
      for (const each of all) await store.transact([each]);
    });
    afterAll(() => close());

    it('are told once each, with their systems, whosever they are, and none of another parameter or type', async () => {
      expect(await told('Basic', 'code')).toEqual(['s|x', 's|x y|z', 'urn:t|u|é\u{1f600}', '|x']);
      expect(await told('BasicMore', 'code')).toEqual(['s|no']);
    });

    it('are none where nothing has any', async () => {
      expect(await told('Basic', 'category')).toEqual([]);
      expect(await told('Patient', 'code')).toEqual([]);
    });

    it('are told as far as they are not too many', async () => {
      expect(await told('Basic', 'code', 4)).toHaveLength(4);
      expect(await told('Basic', 'code', 3)).toBeUndefined();
    });

    it('have what was written a moment ago', async () => {
      await store.transact([update('Basic', 'd', coded(['code', 's', 'new']))]);
      expect(await told('Basic', 'code')).toContain('s|new');
    });
  });
}
