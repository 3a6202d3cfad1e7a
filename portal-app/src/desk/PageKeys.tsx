/** Keys of the pages that have none of their own: j and k go from entry to entry of whatever lists and tables are there; Enter opens or presses, as everywhere. */
import type { Text } from '../i18n/text.ts';
import { KeyHelp } from '../ui/KeyHelp.tsx';
import { useKeys } from '../ui/keys.ts';
import styles from './desk-shell.module.css';

const KEYS: readonly (readonly [string, Text])[] = [
  ['j  k', 'Down and up the list'],
  ['Enter', 'Opens or presses what has the focus'],
  ['/', 'Search'],
  ['?', 'This list'],
];

const ENTRY = 'main :is(li, tbody tr)';
const CONTROL = 'a[href], button:not([disabled]), summary';

type Stop = readonly [entry: Element, control: HTMLElement];

/** In the order of the page, each control once: a list within an entry begins with its own. */
function stops(): readonly Stop[] {
  const found = new Map<HTMLElement, Stop>();
  for (const entry of document.querySelectorAll(ENTRY)) {
    const control = entry.closest('nav') ? null : entry.querySelector<HTMLElement>(CONTROL);
    if (control?.checkVisibility()) found.set(control, [entry, control]);
  }
  return [...found.values()];
}

function go(step: 1 | -1): void {
  const all = stops();
  const at = all.findLastIndex(([entry]) => entry.contains(document.activeElement));
  const next = at === -1 ? 0 : Math.min(Math.max(at + step, 0), all.length - 1);
  all[next]?.[1].focus();
}

export function PageKeys() {
  useKeys({ j: () => go(1), k: () => go(-1) });
  return (
    <footer className={styles.keys}>
      <KeyHelp keys={KEYS} />
    </footer>
  );
}
