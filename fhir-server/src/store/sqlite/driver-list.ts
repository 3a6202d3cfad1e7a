/** What a search walks. */
import type { QueryNode } from '../../search/query.ts';
import { type Sql, type SqlValue, sql } from './sql.ts';

/** A list of (rid, date) rows. */
export interface Driver {
  readonly from: Sql;
  readonly where: Sql;
  /** The list is the index's of this one key, whole. */
  readonly k?: number | undefined;
  /** Lists in order that this one is put together of, where they are few: a page of it is what comes first in any of them (list-parts.ts). */
  readonly parts?: readonly Driver[];
  readonly rid: string;
  readonly d: string;
  /** Rows come ordered by (d, rid) when the list is walked in key order. */
  readonly sorted: boolean;
  /** Lower is tried first: a guess from the kind of list, refined by counting where several are alike. */
  readonly rank: number;
  /** Conjuncts that every row of the list satisfies: they need no probe. */
  readonly covers: readonly QueryNode[];
}

/** A row of a list. */
export type Place = readonly [d: SqlValue, rid: SqlValue];

/** A list made for the question, in no order; `from` names its rows `name`. */
export const unsorted = (from: Sql, name: string, rank: number, covers: readonly QueryNode[]): Driver => ({
  from,
  where: sql('1'),
  rid: `${name}.rid`,
  d: `${name}.d`,
  sorted: false,
  rank,
  covers,
});
