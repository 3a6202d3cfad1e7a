/** A SearchQuery → the list it walks; and by that, one SELECT that yields a page in order, and one that counts. */
import { and, type Cursor, type QueryNode, type SearchQuery, type SortKey } from '../../search/query.ts';
import { compileCondition } from './compile-condition.ts';
import type { Connection } from './connection.ts';
import { chooseDriver, isLong } from './driver.ts';
import type { Driver } from './driver-list.ts';
import type { Keys } from './keys.ts';
import { mayMatch } from './labelled.ts';
import type { Row } from './probes.ts';
import { joinSql, LIMIT, type Sql, type SqlValue, sql } from './sql.ts';

/** A search with the list that it walks: choosing one asks the database, so it is done once. */
export interface SearchPlan {
  readonly connection: Connection;
  readonly keys: Keys;
  readonly query: SearchQuery;
  readonly driver: Driver;
}

/** undefined = nothing can match. */
export function planSearch(connection: Connection, keys: Keys, query: SearchQuery): SearchPlan | undefined {
  if (!mayMatch(connection, query.type, conjunctsOf(query))) return undefined;
  const driver = chooseDriver(connection, keys, query.type, query.where);
  return driver && { connection, keys, query, driver };
}

export const conjunctsOf = ({ where }: Pick<SearchQuery, 'where'>): readonly QueryNode[] =>
  where.kind === 'and' ? where.nodes : [where];

/** What is still to be asked of each row of the list. */
export const openOf = ({ query, driver }: SearchPlan): readonly QueryNode[] =>
  conjunctsOf(query).filter((node) => !driver.covers.includes(node));

/** A row of the list, for what is asked of it. */
export const rowOf = ({ driver }: SearchPlan): Row => ({ rid: driver.rid, d: driver.d, alias: 'r' });

const openCondition = (plan: SearchPlan): Sql =>
  compileCondition(plan.keys, plan.query.type, and(...openOf(plan)), rowOf(plan));

/** The list itself is in the order that is wanted. */
export const isInOrder = ({ driver, query: { sort } }: Pick<SearchPlan, 'driver' | 'query'>): boolean =>
  driver.sorted && sort.length === 1 && sort[0]?.by === 'mainDate';

/** The page's rows: the version's place in the log, then a column for each sort key; then, where the list itself is in order, what else is wanted of the row. */
export function compilePage(plan: SearchPlan, also?: Sql): Sql {
  const { connection, keys, driver } = plan;
  const query = withRowCursor(connection, plan.query);
  const condition = openCondition(plan);
  const source = joinSql(
    [
      sql('FROM '),
      driver.from,
      sql(` CROSS JOIN resource r ON r.rid = ${driver.rid} WHERE `),
      driver.where,
      sql(`${keys.goesOn(driver.rid)} AND r.deleted = 0 AND `),
      condition,
    ],
    '',
  );
  const limit = query.count + 1;
  if (isInOrder(plan)) {
    const { after, order } = walkOf(driver, query);
    const head = [sql(`SELECT r.seq, ${driver.d} AS s0`), ...(also ? [sql(', '), also] : []), sql(' ')];
    return joinSql([...head, source, after, order, sql(` ${LIMIT}`, limit)], '');
  }
  const columns = query.sort.map((key, i) => {
    const expression = sortExpression(keys, query.type, key, driver);
    return { ...expression, text: `${expression.text} AS s${i}` };
  });
  const inner = joinSql(
    [
      sql(`SELECT ${driver.rid} AS rid, r.seq AS seq`),
      sql(columns.length ? ', ' : ''),
      joinSql(columns, ', '),
      sql(' '),
      source,
    ],
    '',
  );
  const backward = isBackward(query);
  const after = query.after ? afterCursor(query.sort, query.after, backward) : sql('1');
  const order = [
    ...query.sort.map(
      (key, i) =>
        `p.s${i} IS ${backward ? 'NOT NULL' : 'NULL'}, p.s${i} ${key.descending !== backward ? 'DESC' : 'ASC'}`,
    ),
    `p.rid ${tiesDescend(query.sort) !== backward ? 'DESC' : 'ASC'}`,
  ].join(', ');
  const names = query.sort.map((_, i) => `p.s${i}`).join(', ');
  return joinSql(
    [
      sql(`SELECT p.seq, ${names} FROM (`),
      inner,
      sql(') p WHERE '),
      after,
      sql(` ORDER BY ${order} ${LIMIT}`, limit),
    ],
    '',
  );
}

/** Equals go the way of the first key, whichever driver is walked: an order that the driver chose would tell what else the store holds. */
const tiesDescend = (sort: readonly SortKey[]): boolean => sort[0]?.descending ?? false;

const LAST_ROW = Number.MAX_SAFE_INTEGER;

const isBackward = ({ backward }: SearchQuery): boolean => backward === true;

/** A cursor names its match by id, which tells nobody how much else the store holds; the keyset needs the row. Of equals: null = none, '' = all. */
export function withRowCursor(connection: Connection, query: SearchQuery): SearchQuery {
  if (!query.after) return query;
  const values = query.after.slice(0, -1);
  if (query.after.at(-1) === '')
    return { ...query, after: [...values, tiesDescend(query.sort) === isBackward(query) ? -1 : LAST_ROW] };
  const row = connection
    .statement('SELECT rid FROM resource WHERE type = ? AND id = ?')
    .get(query.type, query.after.at(-1) ?? null) as { rid: number } | undefined;
  return { ...query, after: [...values, row?.rid ?? null] };
}

export function compileCount(plan: SearchPlan): Sql {
  const { driver, keys } = plan;
  return joinSql(
    [
      sql('SELECT count(*) AS n FROM '),
      driver.from,
      sql(` CROSS JOIN resource r ON r.rid = ${driver.rid} WHERE `),
      driver.where,
      sql(`${keys.goesOn(driver.rid)} AND r.deleted = 0 AND `),
      openCondition(plan),
    ],
    '',
  );
}

/** Rows of the list. */
export function compileLength({ driver }: SearchPlan): Sql {
  return joinSql([sql('SELECT count(*) AS n FROM '), driver.from, sql(' WHERE '), driver.where], '');
}

/** Of one row in `every` of the list, whichever: how many there are, and how many of them match. */
export function compileSample(plan: SearchPlan, every: number): Sql {
  const { driver } = plan;
  const row = `(${driver.rid} * 40503 % 65537)`;
  return joinSql(
    [
      sql('SELECT count(*) AS n, coalesce(sum(r.deleted = 0 AND '),
      openCondition(plan),
      sql('), 0) AS hits FROM '),
      driver.from,
      sql(` CROSS JOIN resource r ON r.rid = ${driver.rid} WHERE `),
      driver.where,
      sql(`${plan.keys.goesOn(driver.rid)} AND ${row} % ? = 0`, every),
    ],
    '',
  );
}

/**
 * Whether a search may walk more than a bounded list: then it is not for the main thread. A page that the list itself gives in order, with
 * nothing left to ask of each row, is read off; any other is as long as its list. `most`: rows that are few, where each may ask a question of its own.
 */
export function mayTakeLong({ connection, keys, query, driver }: SearchPlan, most?: number): boolean {
  const isCovered = conjunctsOf(query).every(
    (node) => node.kind === 'all' || driver.covers.includes(node) || isEmptyHanded(keys, query.type, node),
  );
  const isReadOff =
    isInOrder({ driver, query }) || driver.parts?.every((part) => isInOrder({ driver: part, query }));
  if (isCovered && isReadOff && query.total === 'none') return false;
  return driver.rank > 1 && isLong(connection, driver, most);
}

/** `not` of a token that no resource has: every row passes. Security labels, mostly, that nobody has used. */
function isEmptyHanded(keys: Keys, type: string, node: QueryNode): boolean {
  if (node.kind !== 'not' || node.node.kind !== 'token' || node.node.code === undefined) return false;
  const { param, system, code } = node.node;
  return keys.findTokens(type, param, system, code).length === 0;
}

/** The way that the rows of a list are walked which holds them in order, and where it goes on. */
export function walkOf(driver: Driver, query: SearchQuery): { readonly after: Sql; readonly order: Sql } {
  const down = isDescending(query) ? 'DESC' : 'ASC';
  return {
    after: query.after ? besideRow(driver, query, 'behind', query.after) : sql(''),
    order: sql(` ORDER BY ${driver.d} ${down}, ${driver.rid} ${down}`),
  };
}

/** The part of such a list that the walk comes to before a row, or behind it. */
export function cut(plan: SearchPlan, side: 'before' | 'behind', row: readonly SqlValue[]): SearchPlan {
  const { driver, query } = plan;
  const where = joinSql([driver.where, besideRow(driver, query, side, row)], '');
  return { ...plan, driver: { ...driver, k: undefined, where } };
}

function besideRow(
  { d, rid }: Driver,
  query: SearchQuery,
  side: 'before' | 'behind',
  [date = null, row = null]: readonly SqlValue[],
): Sql {
  const isLess = isDescending(query) === (side === 'behind');
  return sql(` AND (${d}, ${rid}) ${isLess ? '<' : '>'} (?, ?)`, date, row);
}

export const isDescending = (query: SearchQuery): boolean => tiesDescend(query.sort) !== isBackward(query);

/** Values that a bounded list of rows is asked for while others wait. */
const FEW_QUESTIONS = 16;

/** What is asked of each row may take long of itself, however few rows there are: known before a list is chosen. */
export const isDear = (where: QueryNode): boolean => questionsOf(where, 0) > FEW_QUESTIONS;

/** Each row of a chain or of words asks a question of its own length; of codes, ids and owners those of one list are looked up together, and access asks for many. */
function questionsOf(node: QueryNode, before: number): number {
  switch (node.kind) {
    case 'and':
    case 'or': {
      let sum = before;
      for (const each of node.nodes) {
        sum = questionsOf(each, sum);
        if (sum > FEW_QUESTIONS) break;
      }
      return sum;
    }
    case 'not':
      return questionsOf(node.node, before);
    case 'chained':
    case 'reverseChained':
    case 'words':
      return FEW_QUESTIONS + 1;
    case 'token':
      return node.code === undefined ? before + 1 : before;
    case 'date':
    case 'lastUpdated':
    case 'number':
    case 'quantity':
    case 'string':
    case 'uri':
      return before + 1;
    default:
      return before;
  }
}

function sortExpression(keys: Keys, type: string, key: SortKey, driver: Driver): Sql {
  if (key.by === 'mainDate') return sql(driver.d);
  if (key.by === 'lastUpdated') return sql('r.last_updated');
  if (key.by === 'id') return sql('r.id');
  if (key.by !== 'param') return key satisfies never;
  const best = key.descending ? 'max' : 'min';
  if (key.family === 'token' || key.family === 'reference') {
    const value = sql(`json_extract(r.sort, ?)`, `$."${key.param}"[${key.descending ? 1 : 0}]`);
    if (key.unless === undefined) return value;
    return joinSql([sql('iif(instr(r.present, ?) > 0, NULL, ', ` ${key.unless} `), value, sql(')')], '');
  }
  const p = keys.findParam(`${type}.${key.param}`);
  if (p === undefined) return sql('NULL');
  const table =
    key.family === 'date' ? 'dat' : key.family === 'string' || key.family === 'uri' ? 'str' : 'num';
  const column = table === 'str' ? 'text' : 'low';
  return sql(
    `(SELECT ${best}(${table}.${column}) FROM ${table} WHERE ${table}.rid = ${driver.rid} AND ${table}.p = ?)`,
    p,
  );
}

/** Rows that come after the cursor in the order of the keys (nulls last), then rid; before it where the page is walked backward. */
function afterCursor(sort: readonly SortKey[], cursor: Cursor, backward: boolean): Sql {
  const alternatives: Sql[] = [];
  const equal: Sql[] = [];
  sort.forEach((key, i) => {
    const value = cursor[i] ?? null;
    const beyond = beyondKey(`p.s${i}`, value, key.descending !== backward, backward);
    if (beyond) alternatives.push(joinSql([...equal, beyond], ' AND '));
    equal.push(sql(`p.s${i} IS ?`, value));
  });
  const beyond = tiesDescend(sort) !== backward ? 'p.rid < ?' : 'p.rid > ?';
  alternatives.push(joinSql([...equal, sql(beyond, cursor[sort.length] ?? null)], ' AND '));
  const joined = joinSql(
    alternatives.map((part) => ({ ...part, text: `(${part.text})` })),
    ' OR ',
  );
  return { text: `(${joined.text})`, values: joined.values };
}

/** undefined: nothing lies beyond by this key alone. */
function beyondKey(
  column: string,
  value: Cursor[number],
  descends: boolean,
  backward: boolean,
): Sql | undefined {
  if (value === null) return backward ? sql(`${column} IS NOT NULL`) : undefined;
  const beyond = `${column} ${descends ? '<' : '>'} ?`;
  return backward ? sql(beyond, value) : sql(`(${beyond} OR ${column} IS NULL)`, value);
}
