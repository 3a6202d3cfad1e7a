/** Where the focus goes when what had it is gone. */

const REGIONS = 'li, section, details, main';

/**
 * To the button with those words, the heading or the first button of the part that something stood in; or to the heading of the part around, where that one is gone too.
 * `around`: what it stood in, from the inside out.
 */
export function focusPlace(around: readonly Element[], label?: string): void {
  // By now what stands there instead has been drawn.
  if (document.activeElement !== document.body) return;
  const regions = around.filter((each) => each.matches(REGIONS));
  const region = regions.find((each) => each.isConnected);
  if (!region) return;
  const buttons = [...region.querySelectorAll<HTMLElement>('button')];
  const same = buttons.find(({ textContent }) => textContent === label);
  // Of a part around, a button is another entry's: pressed by the same key it would do what nobody meant.
  const first = region === regions[0] ? buttons[0] : undefined;
  (same ?? headingOf(region) ?? first)?.focus();
}

function headingOf(region: Element): HTMLElement | null {
  if (region.matches('details')) return region.querySelector<HTMLElement>('summary');
  const heading = region.querySelector<HTMLElement>('h1, h2, h3');
  heading?.setAttribute('tabindex', '-1');
  return heading;
}
