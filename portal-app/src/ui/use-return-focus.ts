/**
 * A form that opens in the place of the button that was pressed takes the focus, and gives it back when it closes: to that button, which stands there again, or
 * to the heading of its part. Without this it would fall to the top of the page.
 */
import { type RefObject, useEffect, useRef } from 'react';

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

/** For what is pressed, and goes by it: the focus is brought to where it was, once that is gone. */
export const keepPlace = (button: HTMLElement | null) => (): void => {
  if (button && document.activeElement === button) wayBack(button)();
};

/** To the button with those words, the heading or the first button of the part that something stands in; or to the heading of the part around, where that one is gone too. */
function wayBack(from: Element | null, label?: string): () => void {
  const regions: Element[] = [];
  for (let at = from; at; at = at.parentElement) if (at.matches(REGIONS)) regions.push(at);
  return () =>
    // When what stands there instead has been drawn.
    void setTimeout(() => {
      if (document.activeElement !== document.body) return;
      const region = regions.find((each) => each.isConnected);
      if (!region) return;
      const buttons = [...region.querySelectorAll<HTMLElement>('button')];
      const same = buttons.find(({ textContent }) => textContent === label);
      // Of a part around, a button is another entry's: pressed by the same key it would do what nobody meant.
      const first = region === regions[0] ? buttons[0] : undefined;
      (same ?? headingOf(region) ?? first)?.focus();
    });
}

const REGIONS = 'li, section, details, main';

function headingOf(region: Element): HTMLElement | null {
  if (region.matches('details')) return region.querySelector<HTMLElement>('summary');
  const heading = region.querySelector<HTMLElement>('h1, h2, h3');
  heading?.setAttribute('tabindex', '-1');
  return heading;
}
