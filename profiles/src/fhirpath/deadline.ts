/** Synchronous work that is ended when it takes too long: a loop inside a library can't be asked to count. */
import { Script } from 'node:vm';

/** Thrown when the time is over. */
export class DeadlineError extends Error {}

const PLACE = Symbol.for('wellspring.deadline');
const script = new Script(`globalThis[Symbol.for('wellspring.deadline')]()`);

/** V8 ends what runs under a Script when its time is over, wherever the code came from (node:vm, `timeout`). Work inside work shares the outer time. */
export function within<T>(milliseconds: number, work: () => T): T {
  const place = globalThis as unknown as Record<symbol, (() => void) | undefined>;
  if (place[PLACE]) return work();
  let result: T | undefined;
  place[PLACE] = () => {
    result = work();
  };
  try {
    script.runInThisContext({ timeout: milliseconds });
    return result as T;
  } catch (error) {
    if ((error as { code?: string }).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT')
      throw new DeadlineError(`FHIRPath: not done within ${milliseconds} ms`);
    throw error;
  } finally {
    place[PLACE] = undefined;
  }
}
