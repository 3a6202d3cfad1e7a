import { describe, expect, it } from 'vitest';
import { useEmbeddedStore } from '../../test/embedded-store.ts';
import { contextOf } from '../../test/in-memory.ts';
import type { ResourceStore } from '../store/store.ts';
import { ownUpdate } from './own-writes.ts';
import { referrersOf } from './record-referrers.ts';
import type { Find } from './references.ts';

describe('what refers to a Patient', () => {
  let store: ResourceStore;
  useEmbeddedStore((opened) => {
    store = opened.store;
  });
  const access = contextOf('system/*.rs');
  const observation = (id: string) =>
    ownUpdate({ resourceType: 'Observation', subject: { reference: 'Patient/a' } }, id);
  const find: Find = async (_access, type, where, limit) => {
    const sort = [{ by: 'id', descending: false }] as const;
    return (await store.search({ type, where, sort, count: limit, total: 'none' })).matches;
  };

  it('is not unseen where it is deleted at that moment; what the caller may not read is', async () => {
    await store.transact([observation('one'), observation('two'), observation('three')]);
    const later: Find = async (...asked) => {
      await store.transact([{ kind: 'delete', type: 'Observation', id: 'two' }]);
      return find(...asked);
    };
    const { found, unseen } = await referrersOf(store, later, access, 'a', 10);
    expect([found.map(({ id }) => id).toSorted(), unseen]).toEqual([['one', 'three'], 0]);
    const narrow: Find = async (...asked) => (await find(...asked)).filter(({ id }) => id !== 'one');
    expect((await referrersOf(store, narrow, access, 'a', 10)).unseen).toBe(1);
  });
});
