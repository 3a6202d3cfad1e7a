import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { QueryNode } from '../../search/query.ts';
import { everything } from '../contract/asking.ts';
import { create } from '../contract/resources.ts';
import type { ResourceStore } from '../store.ts';
import { openSqliteStore } from './sqlite-store.ts';

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

const about = (where: QueryNode): QueryNode => ({
  kind: 'linked',
  by: 'about',
  types: ['Basic'],
  deleted: false,
  where,
});

it('a question about links that asks itself again, of what that is about, is answered', async () => {
  const chain = Array.from({ length: 6 }, (_, i) =>
    create('Basic', `b${i}`, { links: [{ by: 'about', target: `Basic/b${i + 1}` }] }),
  );
  await store.transact([...chain, create('Basic', 'b6', {})]);
  const last: QueryNode = { kind: 'id', ids: ['b6'] };
  const query = everything('Basic', about(about(about(about(last)))), { total: 'none' });
  const { matches } = await store.search(query);
  expect(matches.map(({ id }) => id)).toEqual(['b2']);
});
