/**
 * What acts at a press. While it can't be pressed, because it is under way, it keeps the focus: a `disabled` one loses it, and whoever has no mouse is back at the top of the page
 * (https://www.w3.org/WAI/ARIA/apg/practices/keyboard-interface/#focusabilityofdisabledcontrols).
 */
import type { ComponentProps, MouseEvent } from 'react';
import { keepPlace } from './use-return-focus.ts';

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
