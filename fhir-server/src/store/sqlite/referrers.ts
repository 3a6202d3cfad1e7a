/** What refers to a resource: whether anything keeps it from being deleted, and all that names it or that it owns. */
import { resourceTypes } from '@wellspring/profiles';
import { TELLING } from '../../search/index-entry.ts';
import type { Referrer, Referrers } from '../store.ts';
import type { Connection } from './connection.ts';
import { ownerKey } from './key-texts.ts';
import { LIMIT } from './sql.ts';

const REFERRERS = `SELECT 1 FROM ref CROSS JOIN resource r ON r.rid = ref.rid
WHERE ref.tk = ? AND r.deleted = 0 AND r.rid <> ? AND r.type || '/' || r.id NOT IN (SELECT value FROM json_each(?))
AND ref.p NOT IN (SELECT p FROM param WHERE name IN (SELECT value FROM json_each(?)))`;
/** What only tells of it does not keep it. */
const NOT_KEEPING = JSON.stringify(TELLING.params.map((param) => `${TELLING.type}.${param}`));
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
  const values = [rk, rid, JSON.stringify(except), NOT_KEEPING];
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

const USING = `SELECT r.type, r.id, r.version FROM (
  SELECT ref.rid FROM resource named CROSS JOIN ref ON ref.tk = named.rk WHERE named.type = ? AND named.id = ?
  UNION SELECT idx.rid FROM json_each(?) t CROSS JOIN key ON key.text = t.value CROSS JOIN idx ON idx.k = key.k
) found CROSS JOIN resource r ON r.rid = found.rid WHERE r.deleted = 0 AND NOT (r.type = ? AND r.id = ?)`;

/** Live resources that refer to it by its name, or that it owns. */
export function referrersOf(connection: Connection, type: string, id: string, limit = -1): Referrer[] {
  const owned = JSON.stringify(resourceTypes.map((each) => ownerKey(each, id)));
  return connection
    .rows(`${USING} ${LIMIT}`, [type, id, type === 'Patient' ? owned : '[]', type, id, limit])
    .map(([itsType, itsId, version]) => ({
      type: itsType as string,
      id: itsId as string,
      version: version as number,
    }));
}
