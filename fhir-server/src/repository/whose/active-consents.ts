/**
 * The Consents in force that say who may see a record, kept in memory: few of a clinic's Consents do. What changed is asked for every few seconds, so that a
 * Consent binds within them in every process.
 */
import { type ConsentRule, ruleOf } from '../../access/consent-rules.ts';
import { and, type QueryNode } from '../../search/query.ts';
import type { ResourceStore, StoredVersion } from '../../store/store.ts';
import { everyMatch } from '../every-match.ts';
import { asMeant } from './zones.ts';

/** Clocks of several servers differ, and a write is seen a little after its time. */
const MARGIN_MS = 120_000;
const PAGE = 500;

type Store = Pick<ResourceStore, 'read' | 'search'>;

export interface ActiveConsents {
  /** All that bind somebody, the same list as long as nothing of it has changed; throws StoreError when the store can't say. */
  rules(): Promise<readonly ConsentRule[]>;
}

export interface Clocks {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Milliseconds by a clock that nobody sets. */
  readonly elapsed: () => number;
}

/** `freshMs`: for how long what was read counts. */
export function createActiveConsents(store: Store, clocks: Clocks, freshMs: number): ActiveConsents {
  const known = new Map<string, ConsentRule>();
  /** Of those that changed of late, which are looked at more than once. */
  const versions = new Map<string, number>();
  let asked: { readonly at: number; readonly tick: number } | undefined;
  let running: Promise<void> | undefined;
  let listed: readonly ConsentRule[] = [];

  async function refresh(): Promise<void> {
    const at = clocks.now();
    const tick = clocks.elapsed();
    // Where the clock was set, what was written since may bear a time from before.
    const wasSet = asked && Math.abs(at - asked.at - (tick - asked.tick)) > MARGIN_MS / 2;
    if (wasSet) {
      known.clear();
      versions.clear();
    }
    const low = asked && !wasSet ? asked.at - MARGIN_MS : undefined;
    const changed: QueryNode =
      low === undefined
        ? { kind: 'token', param: 'status', code: 'active' }
        : { kind: 'lastUpdated', test: 'ge', range: { low, high: low + 1 } };
    const binding: ConsentRule[] = [];
    let isOther = wasSet || !asked;
    for await (const { id, version, body } of consents(store, changed)) {
      if (versions.get(id) === version) continue;
      versions.set(id, version);
      const rule = ruleOf(JSON.parse(body ?? '{}') as Record<string, unknown>);
      if (rule && binds(rule)) binding.push(rule);
      else if (known.delete(id)) isOther = true;
    }
    for (const rule of await asMeant(store, binding)) {
      known.set(rule.id, rule);
      isOther = true;
    }
    if (low !== undefined && (await forgetDeleted())) isOther = true;
    asked = { at, tick };
    if (isOther) listed = [...known.values()];
  }

  /** A deleted one is found by no search. */
  async function forgetDeleted(): Promise<boolean> {
    const before = known.size;
    const ids = [...known.keys()];
    for (let i = 0; i < ids.length; i += PAGE) {
      const asked = ids.slice(i, i + PAGE);
      const there = new Set<string>();
      for await (const { id } of consents(store, { kind: 'id', ids: asked })) there.add(id);
      for (const id of asked) if (!there.has(id)) known.delete(id);
    }
    return known.size < before;
  }

  return {
    async rules() {
      if (asked && clocks.elapsed() - asked.tick < freshMs) return listed;
      running ??= refresh().finally(() => {
        running = undefined;
      });
      await running;
      return listed;
    },
  };
}

/** Most Consents permit what happens anyway. */
function binds({ provision }: ConsentRule): boolean {
  const says = (node: ConsentRule['provision']): boolean =>
    node.type === 'deny' || (node.actor ?? []).length > 0 || (node.provision ?? []).some(says);
  return says(provision);
}

const consents = (store: Store, where: QueryNode): AsyncGenerator<StoredVersion> =>
  everyMatch(store, {
    type: 'Consent',
    where: and(where),
    sort: [{ by: 'lastUpdated', descending: false }],
    count: PAGE,
  });
