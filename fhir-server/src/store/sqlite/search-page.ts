/** One page of a search and its total, on a given connection. */
import { fitting } from '../../page-room.ts';
import type { Cursor, SearchQuery } from '../../search/query.ts';
import type { SearchPage, StoredVersion } from '../store.ts';
import {
  compileCount,
  compileLength,
  compilePage,
  compileSample,
  type SearchPlan,
} from './compile-search.ts';
import type { Sql, SqlValue } from './sql.ts';
import type { Versions } from './versions.ts';

/** `plan` undefined = nothing can match. */
export function searchPage(query: SearchQuery, plan: SearchPlan | undefined, versions: Versions): SearchPage {
  const rows = plan && query.count > 0 ? pageRows(plan) : [];
  const asked = rows.values().take(query.count);
  const matches = fitting(
    asked.map(([seq]) => versions.at(seq as number)),
    query.room,
  );
  const shown = rows.slice(0, matches.length);
  if (query.backward) {
    matches.reverse();
    shown.reverse();
  }
  const positions = shown.map((row, i) => [...row.slice(1), (matches[i] as StoredVersion).id] as Cursor);
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

/** The place of each match in the log, then its sort values; one more than the page where there is more. */
export function pageRows(plan: SearchPlan): readonly SqlValue[][] {
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
