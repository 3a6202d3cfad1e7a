/** What was just done, said where one looks: at the top of the page that one is on then, and heard by a screen reader. Gone with the next page, and when something else is begun. */
import { useEffect, useSyncExternalStore } from 'react';
import { actsBegun, useActsBegun } from '../device/acts.ts';
import styles from './parts.module.css';

interface Done {
  readonly words: string;
  /** The page that it is said on. */
  readonly path: string;
  readonly acts: number;
}

let done: Done | undefined;
const listeners = new Set<() => void>();

function set(next: Done | undefined): void {
  done = next;
  for (const listener of listeners) listener();
}

/** `path`: of the page that follows, where it is another than this one. */
export const sayDone = (words: string, path = location.pathname): void =>
  set({ words, path, acts: actsBegun() });

export function DoneNote({ pathname }: { readonly pathname: string }) {
  const said = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => done,
  );
  const isHere = useActsBegun() === said?.acts && said.path === pathname;
  // Leaving the page it was said on takes it away.
  useEffect(() => {
    if (!isHere) return undefined;
    return () => set(undefined);
  }, [isHere]);
  return (
    <div aria-live="polite">
      {isHere && (
        <p className={styles.done}>
          <span aria-hidden="true">✓</span> {said.words}
        </p>
      )}
    </div>
  );
}
