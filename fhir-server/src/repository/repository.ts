/**
 * The only door to data: access, validation, indexing and integrity are applied to every call, so that no path can forget them. The access
 * context is a required argument everywhere.
 */
import { randomUUID } from 'node:crypto';
import { forbidden, gone, notFound } from '@wellspring/profiles';
import type { AccessContext } from '../access/access-context.ts';
import { requireReadCondition } from '../access/read-condition.ts';
import { restrict } from '../access/restrict.ts';
import type { SearchRequest } from '../search/parse-search.ts';
import { and, type Cursor, type QueryNode } from '../search/query.ts';
import type { HistoryPage, ResourceStore, SearchPage, StoredVersion } from '../store/store.ts';
import { withImpliedOwner } from './implied-owner.ts';
import { prepareWrites, type Write } from './prepare-writes.ts';
import type { RepositoryOptions } from './repository-options.ts';
import { writeError } from './store-faults.ts';

export interface WrittenVersion {
  readonly outcome: 'created' | 'updated' | 'deleted' | 'found' | 'absent';
  readonly version: StoredVersion | undefined;
}

export interface HistoryRequest {
  readonly type?: string;
  readonly id?: string;
  readonly count: number;
  readonly since?: number;
  readonly at?: { readonly from: number; readonly to: number };
  readonly after?: Cursor;
}

export interface Repository {
  readonly baseUrl: string;
  readonly supportsTransactions: boolean;
  /** The live version. Errors: 403, 404 (also when it is not theirs), 410. */
  read(access: AccessContext, type: string, id: string): Promise<StoredVersion>;
  vread(access: AccessContext, type: string, id: string, version: number): Promise<StoredVersion>;
  history(access: AccessContext, request: HistoryRequest): Promise<HistoryPage>;
  search(
    access: AccessContext,
    request: Pick<SearchRequest, 'type' | 'where' | 'sort' | 'count' | 'after' | 'total'>,
  ): Promise<SearchPage>;
  /** Everything of one type that satisfies the condition, up to `limit`, under the caller's access. */
  find(
    access: AccessContext,
    type: string,
    where: QueryNode,
    limit: number,
  ): Promise<readonly StoredVersion[]>;
  /** All or nothing, in order. `entryOf` maps a write to the Bundle entry that errors should name. */
  write(
    access: AccessContext,
    writes: readonly Write[],
    entryOf?: (index: number) => number,
  ): Promise<readonly WrittenVersion[]>;
  newId(): string;
}

export function createRepository(store: ResourceStore, options: RepositoryOptions): Repository {
  async function search(
    access: AccessContext,
    request: Pick<SearchRequest, 'type' | 'where' | 'sort' | 'count' | 'after' | 'total'>,
  ): Promise<SearchPage> {
    const condition = requireReadCondition(access, request.type, 's');
    const where = and(withImpliedOwner(request.type, restrict(access, request.where)), condition);
    return store.search({
      type: request.type,
      where,
      sort: request.sort,
      count: request.count,
      total: request.total,
      ...(request.after ? { after: request.after } : {}),
    });
  }

  const repository: Repository = {
    baseUrl: options.baseUrl,
    supportsTransactions: store.supports.transactions,
    newId: randomUUID,
    search,

    async read(access, type, id) {
      const visible = requireReadCondition(access, type, 'r');
      const found = await store.read(type, id, visible);
      if (!found) throw notFound(type, id);
      if (found.body === undefined) throw gone(type, id);
      return found;
    },

    async vread(access, type, id, version) {
      const visible = requireReadCondition(access, type, 'r');
      const found = await store.vread(type, id, version, visible);
      if (!found) throw notFound(type, id);
      if (found.body === undefined) throw gone(type, id);
      return found;
    },

    async history(access, request) {
      const visible = requireReadCondition(
        access,
        request.type ?? 'Resource',
        request.id === undefined ? 's' : 'r',
      );
      // The history of a type or of the system is for those who may read all of it: rule R8 of docs/SECURITY.md.
      if (request.id === undefined && visible.kind !== 'all') {
        throw forbidden('The history of a type or of the system needs unrestricted read access.');
      }
      const page = await store.history({ ...request, ...(request.type === undefined ? {} : { visible }) });
      if (
        request.id !== undefined &&
        request.type !== undefined &&
        page.total === 0 &&
        request.since === undefined
      ) {
        throw notFound(request.type, request.id);
      }
      return page;
    },

    async find(access, type, where, limit) {
      const page = await search(access, {
        type,
        where,
        sort: [{ by: 'mainDate', descending: true }],
        count: limit,
        after: undefined,
        total: 'none',
      });
      return page.matches;
    },

    async write(access, writes, entryOf) {
      const operations = await prepareWrites(
        { store, options, access, find: repository.find },
        writes,
        entryOf,
      );
      try {
        const written = (await store.transact(operations)) as readonly WrittenVersion[];
        if (operations.some(({ type }) => type === 'SearchParameter')) options.searchParametersChanged?.();
        return written;
      } catch (error) {
        throw writeError(error, operations, entryOf);
      }
    },
  };
  return repository;
}
