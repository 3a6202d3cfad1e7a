/**
 * S16: lists of many values. Asked of each row one by one, n values of which each finds its rows cost n times the rows; so what they find is looked up once, by the index,
 * and a row is asked whether it is among it.
 */
import type { QueryNode, TextMatch } from '../../search/query.ts';
import { afterPrefix, isTextParam, textKey } from './key-texts.ts';
import type { Keys } from './keys.ts';
import { unitCondition } from './probes.ts';
import { marks, type Sql, type SqlValue, sql } from './sql.ts';

/** Up to this many values are asked of each row. */
const FEW_VALUES = 8;

interface ValueList {
  /** `SELECT rid …` of all rows that have one of the values. */
  readonly rids: Sql;
  readonly nodes: readonly QueryNode[];
}

/** The long lists among the alternatives, and what is left. */
export function valueLists(
  keys: Keys,
  type: string,
  nodes: readonly QueryNode[],
): { readonly lists: readonly ValueList[]; readonly others: readonly QueryNode[] } {
  if (nodes.length <= FEW_VALUES) return { lists: [], others: nodes };
  const lists: ValueList[] = [];
  const others: QueryNode[] = [];
  for (const [kind, group] of Map.groupBy(nodes, kindOf)) {
    const rids = kind === '' || group.length <= FEW_VALUES ? undefined : ridsOf(keys, type, group);
    if (rids) lists.push({ rids, nodes: group });
    else others.push(...group);
  }
  return { lists, others };
}

/** What can be looked up together has one name; '' can't be. */
function kindOf(node: QueryNode): string {
  switch (node.kind) {
    case 'date':
    case 'number':
    case 'lastUpdated': {
      const { low, high } = node.range;
      const isPlain = node.test === 'eq' && Number.isFinite(low) && Number.isFinite(high);
      return isPlain ? `${node.kind} ${'param' in node ? node.param : ''}` : '';
    }
    case 'quantity':
      return node.test === 'eq' && !node.otherUnit
        ? `quantity ${node.param} ${node.system ?? '-'} ${node.code ?? '-'}`
        : '';
    case 'string':
      return node.match === 'contains' || node.match === 'ends' ? '' : `string ${node.match} ${node.param}`;
    case 'uri':
      return node.match === 'exact' ? `uri ${node.param}` : '';
    default:
      return '';
  }
}

function ridsOf(keys: Keys, type: string, nodes: readonly QueryNode[]): Sql | undefined {
  const [first] = nodes as [QueryNode];
  if (first.kind === 'lastUpdated')
    return over(
      ranges(nodes),
      'resource ON resource.type = ? AND resource.last_updated >= v.column1 AND resource.last_updated < v.column2',
      'resource.rid',
      type,
    );
  if (!('param' in first)) return undefined;
  if (first.kind === 'string' && isTextParam(first.param)) return codeTexts(type, first.param, nodes);
  const p = keys.findParam(`${type}.${first.param}`);
  if (p === undefined) return sql('SELECT NULL AS rid WHERE 0');
  switch (first.kind) {
    case 'date':
      return over(ranges(nodes), `dat ON dat.p = ? AND ${within('dat')}`, 'dat.rid', p);
    case 'number':
      return over(ranges(nodes), `num ON num.p = ? AND ${within('num')}`, 'num.rid', p);
    case 'quantity': {
      const rows = over(ranges(nodes), `num ON num.p = ? AND ${within('num')}`, 'num.rid', p);
      const unit = unitCondition(first);
      return { text: rows.text + unit.text, values: [...rows.values, ...unit.values] };
    }
    case 'string':
      return texts(first.match, nodes, p);
    default:
      return over(
        nodes.map((node) => [node.kind === 'uri' ? node.uri : null, null]),
        'str ON str.p = ? AND str.text = v.column1',
        'str.rid',
        p,
      );
  }
}

const within = (table: string): string =>
  `${table}.low >= v.column1 AND ${table}.low <= v.column2 AND ${table}.high <= v.column2`;

const ranges = (nodes: readonly QueryNode[]): SqlValue[][] =>
  nodes.map((node) => ('range' in node ? [node.range.low, node.range.high] : [null, null]));

function texts(match: TextMatch, nodes: readonly QueryNode[], p: number): Sql {
  const asked = nodes.map((node) => ('text' in node ? node.text : ''));
  if (match !== 'starts')
    return sql(
      `SELECT str.rid AS rid FROM str WHERE str.p = ? AND str.${match === 'exact' ? 'exact' : 'text'} IN (${marks(asked.length)})`,
      p,
      ...asked,
    );
  return over(
    asked.map((text) => [text, afterPrefix(text)]),
    'str ON str.p = ? AND str.text >= v.column1 AND str.text < v.column2',
    'str.rid',
    p,
  );
}

function codeTexts(type: string, param: string, nodes: readonly QueryNode[]): Sql {
  const values = nodes.map((node): SqlValue[] => {
    const begin = textKey(type, param, 'text' in node ? node.text : '');
    return [begin, 'match' in node && node.match !== 'starts' ? `${begin}\u0000` : afterPrefix(begin)];
  });
  return over(
    values,
    'key ON key.text >= v.column1 AND key.text < v.column2 CROSS JOIN idx ON idx.k = key.k',
    'idx.rid',
  );
}

/** Bound one by one: a number that went through text might not come back the same. */
function over(rows: readonly SqlValue[][], join: string, rid: string, ...values: SqlValue[]): Sql {
  const list = rows.map(() => '(?, ?)').join(', ');
  return {
    text: `SELECT ${rid} AS rid FROM (VALUES ${list}) v CROSS JOIN ${join}`,
    values: [...rows.flat(), ...values],
  };
}
