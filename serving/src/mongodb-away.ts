/** What says that MongoDB can't be asked now, whatever was asked of it. Codes: https://www.mongodb.com/docs/manual/reference/error-codes/ */
import { MongoError, MongoNetworkError, MongoServerSelectionError, MongoWriteConcernError } from 'mongodb';

/** The system's errors of a connection that is gone (errno(3)), which the driver passes on as they are where it writes to a socket that the other side has ended. */
const BROKEN: ReadonlySet<unknown> = new Set([
  'EPIPE',
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ETIMEDOUT',
  'ERR_STREAM_DESTROYED',
  'ERR_STREAM_WRITE_AFTER_END',
]);

/** Going down, stepping down, not primary, no majority, an interrupted command; a cursor of the primary before. */
const GONE = [6, 7, 43, 64, 89, 91, 100, 133, 134, 189, 237, 9001, 10_058, 10_107];
const INTERRUPTED = [11_600, 11_601, 11_602, 13_435, 13_436];
/** It is there and does not come to it: a lock, a deadline, a conflict, more requests than it takes, no room on its disk. */
const BUSY = [24, 50, 112, 202, 262, 462, 14_031];
const AWAY: ReadonlySet<unknown> = new Set([...GONE, ...INTERRUPTED, ...BUSY]);

/** What the server or the driver says of an error: that the same may go through later. */
const LATER = ['RetryableWriteError', 'RetryableError', 'SystemOverloadedError'];

/** The pool was cleared, or the client closed, under a command. */
const CLEARED =
  /^Mongo(?:ExpiredSession|PoolCleared|TopologyClosed|ClientClosed|NotConnected|WaitQueueTimeout)/;

/** No answer came: whether it was done is not known. */
export const isCutOff = (error: unknown): boolean =>
  error instanceof MongoNetworkError ||
  error instanceof MongoServerSelectionError ||
  (error instanceof Error && BROKEN.has((error as NodeJS.ErrnoException).code));

export const isAway = (error: unknown): boolean =>
  isCutOff(error) ||
  error instanceof MongoWriteConcernError ||
  (error instanceof MongoError &&
    (AWAY.has(error.code) || CLEARED.test(error.name) || LATER.some((label) => error.hasErrorLabel(label))));
