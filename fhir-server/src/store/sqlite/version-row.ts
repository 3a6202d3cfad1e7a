/** A row of the version table, joined with its resource's type and id, as a StoredVersion. */
import type { StoredVersion } from '../store.ts';

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
