/** Histories that have grown: a page costs what a page is, however many versions there are. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Cursor } from '../search/query.ts';
import { create, update } from '../store/contract/resources.ts';
import { openSqliteStore } from '../store/sqlite/sqlite-store.ts';
import type { ResourceStore } from '../store/store.ts';
import { type ShownHistory, visibleHistory } from './version-visibility.ts';

let folder: string;
let store: ResourceStore;
/** Versions that the store gave out. */
let looked = 0;
const BASE = 'http://localhost/fhir';
const OF_ANA = { kind: 'owner', patients: ['ana'] } as const;

const text = (patient: string, more = '') => ({
  before: '{"resourceType":"Observation","id":"grown","meta":{',
  after: `},"status":"final","code":{"text":"x${more}"},"subject":{"reference":"Patient/${patient}"}}`,
});

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'wellspring-history-'));
  const opened = await openSqliteStore({ path: join(folder, 'fhir.sqlite') });
  store = {
    ...opened,
    history: async (query) => {
      const page = await opened.history(query);
      looked += page.versions.length;
      return page;
    },
  };
});
afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Versions of `grown`: every tenth of the first `hidden` was filed under somebody else. */
async function grow(id: string, count: number, hidden = 0, more = ''): Promise<number[]> {
  const shown: number[] = [];
  for (let version = 1; version <= count; version++) {
    const patient = version <= hidden && version % 10 === 0 ? 'bob' : 'ana';
    const { before, after } = text(patient, more);
    const written = { text: { before: before.replace('grown', id), after } };
    const entries = { owners: [patient] };
    await store.transact([
      version === 1
        ? create('Observation', id, entries, written)
        : update('Observation', id, entries, written),
    ]);
    if (patient === 'ana') shown.unshift(version);
  }
  return shown;
}

const page = (id: string, after?: Cursor, backward = false, count = 100): Promise<ShownHistory> =>
  visibleHistory(
    store,
    { type: 'Observation', id, count, visible: OF_ANA, backward, ...(after ? { after } : {}) },
    BASE,
  );
const numbers = ({ versions }: ShownHistory): number[] => versions.map(({ version }) => version);

describe('a history of more versions than are counted', () => {
  it('has no total, is whole page by page in both directions, and none of its pages looks at all of it', async () => {
    const shown = await grow('grown', 1700, 1700);
    const forward: number[] = [];
    let after: Cursor | undefined;
    let last: Cursor | undefined;
    do {
      looked = 0;
      const found = await page('grown', after);
      expect(found.total).toBeUndefined();
      expect(looked).toBeLessThan(1500);
      forward.push(...numbers(found));
      after = found.next;
      last = found.positions.at(-1) ?? last;
    } while (after);
    expect(forward).toEqual(shown);
    const backward: number[] = [];
    after = last;
    do {
      looked = 0;
      const found = await page('grown', after, true);
      expect(looked).toBeLessThan(1500);
      backward.unshift(...numbers(found));
      after = found.next;
    } while (after);
    expect(backward).toEqual(shown.slice(0, -1));
  });

  it('is told from one that is counted by what is shown of it alone', async () => {
    expect((await grow('just', 1000)).length).toBe(1000);
    expect((await page('just')).total).toBe(1000);
    expect((await grow('hidden', 1100, 1000)).length).toBe(1000);
    expect((await page('hidden')).total).toBe(1000);
    expect(numbers(await page('hidden', [505], true, 3))).toEqual([508, 507, 506]);
    expect(numbers(await page('hidden', [505], false, 6))).toEqual([504, 503, 502, 501, 499, 498]);
  });

  it('that are long ends its page early, and counts no more than there is room for', async () => {
    await grow('long', 30, 0, 'y'.repeat(1_000_000));
    looked = 0;
    const found = await page('long');
    expect([found.total, numbers(found)]).toEqual([undefined, [30, 29, 28, 27, 26, 25]]);
    expect(looked).toBeLessThan(30);
    expect(numbers(await page('long', found.next))).toEqual([24, 23, 22, 21, 20, 19]);
    expect(numbers(await page('long', [24], true))).toEqual([30, 29, 28, 27, 26, 25]);
  });
});
