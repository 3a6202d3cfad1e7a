/** How the contract's tests ask a store. */
import type { QueryNode, SearchQuery, SortKey } from '../../search/query.ts';
import { type ResourceStore, StoreError } from '../store.ts';

/** What the change log shows a moment later, on a machine that is busy. */
export const WAIT = { timeout: 10_000 };

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

export const ids = async (store: ResourceStore, query: SearchQuery): Promise<string[]> =>
  (await store.search(query)).matches.map(({ id }) => id);

export async function fault(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'none',
    (error: unknown) => (error instanceof StoreError ? error.fault : String(error)),
  );
}
