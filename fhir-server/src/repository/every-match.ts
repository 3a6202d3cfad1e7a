/** Everything that a search finds, page after page. */
import type { Cursor, SearchQuery } from '../search/query.ts';
import type { ResourceStore, StoredVersion } from '../store/store.ts';

/** `asked.count`: how many are read at a time. */
export async function* everyMatch(
  store: Pick<ResourceStore, 'search'>,
  asked: Pick<SearchQuery, 'type' | 'where' | 'sort' | 'count'>,
): AsyncGenerator<StoredVersion> {
  let after: Cursor | undefined;
  do {
    const page = await store.search({ ...asked, total: 'none', ...(after ? { after } : {}) });
    yield* page.matches;
    after = page.next;
  } while (after);
}
