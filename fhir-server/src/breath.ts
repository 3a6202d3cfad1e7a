/** Long loops over small synchronous work let the others in: an `await` alone does not, where what is awaited is there already. */
import { setImmediate } from 'node:timers/promises';

/** To be awaited once each round; gives way when `everyMs` have passed since it last did. */
export function createBreath(everyMs = 8): () => Promise<void> | undefined {
  let last = performance.now();
  return () => {
    if (performance.now() - last < everyMs) return undefined;
    return setImmediate().then(() => {
      last = performance.now();
    });
  };
}
