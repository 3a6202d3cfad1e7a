/** What an older server indexed is indexed anew when a newer one starts. Row S3 of issue 14. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ownersOf } from '../access/owner-table.ts';
import { indexEntries } from '../search/index-entries.ts';
import type { QueryNode } from '../search/query.ts';
import { openSqliteStore } from '../store/sqlite/sqlite-store.ts';
import { createReindex } from './reindex.ts';

const BASE = 'http://localhost:8080/fhir';
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wellspring-reindex-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('S3: a reference to this server by URL that was stored before is found and owned after the start, and the walk is made once', async () => {
  const store = await openSqliteStore({ path: join(folder, 'fhir.sqlite') });
  const resource = { resourceType: 'Observation', id: 'o', subject: { reference: `${BASE}/Patient/p` } };
  const text = {
    before: '{"resourceType":"Observation","id":"o","meta":{',
    after: `},"subject":{"reference":"${BASE}/Patient/p"}}`,
  };
  const entries = indexEntries(resource, ownersOf(resource));
  await store.transact([{ kind: 'create', type: 'Observation', id: 'o', text, entries }]);
  const total = async (where: QueryNode): Promise<number> => {
    const sort = [{ by: 'id', descending: false }] as const;
    const page = await store.search({ type: 'Observation', where, sort, count: 1, total: 'accurate' });
    return page.total as number;
  };
  const bySubject: QueryNode = { kind: 'reference', param: 'subject', targets: ['Patient/p'] };
  const byOwner: QueryNode = { kind: 'owner', patients: ['p'] };
  expect([await total(bySubject), await total(byOwner)]).toEqual([0, 0]);
  const reindex = createReindex(store, pino({ level: 'silent' }), BASE);
  await reindex.upgrade();
  expect([await total(bySubject), await total(byOwner)]).toEqual([1, 1]);
  const again = createReindex(store, pino({ level: 'silent' }), BASE);
  const running = again.upgrade();
  expect(again.progress().running).toBe(false);
  expect(await running).toBe(true);
  await store.close();
});

it('what an older server stored is linked with its files, and with what it is about, after the start', async () => {
  const store = await openSqliteStore({ path: join(folder, 'fhir.sqlite') });
  const stored = [
    { resourceType: 'DocumentReference', id: 'd', content: [{ attachment: { url: 'Binary/b' } }] },
    { resourceType: 'Binary', id: 'b', securityContext: { reference: 'DocumentReference/d' } },
  ];
  await store.transact(
    stored.map(({ resourceType: type, id, ...rest }) => ({
      kind: 'create',
      type,
      id,
      text: {
        before: `{"resourceType":"${type}","id":"${id}","meta":{`,
        after: `},${JSON.stringify(rest).slice(1)}`,
      },
      entries: { ...indexEntries({ resourceType: type, ...rest }, []), links: [] },
    })),
  );
  await store.setNote('index-format', '4');
  const isLinked = async (by: 'about' | 'file'): Promise<boolean> => {
    const where: QueryNode = {
      kind: 'linked',
      by,
      types: ['DocumentReference'],
      where: { kind: 'all' },
      deleted: false,
    };
    return (await store.read('Binary', 'b', where)) !== undefined;
  };
  expect([await isLinked('about'), await isLinked('file')]).toEqual([false, false]);
  await createReindex(store, pino({ level: 'silent' }), BASE).upgrade();
  expect([await isLinked('about'), await isLinked('file')]).toEqual([true, true]);
  await store.close();
});

it.each(['7', '8', '9', '10', '11'])('of format %s everything is indexed anew', async (format) => {
  const store = await openSqliteStore({ path: join(folder, 'fhir.sqlite') });
  const url = 'urn:vs:all';
  for (const [type, rest] of [
    ['CodeSystem', { url: 'urn:cs:a', valueSet: url, status: 'active', content: 'complete' }],
    ['ValueSet', { url, status: 'active' }],
  ] as const)
    await store.transact([
      {
        kind: 'create',
        type,
        id: 'a',
        text: {
          before: `{"resourceType":"${type}","id":"a","meta":{`,
          after: `},${JSON.stringify(rest).slice(1)}`,
        },
        entries: indexEntries({ resourceType: type }, []),
      },
    ]);
  const find = async (type: string, param: string): Promise<number> => {
    const where: QueryNode = { kind: 'uri', param, uri: url, match: 'exact' };
    const sort = [{ by: 'id', descending: false }] as const;
    return (await store.search({ type, where, sort, count: 1, total: 'accurate' })).total as number;
  };
  await store.setNote('index-format', format);
  await createReindex(store, pino({ level: 'silent' }), BASE).upgrade();
  expect([await find('CodeSystem', '~all-codes'), await find('ValueSet', 'url')]).toEqual([1, 1]);
  expect(await store.getNote('index-format')).toBe('12');
  await store.close();
});
