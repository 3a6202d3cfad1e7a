/** What one press turns on and off. */
import { useRef } from 'react';
import { type Handlers, useAction } from './use-send.ts';

/** A hand that is on its way when something changes under it means what it saw: so long it takes to see that, and to think again. */
const UNSEEN_MS = 1000;

/**
 * For what is turned on and off by one press. A press whose answer was lost may have arrived: where it is so by now, nothing failed, and “try again” would undo it.
 */
export function useToggle({
  isOn,
  turn,
  ...handlers
}: Handlers<unknown> & { readonly isOn: boolean; readonly turn: (on: boolean) => Promise<unknown> }) {
  const wanted = useRef(isOn);
  const isUnseen = useUnseen(isOn, wanted.current);
  const { error, ...action } = useAction({
    ...handlers,
    act: () => {
      wanted.current = !isOn;
      return turn(!isOn);
    },
  });
  return {
    ...action,
    /** `press`: the second of a double one is no press of its own: what the first has turned on, it would turn off. */
    mutate: (press?: { readonly detail: number }): void => {
      // What was wanted is so: somebody else, or another tab, was quicker.
      if ((press?.detail ?? 0) < 2 && !isUnseen()) action.mutate();
    },
    error: wanted.current === isOn ? null : error,
  };
}

/** Whether it has just become so by no press of this page's: of another tab, or the clinic. */
function useUnseen(isOn: boolean, wanted: boolean): () => boolean {
  const shown = useRef({ isOn, until: 0 });
  if (shown.current.isOn !== isOn)
    shown.current = { isOn, until: isOn === wanted ? 0 : performance.now() + UNSEEN_MS };
  return () => performance.now() < shown.current.until;
}
