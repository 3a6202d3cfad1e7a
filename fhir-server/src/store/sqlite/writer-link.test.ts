import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { everything } from '../contract/asking.ts';
import { create } from '../contract/resources.ts';
import type { ResourceStore } from '../store.ts';
import { removeIndex } from './index-state.ts';
import { openSqliteStore } from './sqlite-store.ts';

let folder: string;
let store: ResourceStore;
/** Every thread of the store, the last one first; the writer's is the only one until a search takes long. */
let threads: Worker[];
const diskFailed = vi.fn<(message: string) => void>();
const path = (): string => join(folder, 'fhir.sqlite');
const seen = (thread: Worker): void => void threads.unshift(thread);

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'wellspring-writer-'));
  threads = [];
  diskFailed.mockClear();
  process.on('worker', seen);
  store = await openSqliteStore({ path: path(), writer: 'thread', diskFailed });
});
afterEach(async () => {
  process.off('worker', seen);
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

const write = (ids: readonly string[]) =>
  Promise.allSettled(ids.map((id) => store.transact([create('Basic', id), create('Basic', `${id}-too`)])));
const named = (name: string, count: number): string[] =>
  Array.from({ length: count }, (_, i) => `${name}-${i}`);
const isThere = async (id: string): Promise<boolean> => (await store.read('Basic', id)) !== undefined;

describe('a writer thread that dies', () => {
  it('answers everybody who waits that it is unavailable, loses nothing that was acknowledged, halves nothing, and is started anew', async () => {
    for (let round = 0; round < 3; round++) {
      const [under, after] = [named(`under-${round}`, 40), named(`after-${round}`, 10)];
      const underWay = write(under);
      // The jobs of this turn are on their way.
      await Promise.resolve();
      const ended = threads[0]?.terminate();
      const told = await write(after);
      await ended;
      // 503 by HTTP (store-faults.ts).
      for (const each of told)
        expect(each).toMatchObject({ status: 'rejected', reason: { fault: 'unavailable' } });
      const results = await underWay;
      await vi.waitFor(() => store.transact([create('Basic', `next-${round}`)]), { timeout: 20_000 });
      for (const [i, id] of under.entries()) {
        if (results[i]?.status === 'fulfilled') expect(await isThere(id)).toBe(true);
        expect(await isThere(`${id}-too`)).toBe(await isThere(id));
      }
      for (const id of after) expect(await isThere(id)).toBe(false);
    }
    const { total } = await store.search(everything('Basic', undefined, { count: 0 }));
    expect(await store.changes(undefined, 1000)).toHaveLength(total ?? 0);
    expect(diskFailed).not.toHaveBeenCalled();
  });

  it('does not keep the store from closing', async () => {
    await threads[0]?.terminate();
    await store.close();
    store = await openSqliteStore({ path: path() });
    expect(await store.read('Basic', 'x')).toBeUndefined();
  });

  it('ends the process where the index is gone when it comes back: readers would go by another', async () => {
    await store.transact([create('Basic', 'x')]);
    removeIndex(join(folder, 'fhir-index.sqlite'));
    await threads[0]?.terminate();
    await vi.waitFor(() => expect(diskFailed).toHaveBeenCalledOnce(), { timeout: 20_000 });
  });
});
