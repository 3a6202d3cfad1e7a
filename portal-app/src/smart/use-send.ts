/**
 * The one door of everything that is sent: a second press while the first is under way does nothing, and what was stored although its answer was lost is not stored
 * again. React draws "Sending…" a moment after the press; a finger is quicker.
 */
import { useMutation } from '@tanstack/react-query';
import { useRef } from 'react';
import { beginAct, useActsBegun } from '../device/acts.ts';
import { forgetIdentity, identityOf } from './once.ts';

export interface Handlers<T> {
  readonly onSuccess?: (answer: T) => unknown;
  readonly onError?: () => unknown;
  readonly onSettled?: () => unknown;
}

/**
 * For what changes something that is there: only the version that was read can be replaced, so no identity is needed. `isLatest`: nothing else was begun since, and what is
 * said of its outcome is so.
 */
export function useAction<T>({ act, ...handlers }: Handlers<T> & { readonly act: () => Promise<T> }) {
  // Of the page as it was when it was pressed: it is drawn again before what was pressed begins.
  const { mutateAsync, ...state } = useMutation({
    mutationFn: (pressed: typeof act) => pressed(),
    ...handlers,
  });
  const isUnderWay = useRef(false);
  const own = useRef(0);
  const isLatest = useActsBegun() === own.current;
  const mutate = (): void => {
    if (isUnderWay.current) return;
    isUnderWay.current = true;
    own.current = beginAct();
    mutateAsync(act)
      // Told by `state.error`.
      .catch(() => undefined)
      .finally(() => {
        isUnderWay.current = false;
      });
  };
  return { ...state, isLatest, mutate };
}

/** For what stores something new. `what`: all that the person entered; the same again is the same, until it was sent. `send`: is given its identity. */
export function useSend<T>({
  form,
  what,
  send,
  onSuccess,
  ...handlers
}: Handlers<T> & {
  readonly form: string;
  readonly what: unknown;
  readonly send: (identity: string) => Promise<T>;
}) {
  return useAction({
    ...handlers,
    act: async () => send(await identityOf(form, what)),
    onSuccess: (answer: T) => {
      forgetIdentity(form);
      return onSuccess?.(answer);
    },
  });
}
