/** P1: what a person sends is stored once: pressed twice, or sent again because its answer was lost. */
import { fileURLToPath } from 'node:url';
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
      await page.getByLabel('Upper number').fill(upper(words));
      await page.getByLabel('Lower number').fill('77');
    },
    said: (words) => `"value":${upper(words)}`,
  },
  {
    type: 'Task?patient=maria-alvarez&code=urn:wellspring:task|letter&_count=200',
    path: '/letters',
    heading: 'Letters and forms',
    button: 'Send the request',
    async fill(page, words) {
      await page.getByRole('button', { name: 'Ask for a letter' }).click();
      await page.getByLabel('What should be in it?').fill(words);
    },
    said: (words) => words,
  },
  {
    type: 'DocumentReference?patient=maria-alvarez&_count=200',
    path: '/letters',
    heading: 'Letters and forms',
    button: 'Hand it in',
    async fill(page, words) {
      await page.getByRole('button', { name: 'Hand in a form' }).click();
      await page.getByLabel('What is it, and what is the clinic to do with it?').fill(words);
      await page.getByLabel('The form').setInputFiles(PAPER);
    },
    said: (words) => words,
  },
  {
    type: 'Communication?subject=Patient/maria-alvarez&_count=200',
    path: '/prevention',
    heading: 'Prevention',
    button: 'Tell the clinic',
    async fill(page, words) {
      await page
        .getByRole('button', { name: /^Had it elsewhere/ })
        .first()
        .click();
      await page.getByLabel('When was it?').fill('2026-02-03');
      await page.getByLabel('Where was it? (optional)').fill(words);
    },
    // Apart from the messages of these words.
    said: (words) => `. ${words}`,
  },
];

const upper = (words: string): string =>
  words.endsWith('pressed') ? '151' : words.endsWith('lost') ? '153' : '155';

/** The same file each time: of another date it would be another paper. */
const PAPER = fileURLToPath(new URL('../docs/images/dashboard-phone.png', import.meta.url));

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

// Where the other tab shows that it was told, there is no form to send again.
const FORMS_AGAIN = FORMS.filter(({ button }) => button !== 'Tell the clinic');

describe.each(FORMS_AGAIN)('“$button”', (form) => {
  const name = { name: form.button, exact: true };

  it('again in another tab, after the answer was lost in the first, stores once', async () => {
    const { page } = visit;
    await openPage(world, page, form.path, form.heading);
    await form.fill(page, 'another tab');
    const address = `${world.fhir}/${form.type.split('?')[0]}`;
    await page.route(address, async (route) => {
      if (route.request().method() !== 'POST') return route.continue();
      await route.fetch();
      await route.abort();
    });
    await page.getByRole('button', name).click();
    await page.locator('form [role=alert]').waitFor();
    await page.unroute(address);
    const second = await visit.context.newPage();
    await openPage(world, second, form.path, form.heading);
    await form.fill(second, 'another tab');
    const answered = second.waitForResponse((each) => each.url() === address && each.ok());
    await second.getByRole('button', name).click();
    expect((await answered).status()).toBe(200);
    await second.close();
    expect(await stored(form, 'another tab')).toBe(1);
  });
});
