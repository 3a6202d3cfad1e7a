/** What ends something, and is not simply had back: at the first press what follows is said, with a way out, and only the second one does it. */
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { SendForm } from './form.tsx';

interface Act {
  readonly isPending: boolean;
  readonly error: Error | null;
  readonly mutate: () => void;
}

export function AskedAction({
  action,
  label,
  about,
  follows,
}: {
  /** The mutation behind it. */
  readonly action: Act;
  readonly label: string;
  /** What is ended: said with the button, where several have the same words. */
  readonly about?: string;
  readonly follows: string;
}) {
  const [isAsked, setAsked] = useState(false);
  if (isAsked)
    return (
      <Asked label={label} action={action} onCancel={() => setAsked(false)}>
        {follows}
      </Asked>
    );
  return (
    <p>
      <button type="button" className="button quiet" onClick={() => setAsked(true)}>
        {label}
        {about && <span className="visually-hidden">: {about}</span>}
      </button>
    </p>
  );
}

/** The second press of a double click falls on whatever stands there now. */
function leaveSecond(event: MouseEvent): void {
  if (event.detail < 2) return;
  event.preventDefault();
  event.stopPropagation();
}

export function Asked({
  label,
  action,
  onCancel,
  children,
}: {
  readonly label: string;
  readonly action: Act;
  readonly onCancel: () => void;
  readonly children: ReactNode;
}) {
  const asked = useRef<HTMLParagraphElement>(null);
  // There is no field, and the button must not be pressed by the key that opened this.
  useEffect(() => {
    asked.current?.focus();
    const form = asked.current?.closest('form');
    form?.addEventListener('click', leaveSecond, true);
    return () => form?.removeEventListener('click', leaveSecond, true);
  }, []);
  return (
    <SendForm label={label} state={action} onSend={action.mutate} onCancel={onCancel}>
      <p ref={asked} tabIndex={-1}>
        {children}
      </p>
    </SendForm>
  );
}
