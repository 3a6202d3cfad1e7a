/** What arrives while something is being pressed is drawn when that is over: else it may push away what is pressed, and the press ends on what came in its place. */
import { useEffect, useReducer, useRef } from 'react';

/** A finger that stays, or whose end no browser tells, holds nothing up for longer. */
const MOST_MS = 2000;
/** Between a finger that is lifted and the click that a browser makes of it. */
const CLICK_MS = 100;

let isDown = false;
let timer: ReturnType<typeof setTimeout> | undefined;
const waiting = new Set<() => void>();

function over(): void {
  isDown = false;
  for (const draw of waiting) draw();
}

function overIn(ms: number): void {
  clearTimeout(timer);
  timer = setTimeout(over, ms);
}

if (typeof window !== 'undefined') {
  const listen = (type: string, then: () => void): void =>
    window.addEventListener(type, then, { capture: true, passive: true });
  listen('pointerdown', () => {
    isDown = true;
    overIn(MOST_MS);
  });
  listen('pointerup', () => overIn(CLICK_MS));
  listen('pointercancel', () => overIn(0));
  listen('click', () => overIn(0));
}

/** `value` as it was when the press began, while it lasts. `isSame`: nothing else is drawn for the newer one. */
export function useHeld<T>(value: T, isSame: (a: T, b: T) => boolean): T {
  const shown = useRef(value);
  const [, draw] = useReducer((times: number) => times + 1, 0);
  const isHeld = isDown && !isSame(shown.current, value);
  useEffect(() => {
    if (!isHeld) return;
    waiting.add(draw);
    // It may have ended before this was heard.
    if (!isDown) draw();
    return () => void waiting.delete(draw);
  }, [isHeld]);
  if (!isHeld) shown.current = value;
  return shown.current;
}
