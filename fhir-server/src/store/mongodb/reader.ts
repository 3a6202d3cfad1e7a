/** What every reading of MongoDB carries. */
import type { ClientSession } from 'mongodb';
import type { Collections } from './collections.ts';

export interface Reader {
  readonly collections: Collections;
  readonly session?: ClientSession | undefined;
  /** Of one search on the server; a transaction has a time limit of its own. */
  readonly maxTimeMS: number;
}

/** What every read carries. */
export const options = ({
  maxTimeMS,
  session,
}: Reader): { session: ClientSession } | { maxTimeMS: number } => (session ? { session } : { maxTimeMS });
