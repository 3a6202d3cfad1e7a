/** What every page must be, at every size. */
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/**
 * What axe finds wrong with the page: `[rule: the first element's markup]`. By axe itself, which stays in the page: its adapter for Playwright reads the whole of it
 * in again for each look, and once more in a page that it opens for the result; that was half the time of these tests. The only frames are the browser's own for PDFs.
 */
async function axeViolations(
  page: Page,
  runOnly: object = { type: 'tag', values: TAGS },
): Promise<readonly string[]> {
  if (!(await page.evaluate('"axe" in window'))) await page.evaluate(`${axe.source}; undefined`);
  return page.evaluate(
    `axe.run({ runOnly: ${JSON.stringify(runOnly)}, resultTypes: ['violations'], iframes: false })
      .then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes[0]?.html))`,
  );
}

/** No axe violation, no sideways scrolling, no text under 12 pixels. */
export async function expectAccessible(page: Page): Promise<void> {
  await stillness(page);
  expect(await axeViolations(page)).toEqual([]);
  const sideways = await page.evaluate('document.documentElement.scrollWidth > window.innerWidth');
  expect(sideways).toBe(false);
  const small = await page.evaluate(
    `[...document.querySelectorAll('body *')].filter((element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim()) && parseFloat(getComputedStyle(element).fontSize) < 12).length`,
  );
  expect(small).toBe(0);
}

/** A page that is still fading in has, for those 120 ms, a contrast that it never keeps. */
async function stillness(page: Page): Promise<void> {
  await page.evaluate(
    'Promise.all(document.getAnimations().map((animation) => animation.finished.catch(() => {})))',
  );
}

/** The same, and in the other colour scheme what may differ there: the contrast. */
export async function expectAccessibleInBoth(page: Page): Promise<void> {
  await expectAccessible(page);
  const isDark = await page.evaluate('matchMedia("(prefers-color-scheme: dark)").matches');
  await page.emulateMedia({ colorScheme: isDark ? 'light' : 'dark' });
  await stillness(page);
  expect(await axeViolations(page, { type: 'rule', values: ['color-contrast'] })).toEqual([]);
  await page.emulateMedia({ colorScheme: isDark ? 'dark' : 'light' });
}
