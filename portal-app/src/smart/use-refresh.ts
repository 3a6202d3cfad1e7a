/** Reads again what a change has made old. */
import { useQueryClient } from '@tanstack/react-query';

/** `keys`: the first word of each query that is read again, whoever shows it. Resolves when those on the page are there. */
export function useRefresh(): (...keys: readonly string[]) => Promise<unknown> {
  const queries = useQueryClient();
  return (...keys) => Promise.all(keys.map((key) => queries.invalidateQueries({ queryKey: [key] })));
}
