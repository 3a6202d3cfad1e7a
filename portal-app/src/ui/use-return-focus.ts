/**
 * A form that opens in the place of the button that was pressed takes the focus, and gives it back when it closes: to that button, which stands there again, or
 * to the heading of its part. Without this it would fall to the top of the page.
 */
import { type RefObject, useEffect } from 'react';

const SOON_MS = 5000;
let pressed:
  | { readonly label: string; readonly element: Element; readonly at: number; readonly page: string }
  | undefined;

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

export function useReturnFocus(form: RefObject<HTMLFormElement | null>): void {
  useEffect(() => {
    // A form of the page that came next was opened by nothing: its heading has the focus there.
    const isHere = pressed?.page === location.pathname && Date.now() - pressed.at < SOON_MS;
    const opener = isHere && !pressed?.element.isConnected ? pressed : undefined;
    if (!opener) return undefined;
    const region = form.current?.closest('li, section, details, main');
    form.current?.querySelector<HTMLElement>('input, textarea, select')?.focus();
    return () => {
      // When what stands there instead has been drawn.
      setTimeout(() => {
        if (document.activeElement !== document.body || !region?.isConnected) return;
        const buttons = [...region.querySelectorAll<HTMLElement>('button')];
        (buttons.find(({ textContent }) => textContent === opener.label) ?? headingOf(region))?.focus();
      });
    };
  }, [form]);
}

function headingOf(region: Element): HTMLElement | null {
  const heading = region.querySelector<HTMLElement>('h1, h2, h3');
  heading?.setAttribute('tabindex', '-1');
  return heading;
}
