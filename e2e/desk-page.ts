/** The desk as one of the care team at a browser uses it. */
import type { Locator, Page } from 'playwright-core';
import { PASSWORD, type World } from './world.ts';

export async function signInOnAccountPage(page: Page, username: string): Promise<void> {
  await page.getByLabel(/^(Username or e-mail|Usuario o correo electrónico)$/).fill(username);
  await page.getByLabel(/^(Password|Contraseña)$/).fill(PASSWORD);
  await page.getByRole('button', { name: /^(Sign in|Entrar)$/ }).click();
}

/** Says yes where the app asks for more than it was allowed before. */
export async function allow(page: Page, then: Locator): Promise<void> {
  const button = page.getByRole('button', { name: 'Allow', exact: true });
  await button.or(then).first().waitFor();
  if (await button.isVisible()) await button.click();
  await then.waitFor();
}

export const GREETING = /^Good (morning|afternoon|evening), /;

/** To the first page of the desk. */
export async function openDesk(world: World, page: Page, username: string): Promise<void> {
  await page.goto(`${world.desk}/`);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await signInOnAccountPage(page, username);
  await allow(page, page.getByRole('heading', { name: GREETING }));
}

/** To an address of the app, without a new sign-in. */
export const goTo = (page: Page, path: string): Promise<void> =>
  page.evaluate(
    `history.pushState(null, '', ${JSON.stringify(path)}); dispatchEvent(new PopStateEvent('popstate'))`,
  );
