/** P1: what a person sends is stored once: pressed twice, or sent again because its answer was lost. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clinicOf } from './clinic.ts';
import { openPage, openVisit, signIn, type Visit } from './portal-page.ts';
import { openBrowser, openWorld, type World } from './world.ts';

let world: World;
let browser: Browser;
let visit: Visit;

beforeAll(async () => {
  world = await openWorld({ seeded: true });
  browser = await openBrowser();
  visit = await openVisit(browser, { width: 1000, height: 800 });
  await signIn(world, visit, 'maria');
});
afterAll(async () => {
  await browser?.close();
  await world?.close();
});

const { system } = clinicOf(() => world);

interface Form {
  readonly type: string;
  readonly path: string;
  readonly heading: string;
  readonly button: string;
  fill(page: Page, words: string): Promise<void>;
  /** What only the stored one says. */
  said(words: string): string;
}

const FORMS: readonly Form[] = [
  {
    type: 'Communication?subject=Patient/maria-alvarez&_count=200',
    path: '/messages/new',
    heading: 'Write a message',
    button: 'Send',
    async fill(page, words) {
      await page.getByLabel('About').fill('Once');
      await page.getByLabel('Message').fill(words);
    },
    said: (words) => words,
  },
  {
    type: 'Appointment?patient=maria-alvarez&_count=200',
    path: '/appointments/new',
    heading: 'Ask for a visit',
    button: 'Ask for the visit',
    fill: (page, words) => page.getByLabel('What is it about?').fill(words),
    said: (words) => words,
  },
  {
    type: 'Observation?patient=maria-alvarez&code=85354-9&_count=200&_sort=-date',
    path: '/readings/blood-pressure',
    heading: 'Blood pressure',
    button: 'Add to my record',
    async fill(page, words) {
      await page.getByLabel('Upper number').fill(words.endsWith('pressed') ? '151' : '153');
      await page.getByLabel('Lower number').fill('77');
    },
    said: (words) => `"value":${words.endsWith('pressed') ? '151' : '153'}`,
  },
];

const stored = async ({ type, said }: Form, words: string): Promise<number> => {
  const { entry = [] } = (await system('GET', type)) as { entry?: object[] };
  return entry.filter((each) => JSON.stringify(each).includes(said(words))).length;
};

describe.each(FORMS)('“$button”', (form) => {
  const name = { name: form.button, exact: true };

  it('pressed twice stores once', async () => {
    const { page } = visit;
    await openPage(world, page, form.path, form.heading);
    await form.fill(page, 'twice pressed');
    await page.getByRole('button', name).dblclick();
    await expect.poll(() => stored(form, 'twice pressed')).toBe(1);
    await page.waitForLoadState('networkidle');
    expect(await stored(form, 'twice pressed')).toBe(1);
  });

  it('again after a lost answer stores once', async () => {
    const { page } = visit;
    await openPage(world, page, form.path, form.heading);
    await form.fill(page, 'answer lost');
    const address = `${world.fhir}/${form.type.split('?')[0]}`;
    let lost = 0;
    await page.route(address, async (route) => {
      if (route.request().method() !== 'POST' || lost++ > 0) return route.continue();
      await route.fetch();
      await route.abort();
    });
    await page.getByRole('button', name).click();
    await page.locator('form [role=alert]').waitFor();
    expect(await stored(form, 'answer lost')).toBe(1);
    const answered = page.waitForResponse((each) => each.url() === address && each.ok());
    await page.getByRole('button', name).click();
    expect((await answered).status()).toBe(200);
    await page.unroute(address);
    expect(await stored(form, 'answer lost')).toBe(1);
  });
});
