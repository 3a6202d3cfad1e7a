/** What changes something that is there: sent again because its answer was lost, it is done once, and nobody is told that somebody else had done it. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clinicOf } from './clinic.ts';
import { beforeItArrives, openPage, openVisit, signIn, type Visit } from './portal-page.ts';
import { openBrowser, openWorld, type World } from './world.ts';

let world: World;
let browser: Browser;
let visit: Visit;
let page: Page;

beforeAll(async () => {
  world = await openWorld({ seeded: true });
  browser = await openBrowser();
  visit = await openVisit(browser, { width: 1000, height: 800 });
  await signIn(world, visit, 'maria');
  page = visit.page;
});
afterAll(async () => {
  await browser?.close();
  await world?.close();
});

const { system } = clinicOf(() => world);
const patient = 'Patient/maria-alvarez';
const versionOf = async (reference: string): Promise<number> =>
  Number(((await system('GET', reference)).meta as { versionId: string }).versionId);

/** The network goes after the request arrived, and comes back when it is pressed again. */
async function pressAndLose(label: string | RegExp, sent: string, method = 'PUT'): Promise<void> {
  let arrived = false;
  await page.route(`${world.fhir}/**`, async (route) => {
    if (arrived) return route.abort();
    if (route.request().method() !== method || !route.request().url().includes(sent)) return route.continue();
    await route.fetch();
    arrived = true;
    return route.abort();
  });
  await page.getByRole('button', { name: label }).first().click();
  await expect.poll(() => arrived).toBe(true);
  await page.getByRole('alert').filter({ hasText: 'Nothing was lost' }).first().waitFor();
  await page.unroute(`${world.fhir}/**`);
}

describe('after a lost answer', () => {
  it('contact details that are there already are saved', async () => {
    await openPage(world, page, '/profile', 'Profile');
    await page.getByRole('button', { name: 'Change my contact details' }).click();
    await page.getByLabel('Phone', { exact: true }).fill('555-010-0188');
    const before = await versionOf(patient);
    await pressAndLose('Save', patient);
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('button', { name: 'Change my contact details' }).waitFor();
    await page.getByText('555-010-0188').first().waitFor();
    expect(await versionOf(patient)).toBe(before + 1);
  });

  it('a visit that was cancelled is said to be cancelled', async () => {
    await system('PUT', 'Appointment/lost-answer', {
      resourceType: 'Appointment',
      id: 'lost-answer',
      status: 'booked',
      description: 'Lost answer',
      start: new Date(Date.now() + 20 * 86_400_000).toISOString(),
      end: new Date(Date.now() + 20 * 86_400_000 + 1_800_000).toISOString(),
      participant: [{ actor: { reference: patient }, status: 'accepted' }],
    });
    await openPage(world, page, '/appointments', 'Visits');
    await page.getByRole('button', { name: /^Cancel.*Lost answer/ }).click();
    await page.getByLabel('Why? (optional)').fill('Away');
    await pressAndLose('Cancel this visit', 'Appointment/lost-answer');
    await page.getByRole('button', { name: 'Cancel this visit' }).click();
    await page.getByText('The visit is cancelled.').waitFor();
    expect(await versionOf('Appointment/lost-answer')).toBe(2);
    expect((await system('GET', 'Appointment/lost-answer')).status).toBe('cancelled');
  });

  it('a link is made once, and the one that is out is the one that was shown', async () => {
    await openPage(world, page, '/share', 'Share my summary');
    await page.getByLabel('For whom? (optional)').fill('Once');
    await pressAndLose('Make the link', '$share-link', 'POST');
    await page.getByRole('button', { name: 'Make the link' }).click();
    const link = await page.getByLabel(/^The link: copy it now/).inputValue();
    await page.getByRole('heading', { name: 'Once', level: 3 }).waitFor();
    expect(await page.getByRole('heading', { name: 'Once', level: 3 }).count()).toBe(1);
    const other = await browser.newPage();
    await other.goto(link);
    await other.getByRole('heading', { level: 1 }).first().waitFor();
    await other.close();
  });
});

describe('two at once', () => {
  it('what the clinic changed meanwhile is seen, and is not put back to what it was', async () => {
    await openPage(world, page, '/profile', 'Profile');
    await page.getByRole('button', { name: 'Change my contact details' }).click();
    await page.getByLabel('City').fill('Elsewhere');
    const before = await system('GET', patient);
    const [home] = before.address as { postalCode?: string }[];
    await beforeItArrives(page, `${world.fhir}/${patient}`, () =>
      system('PUT', patient, { ...before, address: [{ ...home, postalCode: '80999' }] }),
    );
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('The clinic changed this at the same time.').waitFor();
    await expect.poll(() => page.getByLabel('Postal code').inputValue()).toBe('80999');
    expect(await page.getByLabel('City').inputValue()).toBe('Elsewhere');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('button', { name: 'Change my contact details' }).waitFor();
    expect((await system('GET', patient)).address).toMatchObject([
      { city: 'Elsewhere', postalCode: '80999' },
    ]);
  });

  it('what was typed over something that the clinic changed is told at its field, kept, and sent when it was seen', async () => {
    await openPage(world, page, '/profile', 'Profile');
    await page.getByRole('button', { name: 'Change my contact details' }).click();
    await page.getByLabel('City').fill('Nowhere');
    const before = await system('GET', patient);
    const [home] = before.address as object[];
    await beforeItArrives(page, `${world.fhir}/${patient}`, () =>
      system('PUT', patient, { ...before, address: [{ ...home, city: 'Boston' }] }),
    );
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('The clinic changed this at the same time.').waitFor();
    await page.getByText('Boston').first().waitFor();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('This was changed meanwhile, to “Boston”.', { exact: false }).waitFor();
    expect(await page.getByLabel('City').inputValue()).toBe('Nowhere');
    expect((await system('GET', patient)).address).toMatchObject([{ city: 'Boston' }]);
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('button', { name: 'Change my contact details' }).waitFor();
    expect((await system('GET', patient)).address).toMatchObject([{ city: 'Nowhere' }]);
  });

  it('what was begun before a reload is there again, over what the clinic has now', async () => {
    await page.getByRole('button', { name: 'Change my notices' }).click();
    await page.getByLabel('Quiet from (optional)').fill('21:30');
    // Drafts are kept when the typing rests.
    await page.waitForTimeout(800);
    await openPage(world, page, '/profile', 'Profile');
    await page.getByRole('button', { name: 'Change my notices' }).click();
    expect(await page.getByLabel('Quiet from (optional)').inputValue()).toBe('21:30');
    await page.getByRole('button', { name: 'Cancel' }).first().click();
  });
});
