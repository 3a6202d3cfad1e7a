import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { everything } from '../contract/asking.ts';
import { create } from '../contract/resources.ts';
import { openSqliteStore } from './sqlite-store.ts';

let folder: string;
const path = (): string => join(folder, 'fhir.sqlite');
const SLOW = everything(
  'Basic',
  { kind: 'string', param: 'name', text: 'x', match: 'contains' },
  { sort: [{ by: 'id', descending: false }] },
);

/** Each row is asked for 1,000 pairs of texts, one by one: no two pairs are one question. */
const ENDLESS = everything('Basic', {
  kind: 'or',
  nodes: Array.from({ length: 1000 }, (_, i) => ({
    kind: 'and',
    nodes: ['ax', `none ${i}`].map(
      (text) => ({ kind: 'string', param: 'name', text, match: 'contains' }) as const,
    ),
  })),
});

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'wellspring-store-'));
  const store = await openSqliteStore({ path: path() });
  const many = Array.from({ length: 4000 }, (_, i) =>
    create('Basic', `b${i}`, { strings: [{ param: 'name', text: `ax${i}`, exact: 'a' }] }),
  );
  await store.transact(many);
  await store.close();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a search over a long list', () => {
  it('is answered by another thread, while this one goes on', async () => {
    const store = await openSqliteStore({ path: path() });
    let turns = 0;
    const timer = setInterval(() => {
      turns += 1;
    }, 1);
    const page = await store.search(SLOW);
    clearInterval(timer);
    expect(page.total).toBe(4000);
    expect(turns).toBeGreaterThan(2);
    await store.close();
  });

  it('that is not done in time is ended, and the next one is answered', async () => {
    const store = await openSqliteStore({ path: path(), searchDeadlineMs: 5 });
    await expect(store.search(SLOW)).rejects.toMatchObject({ fault: 'too-slow' });
    const quick = await store.search(everything('Basic', { kind: 'id', ids: ['b7'] }, { total: 'none' }));
    expect(quick.matches.map(({ id }) => id)).toEqual(['b7']);
    await store.close();
  });

  it('that is late is told to stop, so that its thread answers others', async () => {
    const store = await openSqliteStore({ path: path(), readers: 1, searchDeadlineMs: 2000 });
    // Two threads at most: the second time nobody is left who could stand in.
    for (let i = 0; i < 2; i++) {
      await expect(store.search(ENDLESS)).rejects.toMatchObject({ fault: 'too-slow' });
      await vi.waitFor(async () => expect((await store.search(SLOW)).total).toBe(4000), { timeout: 40_000 });
    }
    await store.close();
  }, 120_000);

  it('that is under way when the store is closed is refused', async () => {
    const store = await openSqliteStore({ path: path() });
    const refused = expect(store.search(ENDLESS)).rejects.toMatchObject({ fault: 'unavailable' });
    await store.close();
    await refused;
  });

  it('sees what was written before it was asked', async () => {
    const store = await openSqliteStore({ path: path() });
    await store.search(SLOW);
    await store.transact([
      create('Basic', 'late', { strings: [{ param: 'name', text: 'axlate', exact: 'a' }] }),
    ]);
    expect((await store.search(SLOW)).total).toBe(4001);
    await store.close();
  });
});
