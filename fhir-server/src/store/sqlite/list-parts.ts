/**
 * A list that is put together of a few lists in order: a code in any system, several codes, several patients. SQLite would read all their rows to put them in one order; here they are walked side by
 * side from their beginnings, and what comes first of them is the page.
 */
import type { SearchQuery } from '../../search/query.ts';
import { compilePage, cut, isDescending, openOf, type SearchPlan, withRowCursor } from './compile-search.ts';
import type { Place } from './driver-list.ts';
import { LOOK, placeOf } from './first-look.ts';
import { type SqlValue, sql } from './sql.ts';

/** `rid` stands behind the date: of one date its order counts, and it tells what several lists have. */
type PartRow = readonly [seq: SqlValue, d: SqlValue, rid: SqlValue];

/** The same search over each of the lists; undefined where the order that is wanted is not theirs. */
export function partsInOrder(plan: SearchPlan): readonly SearchPlan[] | undefined {
  const { driver, query } = plan;
  if (!driver.parts || query.sort.length !== 1 || query.sort[0]?.by !== 'mainDate') return undefined;
  return driver.parts.map((part) => ({ ...plan, driver: part }));
}

/** How much further is looked each time, where what was looked at did not fill the page. */
const FURTHER = 4;

/** The page's rows, and one more where there is more. */
export function pageOfParts(parts: readonly SearchPlan[]): readonly PartRow[] {
  const [{ connection, query: asked }] = parts as readonly [SearchPlan];
  const { after, ...query } = withRowCursor(connection, asked);
  const lists = parts.map((part) => ({ ...part, query }));
  const behind = (place: readonly SqlValue[]) => lists.map((list) => cut(list, 'behind', place));
  let left = after ? behind(after) : lists;
  const found: PartRow[] = [];
  for (let rows = LOOK; ; rows *= FURTHER) {
    // One of them may have nothing that passes, and would be walked to its end.
    const end = lists.every((list) => openOf(list).length === 0) ? undefined : nearest(left, query, rows);
    const window = end ? left.map((list) => cut(list, 'before', withItself(end, query))) : left;
    found.push(...inOneOrder(window.map(rowsOf), query));
    if (!end || found.length > query.count) return found.slice(0, query.count + 1);
    left = behind(end);
  }
}

function rowsOf(plan: SearchPlan): readonly PartRow[] {
  const page = compilePage(plan, sql(plan.driver.rid));
  return plan.connection.rows(page.text, page.values) as unknown as readonly PartRow[];
}

/** Where the first of them has had so many rows; undefined: none has as many. */
function nearest(lists: readonly SearchPlan[], query: SearchQuery, rows: number): Place | undefined {
  const ends = lists.map((list) => placeOf(list, query, rows)).filter((end) => end !== undefined);
  return ends.sort((a, b) => inOrder(query, a, b))[0];
}

/** Row numbers are whole. */
const withItself = ([d, rid]: Place, query: SearchQuery): Place => [
  d,
  Number(rid) + (isDescending(query) ? -1 : 1),
];

function inOneOrder(lists: readonly (readonly PartRow[])[], query: SearchQuery): readonly PartRow[] {
  const rows = lists.flat().sort(([, ...a], [, ...b]) => inOrder(query, a, b));
  return rows.filter((row, i) => row[2] !== rows[i - 1]?.[2]);
}

const inOrder = (query: SearchQuery, a: Place, b: Place): number =>
  (isDescending(query) ? -1 : 1) * (Number(a[0]) - Number(b[0]) || Number(a[1]) - Number(b[1]));
