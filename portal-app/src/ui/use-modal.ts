/**
 * A dialog that is open for as long as it is on the page. Closing is told at once: the browser's `close` event comes some tasks later, and a key pressed in between
 * would open what is still thought to be open.
 */
import { type RefObject, type SyntheticEvent, useLayoutEffect, useRef } from 'react';

interface Modal {
  /** Gives the focus back to where it was. */
  readonly close: () => void;
  /** What the dialog's element is given. */
  readonly props: {
    readonly ref: RefObject<HTMLDialogElement | null>;
    readonly onClose: () => void;
    readonly onCancel: (event: SyntheticEvent) => void;
  };
}

export function useModal(onClose: () => void): Modal {
  const ref = useRef<HTMLDialogElement>(null);
  // In the same breath in which it is drawn: a key between the two would be one of the page behind it.
  useLayoutEffect(() => {
    const dialog = ref.current;
    dialog?.showModal();
    // What was done in it takes it off the page, and nothing else gives the focus back then.
    return () => dialog?.close();
  }, []);
  const close = (): void => {
    ref.current?.close();
    onClose();
  };
  const onCancel = ({ target, currentTarget }: SyntheticEvent): void => {
    // A field to choose a file in it has such an event too.
    if (target === currentTarget) close();
  };
  return { close, props: { ref, onClose, onCancel } };
}
