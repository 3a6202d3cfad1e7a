/** Every promise of the port as a test, run on each adapter. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Cursor, QueryNode, SearchQuery, SortKey } from '../../search/query.ts';
import { type Change, type ResourceStore, StoreError } from '../store.ts';
import { randomSearches } from './random-searches.ts';
import { create, type Entries, entries, text, token, update } from './resources.ts';
import { severalProcesses } from './several-processes.ts';
import type { Subject } from './subject.ts';
import { walks } from './walks.ts';

/** What the change log shows a moment later, on a machine that is busy. */
const WAIT = { timeout: 10_000 };

const NEWEST: readonly SortKey[] = [{ by: 'mainDate', descending: true }];

export const everything = (
  type: string,
  where: QueryNode = { kind: 'all' },
  more: Partial<SearchQuery> = {},
): SearchQuery => ({
  type,
  where,
  sort: NEWEST,
  count: 100,
  total: 'accurate',
  ...more,
});

const ids = async (store: ResourceStore, query: SearchQuery): Promise<string[]> =>
  (await store.search(query)).matches.map(({ id }) => id);

async function fault(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'none',
    (error: unknown) => (error instanceof StoreError ? error.fault : String(error)),
  );
}

export function storeContract(subject: Subject): void {
  describe(`${subject.name} store`, () => {
    let store: ResourceStore;
    let close: () => Promise<void>;
    let transactions = false;

    const opened = async (): Promise<void> => {
      ({ store, close } = await subject.open());
      transactions = store.supports.transactions;
    };

    describe('S16: long lists of codes', () => {
      const CODES = 300;
      const codes = (count: number): QueryNode => ({
        kind: 'or',
        nodes: Array.from({ length: count }, (_, i) => token('code', `c${i}`, 's')),
      });
      beforeAll(async () => {
        await opened();
        const many = Array.from({ length: CODES }, (_, i) =>
          create('Basic', `b${i}`, {
            owners: [`p${i % 3}`],
            mainDate: i,
            tokens: [
              { param: 'code', system: 's', code: `c${i}` },
              { param: 'status', system: 't', code: i % 2 ? 'odd' : 'even' },
            ],
            references: [{ param: 'subject', target: `Patient/p${i % 3}` }],
          }),
        );
        for (let at = 0; at < many.length; at += 100) {
          if (transactions) await store.transact(many.slice(at, at + 100));
          else for (const each of many.slice(at, at + 100)) await store.transact([each]);
        }
        for (let i = 0; i < 3; i++)
          await store.transact([
            create('Patient', `p${i}`, {
              owners: [`p${i}`],
              tokens: [{ param: 'code', system: 's', code: `c${i}` }],
            }),
          ]);
      });
      afterAll(() => close());

      it.each([1, 4, 5, 177, 178, 300, 1000])(
        '%i of them: each is found, alone, with others, beside a patient, as what is not wanted, and across a chain',
        async (count) => {
          const wanted = Math.min(count, CODES);
          const total = async (where: QueryNode, type = 'Basic') =>
            (await store.search(everything(type, where, { count: 0 }))).total;
          const list = codes(count);
          expect(await total(list)).toBe(wanted);
          expect(await total({ kind: 'not', node: list })).toBe(CODES - wanted);
          expect(await total({ kind: 'and', nodes: [token('status', 'odd', 't'), list] })).toBe(
            Math.floor(wanted / 2),
          );
          const ofFirst = { kind: 'owner', patients: ['p0'] } as const;
          expect(await total({ kind: 'and', nodes: [list, ofFirst] })).toBe(Math.ceil(wanted / 3));
          const chained = { kind: 'chained', param: 'subject', type: 'Patient', where: list } as const;
          expect(await total(chained)).toBe((CODES / 3) * Math.min(count, 3));
          const referring = { kind: 'reverseChained', type: 'Basic', param: 'subject', where: list } as const;
          expect(await total(referring, 'Patient')).toBe(Math.min(count, 3));
          const [newest] = await ids(store, everything('Basic', list, { count: 1 }));
          expect(newest).toBe(`b${wanted - 1}`);
        },
      );
    });

    describe('who wrote', () => {
      beforeAll(opened);
      afterAll(() => close());

      it('is kept in the commit of each version, with whose record it is in, and given back once, in order', async () => {
        if (!store.supports.accounts) return;
        await store.transact([create('Basic', 'upkeep')]);
        await store.transact(
          [create('Basic', 'mine', { owners: ['a'] }), create('Basic', 'ours', { owners: ['a', 'b'] })],
          'ana',
        );
        await store.transact([update('Basic', 'mine', { owners: ['c'] })], 'bob');
        await store.transact([{ kind: 'delete', type: 'Basic', id: 'mine' }], 'eve');
        // What failed, or wrote nothing, is nobody's.
        await store.transact([create('Basic', 'mine')], 'mallory').catch(() => undefined);
        await store.transact([{ kind: 'delete', type: 'Basic', id: 'nothing' }], 'mallory');
        const found: string[] = [];
        let after: string | undefined;
        await expect
          .poll(async () => {
            for (
              let page = await store.writes(after, 1);
              page.position;
              page = await store.writes(after, 1)
            ) {
              after = page.position;
              found.push(
                ...page.writes.map(
                  ({ id, version, method, patients, by }) =>
                    `${method} ${id} ${version} of ${patients.join('+')} by ${by}`,
                ),
              );
            }
            return found.toSorted();
          }, WAIT)
          .toEqual([
            'create mine 1 of a by ana',
            'create ours 1 of a+b by ana',
            'delete mine 3 of c by eve',
            'update mine 2 of c by bob',
          ]);
        // Within one transaction each engine has an order of its own.
        const mine = found.filter((each) => each.includes('mine')).map((each) => each.split(' ')[0]);
        expect(mine).toEqual(['create', 'update', 'delete']);
      });
    });

    describe('the index', () => {
      beforeAll(opened);
      afterAll(() => close());
      const given: Entries = {
        owners: ['a'],
        mainDate: 1000,
        tokens: [{ param: 'code', system: 's', code: 'x' }],
        strings: [{ param: 'name', text: 'ana', exact: 'Ana' }],
        dates: [{ param: 'date', low: 1000, high: 2000 }],
        quantities: [{ param: 'dose', low: 1, high: 1, system: 'u', code: 'mg', unit: 'mg' }],
        references: [{ param: 'subject', target: 'Patient/a' }],
        uris: [{ param: 'url', uri: 'http://a' }],
        words: { text: ['asthma'], content: ['asthma', 'mild'] },
      };

      it('is told apart from one that lacks something, or has too much', async () => {
        await store.transact([create('Basic', 'i', given)]);
        expect(await store.isIndexed('Basic', 'i', entries(given))).toBe(true);
        for (const member of ['tokens', 'strings', 'dates', 'quantities', 'references', 'uris'] as const)
          expect(await store.isIndexed('Basic', 'i', entries({ ...given, [member]: [] })), member).toBe(
            false,
          );
        const more = { ...given, words: { text: ['asthma'], content: ['asthma', 'severe'] } };
        expect(await store.isIndexed('Basic', 'i', entries(more))).toBe(false);
        expect(await store.isIndexed('Basic', 'i', entries({ ...given, mainDate: 5 }))).toBe(false);
        expect(await store.isIndexed('Basic', 'nobody', entries(given))).toBe(false);
      });

      it('is replaced without a new version, of the version that was read only', async () => {
        const next: Entries = { ...given, tokens: [{ param: 'code', system: 's', code: 'y' }] };
        const [late] = await store.transact([
          { kind: 'reindex', type: 'Basic', id: 'i', version: 7, entries: entries(next) },
        ]);
        expect(late?.outcome).toBe('absent');
        const [done] = await store.transact([
          { kind: 'reindex', type: 'Basic', id: 'i', version: 1, entries: entries(next) },
        ]);
        expect(done?.outcome).toBe('reindexed');
        expect((await store.read('Basic', 'i'))?.version).toBe(1);
        expect(await ids(store, everything('Basic', token('code', 'y')))).toEqual(['i']);
        expect(await ids(store, everything('Basic', token('code', 'x')))).toEqual([]);
        expect(await store.isIndexed('Basic', 'i', entries(next))).toBe(true);
      });

      it('is walked over page by page, each live resource once', async () => {
        for (let i = 0; i < 5; i++) await store.transact([create('Account', `s${i}`)]);
        await store.transact([{ kind: 'delete', type: 'Account', id: 's3' }]);
        const seen: string[] = [];
        let after: string | undefined;
        do {
          const page = await store.scan(after, 2);
          seen.push(...page.versions.map(({ id }) => id));
          after = page.next;
        } while (after !== undefined);
        expect(seen.sort()).toEqual(['i', 's0', 's1', 's2', 's4']);
      });

      it('keeps notes', async () => {
        expect(await store.getNote('n')).toBeUndefined();
        await store.setNote('n', '1');
        await store.setNote('n', '2');
        expect(await store.getNote('n')).toBe('2');
        await store.setNote('n', undefined);
        expect(await store.getNote('n')).toBeUndefined();
      });

      it('swaps a note for one of those who try at once', async () => {
        const tried = (expected: string | undefined) =>
          Promise.all(['a', 'b', 'c'].map((value) => store.swapNote('lease', expected, value)));
        expect((await tried(undefined)).filter(Boolean)).toHaveLength(1);
        const first = await store.getNote('lease');
        expect((await tried('somebody else')).filter(Boolean)).toHaveLength(0);
        expect(await store.getNote('lease')).toBe(first);
        expect(await store.swapNote('lease', first, 'next')).toBe(true);
        expect(await store.getNote('lease')).toBe('next');
      });

      it('lists notes by their names, in order', async () => {
        for (const name of ['list/3', 'list/1', 'list/2', 'other']) await store.setNote(name, name);
        const names = (await store.notes('list/', 'list/3', 10)).map(({ name }) => name);
        expect(names).toEqual(['list/1', 'list/2']);
        expect(await store.notes('list/', 'list0', 1)).toEqual([{ name: 'list/1', value: 'list/1' }]);
      });
    });

    describe('versions', () => {
      beforeAll(opened);
      afterAll(() => close());

      it('reads what was created, with version and time in the text', async () => {
        const [result] = await store.transact([create('Patient', 'a')]);
        expect(result?.outcome).toBe('created');
        const found = await store.read('Patient', 'a');
        expect(found).toEqual(result?.version);
        const body = JSON.parse(found?.body ?? '') as {
          meta: { versionId: string; lastUpdated: string };
          note: string;
        };
        expect(body.meta.versionId).toBe('1');
        expect(new Date(body.meta.lastUpdated).getTime()).toBe(found?.lastUpdated);
        expect(body.note).toBe('first');
      });

      it('knows nothing of what was never there', async () => {
        expect(await store.read('Patient', 'nobody')).toBeUndefined();
        expect(await store.vread('Patient', 'a', 9)).toBeUndefined();
        expect((await store.history({ type: 'Patient', id: 'nobody', count: 10 })).total).toBe(0);
      });

      it('counts updates up and keeps every version', async () => {
        await store.transact([update('Patient', 'a')]);
        expect((await store.read('Patient', 'a'))?.version).toBe(2);
        expect((await store.vread('Patient', 'a', 1))?.body).toContain('first');
        expect((await store.vread('Patient', 'a', 2))?.body).toContain('next');
      });

      it('deletes as a version, and creates again as the next', async () => {
        const [gone] = await store.transact([{ kind: 'delete', type: 'Patient', id: 'a' }]);
        expect(gone?.outcome).toBe('deleted');
        expect(await store.read('Patient', 'a')).toMatchObject({
          version: 3,
          method: 'delete',
          body: undefined,
        });
        expect(await ids(store, everything('Patient'))).toEqual([]);
        const [again] = await store.transact([{ kind: 'delete', type: 'Patient', id: 'a' }]);
        expect(again).toEqual({ outcome: 'absent', version: undefined });
        const [back] = await store.transact([update('Patient', 'a')]);
        expect(back).toMatchObject({ outcome: 'created', version: { version: 4, method: 'update-create' } });
        expect(await ids(store, everything('Patient'))).toEqual(['a']);
      });

      it('tells its history newest first, in pages', async () => {
        const first = await store.history({ type: 'Patient', id: 'a', count: 3 });
        expect(first.total).toBe(4);
        expect(first.versions.map(({ version }) => version)).toEqual([4, 3, 2]);
        const second = await store.history({
          type: 'Patient',
          id: 'a',
          count: 3,
          ...(first.next ? { after: first.next } : {}),
        });
        expect(second.versions.map(({ version, method }) => [version, method])).toEqual([[1, 'create']]);
        expect(second.next).toBeUndefined();
        for (const scope of [{ type: 'Patient', id: 'a' }, { type: 'Patient' }, {}]) {
          const all = await store.history({ ...scope, count: 10 });
          const end = all.positions.at(-1) as Cursor;
          const back = await store.history({ ...scope, count: 2, after: end, backward: true });
          expect(back.versions.map(({ version }) => version)).toEqual([3, 2]);
          expect(back.positions).toEqual(all.positions.slice(1, 3));
          expect(back.next).toEqual(all.positions[1]);
          const newest = await store.history({
            ...scope,
            count: 2,
            after: back.next as Cursor,
            backward: true,
          });
          expect(newest.versions.map(({ version }) => version)).toEqual([4]);
          expect(newest.next).toBeUndefined();
        }
        expect((await store.history({ type: 'Patient', count: 10 })).total).toBe(4);
        expect((await store.history({ count: 10 })).total).toBe(4);
        const since = (await store.vread('Patient', 'a', 4))?.lastUpdated ?? 0;
        const recent = await store.history({ type: 'Patient', id: 'a', count: 10, since });
        expect(recent.versions[0]?.version).toBe(4);
        expect((await store.history({ count: 10, since: since + 60_000 })).total).toBe(0);
      });

      it('gives every committed write once, in order, and resumes anywhere', async () => {
        const all = await store.changes(undefined, 100);
        expect(all.map(({ version }) => version)).toEqual([1, 2, 3, 4]);
        const rest = await store.changes(all[1]?.position, 100);
        expect(rest.map(({ version }) => version)).toEqual([3, 4]);
        expect((await store.changes(all[0]?.position, 1)).map(({ version }) => version)).toEqual([2]);
      });

      it('gives every one, with the bodies of those types that are looked at', async () => {
        await store.transact([create('Patient', 'looked-at'), create('Basic', 'passed-over')]);
        await store.transact([{ kind: 'delete', type: 'Patient', id: 'looked-at' }]);
        const all = await store.changes(undefined, 100);
        const some = await store.changes(undefined, 100, ['Practitioner', 'Patient']);
        const bare = await store.changes(all.at(-4)?.position, 100, []);
        const names = (changes: readonly Change[]) => changes.map(({ body: _, ...change }) => change);
        expect(names(some)).toEqual(names(all));
        expect(names(bare)).toEqual(names(all).slice(-3));
        const patients = (changes: readonly Change[]) => changes.filter(({ type }) => type === 'Patient');
        expect(patients(some)).toEqual(patients(all));
        expect(patients(all).map(({ body }) => body !== undefined)).toContain(true);
      });

      it('says how far its log is complete: all that was acknowledged, and nothing that comes later', async () => {
        await store.transact([create('Basic', 'before')]);
        const end = await store.logEnd();
        const [later] = await store.transact([create('Basic', 'after')]);
        expect((await store.read('Basic', 'before'))?.lastUpdated).toBeLessThanOrEqual(end.time);
        expect(later?.version?.lastUpdated).toBeGreaterThan(end.time);
        expect((await store.changes(end.position, 10)).map(({ id }) => id)).toEqual(['after']);
        const before = await store.changes(undefined, 100);
        expect(before.at(-2)?.id).toBe('before');
      });
    });

    describe('preconditions', () => {
      beforeAll(opened);
      afterAll(() => close());

      it('refuses an id that is taken', async () => {
        await store.transact([
          create('Patient', 'a', { tokens: [{ param: 'identifier', system: 's', code: '1' }] }),
        ]);
        expect(await fault(store.transact([create('Patient', 'a')]))).toBe('exists');
      });

      it('refuses another version than expected, and 0 means there must be none', async () => {
        expect(await fault(store.transact([update('Patient', 'a', {}, { expectedVersion: 7 })]))).toBe(
          'version-mismatch',
        );
        expect(await fault(store.transact([update('Patient', 'a', {}, { expectedVersion: 0 })]))).toBe(
          'version-mismatch',
        );
        expect(await fault(store.transact([update('Patient', 'new', {}, { expectedVersion: 1 })]))).toBe(
          'version-mismatch',
        );
        expect(await fault(store.transact([update('Patient', 'new', {}, { expectedVersion: 0 })]))).toBe(
          'none',
        );
        expect(
          await fault(store.transact([{ kind: 'delete', type: 'Patient', id: 'a', expectedVersion: 7 }])),
        ).toBe('version-mismatch');
      });

      it('treats what the writer may not see as not there', async () => {
        const visible: QueryNode = { kind: 'owner', patients: ['other'] };
        expect(await fault(store.transact([update('Patient', 'a', {}, { visible })]))).toBe('not-found');
        expect(await fault(store.transact([{ kind: 'delete', type: 'Patient', id: 'a', visible }]))).toBe(
          'not-found',
        );
      });

      it('creates on a condition only where nothing matches', async () => {
        const ifNoneExist = token('identifier', '1', 's');
        const one = create(
          'Patient',
          'x',
          { tokens: [{ param: 'identifier', system: 's', code: '1' }] },
          { ifNoneExist },
        );
        expect((await store.transact([one]))[0]).toMatchObject({ outcome: 'found', version: { id: 'a' } });
        await store.transact([
          create('Patient', 'twin', { tokens: [{ param: 'identifier', system: 's', code: '1' }] }),
        ]);
        expect(await fault(store.transact([one]))).toBe('multiple-matches');
        expect(await store.read('Patient', 'x')).toBeUndefined();
      });

      it('makes one resource of 64 identical conditional creates at once', async () => {
        const ifNoneExist = token('identifier', 'once', 's');
        const results = await Promise.all(
          Array.from({ length: 64 }, (_, i) =>
            store.transact([
              create(
                'Organization',
                `o${i}`,
                { tokens: [{ param: 'identifier', system: 's', code: 'once' }] },
                { ifNoneExist },
              ),
            ]),
          ),
        );
        expect(results.filter(([result]) => result?.outcome === 'created')).toHaveLength(1);
        expect(await ids(store, everything('Organization'))).toHaveLength(1);
      });

      it('makes one resource of 24 identical conditional updates at once, and names the race to the others', async () => {
        const ifNoneExist = token('identifier', 'put', 's');
        const given = { tokens: [{ param: 'identifier', system: 's', code: 'put' }] };
        const outcomes = await Promise.all(
          Array.from({ length: 24 }, (_, i) =>
            fault(store.transact([update('Organization', `u${i}`, given, { ifNoneExist })])),
          ),
        );
        expect(outcomes.filter((outcome) => outcome === 'none')).toHaveLength(1);
        expect(outcomes.filter((outcome) => outcome === 'matched')).toHaveLength(23);
      });

      it('sees in a transaction what was created earlier in it', async (context) => {
        if (!transactions) context.skip('!! transactions: not run here, the engine has none');
        const given = { tokens: [{ param: 'identifier', system: 's', code: 'both' }] };
        const condition = { ifNoneExist: token('identifier', 'both', 's') };
        const results = await store.transact([
          create('Organization', 'both1', given, condition),
          create('Organization', 'both2', given, condition),
        ]);
        expect(results.map(({ outcome, version }) => [outcome, version?.id])).toEqual([
          ['created', 'both1'],
          ['found', 'both1'],
        ]);
      });

      it('lets one of many writers with the same expected version win', async () => {
        await store.transact([create('Patient', 'raced')]);
        const outcomes = await Promise.all(
          Array.from({ length: 40 }, () =>
            fault(store.transact([update('Patient', 'raced', {}, { expectedVersion: 1 })])),
          ),
        );
        expect(outcomes.filter((outcome) => outcome === 'none')).toHaveLength(1);
        expect(outcomes.filter((outcome) => outcome === 'version-mismatch')).toHaveLength(39);
      });

      it('loses no update of writers that expect nothing', async () => {
        await store.transact([create('Patient', 'busy')]);
        await Promise.all(Array.from({ length: 30 }, () => store.transact([update('Patient', 'busy')])));
        const { versions, total } = await store.history({ type: 'Patient', id: 'busy', count: 100 });
        expect(total).toBe(31);
        expect(versions.map(({ version }) => version)).toEqual(Array.from({ length: 31 }, (_, i) => 31 - i));
      });

      it('wants references to lead somewhere, and keeps what is referred to', async () => {
        const lost = create('Observation', 'lost', {}, { requires: ['Patient/nowhere'] });
        expect(await fault(store.transact([lost]))).toBe('reference-missing');
        expect(await store.read('Observation', 'lost')).toBeUndefined();
        const references = [{ param: 'subject', target: 'Patient/a' }];
        await store.transact([create('Observation', 'kept', { references }, { requires: ['Patient/a'] })]);
        const removal = { kind: 'delete', type: 'Patient', id: 'a', unlessReferenced: true } as const;
        expect(await fault(store.transact([removal]))).toBe('still-referenced');
        await store.transact([{ kind: 'delete', type: 'Observation', id: 'kept' }]);
        expect(await fault(store.transact([removal]))).toBe('none');
      });

      it('keeps what is referred to from the records that count, where only those of some do', async () => {
        const references = [{ param: 'encounter', target: 'Encounter/met' }];
        await store.transact([create('Encounter', 'met', { owners: ['a1'] })]);
        await store.transact([create('Condition', 'met', { references, owners: ['b1', 'c1'] })]);
        const removal = { kind: 'delete', type: 'Encounter', id: 'met', unlessReferenced: true } as const;
        for (const referrersOf of [['c1'], ['a1', 'b1']])
          expect(await fault(store.transact([{ ...removal, referrersOf }]))).toBe('still-referenced');
        expect(await fault(store.transact([{ ...removal, referrersOf: ['a1'] }]))).toBe('none');
        expect((await store.read('Condition', 'met'))?.version).toBe(1);
      });
    });

    describe('transactions', () => {
      beforeAll(opened);
      afterAll(() => close());

      it('are all or nothing, or refused where the engine has none', async (context) => {
        if (!transactions) {
          expect(await fault(store.transact([create('Patient', 'a'), create('Patient', 'b')]))).toBe(
            'unsupported',
          );
          context.skip('!! transactions: not run here, the engine has none');
        }
        expect(await fault(store.transact([create('Patient', 'a'), create('Patient', 'a')]))).toBe('exists');
        expect(await store.read('Patient', 'a')).toBeUndefined();
        expect(await store.changes(undefined, 10)).toEqual([]);
        const results = await store.transact([
          create('Patient', 'a'),
          create(
            'Observation',
            'o',
            { references: [{ param: 'subject', target: 'Patient/a' }] },
            { requires: ['Patient/a'] },
          ),
          update('Patient', 'a'),
        ]);
        expect(results.map(({ version }) => version?.version)).toEqual([1, 1, 2]);
      });

      it('name the operation that failed', async (context) => {
        if (!transactions) context.skip('!! transactions: not run here, the engine has none');
        const failed = await store
          .transact([create('Patient', 'c'), update('Patient', 'd', {}, { expectedVersion: 3 })])
          .catch((error: unknown) => error);
        expect(failed).toMatchObject({ fault: 'version-mismatch', index: 1 });
      });

      it('delete together what refers to each other', async (context) => {
        if (!transactions) context.skip('!! transactions: not run here, the engine has none');
        await store.transact([
          create('Patient', 'p'),
          create('Observation', 'q', { references: [{ param: 'subject', target: 'Patient/p' }] }),
        ]);
        await store.transact([
          { kind: 'delete', type: 'Patient', id: 'p', unlessReferenced: true },
          { kind: 'delete', type: 'Observation', id: 'q', unlessReferenced: true },
        ]);
        expect((await store.read('Patient', 'p'))?.method).toBe('delete');
      });
    });

    describe('pages', () => {
      beforeAll(opened);
      afterAll(() => close());

      it('hold every match once while others write, in a total order', async () => {
        for (let i = 0; i < 25; i++)
          await store.transact([create('Observation', `o${i}`, { mainDate: 1000 + (i % 7) })]);
        const seen: string[] = [];
        let after: SearchQuery['after'];
        for (let page = 0; ; page++) {
          const found = await store.search(
            everything('Observation', { kind: 'all' }, { count: 4, ...(after ? { after } : {}) }),
          );
          seen.push(...found.matches.map(({ id }) => id));
          // Newer than everything, and older than everything: neither moves the page boundary.
          await store.transact([create('Observation', `new${page}`, { mainDate: 9000 })]);
          if (!found.next) break;
          after = found.next;
        }
        expect(new Set(seen).size).toBe(seen.length);
        expect(seen.filter((id) => id.startsWith('o'))).toHaveLength(25);
      });

      it('are the same backward, whatever they are sorted by, with and without a value, among equals', async () => {
        const titles = ['b', 'a', undefined, 'b', undefined, 'c', 'a', 'b'];
        for (const [i, title] of titles.entries())
          await store.transact([
            create('Basic', `b${i}`, {
              mainDate: 10 + (i % 3),
              strings: title ? [{ param: 'title', text: title, exact: title }] : [],
            }),
          ]);
        const byTitle = { by: 'param', param: 'title', family: 'string' } as const;
        const byDate = { by: 'mainDate' } as const;
        const orders = [false, true].flatMap((descending): SearchQuery['sort'][] => [
          [{ ...byDate, descending }],
          [{ ...byTitle, descending }],
          [{ by: 'id', descending }],
          [
            { ...byTitle, descending },
            { ...byDate, descending: !descending },
          ],
        ]);
        for (const sort of orders) {
          const ask = (more: Partial<SearchQuery>) =>
            store.search(everything('Basic', { kind: 'all' }, { sort, total: 'none', ...more }));
          const whole = await ask({ count: 20 });
          expect(whole.matches).toHaveLength(titles.length);
          expect(whole.positions).toHaveLength(titles.length);
          const names = whole.matches.map(({ id }) => id);
          for (const [i, after] of whole.positions.entries()) {
            const [behind, ahead] = [
              await ask({ count: 3, after, backward: true }),
              await ask({ count: 3, after }),
            ];
            expect(behind.matches.map(({ id }) => id)).toEqual(names.slice(Math.max(0, i - 3), i));
            expect(behind.next).toEqual(i > 3 ? whole.positions[i - 3] : undefined);
            expect(ahead.matches.map(({ id }) => id)).toEqual(names.slice(i + 1, i + 4));
            // Without a match of its own, a cursor stands before or after all that have its values.
            const values = after.slice(0, -1);
            const equal = whole.positions.flatMap((each, j) =>
              JSON.stringify(each.slice(0, -1)) === JSON.stringify(values) ? [j] : [],
            );
            const [low, high] = [equal[0] as number, equal.at(-1) as number];
            const ids = async (more: Partial<SearchQuery>) =>
              (await ask({ count: 20, ...more })).matches.map(({ id }) => id);
            expect(await ids({ after: [...values, ''] })).toEqual(names.slice(low));
            expect(await ids({ after: [...values, null] })).toEqual(names.slice(high + 1));
            expect(await ids({ after: [...values, ''], backward: true })).toEqual(names.slice(0, high + 1));
            expect(await ids({ after: [...values, null], backward: true })).toEqual(names.slice(0, low));
          }
        }
      });

      it('end early where their bodies are longer than there is room for, after one at least, both ways', async () => {
        const long = { ...text('Basic', 'b2', 'x'.repeat(5000)) };
        await store.transact([update('Basic', 'b2', { mainDate: 12 }, { text: long })]);
        const sort = [{ by: 'mainDate', descending: true }] as const;
        const ask = (more: Partial<SearchQuery>) =>
          store.search(everything('Basic', { kind: 'all' }, { sort, count: 20, total: 'none', ...more }));
        const names = (await ask({})).matches.map(({ id }) => id);
        for (const backward of [false, true])
          for (const room of [1, 300, 700, 5100]) {
            const seen: string[] = [];
            let pages = 0;
            let after: SearchQuery['after'] = backward ? (await ask({})).positions.at(-1) : undefined;
            do {
              const { matches, positions, next } = await ask({
                room,
                backward,
                ...(after ? { after } : {}),
              });
              const sizes = matches.map(({ body }) => body?.length ?? 0);
              if (matches.length > 1)
                expect(sizes.reduce((sum, each) => sum + each)).toBeLessThanOrEqual(room);
              expect(positions).toHaveLength(matches.length);
              const ids = matches.map(({ id }) => id);
              if (backward) seen.unshift(...ids);
              else seen.push(...ids);
              after = next;
              pages += 1;
            } while (after);
            expect(seen).toEqual(backward ? names.slice(0, -1) : names);
            expect(pages).toBeGreaterThan(1);
          }
        const versions: number[] = [];
        let after: SearchQuery['after'];
        do {
          const page = await store.history({
            type: 'Basic',
            id: 'b2',
            count: 10,
            room: 100,
            ...(after ? { after } : {}),
          });
          expect(page.versions).toHaveLength(1);
          expect(page.total).toBe(2);
          versions.push(...page.versions.map(({ version }) => version));
          after = page.next;
        } while (after);
        expect(versions).toEqual([2, 1]);
      });

      it('tell nothing in their cursor but sort values and the last match', async () => {
        const { next } = await store.search(
          everything('Observation', { kind: 'all' }, { count: 1, sort: [{ by: 'id', descending: false }] }),
        );
        expect(JSON.stringify(next)).toContain('new0');
        expect(next).toHaveLength(2);
      });

      it('count without a page, and find without a count', async () => {
        const counted = await store.search(everything('Observation', { kind: 'all' }, { count: 0 }));
        expect(counted.matches).toEqual([]);
        expect(counted.total).toBeGreaterThan(24);
        const few = everything('Observation', { kind: 'all' }, { count: 0, total: 'estimate' });
        expect((await store.search(few)).total).toBe(counted.total);
        expect(
          (await store.search(everything('Observation', { kind: 'all' }, { total: 'none' }))).total,
        ).toBeUndefined();
      });
    });

    describe('S16: a list of many values finds what its values find', () => {
      beforeAll(async () => {
        await opened();
        for (let i = 0; i < 40; i++)
          await store.transact([
            create('Observation', `v${i}`, {
              dates: [{ param: 'date', low: i * 10, high: i * 10 + (i % 3) * 10 }],
              numbers: [{ param: 'size', low: i / 10, high: i / 10 }],
              quantities: [
                { param: 'dose', low: i, high: i, system: 'ucum', code: i % 2 ? 'mg' : 'g', unit: 'gram' },
              ],
              strings: [
                { param: 'name', text: `n${i % 7}x`, exact: `N${i % 7}X` },
                { param: 'code:text', text: `t${i % 9}`, exact: `T${i % 9}` },
              ],
              uris: [{ param: 'url', uri: `urn:u:${i}` }],
              references: [{ param: 'subject', target: `Patient/p${i}` }],
            }),
          ]);
      });
      afterAll(() => close());

      it('takes every character for itself, whatever it means to an engine', async () => {
        for (const text of ['\0', 'a\0b', '^', '.*', '\\0', '[', '%', '_', '\\x00', '$'])
          for (const where of [
            ...(['starts', 'exact', 'contains'] as const).map(
              (match): QueryNode => ({ kind: 'string', param: 'name', text, match }),
            ),
            { kind: 'token', param: 'code', system: text },
            { kind: 'token', param: 'code', code: text },
            { kind: 'uri', param: 'url', uri: text, match: 'below' },
          ] satisfies QueryNode[])
            expect(await ids(store, everything('Observation', where)), JSON.stringify(where)).toEqual([]);
      });

      const eq = { test: 'eq' } as const;
      const lists: Readonly<Record<string, (i: number) => QueryNode>> = {
        dates: (i) => ({ kind: 'date', param: 'date', ...eq, range: { low: i * 20, high: i * 20 + 10 } }),
        numbers: (i) => ({ kind: 'number', param: 'size', ...eq, range: { low: i / 5, high: i / 5 } }),
        quantities: (i) => ({ kind: 'quantity', param: 'dose', ...eq, range: { low: i * 3, high: i * 3 } }),
        'quantities of a unit': (i) => ({
          kind: 'quantity',
          param: 'dose',
          ...eq,
          range: { low: i * 3, high: i * 3 },
          system: 'ucum',
          code: 'mg',
        }),
        'quantities in any unit so called': (i) => ({
          kind: 'quantity',
          param: 'dose',
          ...eq,
          range: { low: i, high: i },
          code: 'gram',
        }),
        beginnings: (i) => ({ kind: 'string', param: 'name', text: `n${i}`, match: 'starts' }),
        texts: (i) => ({ kind: 'string', param: 'name', text: `N${i}X`, match: 'exact' }),
        'beginnings of texts of codes': (i) => ({
          kind: 'string',
          param: 'code:text',
          text: `t${i * 2}`,
          match: 'starts',
        }),
        uris: (i) => ({ kind: 'uri', param: 'url', uri: `urn:u:${i * 7}`, match: 'exact' }),
        references: (i) => ({ kind: 'reference', param: 'subject', targets: [`Patient/p${i * 2}`] }),
        'times of a change': (i) => ({
          kind: 'lastUpdated',
          ...eq,
          range: { low: i * 1000, high: i === 3 ? Date.now() + 1000 : i * 1000 + 1 },
        }),
      };

      it.each(Object.entries(lists))('of %s', async (_, value) => {
        const nodes = Array.from({ length: 20 }, (_each, i) => value(i));
        const found = async (where: QueryNode): Promise<string[]> =>
          (await store.search(everything('Observation', where, { count: 100 }))).matches.map(({ id }) => id);
        const expected = new Set<string>();
        for (const node of nodes) for (const id of await found(node)) expected.add(id);
        expect(expected.size).toBeGreaterThan(0);
        const list: QueryNode = { kind: 'or', nodes };
        const sorted = async (where: QueryNode) => (await found(where)).sort();
        expect(await sorted(list)).toEqual([...expected].sort());
        expect(await found({ kind: 'not', node: list })).toHaveLength(40 - expected.size);
        // Beside another condition, and other kinds of values.
        const one: QueryNode = { kind: 'id', ids: [...expected].slice(0, 1) };
        expect(await found({ kind: 'and', nodes: [one, list] })).toHaveLength(1);
        expect(await sorted({ kind: 'or', nodes: [...nodes, { kind: 'id', ids: ['v39'] }] })).toEqual(
          [...new Set([...expected, 'v39'])].sort(),
        );
      });
    });

    describe('sorting', () => {
      beforeAll(async () => {
        await opened();
        await store.transact([
          create('Patient', 'b', {
            strings: [{ param: 'name', text: 'bea', exact: 'Bea' }],
            tokens: [{ param: 'gender', system: '', code: 'female' }],
            mainDate: 1,
          }),
        ]);
        await store.transact([
          create('Patient', 'a', {
            strings: [{ param: 'name', text: 'zoe', exact: 'Zoe' }],
            tokens: [{ param: 'gender', system: '', code: 'male' }],
            mainDate: 2,
          }),
        ]);
        await store.transact([
          create('Patient', 'c', { dates: [{ param: 'birthdate', low: 5, high: 6 }], mainDate: 3 }),
        ]);
        await store.transact([
          create('Patient', 'd', {
            strings: [
              { param: 'name', text: 'ann', exact: 'Ann' },
              { param: 'name', text: 'yew', exact: 'Yew' },
            ],
            dates: [{ param: 'birthdate', low: 1, high: 2 }],
            mainDate: 3,
          }),
        ]);
      });
      afterAll(() => close());

      const by = (param: string, family: 'string' | 'date' | 'token', descending: boolean): SortKey => ({
        by: 'param',
        param,
        family,
        descending,
      });
      const sorted = (...sort: SortKey[]): Promise<string[]> =>
        ids(store, everything('Patient', { kind: 'all' }, { sort }));

      it('goes by text, date, token, id and time, in both directions, the missing last', async () => {
        expect((await sorted(by('name', 'string', false))).slice(0, 3)).toEqual(['d', 'b', 'a']);
        expect((await sorted(by('name', 'string', true))).slice(0, 3)).toEqual(['a', 'd', 'b']);
        expect((await sorted(by('name', 'string', true))).at(-1)).toBe('c');
        expect((await sorted(by('birthdate', 'date', false))).slice(0, 2)).toEqual(['d', 'c']);
        expect((await sorted(by('birthdate', 'date', true))).slice(0, 2)).toEqual(['c', 'd']);
        expect((await sorted(by('gender', 'token', true))).slice(0, 2)).toEqual(['a', 'b']);
        expect(await sorted({ by: 'id', descending: true })).toEqual(['d', 'c', 'b', 'a']);
        expect(
          await sorted({ by: 'lastUpdated', descending: true }, { by: 'id', descending: true }),
        ).toHaveLength(4);
      });

      it('goes by several keys, and pages through missing values', async () => {
        const sort: SortKey[] = [by('gender', 'token', false), by('name', 'string', false)];
        expect(await sorted(...sort)).toEqual(['b', 'a', 'd', 'c']);
        const seen: string[] = [];
        let after: SearchQuery['after'];
        do {
          const page = await store.search(
            everything('Patient', { kind: 'all' }, { sort, count: 1, ...(after ? { after } : {}) }),
          );
          seen.push(...page.matches.map(({ id }) => id));
          after = page.next;
        } while (after);
        expect(seen).toEqual(['b', 'a', 'd', 'c']);
      });
    });

    describe('what a caller may see', () => {
      beforeAll(async () => {
        await opened();
        await store.transact([create('Observation', 'mine', { owners: ['a'] })]);
        await store.transact([create('Observation', 'theirs', { owners: ['b'] })]);
        await store.transact([create('Observation', 'gone', { owners: ['a'] })]);
        await store.transact([{ kind: 'delete', type: 'Observation', id: 'gone' }]);
      });
      afterAll(() => close());

      const visible: QueryNode = { kind: 'owner', patients: ['a'] };

      it('bounds reads, versions and histories, of what was deleted too', async () => {
        expect(await store.read('Observation', 'mine', visible)).toBeDefined();
        expect(await store.read('Observation', 'theirs', visible)).toBeUndefined();
        expect(await store.vread('Observation', 'theirs', 1, visible)).toBeUndefined();
        expect((await store.history({ type: 'Observation', id: 'theirs', visible, count: 9 })).total).toBe(0);
        expect((await store.read('Observation', 'gone', visible))?.method).toBe('delete');
        expect((await store.history({ type: 'Observation', visible, count: 9 })).total).toBe(3);
      });

      it('asks the owner itself, where the condition is about the Patient', async () => {
        await store.transact([
          create('Patient', 'a', { tokens: [{ param: 'ward', system: '', code: 'w1' }] }),
        ]);
        await store.transact([create('Observation', 'nobodys', {})]);
        const inWard = (orNobody: boolean): QueryNode => ({
          kind: 'ownedBy',
          where: { kind: 'token', param: 'ward', code: 'w1' },
          orNobody,
        });
        expect(await ids(store, everything('Observation', inWard(false)))).toEqual(['mine']);
        expect((await ids(store, everything('Observation', inWard(true)))).toSorted()).toEqual([
          'mine',
          'nobodys',
        ]);
        expect(await store.read('Observation', 'mine', inWard(true))).toBeDefined();
        expect(await store.read('Observation', 'nobodys', inWard(false))).toBeUndefined();
        expect(await store.read('Observation', 'theirs', inWard(true))).toBeUndefined();
        expect(
          (await store.history({ type: 'Observation', id: 'theirs', visible: inWard(true), count: 5 })).total,
        ).toBe(0);
      });

      it('tells of a Patient at once what reading them would, where it can', async () => {
        const inWard: QueryNode = { kind: 'token', param: 'ward', code: 'w1' };
        const passes = async (id: string): Promise<boolean> => {
          const read = (await store.read('Patient', id, inWard))?.body !== undefined;
          expect(store.patientPasses?.(id, inWard) ?? read).toBe(read);
          return read;
        };
        expect([await passes('a'), await passes('b'), await passes('theirs')]).toEqual([true, false, false]);
        await store.transact([
          create('Patient', 'b', { tokens: [{ param: 'ward', system: '', code: 'w1' }] }),
        ]);
        expect(await passes('b')).toBe(true);
        await store.transact([{ kind: 'delete', type: 'Patient', id: 'b' }]);
        expect(await passes('b')).toBe(false);
        await store.transact([update('Patient', 'a')]);
        expect(await passes('a')).toBe(false);
      });

      it('follows the change of an owner', async () => {
        await store.transact([update('Observation', 'theirs', { owners: ['a'] })]);
        expect(await store.read('Observation', 'theirs', visible)).toBeDefined();
        expect(await ids(store, everything('Observation', { kind: 'owner', patients: ['b'] }))).toEqual([]);
      });
    });

    describe('instants', () => {
      afterEach(() => close());

      it('are compared as the millisecond they are', async () => {
        await opened();
        await store.transact([create('Patient', 'a')]);
        const at = (await store.read('Patient', 'a'))?.lastUpdated ?? 0;
        const test = (name: 'eq' | 'gt' | 'lt' | 'ge' | 'le' | 'sa' | 'eb', low: number, high: number) =>
          ids(store, everything('Patient', { kind: 'lastUpdated', test: name, range: { low, high } }));
        expect(await test('eq', at, at + 1)).toEqual(['a']);
        expect(await test('eq', at + 1, at + 2)).toEqual([]);
        expect(await test('ge', at, at + 1)).toEqual(['a']);
        expect(await test('le', at, at + 1)).toEqual(['a']);
        expect(await test('gt', at, at + 1)).toEqual([]);
        expect(await test('gt', at - 1, at)).toEqual(['a']);
        expect(await test('lt', at, at + 1)).toEqual([]);
        expect(await test('lt', at + 1, at + 2)).toEqual(['a']);
        expect(await test('sa', at - 1, at)).toEqual(['a']);
        expect(await test('eb', at + 1, at + 2)).toEqual(['a']);
      });
    });

    randomSearches(subject);
    walks(subject);
    severalProcesses(subject);
  });
}
