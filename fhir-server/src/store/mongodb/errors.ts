/** The driver's errors → the port's, once. Codes: https://www.mongodb.com/docs/manual/reference/error-codes/ */
import { isAway, isCutOff } from '@wellspring/serving/mongodb-away';
import {
  MongoBulkWriteError,
  MongoError,
  MongoNetworkTimeoutError,
  MongoServerError,
  MongoWriteConcernError,
} from 'mongodb';
import { StoreError, type StoreFault } from '../store.ts';

const DUPLICATE_KEY = 11_000;
const NO_SUCH_TRANSACTION = 251;

/** LockTimeout, WriteConflict, SnapshotUnavailable, NoSuchTransaction: some servers that speak the protocol send no labels with them. */
const CONFLICTS: ReadonlySet<unknown> = new Set([24, 112, 246, NO_SUCH_TRANSACTION]);

const FAULTS: ReadonlyMap<unknown, StoreFault> = new Map<unknown, StoreFault>([
  [50, 'too-slow'], // MaxTimeMSExpired
  [262, 'too-slow'], // ExceededTimeLimit
  [202, 'too-slow'], // NetworkInterfaceExceededTimeLimit
  [292, 'too-costly'], // QueryExceededMemoryLimitNoDiskUseAllowed
  [146, 'too-costly'], // ExceededMemoryLimit
  [10_334, 'too-large'], // BSONObjectTooLarge
  [17_280, 'too-large'], // KeyTooLong
  [17_419, 'too-large'], // the document after an update
  [17_420, 'too-large'], // the document that an upsert would make
]);

export function isDuplicateKey(error: unknown): boolean {
  return error instanceof MongoServerError && error.code === DUPLICATE_KEY;
}

/** The whole transaction may go through when it is tried again: it has certainly not been committed. */
export function isTransient(error: unknown): boolean {
  if (error instanceof StoreError) return error.fault === 'transient';
  if (!(error instanceof MongoError)) return false;
  return (
    error.hasErrorLabel('TransientTransactionError') || CONFLICTS.has(error.code) || isDuplicateKey(error)
  );
}

export const isGivenUp = (error: unknown): boolean =>
  error instanceof MongoServerError && error.code === NO_SUCH_TRANSACTION;

/** No answer came on a connection for so long that it was given up. Of a bulk the driver keeps the words alone. */
export const isUnanswered = (error: unknown): boolean =>
  error instanceof MongoNetworkTimeoutError ||
  (error instanceof MongoBulkWriteError && error.code === undefined && / timed out$/.test(error.message));

/** Whether a commit was done is not known: it may be sent again. */
export function isCommitUnknown(error: unknown): boolean {
  if (isCutOff(error) || error instanceof MongoWriteConcernError) return true;
  return error instanceof MongoError && error.hasErrorLabel('UnknownTransactionCommitResult');
}

/** An error that is not a StoreError yet. An outcome that is not known is never reported as done or as not done; what nobody foresaw is a fault of ours. */
export function storeError(error: unknown): unknown {
  if (error instanceof StoreError) return error;
  // The driver can't even write such a document down.
  if (error instanceof RangeError && /offset|out of (range|bounds)/i.test(error.message))
    return new StoreError('too-large', 0, undefined, { cause: error });
  const fault = faultOf(error);
  return fault ? new StoreError(fault, 0, undefined, { cause: error }) : error;
}

function faultOf(error: unknown): StoreFault | undefined {
  if (isCutOff(error)) return 'unavailable';
  if (!(error instanceof MongoError)) return undefined;
  const known = FAULTS.get(error.code);
  if (known) return known;
  if (isTransient(error)) return 'transient';
  if (isAway(error)) return 'unavailable';
  // Of what went wrong before the server said anything, the driver keeps the words alone.
  return error instanceof MongoBulkWriteError && error.code === undefined ? 'unavailable' : undefined;
}
