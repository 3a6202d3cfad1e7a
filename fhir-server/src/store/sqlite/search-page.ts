/** One page of a search and its total, on a given connection. */
import type { Cursor, SearchQuery } from '../../search/query.ts';
import type { SearchPage, StoredVersion } from '../store.ts';
import { compileCount, compilePage, type SearchPlan } from './compile-search.ts';
import type { SqlValue } from './sql.ts';
import type { Versions } from './versions.ts';

/** `plan` undefined = nothing can match. */
export function searchPage(query: SearchQuery, plan: SearchPlan | undefined, versions: Versions): SearchPage {
  const rows = plan && query.count > 0 ? pageRows(plan) : [];
  const shown = rows.slice(0, query.count);
  if (query.backward) shown.reverse();
  const matches = shown.map((row) => versions.at(row[0] as number));
  const positions = shown.map((row, i) => [...row.slice(1), (matches[i] as StoredVersion).id] as Cursor);
  return {
    matches,
    positions,
    next: rows.length > query.count ? positions.at(query.backward ? 0 : -1) : undefined,
    total: query.total === 'none' ? undefined : countMatches(plan),
  };
}

/** The place of each match in the log, then its sort values; one more than the page where there is more. */
export function pageRows(plan: SearchPlan): readonly SqlValue[][] {
  const page = compilePage(plan);
  return plan.connection.rows(page.text, page.values);
}

function countMatches(plan: SearchPlan | undefined): number {
  if (!plan) return 0;
  const count = compileCount(plan);
  return (plan.connection.statement(count.text).get(...count.values) as { n: number }).n;
}
