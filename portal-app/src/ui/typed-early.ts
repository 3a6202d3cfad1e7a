/**
 * What is typed between the key that opens a box to type into and the moment when the box is there: kept for it. Else its letters would be lost, or be taken for keys
 * that do something on the page behind it.
 */
const MOST_MS = 3000;

let typed = '';
let end: (() => void) | undefined;

/** From now on, until it is taken; not for longer than a box could take to come. */
export function keepTyped(): void {
  end?.();
  typed = '';
  window.addEventListener('keydown', keep, { capture: true });
  const timer = setTimeout(() => end?.(), MOST_MS);
  end = () => {
    clearTimeout(timer);
    window.removeEventListener('keydown', keep, { capture: true });
    end = undefined;
  };
}

/** Once: by the box, when it has the focus. */
export function takeTyped(): string {
  end?.();
  const text = typed;
  typed = '';
  return text;
}

function keep(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.key.length !== 1) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  typed += event.key;
}
