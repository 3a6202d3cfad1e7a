/** Read, decide, write: where another write came between, again with what that wrote, until it is through. */
import { setTimeout as sleep } from 'node:timers/promises';

/** Many writers of one resource get their turn one after the other; this long each of them waits at most. */
const PATIENCE_MS = 10_000;
const FIRST_PAUSE_MS = 4;
const LONGEST_PAUSE_MS = 100;

/** `isLost`: the failure is one that another try may not have. Pauses grow, and differ by chance so that those who lost together don't meet again. */
export async function againUntilWon<T>(
  attempt: () => Promise<T>,
  isLost: (error: unknown) => boolean,
): Promise<T> {
  const end = performance.now() + PATIENCE_MS;
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
    try {
      return await attempt();
    } catch (error) {
      if (!isLost(error) || performance.now() > end) throw error;
      await sleep(pause * Math.random());
    }
  }
}

const turns = new WeakMap<object, Map<string, Promise<unknown>>>();

/** One after the other within this process, by name: they do not even meet. Others may still come between from another process. */
export async function inTurn<T>(owner: object, name: string, work: () => Promise<T>): Promise<T> {
  const waiting = turns.get(owner) ?? new Map<string, Promise<unknown>>();
  turns.set(owner, waiting);
  const before = waiting.get(name);
  const mine = before ? before.then(work, work) : work();
  waiting.set(name, mine);
  try {
    return await mine;
  } finally {
    if (waiting.get(name) === mine) waiting.delete(name);
  }
}
