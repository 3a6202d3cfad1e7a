/** History of an instance, a type or the system: the version table, newest first. */
import { createPageRoom } from '../../page-room.ts';
import type { Cursor } from '../../search/query.ts';
import type { HistoryPage, HistoryQuery, StoredVersion } from '../store.ts';
import { compileCondition } from './compile-condition.ts';
import type { Connection } from './connection.ts';
import type { Keys } from './keys.ts';
import { joinSql, LIMIT, type Sql, sql } from './sql.ts';
import { type VersionRow, versionOf } from './version-row.ts';

const FROM = 'FROM version v CROSS JOIN resource r ON r.rid = v.rid';

export function readHistory(connection: Connection, keys: Keys, query: HistoryQuery): HistoryPage {
  const scope = historyScope(connection, keys, query);
  const counted = connection
    .statement(`SELECT count(*) AS n ${FROM} WHERE ${scope.text}`)
    .get(...scope.values) as {
    n: number;
  };
  // An instance's pages go by version: a change-log position would tell how much else is written meanwhile.
  const byVersion = query.id !== undefined;
  const [beyond, order] = query.backward ? ['>', 'ASC'] : ['<', 'DESC'];
  const after = query.after
    ? sql(` AND v.${byVersion ? 'version' : 'seq'} ${beyond} ?`, query.after[0] ?? 0)
    : sql('');
  const page = joinSql([scope, after, sql(` ORDER BY v.seq ${order} ${LIMIT}`, query.count + 1)], '');
  const rows = connection
    .statement(
      `SELECT r.type, r.id, v.version, v.last_updated, v.method, v.body, v.seq ${FROM} WHERE ${page.text}`,
    )
    .iterate(...page.values) as unknown as Iterable<VersionRow & { seq: number }>;
  const takes = createPageRoom(query.room);
  const versions: StoredVersion[] = [];
  const positions: Cursor[] = [];
  let isMore = false;
  for (const row of rows) {
    const version = versionOf(row);
    isMore = versions.length === query.count || !takes(version);
    if (isMore) break;
    versions.push(version);
    positions.push([byVersion ? row.version : row.seq]);
  }
  const next = isMore ? positions.at(-1) : undefined;
  if (!query.backward) return { versions, positions, next, total: counted.n };
  return { versions: versions.reverse(), positions: positions.reverse(), next, total: counted.n };
}

function historyScope(connection: Connection, keys: Keys, query: HistoryQuery): Sql {
  const conditions: Sql[] = [];
  if (query.type !== undefined && query.id !== undefined) {
    const row = connection
      .statement('SELECT rid FROM resource WHERE type = ? AND id = ?')
      .get(query.type, query.id) as { rid: number } | undefined;
    conditions.push(sql('v.seq IN (SELECT seq FROM past WHERE rid = ?)', row?.rid ?? -1));
  } else {
    conditions.push(sql('v.seq <= (SELECT applied FROM meta)'));
    if (query.type !== undefined) conditions.push(sql('v.type = ?', query.type));
  }
  if (query.visible && query.type !== undefined) {
    conditions.push(
      compileCondition(keys, query.type, query.visible, { rid: 'r.rid', d: 'r.d', alias: 'r' }),
    );
  }
  if (query.since !== undefined) conditions.push(sql('v.last_updated >= ?', query.since));
  if (query.at) {
    conditions.push(
      sql(
        'v.last_updated < ? AND NOT EXISTS (SELECT 1 FROM past CROSS JOIN version n ON n.seq = past.seq WHERE past.rid = v.rid AND past.version = v.version + 1 AND n.last_updated <= ?)',
        query.at.to,
        query.at.from,
      ),
    );
  }
  return conditions.length === 0 ? sql('1') : joinSql(conditions, ' AND ');
}
