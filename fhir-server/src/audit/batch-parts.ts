/**
 * How many rows of the audit log go into one batch: on MongoDB it is one document, of 16 MiB at most (MongoDB manual, "Limits and Thresholds"). A row says what a search asked for, which may be
 * long, and a search has a row for each patient whom its page is about.
 */
import type { AuditRow } from './audit-log.ts';

/** Rows that are kept by one batch. */
export interface Part {
  readonly rows: readonly AuditRow[];
  readonly characters: number;
}

const MAX_ROWS = 1000;
/** Of three bytes at most, once in each batch. */
const MAX_CHARACTERS = 4_000_000;
/** Of a row, beside its texts of any length. */
const ROW_CHARACTERS = 1000;

const charactersOf = ({ query = '', reason = '', patients, labels = [] }: AuditRow): number =>
  ROW_CHARACTERS + query.length + reason.length + 70 * patients.length + 200 * labels.length;

const isFull = (rows: number, characters: number): boolean => rows > MAX_ROWS || characters > MAX_CHARACTERS;

export function partsOf(rows: readonly AuditRow[]): Part[] {
  const parts: { rows: AuditRow[]; characters: number }[] = [];
  for (const row of rows) {
    const own = charactersOf(row);
    const last = parts.at(-1);
    if (!last || isFull(last.rows.length + 1, last.characters + own))
      parts.push({ rows: [row], characters: own });
    else {
      last.rows.push(row);
      last.characters += own;
    }
  }
  return parts;
}

/** Of those that wait, how many go into the next batch: one at least. */
export function countTogether(waiting: readonly Part[]): number {
  let rows = 0;
  let characters = 0;
  let count = 0;
  for (const part of waiting) {
    rows += part.rows.length;
    characters += part.characters;
    if (count > 0 && isFull(rows, characters)) break;
    count += 1;
  }
  return count;
}
