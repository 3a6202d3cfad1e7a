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
  const waiting = new Set<(error: Error) => void>();
  let last = performance.now();
  let looked = last;
  const timer = setInterval(() => {
    const now = performance.now();
    // A process that stood still itself can't tell.
    if (now - looked > 4 * LOOK_MS) last = now;
    looked = now;
    if (now - last < SILENCE_MS) return;
    for (const reject of waiting) reject(silence());
    waiting.clear();
  }, LOOK_MS);
  timer.unref();
  return {
    felt() {
      last = performance.now();
    },
    guard(work, limitMs) {
      const { promise: silent, reject } = Promise.withResolvers<never>();
      waiting.add(reject);
      const late = limitMs === undefined ? undefined : setTimeout(() => reject(silence()), limitMs);
      return Promise.race([work(), silent]).finally(() => {
        clearTimeout(late);
        waiting.delete(reject);
      });
    },
    close() {
      clearInterval(timer);
    },
  };
}
