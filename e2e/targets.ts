/** What a finger or a pointer can meet on a page, and whether one of it lies over another. */
import type { Page } from 'playwright-core';

/**
 * Pairs of targets of which one would take what is meant for the other: their boxes share more than a rounded pixel. What is inside of another is part of it; what stays on the
 * screen when the page is scrolled is held against its own kind.
 */
export function overlapping(page: Page): Promise<readonly string[]> {
  return page.evaluate(`(() => {
    const standing = (element) => {
      for (let each = element; each; each = each.parentElement)
        if (/fixed|sticky/.test(getComputedStyle(each).position)) return each;
      return null;
    };
    const met = (element) => (element.matches('input') && element.closest('label')) || element;
    const boxes = (element) => [...element.getClientRects()].filter(({ width, height }) => width > 1 && height > 1);
    const isMet = (element) => element.checkVisibility({ visibilityProperty: true }) && getComputedStyle(element).clipPath === 'none';
    const targets = [...new Set([...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary, [role=button]')].filter(isMet).map(met))];
    const named = (element) => element.tagName.toLowerCase() + ' ' + (element.innerText || element.ariaLabel || element.id).trim().slice(0, 50);
    const shared = (a, b) => boxes(a).some((one) => boxes(b).some((other) =>
      Math.min(one.right, other.right) - Math.max(one.left, other.left) > 1 &&
      Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top) > 1));
    return targets.flatMap((a, i) => targets.slice(i + 1)
      .filter((b) => !a.contains(b) && !b.contains(a) && standing(a) === standing(b) && shared(a, b))
      .map((b) => named(a) + ' / ' + named(b)));
  })()`);
}
