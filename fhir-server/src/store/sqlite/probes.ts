/** What a row is asked by its own keys, with no other resource looked at: the leaves of a condition (compile-condition.ts). */
import type { QueryNode, RangeTest } from '../../search/query.ts';
import { afterPrefix, tokenKey } from './key-texts.ts';
import type { Keys } from './keys.ts';
import { marks, type Sql, type SqlValue, sql } from './sql.ts';

/** Known again by their identity: what is settled before a row is met is not asked of it. */
export const TRUE: Sql = sql('1');
export const FALSE: Sql = sql('0');

/** What a condition is asked of: SQL expressions for the row's rid, date, and the alias that has the other columns. */
export interface Row {
  readonly rid: string;
  readonly d: string;
  readonly alias: string;
}

/** A token by its key; without a code, any of its system. */
export function compileToken(keys: Keys, type: string, node: QueryNode & { kind: 'token' }, row: Row): Sql {
  if (node.code !== undefined) {
    const found = keys.findTokens(type, node.param, node.system, node.code);
    return fewRows(keys, found, row) ?? probeKeys(keys, found, row);
  }
  return compileSystems(type, [node], row);
}

/** Any code of one of these systems, in one question (value-probes.ts says why). */
export function compileSystems(
  type: string,
  nodes: readonly (QueryNode & { kind: 'token' })[],
  row: Row,
): Sql {
  const values = nodes.flatMap(({ param, system }): SqlValue[] => {
    const prefix = tokenKey(type, param, system ?? '', '');
    return [prefix, afterPrefix(prefix)];
  });
  const hasKey = `idx ON idx.k = key.k AND idx.d = ${row.d} AND idx.rid = ${row.rid}`;
  const text =
    nodes.length === 1
      ? `EXISTS (SELECT 1 FROM key CROSS JOIN ${hasKey} WHERE key.text >= ? AND key.text < ?)`
      : `EXISTS (SELECT 1 FROM (VALUES ${nodes.map(() => '(?, ?)').join(', ')}) v CROSS JOIN key ON key.text >= v.column1 AND key.text < v.column2 CROSS JOIN ${hasKey})`;
  return { text, values };
}

/** Up to this many keys are looked up for each row; of more, the row's own keys are looked at (key-sets.ts). */
export const FEW_KEYS = 4;

/** Whether the row has one of these keys; undefined ones were never stored. */
export function probeKeys(keys: Keys, found: readonly (number | undefined)[], row: Row): Sql {
  const present = [...new Set(found.filter((k) => k !== undefined))];
  if (present.length === 0) return FALSE;
  if (present.length === 1) {
    return sql(
      `EXISTS (SELECT 1 FROM idx WHERE idx.k = ? AND idx.d = ${row.d} AND idx.rid = ${row.rid})`,
      present[0] as number,
    );
  }
  if (present.length > FEW_KEYS) return sql(`any_key(${row.alias}.keys, ?)`, keys.setOf(present));
  return sql(
    `EXISTS (SELECT 1 FROM idx WHERE idx.k IN (${marks(present.length)}) AND idx.d = ${row.d} AND idx.rid = ${row.rid})`,
    ...present,
  );
}

/** What has this key, where that is a handful and is asked of row after row: a label that few resources bear. */
const FEW_ROWS = 16;

function fewRows(keys: Keys, [k, ...others]: readonly number[], row: Row): Sql | undefined {
  if (k === undefined || others.length > 0 || !keys.conditions?.isKeeping) return undefined;
  const rids = keys.rowsOf(k, FEW_ROWS + 1);
  return rids.length > FEW_ROWS ? undefined : sql(`${row.rid} IN (${marks(rids.length)})`, ...rids);
}

/** https://hl7.org/fhir/R4/search.html#prefix: the entry's range (low, high) against the value's. */
export function rangeTest(
  test: RangeTest,
  low: string,
  high: string,
  valueLow: number,
  valueHigh: number,
): Sql {
  switch (test) {
    case 'eq':
      return sql(`(${low} >= ? AND ${high} <= ?)`, valueLow, valueHigh);
    case 'ne':
      return sql(`NOT (${low} >= ? AND ${high} <= ?)`, valueLow, valueHigh);
    case 'gt':
      return sql(`${high} > ?`, valueHigh);
    case 'lt':
      return sql(`${low} < ?`, valueLow);
    case 'ge':
      return sql(`(${high} > ? OR (${low} >= ? AND ${high} <= ?))`, valueHigh, valueLow, valueHigh);
    case 'le':
      return sql(`(${low} < ? OR (${low} >= ? AND ${high} <= ?))`, valueLow, valueLow, valueHigh);
    case 'sa':
      return sql(`${low} >= ?`, valueHigh);
    case 'eb':
      return sql(`${high} <= ?`, valueLow);
    case 'ap':
      return sql(`(${low} <= ? AND ${high} >= ?)`, valueHigh, valueLow);
    default:
      return test satisfies never;
  }
}

/** More of a quantity's entry: its unit, by code or as it is written, or that it is none of these; '' for any. */
export function unitCondition({ system, code, otherUnit }: QueryNode & { kind: 'quantity' }): Sql {
  const unit = unitTest(system, code);
  if (!unit) return sql('');
  return { ...unit, text: ` AND ${otherUnit ? 'NOT ' : ''}(${unit.text})` };
}

function unitTest(system: string | undefined, code: string | undefined): Sql | undefined {
  if (system === undefined)
    return code === undefined ? undefined : sql('num.code = ? OR num.unit = ?', code, code);
  return code === undefined
    ? sql('num.system = ?', system)
    : sql('num.system = ? AND num.code = ?', system, code);
}

/** Whether the row refers to one of the targets. */
export function compileReference(
  keys: Keys,
  type: string,
  node: QueryNode & { kind: 'reference' },
  row: Row,
): Sql {
  const p = keys.findParam(`${type}.${node.param}`);
  const targets = node.targets.map((target) => keys.findTarget(target)).filter((tk) => tk !== undefined);
  if (p === undefined || targets.length === 0) return FALSE;
  if (targets.length > FEW_KEYS) return sql(`any_target(${row.alias}.keys, ?, ?)`, keys.setOf(targets), p);
  return sql(
    `EXISTS (SELECT 1 FROM ref WHERE ref.tk IN (${marks(targets.length)}) AND ref.p = ? AND ref.d = ${row.d} AND ref.rid = ${row.rid})`,
    ...targets,
    p,
  );
}
