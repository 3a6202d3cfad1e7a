/**
 * What acts at a press. While it can't be pressed, because it is under way, it keeps the focus: a `disabled` one loses it, and whoever has no mouse is back at the top of the page
 * (https://www.w3.org/WAI/ARIA/apg/practices/keyboard-interface/#focusabilityofdisabledcontrols).
 */
import type { ComponentProps, MouseEvent } from 'react';

interface Props extends Omit<ComponentProps<'button'>, 'disabled' | 'onClick'> {
  readonly isOff: boolean;
  readonly onClick?: (event: MouseEvent<HTMLButtonElement>) => void;
}

/** It submits no form either. */
const nothing = (event: MouseEvent): void => event.preventDefault();

export const Button = ({ isOff, onClick, ...props }: Props) => (
  <button
    ref={keepPlace}
    type="button"
    {...props}
    aria-disabled={isOff || undefined}
    onClick={isOff ? nothing : onClick}
  />
);

/** For what is pressed, and goes by it: the focus is brought to where it was, once that is gone. */
function keepPlace(button: HTMLElement | null): () => void {
  return () => {
    if (button && document.activeElement === button) wayBack(button)();
  };
}

/** What finds the place is asked for only then: it is no part of what a page loads first. Without a network the focus stays where the browser puts it. */
export function wayBack(from: Element | null, label?: string): () => void {
  const around: Element[] = [];
  for (let at = from; at; at = at.parentElement) around.push(at);
  return () =>
    void import('./place.ts').then(
      ({ focusPlace }) => focusPlace(around, label),
      () => undefined,
    );
}
