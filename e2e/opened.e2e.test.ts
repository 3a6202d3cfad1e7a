/** What was opened on one device is new on none of the others: in two browsers of one person, also where one of them had no network. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openPage, openVisit, signIn, type Visit } from './portal-page.ts';
import { openBrowser, openWorld, type World } from './world.ts';

let world: World;
let browser: Browser;
let phone: Visit;
let desk: Visit;

beforeAll(async () => {
  [world, browser] = await Promise.all([openWorld({ seeded: true }), openBrowser()]);
  phone = await openVisit(browser, { width: 390, height: 844 }, 'dark');
  desk = await openVisit(browser, { width: 1280, height: 900 });
  for (const visit of [phone, desk]) await signIn(world, visit, 'maria');
});
afterAll(async () => {
  await browser?.close();
  await world?.close();
});

const results = ({ page }: Visit) =>
  page.locator('main li').filter({ has: page.getByText('Result', { exact: true }) });
const inbox = ({ page }: Visit) => openPage(world, page, '/inbox', 'What is new');

it('a result that was opened on the phone is not new at the desk, when one looks there again', async () => {
  await inbox(phone);
  await inbox(desk);
  const before = await results(desk).count();
  expect(before).toBeGreaterThan(0);
  expect(await results(phone).count()).toBe(before);
  const told = phone.page.waitForResponse(
    (answer) => answer.url().endsWith('/$opened') && (answer.request().postData() ?? '').includes('mark'),
  );
  await results(phone).first().getByRole('link').click();
  await phone.page.getByRole('heading', { level: 1 }).first().waitFor();
  expect((await told).status()).toBe(200);
  // Back at the window, nothing reloaded.
  await desk.page.evaluate(`dispatchEvent(new Event('focus'))`);
  await expect.poll(() => results(desk).count()).toBe(before - 1);
});

it('a browser that never saw it shows what was opened elsewhere as new at no moment', async () => {
  const third = await openVisit(browser, { width: 1280, height: 900 });
  await signIn(world, third, 'maria');
  await inbox(third);
  expect(await results(third).count()).toBe(await results(desk).count());
  await third.context.close();
});

it('what was opened without a network is told when there is one again', async () => {
  await inbox(phone);
  await phone.context.setOffline(true);
  await phone.page.getByRole('button', { name: 'Mark all as seen' }).click();
  await expect.poll(() => results(phone).count()).toBe(0);
  await inbox(desk);
  expect(await results(desk).count()).toBeGreaterThan(0);
  const told = phone.page.waitForResponse(
    (answer) => answer.url().endsWith('/$opened') && (answer.request().postData() ?? '').includes('mark'),
  );
  await phone.context.setOffline(false);
  expect((await told).status()).toBe(200);
  await inbox(desk);
  expect(await results(desk).count()).toBe(0);
});
