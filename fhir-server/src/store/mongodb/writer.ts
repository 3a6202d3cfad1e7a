/** What one attempt at a transaction writes with. */
import type { ClientSession } from 'mongodb';
import type { Collections } from './collections.ts';

export interface Writer {
  readonly collections: Collections;
  /** undefined: the server has no transactions, and there is one operation. */
  readonly session: ClientSession | undefined;
  readonly maxTimeMS: number;
  readonly sharded: boolean;
  /** Milliseconds: no version is older. */
  readonly time: number;
  /** The first attempt takes it that a new id is new: where it is not, the database says so, and the next attempt looks. */
  readonly attempt: number;
  /** Who writes: kept with each version. */
  readonly by: string | undefined;
  /** What the deletions of this transaction were announced by. */
  readonly leaving: string | undefined;
}

export const nameOf = ({ type, id }: { readonly type: string; readonly id: string }): string =>
  `${type}/${id}`;
