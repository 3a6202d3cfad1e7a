/**
 * Which index list a search walks; every other condition is then probed for each row of it. SQLite's planner is never asked to choose:
 * over shared index tables its averages mislead it (measured: 150 times slower), so the order is fixed by CROSS JOIN.
 */
import type { QueryNode } from '../../search/query.ts';
import type { Connection } from './connection.ts';
import { type Driver, unsorted } from './driver-list.ts';
import { hasOwnedKey, ownedTokenKey, ownerKey, typeKey } from './key-texts.ts';
import type { Keys } from './keys.ts';
import { marks, type SqlValue, sql } from './sql.ts';
import { stringDriver, textListDriver, wordsDriver } from './text-drivers.ts';
import { valueLists } from './value-lists.ts';

/** Lists up to this long are counted exactly when drivers are compared; longer ones are "long". */
const COUNT_CAP = 2000;
const MOST_LISTS = 1000;

/** The best list by kind alone; undefined when some part of the condition can match nothing. */
export function staticDriver(keys: Keys, type: string, where: QueryNode, name: string): Driver | undefined {
  const found = drivers(keys, type, where, name);
  return found?.reduce((best, next) => (next.rank < best.rank ? next : best));
}

/** The shortest list, counted up to a cap; undefined when nothing can match. */
export function chooseDriver(
  connection: Connection,
  keys: Keys,
  type: string,
  where: QueryNode,
): Driver | undefined {
  const found = drivers(keys, type, where, 'i');
  if (!found) return undefined;
  const ranked = found.toSorted((a, b) => a.rank - b.rank);
  const first = ranked[0] as Driver;
  // Lists of one row, and the composite patient-and-code list, can't be beaten by enough to pay for counting.
  if (first.rank <= 1 || ranked.length === 2) return first;
  let best = first;
  let bestCount = Number.POSITIVE_INFINITY;
  for (const driver of ranked.slice(0, 4)) {
    const count = cappedCount(connection, driver);
    if (count < bestCount) [best, bestCount] = [driver, count];
    if (bestCount < 50) break;
  }
  return best;
}

/** What several parts have counts for each: it is a guess, and to tell them apart all would be read. */
function cappedCount(connection: Connection, driver: Driver): number {
  const { from, where, parts } = driver;
  if (parts) return Math.min(COUNT_CAP, sumOf(parts.map((part) => cappedCount(connection, part))));
  const text = `SELECT count(*) AS n FROM (SELECT 1 FROM ${from.text} WHERE ${where.text} LIMIT ${COUNT_CAP})`;
  return (connection.statement(text).get(...from.values, ...where.values) as { n: number }).n;
}

const sumOf = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0);

/** Whether the list is as long as what is counted, or longer. */
export function isLong(connection: Connection, driver: Driver, most = COUNT_CAP): boolean {
  const lists = connection.known?.longLists;
  const name = listName(driver, most);
  const known = lists?.get(name);
  if (known !== undefined) return known;
  const long = cappedCount(connection, driver) >= most;
  if (lists && lists.size >= MOST_LISTS) lists.clear();
  lists?.set(name, long);
  return long;
}

/** Most lists are of one key. */
function listName({ k, from, where }: Driver, most: number): string | number {
  if (k !== undefined && most === COUNT_CAP) return k;
  return JSON.stringify([most, from, where]);
}

/** All lists the conjunction offers; the type's own list is always one. */
function drivers(keys: Keys, type: string, where: QueryNode, name: string): Driver[] | undefined {
  const all = keys.find(typeKey(type));
  if (all === undefined) return undefined;
  const conjuncts = where.kind === 'and' ? where.nodes : [where];
  const found: Driver[] = [idxDriver(name, [all], 9, [])];
  for (const node of conjuncts) {
    const driver = driverOf(keys, type, node, name);
    if (driver === 'empty') return undefined;
    if (driver) found.push(driver);
  }
  const composite = compositeDriver(keys, type, conjuncts, name);
  if (composite === 'empty') return undefined;
  if (composite) found.push(composite);
  return found;
}

function driverOf(keys: Keys, type: string, node: QueryNode, name: string): Driver | 'empty' | undefined {
  switch (node.kind) {
    case 'none':
      return 'empty';
    case 'token': {
      if (node.code === undefined) return undefined;
      const ks = keys.findTokens(type, node.param, node.system, node.code);
      return ks.length === 0 ? 'empty' : idxDriver(name, ks, node.param === 'identifier' ? 1 : 5, [node]);
    }
    case 'owner': {
      const found = node.patients
        .map((patient) => keys.find(ownerKey(type, patient)))
        .filter((k) => k !== undefined);
      return found.length === 0 ? 'empty' : idxDriver(name, found, 3, [node]);
    }
    case 'reference': {
      const p = keys.findParam(`${type}.${node.param}`);
      const targets = node.targets.map((target) => keys.findTarget(target)).filter((k) => k !== undefined);
      if (p === undefined || targets.length === 0) return 'empty';
      return {
        from:
          targets.length === 1
            ? sql(`ref ${name}`)
            : sql(
                `(SELECT DISTINCT d, rid FROM ref WHERE p = ? AND tk IN (SELECT value FROM json_each(?))) ${name}`,
                p,
                JSON.stringify(targets),
              ),
        where:
          targets.length === 1
            ? sql(`${name}.p = ? AND ${name}.tk = ?`, p, targets[0] as SqlValue)
            : sql('1'),
        rid: `${name}.rid`,
        d: `${name}.d`,
        sorted: targets.length === 1,
        rank: 2,
        covers: [node],
      };
    }
    case 'id':
      return {
        from: sql(`resource ${name}`),
        where: sql(`${name}.type = ? AND ${name}.id IN (${marks(node.ids.length)})`, type, ...node.ids),
        rid: `${name}.rid`,
        d: `${name}.d`,
        // One row is in any order.
        sorted: node.ids.length === 1,
        rank: 0,
        covers: [node],
      };
    case 'string':
      return stringDriver(keys, type, node, name);
    case 'words':
      return wordsDriver(type, node, name);
    case 'date':
      return dateDriver(keys, type, node, name);
    case 'or':
      return (
        tokenListDriver(keys, type, node, name) ??
        textListDriver(keys, type, node, name) ??
        valueListDriver(keys, type, node, name)
      );
    default:
      return undefined;
  }
}

/** Of more keys a page is looked for among all their rows at once. */
const MOST_PARTS = 8;

function idxDriver(name: string, ks: readonly number[], rank: number, covers: readonly QueryNode[]): Driver {
  const one = ks.length === 1;
  return {
    k: one ? ks[0] : undefined,
    ...(one || ks.length > MOST_PARTS ? {} : { parts: ks.map((k) => idxDriver(name, [k], rank, covers)) }),
    from: one
      ? sql(`idx ${name}`)
      : sql(
          `(SELECT DISTINCT d, rid FROM idx WHERE k IN (SELECT value FROM json_each(?))) ${name}`,
          JSON.stringify(ks),
        ),
    where: one ? sql(`${name}.k = ?`, ks[0] as SqlValue) : sql('1'),
    rid: `${name}.rid`,
    d: `${name}.d`,
    sorted: one,
    rank,
    covers,
  };
}

/** `code=a,b,c`: the lists of all of them. */
function tokenListDriver(
  keys: Keys,
  type: string,
  list: QueryNode & { kind: 'or' },
  name: string,
): Driver | 'empty' | undefined {
  const ks = new Set<number>();
  for (const node of list.nodes) {
    if (node.kind !== 'token' || node.code === undefined) return undefined;
    for (const k of keys.findTokens(type, node.param, node.system, node.code)) ks.add(k);
  }
  return ks.size === 0 ? 'empty' : idxDriver(name, [...ks], 6, [list]);
}

/** `name=a,b,c …`: what any of many values finds. */
function valueListDriver(
  keys: Keys,
  type: string,
  node: QueryNode & { kind: 'or' },
  name: string,
): Driver | undefined {
  const { lists, others } = valueLists(keys, type, node.nodes);
  const [list] = lists;
  if (!list || lists.length > 1 || others.length > 0) return undefined;
  return unsorted(
    {
      text: `(SELECT DISTINCT found.rid, resource.d FROM (${list.rids.text}) found CROSS JOIN resource ON resource.rid = found.rid) ${name}`,
      values: list.rids.values,
    },
    name,
    7,
    [node],
  );
}

/** Patient and code, or patient and category: one list holds exactly the answer, newest first. Of several codes, as many lists. */
function compositeDriver(
  keys: Keys,
  type: string,
  conjuncts: readonly QueryNode[],
  name: string,
): Driver | 'empty' | undefined {
  const owner = conjuncts.find((node) => node.kind === 'owner' && node.patients.length === 1);
  if (owner?.kind !== 'owner') return undefined;
  const lists = conjuncts.flatMap((node) => {
    const tokens = node.kind === 'or' ? node.nodes : [node];
    return tokens.every(hasOwnKeyWithOwner) ? [{ node, tokens }] : [];
  });
  // The code is the rarer one where both are asked.
  const list = lists.find(({ tokens }) => tokens.every(({ param }) => param === 'code')) ?? lists[0];
  if (!list) return undefined;
  const patient = owner.patients[0] as string;
  const found = list.tokens
    .map(({ param, system, code }) => keys.find(ownedTokenKey(type, patient, param, system, code)))
    .filter((k) => k !== undefined);
  return found.length === 0 ? 'empty' : idxDriver(name, [...new Set(found)], 1, [owner, list.node]);
}

type WholeToken = QueryNode & { kind: 'token'; system: string; code: string };

const hasOwnKeyWithOwner = (node: QueryNode): node is WholeToken =>
  node.kind === 'token' && node.code !== undefined && node.system !== undefined && hasOwnedKey(node.param);

/** A closed range of dates: entries that begin inside it. Only for tests that no entry beginning earlier can pass. */
function dateDriver(
  keys: Keys,
  type: string,
  node: QueryNode & { kind: 'date' },
  name: string,
): Driver | 'empty' | undefined {
  if (node.test !== 'eq') return undefined;
  const p = keys.findParam(`${type}.${node.param}`);
  if (p === undefined) return 'empty';
  return unsorted(
    sql(
      `(SELECT DISTINCT dat.rid, resource.d FROM dat CROSS JOIN resource ON resource.rid = dat.rid WHERE dat.p = ? AND dat.low >= ? AND dat.low <= ?) ${name}`,
      p,
      node.range.low,
      node.range.high,
    ),
    name,
    7,
    [],
  );
}
