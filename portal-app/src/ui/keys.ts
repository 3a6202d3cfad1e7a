/** Keys that do something by themselves. One letter alone may be what somebody says to their machine, or hits by chance: each person can turn those off (WCAG 2.2, 2.1.4). */
import { useEffect, useRef, useSyncExternalStore } from 'react';

const OFF = 'wellspring.single-keys-off';
const listeners = new Set<() => void>();

const areOn = (): boolean => localStorage.getItem(OFF) === null;

export function turnSingleKeys(on: boolean): void {
  if (on) localStorage.removeItem(OFF);
  else localStorage.setItem(OFF, 'yes');
  for (const listener of listeners) listener();
}

export const useSingleKeys = (): boolean =>
  useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, areOn);

const TYPING = 'input, textarea, select, [contenteditable="true"], [role="textbox"]';

/** Not while somebody types, nor while a dialog asks something, nor with a key that means something else to the browser. */
export function isSingleKey(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing)
    return false;
  if (!areOn() || document.querySelector('dialog[open]')) return false;
  return !(event.target instanceof Element && event.target.closest(TYPING));
}

/** `keys`: what is done, by the key as the browser calls it (`j`, `/`, `Enter`). */
export function useKeys(keys: Readonly<Record<string, () => void>>): void {
  const current = useRef(keys);
  current.current = keys;
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const act = Object.hasOwn(current.current, event.key) ? current.current[event.key] : undefined;
      if (!act || !isSingleKey(event)) return;
      event.preventDefault();
      act();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
}
