/**
 * Versions by their place in the log. One that is committed never changes, so those that were read lately are kept as they were given out: whoever derives
 * something from a version may keep that with the object (a WeakMap), and finds it again.
 */
import type { StoredVersion } from '../store.ts';
import type { Connection } from './connection.ts';
import type { SqlValue } from './sql.ts';

/** UTF-16 units of text in each of the two generations: about as many bytes, since nearly all of it is Latin. */
const GENERATION = 12_000_000;
/** What an object costs beside its text. */
const OVERHEAD = 300;

export interface Versions {
  /** Must be there: take the place from the index, in the same snapshot. */
  at(seq: number): StoredVersion;
}

/** Without keeping any: for the writer, whose own versions may still be rolled back. */
export function readVersionAt(connection: Connection, seq: number): StoredVersion {
  const [row] = connection.rows(
    'SELECT type, id, version, last_updated, method, body FROM version WHERE seq = ?',
    [seq],
  );
  if (!row) throw new Error(`version ${seq} is not in the log`);
  return ofRow(row);
}

function ofRow(row: readonly SqlValue[]): StoredVersion {
  const [type, id, version, lastUpdated, method, body] = row as [
    string,
    string,
    number,
    number,
    StoredVersion['method'],
    string | null,
  ];
  return Object.freeze({ type, id, version, lastUpdated, method, body: body ?? undefined });
}

export function createVersions(connection: Connection): Versions {
  let young = new Map<number, StoredVersion>();
  let old = new Map<number, StoredVersion>();
  let size = 0;

  function keep(seq: number, version: StoredVersion): StoredVersion {
    size += OVERHEAD + (version.body?.length ?? 0);
    if (size > GENERATION) {
      old = young;
      young = new Map();
      size = 0;
    }
    young.set(seq, version);
    return version;
  }

  return {
    at(seq) {
      const known = young.get(seq);
      if (known) return known;
      return keep(seq, old.get(seq) ?? readVersionAt(connection, seq));
    },
  };
}
