import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { useEmbeddedStore } from '../../../test/embedded-store.ts';
import type { Seen } from '../../../test/reader-process.ts';
import { create } from '../contract/resources.ts';
import type { ResourceStore } from '../store.ts';

const TRANSACTIONS = 300;

describe('one embedded store', () => {
  let path: string;
  let store: ResourceStore;
  useEmbeddedStore((opened) => {
    ({ store, path } = opened);
  });

  it('is read by several processes while one writes: whole transactions only, and in the end all of them', async () => {
    const script = join(import.meta.dirname, '../../../test/reader-process.ts');
    const readers = [1, 2].map(() => fork(script, [path, String(TRANSACTIONS * 2)]));
    await Promise.all(readers.map((reader) => once(reader, 'message')));
    const reports = readers.map((reader) => once(reader, 'message'));
    for (let i = 0; i < TRANSACTIONS; i++)
      await store.transact([create('Basic', `a-${i}`), create('Basic', `b-${i}`)]);
    const seen = (await Promise.all(reports)).map(([report]) => report as Seen);
    for (const { reads, torn, total } of seen) {
      expect(reads).toBeGreaterThan(10);
      expect(torn).toBe(0);
      expect(total).toBe(TRANSACTIONS * 2);
    }
  });
});
