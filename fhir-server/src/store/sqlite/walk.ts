/**
 * One page of a walk over a type in the order of its ids. How far a page looks is settled first, by the list of ids alone, so that a page costs the same
 * whether much or nothing satisfies the condition. The record of a few patients is walked by their own lists.
 */
import type { QueryNode } from '../../search/query.ts';
import type { WalkedVersion, WalkPage, WalkQuery } from '../store.ts';
import { compileCondition } from './compile-condition.ts';
import type { Connection } from './connection.ts';
import { ownerKey } from './key-texts.ts';
import type { Keys } from './keys.ts';
import { joinSql, LIMIT, type Sql, type SqlValue, sql } from './sql.ts';
import { readVersionAt } from './versions.ts';

/** Up to so many patients' lists are put in order for each page. */
const FEW_PATIENTS = 10;

export function walkPage(connection: Connection, keys: Keys, query: WalkQuery): WalkPage {
  const patients = fewPatients(query.where);
  const end = patients ? undefined : lastOfPage(connection, query);
  const rows = patients
    ? connection.rows(...bound(ofPatients(keys, query, patients)))
    : connection.rows(...bound(inOrder(keys, query, end)));
  const versions: WalkedVersion[] = [];
  let characters = 0;
  for (const [seq, owners] of rows as [number, string][]) {
    const version = readVersionAt(connection, seq);
    versions.push({ ...version, owners: JSON.parse(owners) as string[] });
    characters += version.body?.length ?? 0;
    if (characters >= query.characters) break;
  }
  const isCut = versions.length < rows.length;
  const isFull = rows.length === query.limit;
  return { versions, next: isCut || (patients && isFull) ? versions.at(-1)?.id : end };
}

const bound = ({ text, values }: Sql): [string, readonly SqlValue[]] => [text, values];

/** The last id that the page looks at; undefined: it looks at all that are left. */
function lastOfPage(connection: Connection, { type, after, limit }: WalkQuery): string | undefined {
  const [row] = connection.rows(
    'SELECT id FROM resource WHERE type = ? AND id > ? ORDER BY id LIMIT 1 OFFSET ?',
    [type, after ?? '', limit - 1],
  );
  return row?.[0] as string | undefined;
}

function inOrder(keys: Keys, query: WalkQuery, end: string | undefined): Sql {
  return joinSql(
    [
      sql(
        'SELECT r.seq, r.owners FROM resource r WHERE r.type = ? AND r.id > ?',
        query.type,
        query.after ?? '',
      ),
      end === undefined ? sql('') : sql(' AND r.id <= ?', end),
      sql(' AND '),
      passes(keys, query),
      sql(' ORDER BY r.id'),
    ],
    '',
  );
}

function ofPatients(keys: Keys, query: WalkQuery, patients: readonly string[]): Sql {
  const lists = patients.map((id) => keys.find(ownerKey(query.type, id))).filter((k) => k !== undefined);
  const changed = sql(
    ' UNION SELECT rid FROM resource WHERE type = ? AND last_updated > ?',
    query.type,
    query.asOf,
  );
  return joinSql(
    [
      sql(
        'SELECT r.seq, r.owners FROM (SELECT rid FROM idx WHERE k IN (SELECT value FROM json_each(?))',
        JSON.stringify(lists),
      ),
      query.changed ? changed : sql(''),
      sql(
        ') o CROSS JOIN resource r ON r.rid = o.rid WHERE r.type = ? AND r.id > ? AND ',
        query.type,
        query.after ?? '',
      ),
      passes(keys, query),
      sql(` GROUP BY r.rid ORDER BY r.id ${LIMIT}`, query.limit),
    ],
    '',
  );
}

function passes(keys: Keys, { type, where, since, asOf, deletions, changed }: WalkQuery): Sql {
  const passing = compileCondition(keys, type, where, { rid: 'r.rid', d: 'r.d', alias: 'r' });
  const condition = { ...passing, text: `${passing.text}${keys.goesOn('r.rid')}` };
  const asked = joinSql([sql('r.last_updated > ?', since ?? -1), condition], ' AND ');
  const late = sql('r.last_updated > ?', asOf);
  const live = sql('r.deleted = 0');
  if (changed) return either(late, deletions ? asked : joinSql([live, asked], ' AND '));
  return deletions ? asked : joinSql([either(late, live), asked], ' AND ');
}

const either = (a: Sql, b: Sql): Sql => joinSql([sql('('), a, sql(' OR ('), b, sql('))')], '');

function fewPatients(where: QueryNode): readonly string[] | undefined {
  const nodes = where.kind === 'and' ? where.nodes : [where];
  const owner = nodes.find((node) => node.kind === 'owner');
  return owner?.kind === 'owner' && owner.patients.length <= FEW_PATIENTS ? owner.patients : undefined;
}
