/** What a row is about, or what names it as its file, asked a condition: each that is met by itself (link-questions.ts). */
import type { QueryNode } from '../../search/query.ts';
import { linkParam } from './key-texts.ts';
import type { Keys } from './keys.ts';
import type { AskLinked } from './link-questions.ts';
import { FALSE, type Row } from './probes.ts';
import { marks, type Sql, sql } from './sql.ts';

type Linked = QueryNode & { readonly kind: 'linked' };

/** The condition of one resource of a type, as SQL. */
type Compile = (type: string, row: Row) => Sql;

export function compileLinked(keys: Keys, type: string, node: Linked, row: Row, compile: Compile): Sql {
  if (node.by === 'about') {
    const p = keys.findParam(linkParam(type, 'about'));
    if (p === undefined) return FALSE;
    return sql(
      `EXISTS (SELECT 1 FROM str WHERE str.rid = ${row.rid} AND str.p = ? AND link_passes(str.text, ?))`,
      p,
      keys.askLinked(asking(keys, node, compile)),
    );
  }
  const params = node.types
    .map((each) => keys.findParam(linkParam(each, 'file')))
    .filter((p) => p !== undefined);
  if (params.length === 0) return FALSE;
  return sql(
    `EXISTS (SELECT 1 FROM str f CROSS JOIN resource s ON s.rid = f.rid WHERE f.p IN (${marks(params.length)}) AND f.text = ? || ${row.alias}.id AND link_passes(s.type || '/' || s.id, ?))`,
    ...params,
    `${type}/`,
    keys.askLinked(asking(keys, node, compile)),
  );
}

/** Compiled when the first of a type is met. */
function asking(keys: Keys, { types, deleted }: Linked, compile: Compile): AskLinked {
  const asked = new Map<string, Sql>();
  const row: Row = { rid: 'l.rid', d: 'l.d', alias: 'l' };
  const live = deleted ? '' : ' AND l.deleted = 0';
  return (type, id) => {
    if (!types.includes(type)) return false;
    const where = asked.get(type) ?? compile(type, row);
    asked.set(type, where);
    if (where === FALSE) return false;
    const text = `SELECT 1 FROM resource l WHERE l.type = ? AND l.id = ?${live} AND ${where.text}`;
    return keys.finds(text, [type, id, ...where.values]);
  };
}
