/** Patients whose record holds a match of a query, as it was at a time: the same whenever it is asked again. */
import { ownersOf } from '../../access/owner-table.ts';
import type { MemberFilter } from '../../operations/group-members.ts';
import { parseJson } from '../../repository/text/resource-text.ts';
import { makeReferencesLocal } from '../../search/own-references.ts';
import { all } from '../../search/query.ts';
import { queryOf, queryText } from '../../search/query-text.ts';
import type { ResourceStore, WalkedVersion } from '../../store/store.ts';
import { createSelection } from './selection.ts';

export interface Matching {
  readonly store: ResourceStore;
  readonly baseUrl: string;
  readonly check: () => void;
}

export async function havingMatch(
  matching: Matching,
  filter: MemberFilter,
  time: number,
): Promise<Set<string>> {
  const found = new Set<string>();
  for await (const { body } of versionsOf(matching, filter, time, undefined)) {
    const resource = parseJson(body ?? '{}') as { resourceType: string };
    makeReferencesLocal(resource, matching.baseUrl);
    for (const owner of ownersOf(resource)) found.add(owner);
  }
  return found;
}

/** Those whose record was deleted after `since`, and held a match of each query before: `found` are those who have one of the same query now. */
export async function havingHadMatch(
  matching: Matching,
  filters: readonly MemberFilter[],
  found: readonly ReadonlySet<string>[],
  { since, time }: { readonly since: number; readonly time: number },
): Promise<Set<string>> {
  const everybody = { type: 'Patient', where: queryText(all) };
  let gone = await ownersOfDeleted(matching, everybody, time, since);
  for (const [i, filter] of filters.entries()) {
    if (gone.size === 0) break;
    const had = await ownersOfDeleted(matching, filter, time, since);
    gone = gone.intersection(had.union(found[i] ?? new Set()));
  }
  return gone;
}

async function ownersOfDeleted(
  matching: Matching,
  filter: MemberFilter,
  time: number,
  since: number,
): Promise<Set<string>> {
  const found = new Set<string>();
  for await (const { body, owners } of versionsOf(matching, filter, time, since))
    if (body === undefined) for (const owner of owners) found.add(owner);
  return found;
}

/** As they were at the time: all live ones, or what was changed or deleted since. */
async function* versionsOf(
  { store, baseUrl, check }: Matching,
  { type, where }: MemberFilter,
  time: number,
  since: number | undefined,
): AsyncGenerator<WalkedVersion> {
  const order = { level: 'system', types: [], since, until: undefined } as const;
  const selection = createSelection({
    store,
    baseUrl,
    order,
    time,
    patients: undefined,
    most: Number.POSITIVE_INFINITY,
  });
  for (let after: string | undefined; ; ) {
    check();
    const always = since === undefined;
    const { versions, next } = await selection.page({ type, where: queryOf(where) }, { after, always });
    yield* versions;
    if (next === undefined) return;
    after = next;
  }
}
