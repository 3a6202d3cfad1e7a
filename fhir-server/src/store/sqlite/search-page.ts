/** One page of a search and its total, on a given connection. */
import type { SearchQuery } from '../../search/query.ts';
import type { SearchPage } from '../store.ts';
import { compileCount, compilePage, type SearchPlan } from './compile-search.ts';
import type { SqlValue } from './sql.ts';
import { MATCH_COLUMNS, matchOf } from './version-row.ts';

/** `plan` undefined = nothing can match. */
export function searchPage(query: SearchQuery, plan: SearchPlan | undefined): SearchPage {
  const rows = plan && query.count > 0 ? pageRows(plan) : [];
  const matches = rows.slice(0, query.count).map((row) => matchOf(query.type, row));
  const last = rows[matches.length - 1];
  return {
    matches,
    next: rows.length > query.count && last ? [...last.slice(MATCH_COLUMNS), last[0] ?? null] : undefined,
    total: query.total === 'none' ? undefined : countMatches(plan),
  };
}

function pageRows(plan: SearchPlan): readonly SqlValue[][] {
  const page = compilePage(plan);
  return plan.connection.rows(page.text, page.values);
}

function countMatches(plan: SearchPlan | undefined): number {
  if (!plan) return 0;
  const count = compileCount(plan);
  return (plan.connection.statement(count.text).get(...count.values) as { n: number }).n;
}
