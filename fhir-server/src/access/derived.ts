/** What is derived from a caller's rights, again and again: they are the same objects until the rights are looked at anew, within a minute. */
import { and, type QueryNode } from '../search/query.ts';

/** A name may hold what somebody wrote. */
const MOST_NAMES = 5000;

/** Made once for each `rights` and name. It is the same object from then on, so that what a store knows of a condition is found again. */
export function derivedOnce<T>(): (rights: object, name: string, make: () => T) => T {
  const known = new WeakMap<object, Map<string, T>>();
  return (rights, name, make) => {
    const made = known.get(rights) ?? new Map<string, T>();
    known.set(rights, made);
    if (!made.has(name)) {
      if (made.size >= MOST_NAMES) made.clear();
      made.set(name, make());
    }
    return made.get(name) as T;
  };
}

const pairs = new WeakMap<QueryNode, WeakMap<QueryNode, QueryNode>>();

/** `and` of two conditions that were derived so, which is the same object for the same two. */
export function bothOf(first: QueryNode, second: QueryNode): QueryNode {
  const known = pairs.get(first) ?? new WeakMap<QueryNode, QueryNode>();
  pairs.set(first, known);
  const both = known.get(second) ?? and(first, second);
  known.set(second, both);
  return both;
}
