/**
 * The head of a list, which mostly is the page: as many rows as the page wants, read with what access asks of each. So the walk of a long list ends with the page, and needs no other
 * bound; and whose a row is, is asked here: SQL that asks JavaScript takes half as long again as the row itself. Only what is still wanted then is asked in SQL.
 */
import { and, type QueryNode } from '../../search/query.ts';
import { compileCondition, ownersPass } from './compile-condition.ts';
import { compilePage, cut, isInOrder, openOf, rowOf, type SearchPlan } from './compile-search.ts';
import { isQuickProbe, LOOK } from './first-look.ts';
import { TRUE } from './probes.ts';
import { joinSql, type Sql, type SqlValue, sql } from './sql.ts';

type OwnedBy = QueryNode & { kind: 'ownedBy' };
/** `owners`: 0 where the row did not pass what SQL was asked of it. */
type Row = readonly [seq: number, key: SqlValue, owners: string | 0];

export interface Head {
  /** Those that pass: as of any page, with what was asked of them behind. */
  readonly rows: readonly (readonly SqlValue[])[];
  /** Where to go on for more; undefined: there are as many as were wanted, or no more are there. */
  readonly rest: SearchPlan | undefined;
}

/** What access asks, and alternatives and exceptions: mostly passed. */
const MOSTLY_PASSED: ReadonlySet<QueryNode['kind']> = new Set(['ownedBy', 'or', 'not']);

/** The head of a list, however long it is; undefined where more than access is to be asked of its rows, or something that may take long of itself. */
export function headOfLong(plan: SearchPlan): Head | undefined {
  const { total, count } = plan.query;
  if (total !== 'none' || count === 0 || count > LOOK) return undefined;
  const open = openOf(plan);
  return open.every((node) => MOSTLY_PASSED.has(node.kind) && isQuickProbe(node))
    ? headOf(plan, open)
    : undefined;
}

/** The head of a list whose length is bounded: whose its rows are is asked here, all else as ever. */
export const headByOwners = (plan: SearchPlan): Head | undefined =>
  headOf(
    plan,
    openOf(plan).filter((node) => node.kind === 'ownedBy'),
  );

/** As many rows as the page wants, before `asked` is asked of them; undefined where nothing is, or the list is in another order. */
function headOf(plan: SearchPlan, asked: readonly QueryNode[]): Head | undefined {
  const { connection, keys, driver, query } = plan;
  if (asked.length === 0 || !keys.owners || !isInOrder(plan)) return undefined;
  const unasked = { ...plan, driver: { ...driver, covers: [...driver.covers, ...asked] } };
  const owned = asked.filter((node) => node.kind === 'ownedBy');
  const others = asked.filter((node) => node.kind !== 'ownedBy');
  const page = compilePage(unasked, columnsOf(plan, others));
  const found = connection.rows(page.text, page.values) as unknown as readonly Row[];
  const rows = passing(plan, owned, found);
  const last = found.at(query.count);
  if (!last || rows.length === found.length) return { rows, rest: undefined };
  return { rows, rest: beyond(plan, last, query.count - rows.length) };
}

function columnsOf(plan: SearchPlan, others: readonly QueryNode[]): Sql {
  const passes = compileCondition(plan.keys, plan.query.type, and(...others), rowOf(plan));
  if (passes === TRUE) return sql('r.owners');
  // As a value both sides of each AND and OR would be computed; as a test of CASE what settles it ends it.
  return joinSql([sql('CASE WHEN '), passes, sql(' THEN r.owners ELSE 0 END')], '');
}

/** The same list behind a row of it; `count`: as in a query. */
function beyond(plan: SearchPlan, [seq, key]: Row, count: number): SearchPlan {
  const { rid } = plan.connection.statement('SELECT rid FROM version WHERE seq = ?').get(seq) as {
    rid: number;
  };
  const rest = cut(plan, 'behind', [key, rid]);
  return { ...rest, query: { ...rest.query, count } };
}

function passing({ keys }: SearchPlan, owned: readonly OwnedBy[], found: readonly Row[]): readonly Row[] {
  let rows = found;
  for (const node of owned) {
    const asks = ownersPass(keys, node);
    const passes = ([, , owners]: Row): boolean => owners !== 0 && asks(owners);
    if (!rows.every(passes)) rows = rows.filter(passes);
  }
  return owned.length > 0 ? rows : rows.filter(([, , owners]) => owners !== 0);
}
