/** Keys that do something by themselves. One letter alone may be what somebody says to their machine, or hits by chance: each person can turn those off (WCAG 2.2, 2.1.4). */
import { type RefObject, useLayoutEffect, useRef, useSyncExternalStore } from 'react';
import { isAwaited, keepTyped, takeTyped, typeInto } from './typed-early.ts';

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

/** What is ticked is not typed into: there a letter means nothing else. */
const TYPING =
  'input:not([type="checkbox"], [type="radio"]), textarea, select, [contenteditable="true"], [role="textbox"]';
/** There Enter sends the form. */
const TICKED = 'input';

/** Not while somebody types, nor while a dialog asks something, nor with a key that means something else to the browser. */
export function isSingleKey(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing)
    return false;
  if (!areOn() || document.querySelector('dialog[open]')) return false;
  const isIn = (what: string): boolean =>
    event.target instanceof Element && event.target.closest(what) !== null;
  return !isIn(TYPING) && !(event.key === 'Enter' && isIn(TICKED));
}

type Keys = Readonly<Record<string, () => void>>;

/** Those of all that is on the page, the first that came before the others. */
const inUse = new Set<RefObject<Keys>>();

const actOf = (keys: Keys, key: string): (() => void) | undefined =>
  Object.hasOwn(keys, key) ? keys[key] : undefined;

function onKey(event: KeyboardEvent): void {
  if (!isSingleKey(event)) return;
  for (const { current } of inUse) {
    const act = actOf(current, event.key);
    if (!act) continue;
    event.preventDefault();
    act();
    return;
  }
  if (!isComing(event.key)) return;
  event.preventDefault();
  keepTyped(event.key);
}

/** A part of the page that says `data-keys` and is still loading: what the key opens there is about to come, and what is typed next is meant for it. */
const isComing = (key: string): boolean =>
  document.querySelector(`[data-keys~="${CSS.escape(key)}"] [aria-busy="true"]`) !== null;

/** A key that was pressed before this was there. */
function doAwaited(keys: Keys): void {
  const key = Object.keys(keys).find(isAwaited);
  const act = key === undefined ? undefined : actOf(keys, key);
  if (!act) return;
  const text = takeTyped();
  act();
  typeInto(document.activeElement, text);
}

/** `keys`: what is done, by the key as the browser calls it (`j`, `/`, `Enter`). */
export function useKeys(keys: Keys): void {
  const current = useRef(keys);
  current.current = keys;
  // With what they open, not a moment after it was drawn.
  useLayoutEffect(() => {
    if (inUse.size === 0) window.addEventListener('keydown', onKey);
    inUse.add(current);
    // What it opens is drawn at once, which React refuses while it commits; before the next key all the same.
    queueMicrotask(() => doAwaited(current.current));
    return () => {
      inUse.delete(current);
      if (inUse.size === 0) window.removeEventListener('keydown', onKey);
    };
  }, []);
}
