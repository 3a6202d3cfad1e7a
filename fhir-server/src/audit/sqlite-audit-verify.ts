/** Recomputes the chains of the embedded audit log, and compares what events are found by with what they say: a row that no search finds is as good as left out. */
import type { DatabaseSync } from 'node:sqlite';
import {
  type ChainFault,
  type ChainReport,
  createChainCheck,
  type Head,
  type Link,
} from '@wellspring/serving/hash-chain';
import type { StoredAuditRow } from './audit-log.ts';
import { createNamesCheck } from './event-names.ts';

interface Batch extends Omit<Link, 'texts'> {
  readonly first: number;
  readonly count: number;
}

interface Event {
  readonly seq: number;
  readonly id: string;
  readonly at: number;
  readonly text: string;
}

/** Of one state of the log, whoever writes meanwhile. */
export function verifyBatches(db: DatabaseSync, anchors?: readonly Head[]): ChainReport {
  db.exec('BEGIN');
  try {
    return verifyState(db, anchors);
  } finally {
    db.exec('ROLLBACK');
  }
}

function verifyState(db: DatabaseSync, anchors: readonly Head[] | undefined): ChainReport {
  const firsts = db.prepare('SELECT stream, previous FROM batch WHERE n = 1').all() as unknown as Link[];
  const check = createChainCheck(
    firsts.map(({ stream, previous }) => [stream, previous] as const),
    anchors,
  );
  const names = createNamesCheck(db);
  const events = db.prepare('SELECT seq, id, at, text FROM event WHERE seq >= ? AND seq < ? ORDER BY seq');
  const faults: ChainFault[] = [];
  let count = 0;
  let rows = 0;
  for (const row of db.prepare('SELECT * FROM batch ORDER BY stream, n').iterate()) {
    const batch = row as unknown as Batch;
    const { stream, n, first } = batch;
    const found = events.all(first, first + batch.count) as unknown as Event[];
    count += 1;
    rows += found.length;
    faults.push(...check.take({ ...batch, texts: found.map(({ text }) => text) }));
    const isFound = found.map((event) => isFoundAsItSays(event, names.take));
    if (isFound.includes(false)) faults.push({ stream, batch: n, fault: 'found otherwise' });
  }
  const { all } = db.prepare('SELECT count(*) AS "all" FROM event').get() as { all: number };
  if (all > rows || names.surplus() > 0) faults.push({ stream: 'log', batch: 0, fault: 'put in' });
  return { batches: count, faults: [...faults, ...check.end()] };
}

function isFoundAsItSays(
  { seq, id, at, text }: Event,
  isNamed: (seq: number, row: StoredAuditRow) => boolean,
): boolean {
  try {
    const row = JSON.parse(text) as StoredAuditRow;
    return row.at === at && row.auditId === id && isNamed(seq, row);
  } catch (error) {
    // Whoever wrote into it may have left no JSON, or none of a row.
    if (error instanceof SyntaxError || error instanceof TypeError) return false;
    throw error;
  }
}
