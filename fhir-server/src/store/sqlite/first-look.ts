/**
 * A page over a long list, by the rows of the list that come first: mostly it is full with them, and then it is the page. So a search that may take long is looked at for a bounded
 * while by the thread that answers, which knows what owners and versions there are; only where that is not enough does it go to a thread of its own (reader-pool.ts).
 */
import type { QueryNode, SearchQuery } from '../../search/query.ts';
import { conjunctsOf, cut, isInOrder, type SearchPlan, walkOf, withRowCursor } from './compile-search.ts';
import type { Place } from './driver-list.ts';
import { joinSql, sql } from './sql.ts';

/** Rows of the list. */
export const LOOK = 500;
const MOST_KNOWN = 1000;

/**
 * The same search over those rows alone: what it finds is the page where there is more after it. `plan` itself: no more are left. undefined where the list is in another order, or where what its rows are still to be asked may
 * take long of itself.
 */
export function firstLook(plan: SearchPlan): SearchPlan | undefined {
  const { connection, driver } = plan;
  const query = withRowCursor(connection, plan.query);
  const isQuick = conjunctsOf(query).every((node) => driver.covers.includes(node) || isQuickProbe(node));
  if (!isInOrder(plan) || !isQuick || query.total !== 'none') return undefined;
  const last = placeOf(plan, query, LOOK);
  return last ? cut(plan, 'before', last) : plan;
}

/** The row that has so many before it, from where the query goes on; undefined: the list is not as long. It holds until something is committed. */
export function placeOf(
  { connection, driver }: SearchPlan,
  query: SearchQuery,
  rows: number,
): Place | undefined {
  const walk = walkOf(driver, query);
  const list = [sql(`SELECT ${driver.d}, ${driver.rid} FROM `), driver.from, sql(' WHERE '), driver.where];
  const { text, values } = joinSql([...list, walk.after, walk.order, sql(' LIMIT 1 OFFSET ?', rows)], '');
  const places = connection.known?.looks;
  const name = JSON.stringify([text, values]);
  const place = places?.get(name) ?? (connection.rows(text, values)[0] as Place | undefined);
  if (places && places.size >= MOST_KNOWN) places.clear();
  if (place) places?.set(name, place);
  return place;
}

/** Asked of a row by its own keys. Of many values in a list the rows are looked up first (value-lists.ts); a system without a code, texts and URLs are looked for among all that there are. */
export function isQuickProbe(node: QueryNode): boolean {
  switch (node.kind) {
    case 'and':
      return node.nodes.every(isQuickProbe);
    case 'or':
      return node.nodes.every((each) => isQuickProbe(each) && !LISTED.has(each.kind));
    case 'not':
      return isQuickProbe(node.node);
    case 'token':
      return node.code !== undefined;
    default:
      return QUICK.has(node.kind) || LISTED.has(node.kind);
  }
}

const QUICK: ReadonlySet<QueryNode['kind']> = new Set([
  'all',
  'none',
  'id',
  'missing',
  'owner',
  'ownedBy',
  'reference',
]);
const LISTED: ReadonlySet<QueryNode['kind']> = new Set(['date', 'number', 'quantity', 'lastUpdated']);
