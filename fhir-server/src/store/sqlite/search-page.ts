/** One page of a search and its total, on a given connection. */
import type { SearchQuery } from '../../search/query.ts';
import type { SearchPage } from '../store.ts';
import { compileCount, compilePage } from './compile-search.ts';
import type { Connection } from './connection.ts';
import type { Keys } from './keys.ts';
import type { SqlValue } from './sql.ts';
import { MATCH_COLUMNS, matchOf } from './version-row.ts';

export function searchPage(connection: Connection, keys: Keys, query: SearchQuery): SearchPage {
  const rows = query.count > 0 ? pageRows(connection, keys, query) : [];
  const matches = rows.slice(0, query.count).map((row) => matchOf(query.type, row));
  const last = rows[matches.length - 1];
  return {
    matches,
    next: rows.length > query.count && last ? [...last.slice(MATCH_COLUMNS), last[0] ?? null] : undefined,
    total: query.total === 'none' ? undefined : countMatches(connection, keys, query),
  };
}

function pageRows(connection: Connection, keys: Keys, query: SearchQuery): readonly SqlValue[][] {
  const page = compilePage(connection, keys, query);
  return page ? connection.rows(page.text, page.values) : [];
}

function countMatches(connection: Connection, keys: Keys, query: SearchQuery): number {
  const count = compileCount(connection, keys, query);
  if (!count) return 0;
  return (connection.statement(count.text).get(...count.values) as { n: number }).n;
}
