/** Long loops over small synchronous work let the others in: an `await` alone does not, where what is awaited is there already. */
import { setImmediate } from 'node:timers/promises';

/**
 * To be awaited once each round; gives way when `everyMs` have passed since it last did. Of several loops that share one, each has a turn of its own: those that wait
 * together do not go on together.
 */
export function createBreath(everyMs = 8): () => Promise<void> | undefined {
  let last = performance.now();
  let turn: Promise<void> | undefined;
  const isSpent = (): boolean => performance.now() - last >= everyMs;
  const next = async (): Promise<void> => {
    await setImmediate();
    turn = undefined;
    last = performance.now();
  };
  const rest = async (): Promise<void> => {
    while (isSpent()) {
      turn ??= next();
      await turn;
    }
  };
  return () => (isSpent() ? rest() : undefined);
}
