/**
 * A form that opens in the place of the button that was pressed takes the focus, and gives it back when it closes: to that button, which stands there again, or
 * to the heading of its part. Without this it would fall to the top of the page.
 */
import { type RefObject, useEffect, useRef } from 'react';
import { wayBack } from './Button.tsx';

const SOON_MS = 5000;

interface Pressed {
  readonly label: string;
  readonly element: Element;
  readonly at: number;
  readonly page: string;
}

let pressed: Pressed | undefined;

if (typeof document !== 'undefined')
  document.addEventListener(
    'click',
    ({ target }) => {
      const button = target instanceof Element ? target.closest('button[type=button]') : null;
      if (!button) return;
      pressed = {
        label: button.textContent ?? '',
        element: button,
        at: Date.now(),
        page: location.pathname,
      };
    },
    { capture: true },
  );

export function useReturnFocus(form: RefObject<HTMLElement | null>): void {
  const openedBy = useRef<Pressed>(undefined);
  useEffect(() => {
    // A form of the page that came next was opened by nothing: its heading has the focus there.
    const isHere = pressed?.page === location.pathname && Date.now() - pressed.at < SOON_MS;
    openedBy.current ??= isHere && !pressed?.element.isConnected ? pressed : undefined;
    const opener = openedBy.current;
    if (!opener) return undefined;
    // One press opens one form: another that comes meanwhile was on its way by itself, and somebody writes in this one.
    if (pressed === opener) pressed = undefined;
    const back = wayBack(form.current, opener.label);
    // Where there is no field, the part itself: a first button would be pressed by the key that opened it, if that is held.
    (form.current?.querySelector<HTMLElement>('input, textarea, select') ?? form.current)?.focus();
    return back;
  }, [form]);
}
