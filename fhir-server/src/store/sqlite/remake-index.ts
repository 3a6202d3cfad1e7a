/**
 * The index from the log, where the index was lost: first which resources there are, by SQL alone, so that they can be walked; then what each is found by,
 * page by page, from its last live version. Until that is done, the server answers nobody (server.ts).
 */
import type { IndexEntries } from '../../search/index-entry.ts';
import type { StoredVersion } from '../store.ts';
import type { Connection } from './connection.ts';
import { removeIndexRows, sortValues, writeIndexRows } from './index-rows.ts';
import type { Remade } from './jobs.ts';
import { createKeyRows } from './key-rows.ts';
import { LIMIT } from './sql.ts';
import { ownersText, presentText, type Writer } from './write.ts';

const FILL = `
INSERT INTO past (rid, version, seq) SELECT rid, version, seq FROM version ORDER BY rid, version;
INSERT INTO resource (rid, type, id, rk, version, seq, last_updated, deleted, d, present, sort, keys, owners)
  SELECT v.rid, v.type, v.id, -v.rid, v.version, v.seq, v.last_updated, v.method = 'delete', v.last_updated, ' ', '{}', x'', 'null'
  FROM (SELECT rid, max(version) AS version FROM past GROUP BY rid) newest
  CROSS JOIN past ON past.rid = newest.rid AND past.version = newest.version CROSS JOIN version v ON v.seq = past.seq ORDER BY v.rid;
UPDATE meta SET applied = (SELECT coalesce(max(seq), 0) FROM version);
`;

/** Into an empty index. */
export function fillFromLog({ db }: Connection): void {
  db.exec('BEGIN IMMEDIATE');
  db.exec(FILL);
  db.exec('COMMIT');
}

/** Replaces what resources are found by; returns how many. */
export function remake({ connection, keys }: Writer, resources: readonly Remade[]): number {
  const before = connection.statement('SELECT d, keys FROM resource WHERE rid = ?');
  const after = connection.statement(
    'UPDATE resource SET d = ?, present = ?, sort = ?, keys = ?, owners = ? WHERE rid = ?',
  );
  const keyRows = createKeyRows(connection);
  for (const { rid, type, lastUpdated, entries } of resources) {
    const row = before.get(rid) as { d: number; keys: Uint8Array };
    removeIndexRows(connection, { rid, d: row.d }, row.keys);
    const d = entries.mainDate ?? lastUpdated;
    const packed = writeIndexRows({ connection, keys, keyRows }, { type, rid, d }, entries);
    after.run(d, presentText({ entries }), sortValues(entries), packed, ownersText({ entries }), rid);
  }
  keyRows.write();
  return resources.length;
}

interface LastLive {
  readonly rid: number;
  readonly type: string;
  readonly id: string;
  readonly version: number;
  readonly last_updated: number;
  readonly method: StoredVersion['method'];
  readonly body: string;
}

const LAST_LIVE = `SELECT r.rid, r.type, r.id, v.version, v.last_updated, v.method, v.body
  FROM resource r CROSS JOIN version v ON v.seq = (
    SELECT past.seq FROM past WHERE past.rid = r.rid AND past.version <= r.version - r.deleted ORDER BY past.version DESC LIMIT 1
  ) WHERE r.rid > ? AND (? IS NULL OR r.type = ?) AND v.body IS NOT NULL ORDER BY r.rid ${LIMIT}`;

/** Resources of one type, or all, with the version that they are found by: a deleted one, too, since its history is asked of its last live version. */
export function lastLive(
  connection: Connection,
  after: number,
  type: string | undefined,
  limit: number,
  entriesOf: (version: StoredVersion) => IndexEntries,
): Remade[] {
  const rows = connection
    .statement(LAST_LIVE)
    .all(after, type ?? null, type ?? null, limit) as unknown as LastLive[];
  return rows.map(({ last_updated: lastUpdated, ...row }) => ({
    rid: row.rid,
    type: row.type,
    lastUpdated,
    entries: entriesOf({ ...row, lastUpdated }),
  }));
}
