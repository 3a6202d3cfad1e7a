/** Lists of rows that have a text: by its beginning, or by its words. */
import type { QueryNode } from '../../search/query.ts';
import { type Driver, unsorted } from './driver-list.ts';
import { isTextParam } from './key-texts.ts';
import type { Keys } from './keys.ts';
import { matchText } from './match-text.ts';
import { type SqlValue, sql } from './sql.ts';

export function stringDriver(
  keys: Keys,
  type: string,
  node: QueryNode & { kind: 'string' },
  name: string,
): Driver | 'empty' | undefined {
  if (node.match !== 'starts' || isTextParam(node.param) || node.text === '') return undefined;
  const p = keys.findParam(`${type}.${node.param}`);
  if (p === undefined) return 'empty';
  return unsorted(
    sql(
      `(SELECT DISTINCT str.rid, resource.d FROM str CROSS JOIN resource ON resource.rid = str.rid WHERE str.p = ? AND str.text >= ? AND str.text < ?) ${name}`,
      p,
      node.text,
      `${node.text}\u{10ffff}`,
    ),
    name,
    4,
    [node],
  );
}

/** As many beginnings of texts are looked up by the index one by one. */
const FEW_TEXTS = 16;

/** Alternatives that are all beginnings of texts, of one parameter or of several (types/string.ts asks for two spellings of one text so). */
export function textListDriver(
  keys: Keys,
  type: string,
  node: QueryNode & { kind: 'or' },
  name: string,
): Driver | 'empty' | undefined {
  if (node.nodes.length > FEW_TEXTS) return undefined;
  const rows: SqlValue[] = [];
  for (const each of node.nodes) {
    if (each.kind !== 'string' || each.match !== 'starts' || isTextParam(each.param) || each.text === '')
      return undefined;
    const p = keys.findParam(`${type}.${each.param}`);
    if (p !== undefined) rows.push(p, each.text, `${each.text}\u{10ffff}`);
  }
  if (rows.length === 0) return 'empty';
  const list = Array.from({ length: rows.length / 3 }, () => '(?, ?, ?)').join(', ');
  return unsorted(
    {
      text: `(SELECT DISTINCT str.rid, resource.d FROM (VALUES ${list}) v CROSS JOIN str ON str.p = v.column1 AND str.text >= v.column2 AND str.text < v.column3 CROSS JOIN resource ON resource.rid = str.rid) ${name}`,
      values: rows,
    },
    name,
    4,
    [node],
  );
}

export function wordsDriver(type: string, node: QueryNode & { kind: 'words' }, name: string): Driver {
  return unsorted(
    sql(
      `(SELECT resource.rid, resource.d FROM words CROSS JOIN resource ON resource.rid = words.rowid WHERE words MATCH ? AND resource.type = ?) ${name}`,
      matchText(node),
      type,
    ),
    name,
    6,
    [node],
  );
}
