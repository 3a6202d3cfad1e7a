/** Point reads, walks and the change log, on a given connection. What the index does not know yet is not there: readers go by it, and the log only grows. */
import { fitting, PAGE_ROOM } from '../../page-room.ts';
import type { QueryNode } from '../../search/query.ts';
import type { AccountedWrites, Change, ScanPage, StoredVersion } from '../store.ts';
import { compileCondition } from './compile-condition.ts';
import type { Connection } from './connection.ts';
import type { Keys } from './keys.ts';
import { LIMIT, type Sql, type SqlValue, sql } from './sql.ts';
import { type VersionRow, versionOf } from './version-row.ts';
import type { Versions } from './versions.ts';

const COLUMNS = 'v.type, v.id, v.version, v.last_updated, v.method, v.body';
/** The part of the log that the index knows. */
const KNOWN = 'v.seq > ? AND v.seq <= (SELECT applied FROM meta)';

const CHANGES = `SELECT ${COLUMNS}, v.seq FROM version v WHERE ${KNOWN} ORDER BY v.seq ${LIMIT}`;
/** Bodies of some types alone: the others are not even read. */
const CHANGES_OF = CHANGES.replace(
  'v.body',
  "CASE WHEN instr(?, ' ' || v.type || ' ') > 0 THEN v.body END AS body",
);

function visibleCondition(keys: Keys, type: string, visible: QueryNode | undefined): Sql {
  if (!visible || visible.kind === 'all') return sql('');
  const condition = compileCondition(keys, type, visible, { rid: 'r.rid', d: 'r.d', alias: 'r' });
  return { text: ` AND ${condition.text}`, values: condition.values };
}

export function readCurrent(
  connection: Connection,
  keys: Keys,
  versions: Versions,
  type: string,
  id: string,
  visible: QueryNode | undefined,
): StoredVersion | undefined {
  const condition = visibleCondition(keys, type, visible);
  const [row] = connection.rows(
    `SELECT r.seq FROM resource r WHERE r.type = ? AND r.id = ?${condition.text}`,
    [type, id, ...condition.values],
  );
  return row && versions.at(row[0] as number);
}

export function readVersion(
  connection: Connection,
  keys: Keys,
  versions: Versions,
  type: string,
  id: string,
  version: number,
  visible: QueryNode | undefined,
): StoredVersion | undefined {
  const condition = visibleCondition(keys, type, visible);
  const [row] = connection.rows(
    `SELECT past.seq FROM resource r CROSS JOIN past ON past.rid = r.rid AND past.version = ? WHERE r.type = ? AND r.id = ?${condition.text}`,
    [version, type, id, ...condition.values],
  );
  return row && versions.at(row[0] as number);
}

export function scan(connection: Connection, after: string | undefined, limit: number): ScanPage {
  const rows = connection
    .statement(
      `SELECT ${COLUMNS}, r.rid FROM resource r CROSS JOIN version v ON v.seq = r.seq WHERE r.rid > ? AND r.deleted = 0 ORDER BY r.rid ${LIMIT}`,
    )
    .all(Number(after ?? 0), limit) as unknown as (VersionRow & { rid: number })[];
  const last = rows.at(-1);
  return {
    versions: rows.map(versionOf),
    next: rows.length === limit && last ? String(last.rid) : undefined,
  };
}

export function readChanges(
  connection: Connection,
  after: string | undefined,
  limit: number,
  bodiesOf: readonly string[] | undefined,
): Change[] {
  const place = [Number(after ?? 0), limit];
  const rows = bodiesOf
    ? connection.each(CHANGES_OF, [` ${bodiesOf.join(' ')} `, ...place])
    : connection.each(CHANGES, place);
  return fitting(changesOf(rows), PAGE_ROOM);
}

function* changesOf(rows: Iterable<readonly SqlValue[]>): Generator<Change> {
  for (const row of rows) {
    const [type, id, version, lastUpdated, method, body, seq] = row as ChangeRow;
    yield { type, id, version, lastUpdated, method, body: body ?? undefined, position: String(seq) };
  }
}

type ChangeRow = readonly [
  type: string,
  id: string,
  version: number,
  lastUpdated: number,
  method: StoredVersion['method'],
  body: string | null,
  seq: number,
];

interface WriteRow extends Omit<VersionRow, 'body'> {
  readonly seq: number;
  readonly patients: string | null;
  readonly written_by: string | null;
}

export function readWrites(
  connection: Connection,
  after: string | undefined,
  limit: number,
): AccountedWrites {
  const rows = connection
    .statement(
      `SELECT v.type, v.id, v.version, v.last_updated, v.method, v.seq, v.patients, v.written_by FROM version v WHERE ${KNOWN} ORDER BY v.seq ${LIMIT}`,
    )
    .all(Number(after ?? 0), limit) as unknown as WriteRow[];
  const last = rows.at(-1);
  return {
    position: last && String(last.seq),
    writes: rows
      .filter((row) => row.written_by !== null)
      .map((row) => ({
        type: row.type,
        id: row.id,
        version: row.version,
        lastUpdated: row.last_updated,
        method: row.method,
        // 'null': not known, of what was last indexed by an older server.
        patients: (JSON.parse(row.patients ?? 'null') as string[] | null) ?? [],
        by: row.written_by as string,
      })),
  };
}
