/** The portal as a person at a browser uses it. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { PASSWORD, type World } from './world.ts';

export interface Visit {
  readonly context: BrowserContext;
  readonly page: Page;
  /** Addresses that the page asked for, without query. */
  readonly requests: readonly string[];
  /** What went wrong in the page's own eyes. */
  readonly errors: readonly string[];
  /** The access token the page sent last. */
  token(): string;
}

/** Those whose pages have not been closed. */
export const openVisits = new Set<Visit>();

/** Where the portal is used, and by whom: so that nobody does at one size what is done already at the other. */
export const SIZES = [
  ['desk', { width: 1280, height: 900 }, 'light', 'maria', 'maria-alvarez'],
  ['phone', { width: 360, height: 740 }, 'dark', 'james', 'james-whitfield'],
] as const;

export async function openVisit(
  browser: Browser,
  size: { readonly width: number; readonly height: number },
  colorScheme: 'light' | 'dark' = 'light',
  locale = 'en-US',
  timezoneId?: string,
): Promise<Visit> {
  const context = await browser.newContext({
    viewport: size,
    colorScheme,
    locale,
    ...(timezoneId ? { timezoneId } : {}),
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  const requests: string[] = [];
  const errors: string[] = [];
  let token = '';
  page.on('request', (request) => {
    requests.push(request.url().split('?')[0] as string);
    const header = request.headers().authorization;
    if (header?.startsWith('Bearer ')) token = header.slice(7);
  });
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  const visit: Visit = { context, page, requests, errors, token: () => token };
  openVisits.add(visit);
  context.once('close', () => openVisits.delete(visit));
  return visit;
}

/** From the welcome page to the dashboard, through the auth-server's pages. */
export async function signIn(world: World, { page }: Visit, username: string): Promise<void> {
  await page.goto(`${world.portal}/`);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByLabel('Username or e-mail').fill(username);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  const allow = page.getByRole('button', { name: 'Allow', exact: true });
  const home = page.getByRole('heading', { name: 'Next visit' });
  await allow.or(home).first().waitFor();
  if (await allow.isVisible()) await allow.click();
  await home.waitFor();
}

/** A page by its address, when everything on it has come. */
export async function openPage(world: World, page: Page, path: string, heading: string): Promise<void> {
  await page.goto(`${world.portal}${path}`);
  await page.getByRole('heading', { name: heading, exact: true, level: 1 }).waitFor();
  await page.locator('main [aria-busy=true]').first().waitFor({ state: 'detached' });
}

/** Kept where SCREENSHOTS names a folder (npm run screenshots). */
export async function picture(page: Page, name: string, fullPage = true): Promise<void> {
  const folder = process.env.SCREENSHOTS;
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage });
}

/** The next PUT of the page to `address` finds that this was done first: before it, the page would hear of it, and show it. */
export async function beforeItArrives(
  page: Page,
  address: string,
  happens: () => Promise<unknown>,
): Promise<void> {
  let hasHappened = false;
  await page.route(address, async (route) => {
    if (route.request().method() === 'PUT' && !hasHappened) {
      hasHappened = true;
      await happens();
    }
    await route.continue();
  });
}
