/**
 * What events are found by: whose record an event is about, what it touched, who did it. Names come in any order, and one tree of them all would be written to
 * all over. So it is in parts, each with the names of some thousand events that follow each other: what is being written lies on few pages, however long the log is,
 * and whoever looks for a name looks into every part.
 */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { AuditRow } from './audit-log.ts';

/** Events of a part. */
const PART = 16_384;

/** `name`: the id alone of a Patient whose record it is about, `Type/id` of what was touched and of who did it. */
const TABLE = `
CREATE TABLE IF NOT EXISTS named (part INTEGER, name TEXT, seq INTEGER, PRIMARY KEY (part, name, seq)) STRICT, WITHOUT ROWID;
`;

export type NamedIn = Pick<AuditRow, 'patients'> & Partial<Pick<AuditRow, 'type' | 'id' | 'fhirUser'>>;

/** In the transaction that is open: the names of events by their numbers, in the order of the tree. */
export type InsertNames = (events: readonly (readonly [seq: number, row: NamedIn])[]) => void;

export function createInsertNames(db: DatabaseSync): InsertNames {
  const insert: StatementSync = db.prepare('INSERT OR IGNORE INTO named (part, name, seq) VALUES (?, ?, ?)');
  return (events) => {
    const places = events.flatMap(([seq, row]) =>
      namesOf(row).map((name) => [Math.floor(seq / PART), name, seq] as const),
    );
    for (const place of places.sort(byPlace)) insert.run(...place);
  };
}

function namesOf({ patients, type, id, fhirUser }: NamedIn): string[] {
  const names = [...patients];
  if (type !== undefined && id !== undefined) names.push(`${type}/${id}`);
  if (fhirUser !== undefined) names.push(fhirUser);
  return names;
}

/** In a transaction that is open: whether each event is found by its names, and by no others. */
export function createNamesCheck(db: DatabaseSync): {
  /** False where a name is missing. */
  take(seq: number, row: NamedIn): boolean;
  /** Names that belong to none of the events that were taken. */
  surplus(): number;
} {
  const one = db.prepare('SELECT 1 FROM named WHERE part = ? AND name = ? AND seq = ?');
  let taken = 0;
  return {
    take(seq, row) {
      const names = new Set(namesOf(row));
      const found = [...names].filter((name) => one.get(Math.floor(seq / PART), name, seq) !== undefined);
      taken += found.length;
      return found.length === names.size;
    },
    surplus() {
      const { count } = db.prepare('SELECT count(*) AS count FROM named').get() as { count: number };
      return count - taken;
    },
  };
}

type Place = readonly [part: number, name: string, seq: number];

const byPlace = ([partA, a, seqA]: Place, [partB, b, seqB]: Place): number =>
  partA - partB || (a < b ? -1 : a > b ? 1 : seqA - seqB);

/** Numbers of the events that one of the names is for; `?`: a JSON array of them. */
export const NAMED_ONE_OF = `
WITH RECURSIVE parts (part) AS (
  SELECT 0 UNION ALL SELECT part + 1 FROM parts WHERE part < (SELECT max(seq) FROM event) / ${PART}
)
SELECT named.seq FROM parts CROSS JOIN json_each(?) asked CROSS JOIN named ON named.part = parts.part AND named.name = asked.value`;

/** What an older server kept in three trees, each over the whole log. */
const ENTITY = `(text ->> '$.type') || '/' || (text ->> '$.id')`;
const USER = `text ->> '$.fhirUser'`;
const TAKEN_OVER = `
INSERT OR IGNORE INTO named (part, name, seq) SELECT seq / ${PART}, name, seq FROM (
  SELECT patient AS name, seq FROM about
  UNION ALL SELECT ${ENTITY}, seq FROM event WHERE ${ENTITY} IS NOT NULL
  UNION ALL SELECT ${USER}, seq FROM event WHERE ${USER} IS NOT NULL
) ORDER BY 1, 2, 3;
DROP TABLE about;
DROP INDEX IF EXISTS event_entity;
DROP INDEX IF EXISTS event_user;
`;
/** A long log takes its time, and every process that opens it waits for the one that does it. */
const TAKEN_OVER_MS = 600_000;

/** Makes the table, where it is missing, of what an older server kept. */
export function openNames(db: DatabaseSync): void {
  db.exec(TABLE);
  if (!isOlder(db)) return;
  db.exec(`PRAGMA busy_timeout = ${TAKEN_OVER_MS}; BEGIN IMMEDIATE`);
  try {
    // Another process was quicker.
    if (isOlder(db)) db.exec(TAKEN_OVER);
    db.exec('COMMIT');
  } finally {
    if (db.isTransaction) db.exec('ROLLBACK');
  }
}

const isOlder = (db: DatabaseSync): boolean =>
  db.prepare(`SELECT 1 FROM sqlite_schema WHERE name = 'about'`).get() !== undefined;
