/**
 * The query tree: the contract between FHIR search and the stores. `search/` builds it, `access/` adds conjuncts to it,
 * adapters compile it. It holds values only: no database syntax, no FHIRPath, no user text that could become an operator.
 */
import { REPLACED } from './index-entry.ts';

/** FHIR search prefixes (https://hl7.org/fhir/R4/search.html#prefix), as tests of an entry's range against a value's range. */
export type RangeTest = 'eq' | 'ne' | 'gt' | 'lt' | 'ge' | 'le' | 'sa' | 'eb' | 'ap';

/** A half-open range [low, high). Dates are milliseconds since the epoch; open ends are -Infinity and Infinity. */
export interface Range {
  readonly low: number;
  readonly high: number;
}

/** How a text compares: all but 'exact' are asked of the folded text. */
export type TextMatch = 'starts' | 'contains' | 'whole' | 'ends' | 'exact';

export type QueryNode =
  | { readonly kind: 'all' }
  | { readonly kind: 'none' }
  | { readonly kind: 'and'; readonly nodes: readonly QueryNode[] }
  | { readonly kind: 'or'; readonly nodes: readonly QueryNode[] }
  | { readonly kind: 'not'; readonly node: QueryNode }
  /** `system` undefined = any system, '' = no system; `code` undefined = any code of the system. Case-sensitive. */
  | { readonly kind: 'token'; readonly param: string; readonly system?: string; readonly code?: string }
  /** `text` is already folded (see fold-text.ts) unless `match` is 'exact', which compares the original spelling (in NFC); 'whole' is all of the folded text. */
  | {
      readonly kind: 'string';
      readonly param: string;
      readonly text: string;
      readonly match: TextMatch;
    }
  | { readonly kind: 'date'; readonly param: string; readonly test: RangeTest; readonly range: Range }
  | { readonly kind: 'number'; readonly param: string; readonly test: RangeTest; readonly range: Range }
  /** `system` and `code` narrow the unit: both = coded unit; `code` alone = coded or human unit; `system` alone = any unit of it; neither = any unit. `otherUnit`: none that is so named. */
  | {
      readonly kind: 'quantity';
      readonly param: string;
      readonly test: RangeTest;
      readonly range: Range;
      readonly system?: string;
      readonly code?: string;
      readonly otherUnit?: true;
    }
  /** Any of the targets; each is `Type/id` (local) or an absolute URL. */
  | { readonly kind: 'reference'; readonly param: string; readonly targets: readonly string[] }
  /** 'below': the entry begins with the value; 'above': the value begins with the entry. */
  | {
      readonly kind: 'uri';
      readonly param: string;
      readonly uri: string;
      readonly match: 'exact' | 'below' | 'above';
    }
  /**
   * All of these words (folded) are in the narrative (`text`), or anywhere in what the resource says (`content`); and, where `begins` is given, one that begins
   * with it; `inOrder`: the words stand one after the other.
   */
  | {
      readonly kind: 'words';
      readonly of: 'text' | 'content';
      readonly words: readonly string[];
      readonly begins?: string;
      readonly inOrder?: true;
    }
  | { readonly kind: 'missing'; readonly param: string; readonly missing: boolean }
  | { readonly kind: 'id'; readonly ids: readonly string[] }
  | { readonly kind: 'lastUpdated'; readonly test: RangeTest; readonly range: Range }
  /** The resource is owned by one of these Patients (ids): the access condition (access/owner-table.ts). */
  | { readonly kind: 'owner'; readonly patients: readonly string[] }
  /** A live Patient that owns the resource satisfies `where`; with `orNobody` also what no Patient owns: staff's access (access/reach.ts). */
  | { readonly kind: 'ownedBy'; readonly where: QueryNode; readonly orNobody: boolean }
  /** The reference `param` leads to a live resource of `type` for which `where` holds. */
  | {
      readonly kind: 'chained';
      readonly param: string;
      readonly type: string;
      readonly where: QueryNode;
      /** Given: `param` holds canonicals (search/canonicals.ts), and this is the base URL that this server's own addresses begin with. */
      readonly base?: string;
    }
  /** A live resource of `type` for which `where` holds refers here by its `param` (`_has`). */
  | {
      readonly kind: 'reverseChained';
      readonly type: string;
      readonly param: string;
      readonly where: QueryNode;
      /** As in `chained`. */
      readonly base?: string;
    }
  /**
   * What this resource is about (`about`), or what names this Binary as its file (`file`), is of one of these types and satisfies `where` (links.ts). `deleted`: what was
   * deleted counts too, as it was last.
   */
  | {
      readonly kind: 'linked';
      readonly by: 'about' | 'file';
      readonly types: readonly string[];
      readonly where: QueryNode;
      readonly deleted: boolean;
    };

/** What is asked of a resource, apart from how that is joined. */
export type QueryLeaf = Exclude<QueryNode, { readonly kind: 'and' | 'or' | 'not' }>;

export const all: QueryNode = Object.freeze({ kind: 'all' });
export const none: QueryNode = Object.freeze({ kind: 'none' });
/** What no other resource stands for. */
export const inUse: QueryNode = Object.freeze({ kind: 'missing', param: REPLACED, missing: true });

/** Conjunction, flattened; `none` absorbs, `all` vanishes. */
export function and(...nodes: readonly QueryNode[]): QueryNode {
  const kept: QueryNode[] = [];
  for (const node of nodes)
    for (const each of node.kind === 'and' ? node.nodes : [node]) {
      if (each.kind === 'none') return none;
      if (each.kind !== 'all') kept.push(each);
    }
  if (kept.length === 0) return all;
  return kept.length === 1 ? (kept[0] as QueryNode) : { kind: 'and', nodes: kept };
}

/** Disjunction, flattened; `all` absorbs, `none` vanishes. */
export function or(...nodes: readonly QueryNode[]): QueryNode {
  const flat = nodes.flatMap((node) => (node.kind === 'or' ? node.nodes : [node]));
  const kept = togetherByParameter(flat.filter((node) => node.kind !== 'none'));
  if (kept.some((node) => node.kind === 'all')) return all;
  if (kept.length === 0) return none;
  return kept.length === 1 ? (kept[0] as QueryNode) : { kind: 'or', nodes: kept };
}

/** References by one parameter are one question, however many targets they have; so are chains of one parameter to ids. */
function togetherByParameter(nodes: readonly QueryNode[]): QueryNode[] {
  const found: QueryNode[] = [];
  for (const [name, group] of Map.groupBy(nodes, questionOf)) {
    const [first] = group;
    if (name === undefined || group.length === 1) found.push(...group);
    else if (first?.kind === 'reference')
      found.push({
        ...first,
        targets: group.flatMap((node) => (node.kind === 'reference' ? node.targets : [])),
      });
    else if (first?.kind === 'chained')
      found.push({ ...first, where: { kind: 'id', ids: group.flatMap(idsAtEnd) } });
  }
  return found;
}

/** undefined: a question of its own. */
function questionOf(node: QueryNode): string | undefined {
  if (node.kind === 'reference') return node.param;
  return node.kind === 'chained' && node.where.kind === 'id'
    ? JSON.stringify([node.param, node.type, node.base])
    : undefined;
}

const idsAtEnd = (node: QueryNode): readonly string[] =>
  node.kind === 'chained' && node.where.kind === 'id' ? node.where.ids : [];

export function not(node: QueryNode): QueryNode {
  if (node.kind === 'all') return none;
  if (node.kind === 'none') return all;
  if (node.kind === 'not') return node.node;
  return { kind: 'not', node };
}

/** The same tree with other leaves: `change` is asked of each node that joins no others. */
export function withLeaves(node: QueryNode, change: (leaf: QueryLeaf) => QueryNode): QueryNode {
  switch (node.kind) {
    case 'and':
      return and(...node.nodes.map((each) => withLeaves(each, change)));
    case 'or':
      return or(...node.nodes.map((each) => withLeaves(each, change)));
    case 'not':
      return not(withLeaves(node.node, change));
    default:
      return change(node);
  }
}

/** `linked`, where it may hold of anything. */
export function linked(
  by: 'about' | 'file',
  types: readonly string[],
  where: QueryNode,
  deleted: boolean,
): QueryNode {
  return types.length === 0 || where.kind === 'none' ? none : { kind: 'linked', by, types, where, deleted };
}

/** One key of `_sort`. 'date' is the type's main clinical date (search/main-date.ts), which both stores keep inside their index keys. */
export type SortKey =
  | { readonly by: 'mainDate'; readonly descending: boolean }
  | { readonly by: 'lastUpdated'; readonly descending: boolean }
  | { readonly by: 'id'; readonly descending: boolean }
  | {
      readonly by: 'param';
      readonly param: string;
      readonly family: 'token' | 'string' | 'date' | 'number' | 'quantity' | 'reference' | 'uri';
      readonly descending: boolean;
      /** Among what is present: the resource has no value of the key in spite of its entries. Of tokens and references. */
      readonly unless?: string;
    };

/**
 * Where a page ended: the values of the sort keys, then a tie-breaker that only the adapter knows to read, all JSON. As tie-breaker, null is beyond everything that has
 * equal values, and '' before it, in the direction of the walk.
 */
export type Cursor = readonly (string | number | null)[];

export interface SearchQuery {
  readonly type: string;
  /** The whole condition, the access condition already AND-ed in. */
  readonly where: QueryNode;
  /** Of Patients: that access condition by itself, as it stands in `where`. It is the same object whenever the same caller asks, so a store may know what it comes to. */
  readonly granted?: QueryNode;
  /**
   * At least one key. Resources without a value of a key sort last in either direction. Of several values the smallest counts
   * when ascending, the greatest when descending: a string's folded text, a token's code, a reference's target, a uri as it is, and of a
   * range its low end in both directions. Ties are broken by an order of the adapter's own that doesn't change.
   */
  readonly sort: readonly SortKey[];
  /** At most this many matches; 0 asks for the total alone. */
  readonly count: number;
  readonly after?: Cursor;
  /** The page that ends right before `after`, instead of the one that begins right after it. */
  readonly backward?: boolean;
  /** Characters that the bodies of a page hold together; it ends early where there is more, after one match at least. */
  readonly room?: number;
  /** An estimate may be drawn from other rows than those that match: not for whoever may not read all of the type. */
  readonly total: 'none' | 'estimate' | 'accurate';
}
