/** How many acts were begun here: what an earlier one said of its outcome may be true no longer once another is under way. */
import { useSyncExternalStore } from 'react';

let begun = 0;
const listeners = new Set<() => void>();

function listen(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const actsBegun = (): number => begun;

export function beginAct(): number {
  begun += 1;
  for (const listener of listeners) listener();
  return begun;
}

export const useActsBegun = (): number => useSyncExternalStore(listen, actsBegun);
