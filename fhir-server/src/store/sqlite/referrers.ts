/** What refers to a resource, as far as it keeps it from being deleted. */
import type { Referrers } from '../store.ts';
import type { Connection } from './connection.ts';

const REFERRERS = `SELECT 1 FROM ref CROSS JOIN resource r ON r.rid = ref.rid
WHERE ref.tk = ? AND r.deleted = 0 AND r.rid <> ? AND r.type || '/' || r.id NOT IN (SELECT value FROM json_each(?))`;
const OF_OWNERS = 'AND EXISTS (SELECT 1 FROM json_each(r.owners) o JOIN json_each(?) p ON p.value = o.value)';

interface Referred {
  readonly rid: number;
  /** The key of its name. */
  readonly rk: number;
}

export function isReferredTo(
  connection: Connection,
  { rid, rk }: Referred,
  { owners, except }: Referrers,
): boolean {
  const values = [rk, rid, JSON.stringify(except)];
  const found = owners
    ? connection.rows(`${REFERRERS} ${OF_OWNERS} LIMIT 1`, [...values, JSON.stringify(owners)])
    : connection.rows(`${REFERRERS} LIMIT 1`, values);
  return found.length > 0;
}

/** The same of a name; false where there is nothing under it. */
export function isNameReferredTo(connection: Connection, type: string, id: string, by: Referrers): boolean {
  const [row] = connection.rows('SELECT rid, rk FROM resource WHERE type = ? AND id = ?', [type, id]);
  return row !== undefined && isReferredTo(connection, { rid: row[0] as number, rk: row[1] as number }, by);
}
