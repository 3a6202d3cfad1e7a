/**
 * What changes on the server is told to whatever is shown: one connection for the whole app, opened when somebody first listens and closed when nobody does.
 * While there is none, what is shown is asked for again now and then, as long as the tab is seen.
 */

/** Called when a resource of one of the types may have changed. */
export type Told = () => void;

export interface Live {
  /** Returns how to stop listening. */
  on(types: readonly string[], told: Told): () => void;
}

const EVERY_MS = 15_000;

export function createLive(): Live {
  const listeners = new Set<{ readonly types: readonly string[]; readonly told: Told }>();
  let timer: ReturnType<typeof setInterval> | undefined;

  function askAgain(): void {
    if (document.visibilityState !== 'visible') return;
    for (const { told } of listeners) told();
  }

  return {
    on(types, told) {
      const listener = { types, told };
      listeners.add(listener);
      timer ??= setInterval(askAgain, EVERY_MS);
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        clearInterval(timer);
        timer = undefined;
      };
    },
  };
}

/** Without a server: what is shown is a copy. */
export const still: Live = { on: () => () => undefined };
