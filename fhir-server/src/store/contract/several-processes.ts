/** What the port promises when several processes write, whatever their clocks say. */
import { afterEach, describe, expect, it } from 'vitest';
import { REPLACED } from '../../search/index-entry.ts';
import type { Change, HistoryQuery, ResourceStore, StoredVersion } from '../store.ts';
import { fault } from './asking.ts';
import { create, entries as entriesOf, token, update } from './resources.ts';
import type { Opened, Subject } from './subject.ts';

const MINUTE = 60_000;
const WRITES = 25;

const nameOf = ({ type, id, version }: StoredVersion): string => `${type}/${id}/${version}`;

/** Everything that a reader of the log gets, read piece by piece while others write, until it has seen what it waits for. */
async function follow(store: ResourceStore, isAll: (seen: readonly Change[]) => boolean): Promise<Change[]> {
  const seen: Change[] = [];
  for (const until = Date.now() + 20_000; Date.now() < until && !isAll(seen); ) {
    const found = await store.changes(seen.at(-1)?.position, 7);
    seen.push(...found);
    if (found.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return seen;
}

async function historyOf(store: ResourceStore, query: Omit<HistoryQuery, 'count' | 'after'>) {
  const found: StoredVersion[] = [];
  let after: HistoryQuery['after'];
  do {
    const page = await store.history({ ...query, count: 10, ...(after ? { after } : {}) });
    found.push(...page.versions);
    after = page.next;
  } while (after);
  return found;
}

export function severalProcesses(subject: Subject): void {
  describe('several processes', () => {
    let opened: Opened;
    let others: ResourceStore[] = [];
    afterEach(async () => {
      for (const other of others) await other.close();
      others = [];
      await opened.close();
    });

    /** Clocks that are right, minutes ahead, minutes behind, and all over the place. */
    const clocks: readonly (() => number)[] = [
      Date.now,
      () => Date.now() + 5 * MINUTE,
      () => Date.now() - 7 * MINUTE,
      () => Date.now() + Math.round((Math.random() - 0.5) * 8 * MINUTE),
    ];

    async function start(skip: (why: string) => void): Promise<void> {
      opened = await subject.open();
      const { again } = opened;
      if (!again) skip('!! several processes: not run here, one process owns the store');
      else others = await Promise.all(clocks.map((clock) => again(clock)));
    }

    it('keep one log: each write once, versions in order, times that never go back, nothing passed by', async (context) => {
      await start((why) => context.skip(why));
      const acknowledged: StoredVersion[] = [];
      const write = async (store: ResourceStore, who: number): Promise<void> => {
        for (let i = 0; i < WRITES; i++) {
          const own = await store.transact([create('Basic', `p${who}-${i}`)]);
          const shared = await store.transact([update('Patient', `shared${i % 3}`)]);
          for (const { version } of [...own, ...shared]) acknowledged.push(version as StoredVersion);
        }
      };
      const isAll = (seen: readonly Change[]): boolean => seen.length >= 2 * WRITES * others.length;
      const [seen] = await Promise.all([follow(opened.store, isAll), ...others.map(write)]);
      expect(seen.map(nameOf).toSorted()).toEqual(acknowledged.map(nameOf).toSorted());
      for (const id of ['shared0', 'shared1', 'shared2']) {
        const versions = seen.filter((each) => each.id === id);
        expect(versions.map(({ version }) => version)).toEqual(versions.map((_, i) => i + 1));
        const times = versions.map(({ lastUpdated }) => lastUpdated);
        expect(times).toEqual(times.toSorted((a, b) => a - b));
      }
      expect(await opened.store.changes(seen.at(-1)?.position, 1)).toEqual([]);
    });

    it('agree where the log ends: all that any of them acknowledged, nothing that comes later', async (context) => {
      await start((why) => context.skip(why));
      for (const [i, store] of others.entries()) {
        const [before] = await store.transact([create('Basic', `before${i}`)]);
        const end = await (others[(i + 1) % others.length] as ResourceStore).logEnd();
        expect(before?.version?.lastUpdated).toBeLessThanOrEqual(end.time);
        const later = await Promise.all(
          others.map((other, j) => other.transact([create('Basic', `after${i}-${j}`)])),
        );
        for (const [result] of later) expect(result?.version?.lastUpdated).toBeGreaterThan(end.time);
      }
    });

    it('show a history in order, and pages that stay while the others write', async (context) => {
      await start((why) => context.skip(why));
      for (let i = 0; i < 24; i++)
        await (others[i % others.length] as ResourceStore).transact([
          i % 2 ? create('Basic', `h${i}`) : update('Patient', `h${i % 6}`),
        ]);
      const { store } = opened;
      for (const query of [{}, { type: 'Basic' }, { type: 'Patient' }]) {
        const before = await historyOf(store, query);
        const first = await store.history({ ...query, count: 5 });
        for (const [i, other] of others.entries()) {
          await other.transact([create('Basic', `late${i}-${JSON.stringify(query).length}`)]);
          await other.transact([update('Patient', `h${i}`)]);
        }
        const rest: StoredVersion[] = [];
        for (let after = first.next; after; ) {
          const page = await store.history({ ...query, count: 5, after });
          rest.push(...page.versions);
          after = page.next;
        }
        const shown = [...first.versions, ...rest];
        const times = shown.map(({ lastUpdated }) => lastUpdated);
        expect(times).toEqual(times.toSorted((a, b) => b - a));
        expect(new Set(shown.map(nameOf)).size).toBe(shown.length);
        // What came meanwhile may be among them, where its process's clock is behind; what was there is, each once.
        const known = new Set(before.map(nameOf));
        expect(shown.map(nameOf).filter((name) => known.has(name))).toEqual(before.map(nameOf));
      }
    });

    it('make one resource of conditional creates, and let no reference dangle', async (context) => {
      await start((why) => context.skip(why));
      const entries = { tokens: [{ param: 'identifier', system: 's', code: 'one' }] };
      const results = await Promise.all(
        Array.from({ length: 48 }, (_, i) =>
          (others[i % others.length] as ResourceStore).transact([
            create('Organization', `c${i}`, entries, { ifNoneExist: token('identifier', 'one', 's') }),
          ]),
        ),
      );
      expect(results.filter(([result]) => result?.outcome === 'created')).toHaveLength(1);
      const [first, second] = others as [ResourceStore, ResourceStore];
      const races = Array.from({ length: 30 }, (_, i) => i);
      await Promise.all(races.map((i) => first.transact([create('Patient', `r${i}`)])));
      const outcomes = await Promise.all(
        races.flatMap((i) => [
          first
            .transact([{ kind: 'delete', type: 'Patient', id: `r${i}`, unlessReferenced: true }])
            .catch((error: Error) => error.message),
          second
            .transact([
              create(
                'Observation',
                `r${i}`,
                { references: [{ param: 'subject', target: `Patient/r${i}` }] },
                { requires: [`Patient/r${i}`] },
              ),
            ])
            .catch((error: Error) => error.message),
        ]),
      );
      expect(outcomes).toHaveLength(60);
      await Promise.all(races.map((i) => first.transact([create('Patient', `u${i}`)])));
      const replaced = { ...entriesOf({}), present: [REPLACED] };
      const used = await Promise.all(
        races.map(async (i) => {
          const references = [{ param: 'subject', target: `Patient/u${i}` }];
          const [replacing, using] = await Promise.all([
            fault(
              first.transact([
                update('Patient', `u${i}`, {}, { entries: replaced, unlessReferredToBeside: [] }),
              ]),
            ),
            fault(
              second.transact([create('Observation', `u${i}`, { references }, { uses: [`Patient/u${i}`] })]),
            ),
          ]);
          return `${replacing} ${using}`;
        }),
      );
      for (const outcome of used)
        expect(['none reference-replaced', 'still-referenced none']).toContain(outcome);
      for (const i of races) {
        const patient = await first.read('Patient', `r${i}`);
        const observation = await first.read('Observation', `r${i}`);
        // One of the two won.
        expect([i, patient?.method === 'delete', observation === undefined]).toEqual([
          i,
          observation === undefined,
          patient?.method === 'delete',
        ]);
      }
    });
  });
}
