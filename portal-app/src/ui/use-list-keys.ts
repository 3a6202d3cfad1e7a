/** A list by keyboard: j and k go down and up, Enter to what is open beside it. Where the focus is stays seen. */
import { useEffect, useRef } from 'react';
import { useKeys } from './keys.ts';

interface ListKeys {
  /** Ids in the order in which they are shown. */
  readonly ids: readonly string[];
  readonly current: string | undefined;
  /** Opens an entry. */
  readonly onGo: (id: string) => void;
  /** Into what is open. */
  readonly onEnter: () => void;
  /** The last one is near: more could be fetched. */
  readonly onEnd?: () => void;
  /** The id of the element of an entry, which takes the focus. */
  readonly elementId: (id: string) => string;
}

export function useListKeys({ ids, current, onGo, onEnter, onEnd, elementId }: ListKeys): void {
  // The address follows a moment later than whoever presses the next key.
  const last = useRef(current);
  last.current = current;
  const go = (step: number) => (): void => {
    const at = last.current === undefined ? -1 : ids.indexOf(last.current);
    const next = ids[at === -1 ? 0 : Math.min(Math.max(at + step, 0), ids.length - 1)];
    if (at + step >= ids.length - 5) onEnd?.();
    if (next !== undefined) {
      last.current = next;
      onGo(next);
    }
    document.getElementById(elementId(next ?? ''))?.focus();
  };
  useKeys({ j: go(1), k: go(-1), o: onEnter });
  useEffect(() => {
    if (current !== undefined)
      document.getElementById(elementId(current))?.scrollIntoView({ block: 'nearest' });
  }, [current, elementId]);
}
