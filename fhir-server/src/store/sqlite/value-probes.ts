/** What a row is asked by the values that it has: texts, URLs, dates, numbers and quantities, which stand in tables by the row (probes.ts has the rest). */
import type { QueryNode, TextMatch } from '../../search/query.ts';
import { afterPrefix, isTextParam, textKey } from './key-texts.ts';
import type { Keys } from './keys.ts';
import { FALSE, type Row, rangeTest, TRUE, unitCondition } from './probes.ts';
import { grouped, type Sql, sql } from './sql.ts';

/** What is asked of the row's entries in one table of the index. */
interface Probe {
  /** Which entries: `[table] WHERE …`. */
  readonly entries: Sql;
  readonly test: Sql;
}

type Valued = QueryNode & { kind: 'string' | 'uri' | 'date' | 'number' | 'quantity' };

export const isValued = (node: QueryNode): node is Valued => VALUED.has(node.kind);

const VALUED: ReadonlySet<QueryNode['kind']> = new Set(['string', 'uri', 'date', 'number', 'quantity']);

export function compileValue(keys: Keys, type: string, node: Valued, row: Row): Sql {
  const probe = probeOf(keys, type, node, row);
  return probe ? exists(probe.entries, probe.test) : FALSE;
}

/**
 * Any of many values: those that are asked of the same entries in one question. SQLite opens a cursor for each question of each row, and looks through all that are open for it, so
 * that n questions cost n² (800 of 300 rows: 50 s).
 */
export function compileAnyValue(keys: Keys, type: string, nodes: readonly Valued[], row: Row): Sql[] {
  const probes = nodes.flatMap((node) => probeOf(keys, type, node, row) ?? []);
  const alike = Map.groupBy(probes, ({ entries }) => JSON.stringify([entries.text, entries.values]));
  return [...alike.values()].map((group) => {
    const [{ entries, test }] = group as [Probe];
    if (group.length === 1) return exists(entries, test);
    const any = grouped(
      group.map((each) => each.test),
      ' OR ',
    );
    // Whole, so that it is asked of the row's own entries, and no alternative looked up among all that there are.
    return exists(entries, { text: `CASE WHEN ${any.text} THEN 1 END`, values: any.values });
  });
}

const exists = (entries: Sql, test: Sql): Sql => ({
  text: `EXISTS (SELECT 1 FROM ${entries.text} AND ${test.text})`,
  values: [...entries.values, ...test.values],
});

/** undefined: nothing of the kind was ever stored. */
function probeOf(keys: Keys, type: string, node: Valued, row: Row): Probe | undefined {
  if (node.kind === 'string' && isTextParam(node.param)) return codeTextProbe(type, node, row);
  const p = keys.findParam(`${type}.${node.param}`);
  if (p === undefined) return undefined;
  const entriesIn = (table: string): Sql =>
    sql(`${table} WHERE ${table}.rid = ${row.rid} AND ${table}.p = ?`, p);
  switch (node.kind) {
    case 'string':
      return { entries: entriesIn('str'), test: stringTest(node) };
    case 'uri':
      return { entries: entriesIn('str'), test: uriTest(node) };
    case 'date':
      return { entries: entriesIn('dat'), test: rangeOf('dat', node) };
    case 'number':
      return { entries: entriesIn('num'), test: rangeOf('num', node) };
    case 'quantity': {
      const [range, unit] = [rangeOf('num', node), unitCondition(node)];
      return {
        entries: entriesIn('num'),
        test: { text: range.text + unit.text, values: [...range.values, ...unit.values] },
      };
    }
    default:
      return node satisfies never;
  }
}

/** A date or number whose range passes the test. */
const rangeOf = (
  table: 'dat' | 'num',
  { test, range }: QueryNode & { kind: 'date' | 'number' | 'quantity' },
): Sql => rangeTest(test, `${table}.low`, `${table}.high`, range.low, range.high);

/** A text by its beginning, whole, or anywhere in it. */
const stringTest = ({ match, text }: QueryNode & { kind: 'string' }): Sql =>
  match === 'exact' ? sql('str.exact = ?', text) : textTest('str.text', text, match);

/** Texts of codes live in the key table: few distinct ones, shared by many resources. */
function codeTextProbe(
  type: string,
  { param, match, text }: QueryNode & { kind: 'string' },
  row: Row,
): Probe {
  const all = textKey(type, param, '');
  const isInside = match === 'contains' || match === 'ends';
  const starts = isInside ? all : textKey(type, param, text);
  const bounds =
    match === 'exact' || match === 'whole'
      ? sql('key.text = ?', starts)
      : sql('key.text >= ? AND key.text < ?', starts, afterPrefix(starts));
  return {
    entries: {
      text: `key CROSS JOIN idx ON idx.k = key.k AND idx.d = ${row.d} AND idx.rid = ${row.rid} WHERE ${bounds.text}`,
      values: bounds.values,
    },
    test: isInside ? textTest(`substr(key.text, ${all.length + 1})`, text, match) : TRUE,
  };
}

function textTest(folded: string, text: string, match: TextMatch): Sql {
  if (match === 'contains') return sql(`instr(${folded}, ?) > 0`, text);
  // A length in characters, as SQLite counts them.
  if (match === 'ends')
    return sql(`substr(${folded}, max(1, length(${folded}) - length(?) + 1)) = ?`, text, text);
  if (match !== 'starts') return sql(`${folded} = ?`, text);
  return sql(`${folded} >= ? AND ${folded} < ?`, text, afterPrefix(text));
}

/** A URI whole, with those below it, or with those that it lies below. */
function uriTest({ match, uri }: QueryNode & { kind: 'uri' }): Sql {
  if (match === 'exact') return sql('str.text = ?', uri);
  if (match === 'below') return sql('str.text >= ? AND str.text < ?', uri, afterPrefix(uri));
  return sql('substr(?, 1, length(str.text)) = str.text', uri);
}
