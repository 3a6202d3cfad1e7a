/**
 * What is chosen on a page and kept in its address. The router draws an address when it gets to it; until then a letter that was typed would be gone again, and the next
 * change would begin from what was before the last one. So what was chosen is shown at once, and is what the next change begins from.
 */
import { startTransition, useOptimistic } from 'react';

/** `said`: what the address says. `say` puts a change there; `next` is the whole. */
export function useAtOnce<T extends object>(
  said: T,
  say: (change: Partial<T>, next: T) => void,
): readonly [T, (change: Partial<T>) => void] {
  const [shown, show] = useOptimistic(said);
  const set = (change: Partial<T>): void =>
    startTransition(() => {
      const next = { ...shown, ...change };
      show(next);
      say(change, next);
    });
  return [shown, set];
}
