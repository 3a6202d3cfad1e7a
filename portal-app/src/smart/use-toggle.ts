/** What one press turns on and off. */
import { useRef } from 'react';
import { type Handlers, useAction } from './use-send.ts';

/**
 * For what is turned on and off by one press. A press whose answer was lost may have arrived: where it is so by now, nothing failed, and “try again” would undo it.
 */
export function useToggle({
  isOn,
  turn,
  ...handlers
}: Handlers<unknown> & { readonly isOn: boolean; readonly turn: (on: boolean) => Promise<unknown> }) {
  const wanted = useRef(isOn);
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
      if ((press?.detail ?? 0) < 2) action.mutate();
    },
    error: wanted.current === isOn ? null : error,
  };
}
