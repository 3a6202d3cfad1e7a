/** The system's errors of a connection that is gone (errno(3)), which MongoDB's driver passes on as they are where it writes to a socket that the other side has ended. */
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

export const isBrokenConnection = (error: unknown): boolean =>
  error instanceof Error && BROKEN.has((error as NodeJS.ErrnoException).code);
