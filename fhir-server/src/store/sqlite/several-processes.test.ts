import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Seen } from '../../../test/reader-process.ts';
import { create } from '../contract/resources.ts';
import type { ResourceStore } from '../store.ts';
import { openSqliteStore } from './sqlite-store.ts';

const TRANSACTIONS = 300;

describe('one embedded store', () => {
  let folder: string;
  let store: ResourceStore;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'wellspring-store-'));
    store = await openSqliteStore({ path: join(folder, 'fhir.sqlite') });
  });
  afterAll(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('is read by several processes while one writes: whole transactions only, and in the end all of them', async () => {
    const script = join(import.meta.dirname, '../../../test/reader-process.ts');
    const readers = [1, 2].map(() => fork(script, [join(folder, 'fhir.sqlite'), String(TRANSACTIONS * 2)]));
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
