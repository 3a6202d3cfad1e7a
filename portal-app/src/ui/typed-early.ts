/**
 * What is typed between the key that opens a box to type into and the moment when the box is there: kept for it. Else its letters would be lost, or be taken for keys
 * that do something on the page behind it.
 */
const MOST_MS = 3000;

let awaited = '';
let typed = '';
let end: (() => void) | undefined;

/** From now on, until it is taken; not for longer than a box could take to come. `key`: what opens the box. */
export function keepTyped(key: string): void {
  end?.();
  awaited = key;
  typed = '';
  window.addEventListener('keydown', keep, { capture: true });
  // Whoever points at something else does not wait any more.
  window.addEventListener('pointerdown', giveUp, { capture: true });
  const timer = setTimeout(giveUp, MOST_MS);
  end = () => {
    clearTimeout(timer);
    window.removeEventListener('keydown', keep, { capture: true });
    window.removeEventListener('pointerdown', giveUp, { capture: true });
    end = undefined;
  };
}

const giveUp = (): void => end?.();

/** Whether what this key opens is still waited for. */
export const isAwaited = (key: string): boolean => end !== undefined && awaited === key;

/** Once: by the box, when it has the focus. */
export function takeTyped(): string {
  giveUp();
  const text = typed;
  typed = '';
  return text;
}

/** As if it were typed there now. */
export function typeInto(element: Element | null, text: string): void {
  if (text === '' || !(element instanceof HTMLTextAreaElement)) return;
  element.setRangeText(text, element.selectionStart, element.selectionEnd, 'end');
  element.dispatchEvent(new Event('input', { bubbles: true }));
}

function keep(event: KeyboardEvent): void {
  if (event.key === 'Escape') giveUp();
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.key !== 'Backspace' && event.key.length !== 1) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  typed = event.key === 'Backspace' ? typed.slice(0, -1) : typed + event.key;
}
