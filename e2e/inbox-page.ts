/** The inbox of the care team's desk in a clinic of a few people: a world for it, and the hands of those who work there. */
import type { Browser, Page } from 'playwright-core';
import { expect } from 'vitest';
import { type Mailbox, openMailbox } from '../auth-server/test/mailbox.ts';
import type { Visit } from './portal-page.ts';
import { accounts, ago, clinic, load, ref } from './small-clinic.ts';
import { openBrowser, openWorld, PASSWORD, type World } from './world.ts';

export const DESK = { width: 1280, height: 900 };
export const TABLET = { width: 820, height: 1180 };
export const PHONE = { width: 360, height: 740 };

export interface InboxWorld extends World {
  readonly mailbox: Mailbox;
  readonly browser: Browser;
}

export async function openInboxWorld(resources = clinic()): Promise<InboxWorld> {
  const mailbox = await openMailbox();
  const world = await openWorld({
    seeded: false,
    env: { ...mailbox.env, NOTICE_SECONDS: '0.3', SERVICE_LEVEL_HOURS: 'document=96' },
  });
  const browser = await openBrowser();
  await load(world, resources);
  await accounts(world);
  return {
    ...world,
    mailbox,
    browser,
    async close() {
      await browser.close();
      await world.close();
      await mailbox.close();
    },
  };
}

/** Where the apps poll each quarter of a minute, here they do each second. */
export async function hurry({ context }: Visit): Promise<void> {
  await context.addInitScript(
    'const every = window.setInterval; window.setInterval = (act, ms, ...rest) => every(act, ms === 15000 ? 1000 : ms, ...rest);',
  );
}

export async function openInbox(
  world: World,
  visit: Visit,
  username: string,
  path = '/inbox',
): Promise<Page> {
  const { page } = visit;
  await page.goto(`${world.desk}${path}`);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByLabel('Username or e-mail').fill(username);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  const allow = page.getByRole('button', { name: 'Allow', exact: true });
  const heading = page.getByRole('heading', { name: 'Inbox', exact: true });
  await allow.or(heading).first().waitFor();
  if (await allow.isVisible()) await allow.click();
  await heading.waitFor();
  return page;
}

export const row = (page: Page, words: string) => page.locator('ol a[id^=row-]', { hasText: words }).first();
export const told = (page: Page, words: string) =>
  page.getByRole('status').filter({ hasText: words }).waitFor();
export const item = (page: Page, name: string) => page.getByRole('heading', { name, level: 2, exact: true });

/** By the token that the patient's own app has. */
export async function send(
  world: World,
  visit: Visit,
  resource: { readonly resourceType: string; readonly [element: string]: unknown },
): Promise<string> {
  const response = await fetch(`${world.fhir}/${resource.resourceType}`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${visit.token()}`, 'Content-Type': 'application/fhir+json' },
    body: JSON.stringify(resource),
  });
  const stored = (await response.json()) as { id: string };
  expect(response.status, JSON.stringify(stored)).toBe(201);
  return stored.id;
}

/** From Ben to the clinic. */
export const message = (id: string, words: string, change: object = {}) => ({
  resourceType: 'Communication',
  id,
  status: 'completed',
  subject: ref('Patient/ben'),
  sender: ref('Patient/ben'),
  sent: ago(60),
  payload: [{ contentString: words }],
  ...change,
});
