/** A row of the version table, joined with its resource's type and id, as a StoredVersion. */
import type { StoredVersion } from '../store.ts';
import type { SqlValue } from './sql.ts';

export interface VersionRow {
  readonly type: string;
  readonly id: string;
  readonly version: number;
  readonly last_updated: number;
  readonly method: StoredVersion['method'];
  readonly body: string | null;
}

export function versionOf(row: VersionRow): StoredVersion {
  return {
    type: row.type,
    id: row.id,
    version: row.version,
    lastUpdated: row.last_updated,
    method: row.method,
    body: row.body ?? undefined,
  };
}

/** Columns of a page's row before its sort values. */
export const MATCH_COLUMNS = 5;

/** A row of compilePage: id, version, last_updated, method, body, then the sort values. */
export function matchOf(type: string, row: readonly SqlValue[]): StoredVersion {
  const [id, version, lastUpdated, method, body] = row as [
    string,
    number,
    number,
    StoredVersion['method'],
    string | null,
  ];
  return { type, id, version, lastUpdated, method, body: body ?? undefined };
}
