/** What can be done here and now: each page says its own, the palette offers all of them. */
import { useEffect, useSyncExternalStore } from 'react';

export interface Command {
  readonly id: string;
  /** In the reader's language, beginning with what it does. */
  readonly label: string;
  /** What it is done to, where the label does not say it. */
  readonly about?: string | undefined;
  readonly run: () => void;
}

const registered = new Map<object, readonly Command[]>();
const listeners = new Set<() => void>();
let all: readonly Command[] = [];

function changed(): void {
  // Those of the page come before those of the frame, which was there first.
  all = [...registered.values()].reverse().flat();
  for (const listener of listeners) listener();
}

/** Offers these commands for as long as the component is on the page. */
export function useCommands(commands: readonly Command[]): void {
  useEffect(() => {
    const key = {};
    registered.set(key, commands);
    changed();
    return () => {
      registered.delete(key);
      changed();
    };
  }, [commands]);
}

export const useAllCommands = (): readonly Command[] =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => all,
  );
