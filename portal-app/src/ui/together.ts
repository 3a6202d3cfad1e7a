/** What stands on one part of a page and comes by several queries comes at once: nothing is pushed away under the finger that presses it. */
import type { QueryLike } from './parts.tsx';

/** `query` as one that is still loading while one of `others` is; whatever becomes of those, it is shown then. */
export function together<T>(
  query: QueryLike<T>,
  ...others: readonly { readonly isLoading: boolean }[]
): QueryLike<T> {
  if (!others.some(({ isLoading }) => isLoading)) return query;
  return { data: undefined, error: null, refetch: query.refetch, fetchStatus: 'fetching' };
}
