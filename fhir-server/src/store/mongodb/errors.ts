/** The driver's errors → the port's, once. */
import { MongoError, MongoNetworkError, MongoServerError, MongoServerSelectionError } from 'mongodb';
import { StoreError } from '../store.ts';

const DUPLICATE_KEY = 11_000;
const MAX_TIME_EXPIRED = 50;

export function isDuplicateKey(error: unknown): boolean {
  return error instanceof MongoServerError && error.code === DUPLICATE_KEY;
}

/** Anything that is not a StoreError yet. An outcome that is not known is never reported as done or as not done. */
export function storeError(error: unknown): unknown {
  if (error instanceof StoreError || !(error instanceof MongoError)) return error;
  if (error instanceof MongoNetworkError || error instanceof MongoServerSelectionError) {
    return new StoreError('unavailable', 0, undefined, { cause: error });
  }
  if (error instanceof MongoServerError && error.code === MAX_TIME_EXPIRED)
    return new StoreError('too-slow', 0, undefined, { cause: error });
  if (isDuplicateKey(error) || error.hasErrorLabel('TransientTransactionError')) {
    return new StoreError('transient', 0, undefined, { cause: error });
  }
  return new StoreError('unavailable', 0, undefined, { cause: error });
}
