/** P1: what a person sends is stored once: pressed twice, or sent again because its answer was lost. */
import { fileURLToPath } from 'node:url';
import type { Browser, Page, Request } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
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
  /** Below the base URL, where that is not the type that is searched: a transaction is sent to the base itself. */
  readonly sentTo?: string;
  /** Before the form can be filled in again. */
  before?(): Promise<unknown>;
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
  {
    type: 'Coverage?patient=maria-alvarez&_count=200',
    path: '/profile',
    heading: 'Profile',
    button: 'Hand it in',
    sentTo: '',
    async fill(page, words) {
      await page.getByRole('button', { name: 'Add or replace insurance' }).click();
      await page.getByLabel('Insurer').fill('Blue Harbor');
      await page.getByLabel('Member number').fill(words);
      await page.getByLabel('Front of the card (optional)').setInputFiles(PAPER);
    },
    said: (words) => words,
  },
  {
    type: 'Task?patient=maria-alvarez&code=urn:wellspring:task|profile-correction&_count=200',
    path: '/profile',
    heading: 'Profile',
    button: 'Ask the clinic to change it',
    before: () => decideCorrections(),
    async fill(page, words) {
      await page.getByRole('button', { name: 'Something is wrong' }).click();
      await page.getByLabel('What is wrong, and what is right?').fill(words);
    },
    said: (words) => words,
  },
  {
    type: 'MedicationStatement?patient=maria-alvarez&_count=200',
    path: '/medications',
    heading: 'Medicines',
    button: 'Add to my list',
    async fill(page, words) {
      await page.getByRole('button', { name: 'Add a medicine or vitamin' }).click();
      await page.getByLabel('What do you take?').fill(words);
    },
    said: (words) => words,
  },
  {
    type: 'QuestionnaireResponse?patient=maria-alvarez&_count=200',
    path: '/questionnaires/pre-visit',
    heading: 'Before your visit',
    button: 'Send my answers',
    async fill(page, words) {
      // What is asked depends on what was answered.
      for (const group of await page.locator('main fieldset').all())
        await group.getByRole('radio').first().check();
      for (const field of await page.locator('main textarea, main input[type=text]').all())
        await field.fill(words);
    },
    said: (words) => words,
  },
];

/** One is open at a time: what was asked for is decided. */
async function decideCorrections(): Promise<void> {
  const { entry = [] } = (await system('GET', 'Task?patient=maria-alvarez&status=requested&_count=200')) as {
    entry?: { resource: { id: string } }[];
  };
  for (const { resource } of entry)
    if (JSON.stringify(resource).includes('correction'))
      await system('PUT', `Task/${resource.id}`, { ...resource, status: 'rejected' });
}

const upper = (words: string): string =>
  words.endsWith('pressed') ? '151' : words.endsWith('lost') ? '153' : '155';

/** The same file each time: of another date it would be another paper. */
const PAPER = fileURLToPath(new URL('../docs/images/dashboard-phone.png', import.meta.url));

const addressOf = ({ sentTo, type }: Form): string =>
  sentTo === undefined ? `${world.fhir}/${type.split('?')[0]}` : `${world.fhir}${sentTo}`;

/** Batches of reads are sent to the base as well. */
const isOf = (form: Form, request: Request): boolean =>
  request.method() === 'POST' &&
  request.url() === addressOf(form) &&
  (form.sentTo === undefined || request.postData()?.includes('"transaction"') === true);

const stored = async ({ type, said }: Form, words: string): Promise<number> => {
  const { entry = [] } = (await system('GET', type)) as { entry?: object[] };
  return entry.filter((each) => JSON.stringify(each).includes(said(words))).length;
};

/** Where the page shows that it was told, there is no form to send again. */
const TOLD = ['Tell the clinic', 'Ask the clinic to change it'];

describe.each(FORMS)('“$button”', (form) => {
  const name = { name: form.button, exact: true };
  beforeEach(() => form.before?.());

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
    const address = addressOf(form);
    let lost = 0;
    await page.route(address, async (route) => {
      if (!isOf(form, route.request()) || lost++ > 0) return route.continue();
      await route.fetch();
      await route.abort();
    });
    await page.getByRole('button', name).click();
    const button = page.getByRole('button', name);
    const failed = page.locator('form [role=alert]').waitFor();
    // Where the page reads that it was told before the answer is given up, there is no form to fail.
    await (TOLD.includes(form.button)
      ? Promise.any([failed, button.waitFor({ state: 'detached' })])
      : failed);
    // A button that says “Sending…” is another by its name: then the request may be on its way still.
    await expect.poll(() => stored(form, 'answer lost')).toBe(1);
    const answered = page
      .waitForResponse((each) => isOf(form, each.request()) && each.ok())
      .then((each) => each.status());
    if (TOLD.includes(form.button)) {
      // The page may have read meanwhile that it was told: then its form is gone, and otherwise it goes when it is sent again.
      answered.catch(() => undefined);
      await button.click({ timeout: 5000 }).catch(() => undefined);
      await button.waitFor({ state: 'detached' });
    } else {
      await button.click();
      expect(await answered).toBe(200);
    }
    await page.unroute(address);
    expect(await stored(form, 'answer lost')).toBe(1);
  });
});

const FORMS_AGAIN = FORMS.filter(({ button }) => !TOLD.includes(button));

describe.each(FORMS_AGAIN)('“$button”', (form) => {
  const name = { name: form.button, exact: true };
  beforeEach(() => form.before?.());

  it('again in another tab, after the answer was lost in the first, stores once', async () => {
    const { page } = visit;
    await openPage(world, page, form.path, form.heading);
    await form.fill(page, 'another tab');
    const address = addressOf(form);
    await page.route(address, async (route) => {
      if (!isOf(form, route.request())) return route.continue();
      await route.fetch();
      await route.abort();
    });
    await page.getByRole('button', name).click();
    await page.locator('form [role=alert]').waitFor();
    await page.unroute(address);
    const second = await visit.context.newPage();
    await openPage(world, second, form.path, form.heading);
    await form.fill(second, 'another tab');
    const answered = second.waitForResponse((each) => isOf(form, each.request()) && each.ok());
    await second.getByRole('button', name).click();
    expect((await answered).status()).toBe(200);
    await second.close();
    expect(await stored(form, 'another tab')).toBe(1);
  });
});
