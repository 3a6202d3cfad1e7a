/**
 * Access asks of each row whose it is. SQL that asks JavaScript takes half as long again as the row itself; so the head of a list, which mostly is the page, is read
 * with its owners, and asked here. Only what is still wanted then is asked in SQL.
 */
import type { QueryNode } from '../../search/query.ts';
import { ownersPass } from './compile-condition.ts';
import { compilePage, conjunctsOf, cut, isInOrder, type SearchPlan } from './compile-search.ts';
import type { SqlValue } from './sql.ts';

type OwnedBy = QueryNode & { kind: 'ownedBy' };
type Row = readonly [seq: number, key: SqlValue, owners: string];

interface Head {
  /** Those that pass: as of any page, with the owners behind. */
  readonly rows: readonly (readonly SqlValue[])[];
  /** Where to go on for more; undefined: there are as many as were wanted, or no more are there. */
  readonly rest: SearchPlan | undefined;
}

/** As many rows as the page wants; undefined where nothing is asked about owners, or the list is in another order. */
export function headOf(plan: SearchPlan): Head | undefined {
  const { connection, keys, driver, query } = plan;
  const asked = conjunctsOf(query).filter((node) => node.kind === 'ownedBy');
  if (asked.length === 0 || !keys.owners || !isInOrder(plan)) return undefined;
  const unasked = { ...plan, driver: { ...driver, covers: [...driver.covers, ...asked] } };
  const page = compilePage(unasked, 'r.owners');
  const found = connection.rows(page.text, page.values) as unknown as readonly Row[];
  const rows = passing(plan, asked, found);
  const last = found.at(query.count);
  if (!last || rows.length === found.length) return { rows, rest: undefined };
  return { rows, rest: beyond(plan, last, query.count - rows.length) };
}

/** The same list behind a row of it; `count`: as in a query. */
function beyond(plan: SearchPlan, [seq, key]: Row, count: number): SearchPlan {
  const { rid } = plan.connection.statement('SELECT rid FROM version WHERE seq = ?').get(seq) as {
    rid: number;
  };
  const rest = cut(plan, 'behind', [key, rid]);
  return { ...rest, query: { ...rest.query, count } };
}

function passing({ keys }: SearchPlan, asked: readonly OwnedBy[], found: readonly Row[]): readonly Row[] {
  let rows = found;
  for (const node of asked) {
    const passes = ownersPass(keys, node);
    const isPassed = (row: Row): boolean => passes(row[2]);
    if (!rows.every(isPassed)) rows = rows.filter(isPassed);
  }
  return rows;
}
