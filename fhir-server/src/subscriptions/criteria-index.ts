/**
 * Which subscriptions a change may concern, without asking each of them: a subscription is found by one thing that whatever it is told of must have (the patient, a
 * reference, a code), and what a resource has is looked up. Those that ask for nothing in particular are few, and are asked.
 */
import type { QueryNode } from '../search/query.ts';
import type { Examined } from '../search/satisfies.ts';

export interface CriteriaIndex<T> {
  /** `node`: what every resource that concerns it satisfies. */
  add(type: string, node: QueryNode, item: T): void;
  remove(item: T): void;
  hasType(type: string): boolean;
  /** Those that there is something for. */
  types(): string[];
  /** Each once. */
  candidates(type: string, sides: readonly Examined[]): Set<T>;
}

interface OfType<T> {
  readonly keyed: Map<string, Set<T>>;
  readonly others: Set<T>;
  count: number;
}

export function createCriteriaIndex<T>(): CriteriaIndex<T> {
  const types = new Map<string, OfType<T>>();
  /** Where an item stands, so that it can be taken out. */
  const places = new Map<T, { readonly type: string; readonly keys: readonly string[] | undefined }[]>();

  const ofType = (type: string): OfType<T> => {
    const known = types.get(type) ?? { keyed: new Map<string, Set<T>>(), others: new Set<T>(), count: 0 };
    types.set(type, known);
    return known;
  };

  return {
    add(type, node, item) {
      const own = ofType(type);
      const keys = keysOf(node);
      if (keys === undefined) own.others.add(item);
      for (const key of keys ?? []) {
        const items = own.keyed.get(key) ?? new Set<T>();
        own.keyed.set(key, items.add(item));
      }
      own.count += 1;
      places.set(item, [...(places.get(item) ?? []), { type, keys }]);
    },
    remove(item) {
      for (const { type, keys } of places.get(item) ?? []) {
        const own = ofType(type);
        own.count -= 1;
        if (keys === undefined) own.others.delete(item);
        for (const key of keys ?? []) {
          const items = own.keyed.get(key);
          items?.delete(item);
          if (items?.size === 0) own.keyed.delete(key);
        }
      }
      places.delete(item);
    },
    hasType: (type) => (types.get(type)?.count ?? 0) > 0,
    types: () => [...types].flatMap(([type, { count }]) => (count > 0 ? type : [])),
    candidates(type, sides) {
      const own = types.get(type);
      if (!own) return new Set();
      const found = new Set(own.others);
      for (const side of sides)
        for (const key of keysIn(side)) for (const item of own.keyed.get(key) ?? []) found.add(item);
      return found;
    },
  };
}

/** Every resource that satisfies the node has one of these; undefined: it need not. */
function keysOf(node: QueryNode): readonly string[] | undefined {
  switch (node.kind) {
    case 'none':
      return [];
    case 'owner':
      return node.patients.map((id) => `owner ${id}`);
    case 'id':
      return node.ids.map((id) => `id ${id}`);
    case 'reference':
      return node.targets.map((target) => `reference ${node.param} ${target}`);
    case 'token':
      if (node.code === undefined) return undefined;
      return [
        node.system === undefined
          ? codeKey(node.param, node.code)
          : tokenKey(node.param, node.system, node.code),
      ];
    case 'or': {
      const keys = node.nodes.map(keysOf);
      return keys.every((each) => each !== undefined) ? keys.flat() : undefined;
    }
    case 'and':
      return best(node.nodes);
    default:
      return undefined;
  }
}

/** What few resources have: a patient or an id before a code, which may be that of half of them. */
function best(nodes: readonly QueryNode[]): readonly string[] | undefined {
  const rank = (node: QueryNode): number => (node.kind === 'token' ? 1 : 0);
  const usable = nodes.map((node) => ({ rank: rank(node), keys: keysOf(node) }));
  return usable
    .filter(({ keys }) => keys !== undefined)
    .sort((a, b) => a.rank - b.rank || (a.keys?.length ?? 0) - (b.keys?.length ?? 0))[0]?.keys;
}

function* keysIn({ id, entries }: Examined): Iterable<string> {
  yield `id ${id}`;
  for (const owner of entries.owners) yield `owner ${owner}`;
  for (const { param, target } of entries.references) yield `reference ${param} ${target}`;
  for (const { param, system, code } of entries.tokens) {
    yield codeKey(param, code);
    yield tokenKey(param, system, code);
  }
}

const codeKey = (param: string, code: string): string => `code ${param} ${code}`;
const tokenKey = (param: string, system: string, code: string): string => `token ${param} ${system} ${code}`;
