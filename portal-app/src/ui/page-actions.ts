/** What can be done on the page that is shown, as commands: each of its buttons, and each field that is written in, by the words that it has there. */
import type { Command } from './commands.ts';

/** Not what a list or a calendar is chosen from: the palette would be the page once more. */
const ACTIONS = 'button:not([disabled], [aria-disabled="true"], [data-at]), textarea';
/** With a key of its own: offered before anything is typed, but the list of keys. */
const KEYED = '[aria-keyshortcuts]:not([aria-keyshortcuts="?"]), [type="submit"]';

export interface PageAction extends Command {
  readonly isKeyed: boolean;
}

export function actionsOf(page: Element): readonly PageAction[] {
  return [...page.querySelectorAll<HTMLElement>(ACTIONS)].flatMap((element, i) => {
    const label = element.checkVisibility() ? labelOf(element) : '';
    if (label === '') return [];
    return [{ id: `page ${i}`, label, isKeyed: element.matches(KEYED), run: () => take(element) }];
  });
}

function labelOf(element: HTMLElement): string {
  const named = element instanceof HTMLTextAreaElement ? element.labels[0] : element;
  const copy = named?.cloneNode(true) as Element | undefined;
  for (const hidden of copy?.querySelectorAll('[aria-hidden="true"]') ?? []) hidden.remove();
  return (copy?.textContent ?? '').replaceAll(/\s+/g, ' ').trim();
}

/** What sends something has the focus, as by its key: nothing leaves unseen. */
function take(element: HTMLElement): void {
  element.focus();
  if (!(element instanceof HTMLTextAreaElement) && !element.matches('[type="submit"]')) element.click();
}
