/** Terminology with what is stored here: as a caller may read it, or, for what the server itself checks, all of it. */
import { FhirError } from '@wellspring/profiles';
import type { ResourceStore } from '../../store/store.ts';
import {
  createStoredCanonicals,
  type FindVersions,
  type StoredCanonicals,
} from '../../terminology/stored.ts';
import {
  createTerminologies,
  type MoreTerminology,
  type Terminologies,
} from '../../terminology/terminologies.ts';

type Store = Pick<ResourceStore, 'search'>;

/** Definitions are no patient's data: they count whatever the writer may read. */
export function allTerminologies(store: Store, more: MoreTerminology, baseUrl: string): Terminologies {
  const find: FindVersions = async (type, where, limit) => {
    const page = await store.search({
      type,
      where,
      sort: [{ by: 'lastUpdated', descending: true }],
      count: limit,
      total: 'none',
    });
    return page.matches;
  };
  return createTerminologies(createStoredCanonicals(find, baseUrl), more);
}

/** `find`: under the caller's access. What they may not read is not there. */
export function readableCanonicals(find: FindVersions, baseUrl: string): StoredCanonicals {
  return createStoredCanonicals(async (type, where, limit) => {
    try {
      return await find(type, where, limit);
    } catch (error) {
      if (error instanceof FhirError && error.status === 403) return [];
      throw error;
    }
  }, baseUrl);
}
