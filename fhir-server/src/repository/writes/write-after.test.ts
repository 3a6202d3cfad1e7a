import { describe, expect, it } from 'vitest';
import { useEmbeddedStore } from '../../../test/embedded-store.ts';
import { type ResourceStore, StoreError, type WriteOperation } from '../../store/store.ts';
import { ownUpdate, storedResource } from '../own-writes.ts';
import { writeAfter } from './write-after.ts';

describe('what goes with a write, where the store has no transactions and somebody was quicker', () => {
  let store: ResourceStore;
  useEmbeddedStore((opened) => {
    store = opened.store;
  });
  const of = (type: string, status: string, version?: number) =>
    ownUpdate({ resourceType: type, status }, 'x', version);
  const statusOf = async (type: string) => (await storedResource(store, `${type}/x`))?.resource.status;
  /** It was read in its first version. */
  async function late(type: string): Promise<readonly WriteOperation[]> {
    await store.transact([of(type, 'first')]);
    await store.transact([of(type, 'of a colleague')]);
    const leftOut: WriteOperation[] = [];
    await writeAfter(store, of(type, 'beside', 1), undefined, (each) => leftOut.push(each));
    return leftOut;
  }

  it('is written all the same where it is an item of work', async () => {
    expect(await late('Task')).toEqual([]);
    expect(await statusOf('Task')).toBe('beside');
  });

  it('is left out, and told of, where it is a slot', async () => {
    expect(await late('Slot')).toMatchObject([{ type: 'Slot', id: 'x' }]);
    expect(await statusOf('Slot')).toBe('of a colleague');
  });

  it('is refused where it is a label on something else, which whoever writes sends again', async () => {
    await expect(late('Binary')).rejects.toMatchObject({ status: 409 });
    expect(await statusOf('Binary')).toBe('of a colleague');
  });

  it('is refused for what is no quicker colleague', async () => {
    const away = { ...store, transact: async () => Promise.reject(new StoreError('unavailable')) };
    const written = writeAfter(away, of('Task', 'beside', 1), undefined, undefined);
    await expect(written).rejects.toMatchObject({ status: 503 });
  });
});
