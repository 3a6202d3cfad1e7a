/** Patients whose record holds a match of a query, as it was at a time: the same whenever it is asked again. */
import { ownersOf } from '../../access/owner-table.ts';
import type { MemberFilter } from '../../operations/group-members.ts';
import { parseJson } from '../../repository/text/resource-text.ts';
import { makeReferencesLocal } from '../../search/own-references.ts';
import { queryOf } from '../../search/query-text.ts';
import type { ResourceStore } from '../../store/store.ts';
import { createSelection } from './selection.ts';

export async function havingMatch(
  {
    store,
    baseUrl,
    check,
  }: { readonly store: ResourceStore; readonly baseUrl: string; readonly check: () => void },
  { type, where }: MemberFilter,
  time: number,
): Promise<Set<string>> {
  const order = { level: 'system', types: [], since: undefined, until: undefined } as const;
  const selection = createSelection({
    store,
    baseUrl,
    order,
    time,
    patients: undefined,
    most: Number.POSITIVE_INFINITY,
  });
  const found = new Set<string>();
  for (let after: string | undefined; ; ) {
    check();
    const { versions, next } = await selection.page({ type, where: queryOf(where) }, { after, always: true });
    for (const { body } of versions) {
      const resource = parseJson(body ?? '{}') as { resourceType: string };
      makeReferencesLocal(resource, baseUrl);
      for (const owner of ownersOf(resource)) found.add(owner);
    }
    if (next === undefined) return found;
    after = next;
  }
}
