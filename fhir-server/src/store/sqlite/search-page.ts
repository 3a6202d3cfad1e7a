/** One page of a search and its total, on a given connection. */
import { createPageRoom } from '../../page-room.ts';
import type { Cursor, SearchQuery } from '../../search/query.ts';
import type { SearchPage, StoredVersion } from '../store.ts';
import {
  compileCount,
  compileLength,
  compilePage,
  compileSample,
  type SearchPlan,
} from './compile-search.ts';
import { headByOwners } from './list-head.ts';
import { pageOfParts, partsInOrder } from './list-parts.ts';
import type { Sql, SqlValue } from './sql.ts';
import type { Versions } from './versions.ts';

/** `plan` undefined = nothing can match. `head`: rows of the page that were read before; then the plan is of what is behind them. */
export function searchPage(
  query: SearchQuery,
  plan: SearchPlan | undefined,
  versions: Versions,
  head: readonly PageRow[] = [],
): SearchPage {
  const rows = plan && query.count > 0 ? joined(head, pageRows(plan)) : head;
  const { matches, positions } = shown(rows, query, versions);
  if (query.backward) {
    matches.reverse();
    positions.reverse();
  }
  return {
    matches,
    positions,
    next: rows.length > matches.length ? positions.at(query.backward ? 0 : -1) : undefined,
    total:
      query.total === 'none'
        ? undefined
        : query.total === 'estimate'
          ? estimateMatches(plan)
          : countMatches(plan),
  };
}

/** As many as there is room for, in the order of the walk. Nothing is read beyond the one that there is no room for. */
function shown(
  rows: readonly PageRow[],
  { count, room, sort }: SearchQuery,
  versions: Versions,
): { readonly matches: StoredVersion[]; readonly positions: Cursor[] } {
  const takes = createPageRoom(room);
  const matches: StoredVersion[] = [];
  const positions: Cursor[] = [];
  for (let i = 0; i < rows.length && i < count; i++) {
    const row = rows[i] as PageRow;
    const version = versions.at(Number(row[0]));
    if (!takes(version)) break;
    matches.push(version);
    positions.push(
      sort.length === 1 ? [row[1] as SqlValue, version.id] : [...row.slice(1, 1 + sort.length), version.id],
    );
  }
  return { matches, positions };
}

/** The place of a match in the log, then its sort values; what stands behind them is no part of the page. */
type PageRow = readonly SqlValue[];

/** One more than the page where there is more. */
export function pageRows(plan: SearchPlan): readonly PageRow[] {
  const parts = partsInOrder(plan);
  if (parts) return pageOfParts(parts);
  const head = headByOwners(plan);
  if (!head) return rowsOf(plan);
  return head.rest ? joined(head.rows, rowsOf(head.rest)) : head.rows;
}

const joined = (head: readonly PageRow[], rest: readonly PageRow[]): readonly PageRow[] =>
  head.length === 0 ? rest : [...head, ...rest];

function rowsOf(plan: SearchPlan): readonly PageRow[] {
  const page = compilePage(plan);
  return plan.connection.rows(page.text, page.values);
}

/** Rows that are looked at for an estimate; lists up to this long are counted. */
const SAMPLE = 10_000;

export function estimateMatches(plan: SearchPlan | undefined, sample = SAMPLE): number {
  if (!plan) return 0;
  const { n: length } = one(plan, compileLength(plan)) as { n: number };
  if (length <= sample) return countMatches(plan);
  const { n, hits } = one(plan, compileSample(plan, Math.ceil(length / sample))) as {
    n: number;
    hits: number;
  };
  return n === 0 ? countMatches(plan) : Math.round((hits / n) * length);
}

const one = ({ connection }: SearchPlan, { text, values }: Sql): unknown =>
  connection.statement(text).get(...values);

function countMatches(plan: SearchPlan | undefined): number {
  if (!plan) return 0;
  const count = compileCount(plan);
  return (plan.connection.statement(count.text).get(...count.values) as { n: number }).n;
}
