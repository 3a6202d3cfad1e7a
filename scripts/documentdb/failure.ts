/** PostgreSQL's errors → those that MongoDB's drivers know. */
import type { Document } from 'mongodb';

export const CODES = {
  internal: 1,
  notFound: 26,
  tooSlow: 50,
  unknownCommand: 59,
  conflict: 112,
  noTransaction: 251,
  notWritablePrimary: 10_107,
  duplicate: 11_000,
} as const;

export const failure = (code: number, errmsg: string, ...errorLabels: string[]): Document => ({
  ok: 0,
  code,
  errmsg,
  ...(errorLabels.length > 0 ? { errorLabels } : {}),
});

/** Serialization, deadlock, lock not available. */
const CONFLICTS: ReadonlySet<string> = new Set(['40001', '40P01', '55P03']);
/** Unique and exclusion violations. */
const DUPLICATES: ReadonlySet<string> = new Set(['23505', '23P01']);
const CANCELED = '57014';

/** Five characters of six bits each, the first one lowest: how PostgreSQL packs a SQLSTATE into a number. */
const pack = (state: string): number =>
  [...state].reduce((sum, char, i) => sum + (((char.charCodeAt(0) - 48) & 63) << (6 * i)), 0);

export function unpack(packed: number): string {
  return Array.from({ length: 5 }, (_, i) => String.fromCharCode(((packed >> (6 * i)) & 63) + 48)).join('');
}

/** The extension's own errors are MongoDB's codes, counted from here. */
const OWN = pack('M0000');

export function toFailure(state: string, message: string, inTransaction: boolean): Document {
  const isDuplicate = DUPLICATES.has(state) || message.startsWith('Duplicate key violation');
  // Inside a transaction the one that holds the key may not be visible: to MongoDB that is a conflict, as two writes to one document are.
  if (inTransaction && (isDuplicate || CONFLICTS.has(state)))
    return failure(CODES.conflict, message, 'TransientTransactionError');
  if (isDuplicate) return failure(CODES.duplicate, message);
  if (state === CANCELED) return failure(CODES.tooSlow, message);
  if (message.includes('Namespace does not currently exist')) return failure(CODES.notFound, message);
  const own = /^[0-9A-Z]{5}$/.test(state) ? pack(state) - OWN : 0;
  return failure(own > 0 && own < 1 << 23 ? own : CODES.internal, message);
}
