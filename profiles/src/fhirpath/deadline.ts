/** Synchronous work that is ended when it takes too long: a loop inside a library can't be asked to count. */
import { Script } from 'node:vm';

/** Thrown when the time is over. */
export class DeadlineError extends Error {}

const PLACE = Symbol.for('wellspring.deadline');
const script = new Script(`globalThis[Symbol.for('wellspring.deadline')]()`);

/** The clock on the wall goes on while other processes have the processor: as many times as long is waited before the work is given up. */
const PATIENCE = [1, 5, 25];

/**
 * V8 ends what runs under a Script when its time is over, wherever the code came from (node:vm, `timeout`). That is time on the wall: work that had less than half of it
 * from the processor is begun anew with more, so it must be a function of its input. Work inside work shares the outer time.
 */
export function within<T>(milliseconds: number, work: () => T): T {
  const place = globalThis as unknown as Record<symbol, (() => void) | undefined>;
  if (place[PLACE]) return work();
  let result: T | undefined;
  place[PLACE] = () => {
    result = work();
  };
  try {
    for (const times of PATIENCE) {
      const before = processorMilliseconds();
      if (isDone(milliseconds * times)) return result as T;
      if (processorMilliseconds() - before > milliseconds / 2) break;
    }
    throw new DeadlineError(`FHIRPath: not done within ${milliseconds} ms`);
  } finally {
    place[PLACE] = undefined;
  }
}

function isDone(timeout: number): boolean {
  try {
    script.runInThisContext({ timeout });
    return true;
  } catch (error) {
    if ((error as { code?: string }).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return false;
    throw error;
  }
}

/** Of this thread. */
function processorMilliseconds(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}
