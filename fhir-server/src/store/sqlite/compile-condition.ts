/**
 * Query tree → SQL over one resource row. Each leaf is a probe by the resource's own keys (rid, and date where the index holds it), so
 * a condition costs the same whatever the size of the store. Values are bound, never spliced; the text depends on the shape only.
 */
import { PUBLISHED_AS } from '../../search/index-entry.ts';
import type { QueryNode } from '../../search/query.ts';
import { compileLinked } from './compile-linked.ts';
import { staticDriver } from './driver.ts';
import { ownerKey, targetKey } from './key-texts.ts';
import type { Keys } from './keys.ts';
import { matchText } from './match-text.ts';
import {
  compileReference,
  compileSystems,
  compileToken,
  FALSE,
  FEW_KEYS,
  probeKeys,
  type Row,
  rangeTest,
  TRUE,
} from './probes.ts';
import { grouped, marks, type Sql, sql } from './sql.ts';
import { valueLists } from './value-lists.ts';
import { compileAnyValue, compileValue, isValued } from './value-probes.ts';

export function compileCondition(keys: Keys, type: string, node: QueryNode, row: Row, depth = 0): Sql {
  const kept = depth === 0 && JOINED.has(node.kind) ? keys.conditions : undefined;
  return kept
    ? kept.compiled(node, `${type} ${row.rid} ${row.d} ${row.alias}`, () =>
        compileNow(keys, type, node, row, depth),
      )
    : compileNow(keys, type, node, row, depth);
}

/** What access puts into a query, and is worth looking up. */
const JOINED: ReadonlySet<QueryNode['kind']> = new Set(['not', 'or', 'ownedBy']);

function compileNow(keys: Keys, type: string, node: QueryNode, row: Row, depth: number): Sql {
  switch (node.kind) {
    case 'all':
      return TRUE;
    case 'none':
      return FALSE;
    case 'and':
      return compileAnd(keys, type, node.nodes, row, depth);
    case 'or':
      return compileOr(keys, type, node.nodes, row, depth);
    case 'not': {
      const inner = compileCondition(keys, type, node.node, row, depth);
      if (inner === FALSE) return TRUE;
      if (inner === TRUE) return FALSE;
      return { text: `NOT (${inner.text})`, values: inner.values };
    }
    case 'token':
      return compileToken(keys, type, node, row);
    case 'owner':
      return compileOwner(keys, type, node, row);
    case 'ownedBy':
      return compileOwnedBy(keys, node, row, depth);
    case 'string':
    case 'uri':
    case 'date':
    case 'number':
    case 'quantity':
      return compileValue(keys, type, node, row);
    case 'reference':
      return compileReference(keys, type, node, row);
    case 'words':
      return sql(`${row.rid} IN (SELECT rowid FROM words WHERE words MATCH ?)`, matchText(node));
    case 'missing': {
      const present = sql(`instr(${row.alias}.present, ?) > 0`, ` ${node.param} `);
      return node.missing ? { text: `NOT (${present.text})`, values: present.values } : present;
    }
    case 'id':
      return node.ids.length === 0
        ? FALSE
        : sql(`${row.alias}.id IN (${marks(node.ids.length)})`, ...node.ids);
    case 'lastUpdated': {
      const { test, range } = node;
      const updated = `${row.alias}.last_updated`;
      return rangeTest(test, updated, `(${updated} + 1)`, range.low, range.high);
    }
    case 'chained':
      return compileChained(keys, type, node, row, depth);
    case 'reverseChained':
      return compileReverseChained(keys, type, node, row, depth);
    case 'linked':
      return compileLinked(keys, type, node, row, (other, linkedRow) =>
        compileCondition(keys, other, node.where, linkedRow),
      );
    default:
      return node satisfies never;
  }
}

/** One part that nothing can match settles it: whatever stands after it is not even compiled. */
function compileAnd(keys: Keys, type: string, nodes: readonly QueryNode[], row: Row, depth: number): Sql {
  const asked: Sql[] = [];
  for (const node of nodes) {
    const part = compileCondition(keys, type, node, row, depth);
    if (part === FALSE) return FALSE;
    if (part !== TRUE) asked.push(part);
  }
  return asked.length === 0 ? TRUE : grouped(asked, ' AND ');
}

/** What is asked for alike is asked for together: any of them. */
function compileOr(keys: Keys, type: string, nodes: readonly QueryNode[], row: Row, depth: number): Sql {
  const tokens = nodes.filter((node) => node.kind === 'token');
  const coded = tokens
    .filter(({ code }) => code !== undefined)
    .flatMap(({ param, system, code }) => keys.findTokens(type, param, system, code as string));
  const systems = tokens.filter(({ code }) => code === undefined);
  const { lists, others } = valueLists(
    keys,
    type,
    nodes.filter((node) => node.kind !== 'token'),
  );
  const asked = [
    ...compileAnyValue(keys, type, others.filter(isValued), row),
    ...others
      .filter((child) => !isValued(child))
      .map((child) => compileCondition(keys, type, child, row, depth)),
    ...lists.map(({ rids }) => ({ ...rids, text: `${row.rid} IN (${rids.text})` })),
  ];
  if (systems.length > 0) asked.push(compileSystems(type, systems, row));
  if (coded.length > 0) asked.push(probeKeys(keys, coded, row));
  if (asked.includes(TRUE)) return TRUE;
  const open = asked.filter((part) => part !== FALSE);
  return open.length === 0 ? FALSE : grouped(open, ' OR ');
}

/** From here to the targets: the targets that satisfy the condition are found first, then the references to them. */
function compileChained(
  keys: Keys,
  type: string,
  node: QueryNode & { kind: 'chained' },
  row: Row,
  depth: number,
): Sql {
  const p = keys.findParam(`${type}.${node.param}`);
  if (p === undefined) return FALSE;
  const t = `t${depth + 1}`;
  const driver = staticDriver(keys, node.type, node.where, `i${depth + 1}`);
  if (!driver) return FALSE;
  const where = compileCondition(
    keys,
    node.type,
    node.where,
    { rid: driver.rid, d: driver.d, alias: t },
    depth + 1,
  );
  const leads = meant(keys, node.type, 'ref', t, node.base);
  return {
    text: `${row.rid} IN (SELECT ref.rid FROM ${driver.from.text} CROSS JOIN resource ${t} ON ${t}.rid = ${driver.rid} CROSS JOIN ref ON ${leads.text} AND ref.p = ? WHERE ${driver.where.text}${keys.goesOn(driver.rid)} AND ${t}.deleted = 0 AND ${where.text})`,
    values: [...driver.from.values, ...leads.values, p, ...driver.where.values, ...where.values],
  };
}

/** The row of `ref` means the resource: by its name; with a base, as a canonical (search/canonicals.ts). */
function meant(keys: Keys, type: string, ref: string, resource: string, base: string | undefined): Sql {
  if (base === undefined) return sql(`${ref}.tk = ${resource}.rk`);
  const p = keys.findParam(`${type}.${PUBLISHED_AS}`) ?? NO_PARAM;
  return sql(
    `${ref}.tk IN (SELECT ${resource}.rk UNION ALL SELECT k FROM key WHERE text = ? || ${resource}.id UNION ALL SELECT key.k FROM str CROSS JOIN key ON key.text = ? || str.text WHERE str.rid = ${resource}.rid AND str.p = ?)`,
    targetKey(`${base}/${type}/`),
    targetKey(''),
    p,
  );
}

const NO_PARAM = -1;

/** From the resources that refer here: those that refer to this row are walked by the reference index, each asked the condition. */
function compileReverseChained(
  keys: Keys,
  type: string,
  node: QueryNode & { kind: 'reverseChained' },
  row: Row,
  depth: number,
): Sql {
  const p = keys.findParam(`${node.type}.${node.param}`);
  if (p === undefined) return FALSE;
  const s = `s${depth + 1}`;
  const f = `f${depth + 1}`;
  const where = compileCondition(
    keys,
    node.type,
    node.where,
    { rid: `${f}.rid`, d: `${f}.d`, alias: s },
    depth + 1,
  );
  const leads = meant(keys, type, f, row.alias, node.base);
  return {
    text: `EXISTS (SELECT 1 FROM ref ${f} CROSS JOIN resource ${s} ON ${s}.rid = ${f}.rid WHERE ${leads.text} AND ${f}.p = ?${keys.goesOn(`${f}.rid`)} AND ${s}.deleted = 0 AND ${where.text})`,
    values: [...leads.values, p, ...where.values],
  };
}

/** Of many patients (those whose Consents deny something) the row's own owners are looked at: no key is looked up before a row is met. */
function compileOwner(keys: Keys, type: string, node: QueryNode & { kind: 'owner' }, row: Row): Sql {
  const { patients } = node;
  if (keys.owners && patients.length > FEW_KEYS)
    return sql(`owner_passes(${row.alias}.owners, ?)`, keys.owners.add(node, oneOf(patients)));
  return probeKeys(
    keys,
    patients.map((patient) => keys.find(ownerKey(type, patient))),
    row,
  );
}

function oneOf(patients: readonly string[]): (owners: string) => boolean {
  let known: ReadonlySet<string> | undefined;
  return (owners) => {
    known ??= new Set(patients);
    // null: an index that is being made anew knows of nobody.
    const ids = JSON.parse(owners) as readonly string[] | null;
    return ids?.some((id) => known?.has(id)) ?? false;
  };
}

/** The owners of this row, few and by name, each asked the condition: a page costs its rows, however many Patients satisfy it. */
function compileOwnedBy(keys: Keys, node: QueryNode & { kind: 'ownedBy' }, row: Row, depth: number): Sql {
  const owners = `${row.alias}.owners`;
  const owned = keys.owners
    ? sql(`owner_passes(${owners}, ?)`, keys.owners.add(node.where, askOwners(keys, node.where)))
    : ownedIn(keys, node.where, owners, depth);
  return node.orNobody ? { ...owned, text: `(${owners} = '[]' OR ${owned.text})` } : owned;
}

/** Whether this Patient is there and satisfies a condition, in this snapshot. */
export const ownerPasses = (keys: Keys, where: QueryNode, patient: string): boolean =>
  questionOf(keys, where)(JSON.stringify([patient]));

/** The same as `compileOwnedBy`, of a row's column `owners`. */
export function ownersPass(keys: Keys, node: QueryNode & { kind: 'ownedBy' }): (owners: string) => boolean {
  const passes = questionOf(keys, node.where);
  return node.orNobody ? (owners) => owners === '[]' || passes(owners) : passes;
}

function questionOf(keys: Keys, where: QueryNode): (owners: string) => boolean {
  const ask = askOwners(keys, where);
  return keys.owners?.question(where, ask) ?? ask;
}

/** Compiled when the first owner is met whose answer is not known. */
function askOwners(keys: Keys, where: QueryNode): (owners: string) => boolean {
  let asked: Sql | undefined;
  return (owners) => {
    asked ??= ownedIn(keys, where, '?', 0);
    return keys.finds(`SELECT 1 WHERE ${asked.text}`, [owners, ...asked.values]);
  };
}

/** `owners`: SQL of a JSON array of ids. */
function ownedIn(keys: Keys, where: QueryNode, owners: string, depth: number): Sql {
  const p = `p${depth + 1}`;
  const row = { rid: `${p}.rid`, d: `${p}.d`, alias: p };
  const passes = compileCondition(keys, 'Patient', where, row, depth + 1);
  return {
    ...passes,
    text: `EXISTS (SELECT 1 FROM json_each(${owners}) o${p} CROSS JOIN resource ${p} ON ${p}.type = 'Patient' AND ${p}.id = o${p}.value WHERE ${p}.deleted = 0 AND ${passes.text})`,
  };
}
