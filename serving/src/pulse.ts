/** Whether the database answers at all. A server that hangs keeps its connections open: whoever waits for it is told after a few seconds, by this. */
export interface Pulse {
  /** It has answered just now. */
  felt(): void;
  /**
   * The work's outcome, or `silence` as soon as the database has been silent for too long; or when the work has taken `limitMs`, for one connection may hang while others do not.
   */
  guard<T>(work: () => Promise<T>, limitMs?: number): Promise<T>;
  close(): void;
}

const SILENCE_MS = 3000;
const LOOK_MS = 250;

/** `silence` makes the error that tells of it. */
export function createPulse(silence: () => Error): Pulse {
  /** With how long each waits yet; looks are counted, not the time: a process that has too much to do is no sign of a database that hangs. */
  const waiting = new Map<(error: Error) => void, number>();
  let last = performance.now();
  let looked = last;
  const timer = setInterval(() => {
    const now = performance.now();
    // A process that stood still itself can't tell.
    if (now - looked > 4 * LOOK_MS) last = now;
    looked = now;
    const isSilent = now - last >= SILENCE_MS;
    for (const [reject, left] of waiting) {
      waiting.set(reject, left - LOOK_MS);
      if (!isSilent && left > LOOK_MS) continue;
      waiting.delete(reject);
      reject(silence());
    }
  }, LOOK_MS);
  timer.unref();
  return {
    felt() {
      last = performance.now();
    },
    guard(work, limitMs = Number.POSITIVE_INFINITY) {
      const { promise: silent, reject } = Promise.withResolvers<never>();
      waiting.set(reject, limitMs);
      return Promise.race([work(), silent]).finally(() => waiting.delete(reject));
    },
    close() {
      clearInterval(timer);
    },
  };
}
