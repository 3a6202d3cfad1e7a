/** Faults of the portal that people met, by their numbers, where no other walk meets them. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectAccessible } from './accessible.ts';
import { clinicOf } from './clinic.ts';
import { openPage, openVisit, signIn, type Visit } from './portal-page.ts';
import { openBrowser, openWorld, type World } from './world.ts';

const DAY_MS = 86_400_000;

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

it('P17: whoever moves a visit sees it, with its reason; whoever cancels one may keep it', async () => {
  const later = new Date(Date.now() + 7 * DAY_MS).toISOString();
  const free = await system('GET', `Slot?status=free&start=gt${later}&_sort=start&_count=1`);
  const [{ resource: slot }] = free.entry as [{ resource: { id: string; start: string; end: string } }];
  await system('PUT', 'Appointment/to-move', {
    resourceType: 'Appointment',
    id: 'to-move',
    status: 'booked',
    description: 'Knee, again',
    start: slot.start,
    end: slot.end,
    slot: [{ reference: `Slot/${slot.id}` }],
    participant: [{ actor: { reference: patient }, status: 'accepted' }],
  });
  await openPage(world, page, '/appointments', 'Visits');
  const item = page.locator('main li', { hasText: 'Knee, again' }).first();
  const when = await item.getByRole('heading').innerText();
  await item.getByRole('button', { name: /^Cancel/ }).click();
  await item.getByRole('button', { name: 'Cancel this visit' }).waitFor();
  await item.getByRole('button', { name: 'Keep it' }).click();
  expect((await system('GET', 'Appointment/to-move')).status).toBe('booked');
  await item.getByRole('link', { name: /^Another time/ }).click();
  await page.getByRole('heading', { name: 'Choose another time' }).waitFor();
  const before = await page.getByText(/^Until now: /).innerText();
  expect(before).toContain(when.split(',').at(-1)?.trim());
  await page.getByLabel('With whom?').selectOption('');
  await page.locator('main ul button').first().click();
  expect(await page.getByLabel('What is it about?').inputValue()).toBe('Knee, again');
  await page.getByText(/^Until now: /).waitFor();
});

it('P19: notices that are saved as they were leave the language of the pages as it is', async () => {
  const before = await system('GET', patient);
  const spanish = { coding: [{ system: 'urn:ietf:bcp:47', code: 'es' }] };
  await system('PUT', patient, { ...before, communication: [{ language: spanish, preferred: true }] });
  await openPage(world, page, '/profile', 'Profile');
  await page.getByRole('button', { name: 'Change my notices' }).click();
  expect(await page.getByLabel('Language', { exact: true }).inputValue()).toBe('es');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('button', { name: 'Change my notices' }).waitFor();
  expect(await page.evaluate('document.documentElement.lang')).toBe('en');
  await openPage(world, page, '/profile', 'Profile');
  expect((await system('GET', patient)).communication).toMatchObject([
    { language: spanish, preferred: true },
  ]);
  await system('PUT', patient, { ...before, meta: undefined });
});

it('P22: filters of the results are there again after one of them was looked at, and after a reload', async () => {
  await openPage(world, page, '/results', 'Results');
  const outside = page.getByRole('checkbox', { name: 'Only outside range' });
  // Ticked when the address says so, which may be a moment after the click.
  await outside.click();
  await expect.poll(() => outside.isChecked()).toBe(true);
  expect(new URL(page.url()).search).not.toBe('');
  const filtered = page.url();
  const lines = await page.locator('main li a').allInnerTexts();
  await page.locator('main li a').first().click();
  await page.waitForURL((url) => url.href !== filtered);
  await page.goBack();
  for (const again of [async () => undefined, () => page.reload()]) {
    await again();
    await outside.waitFor();
    expect(page.url()).toBe(filtered);
    expect(await outside.isChecked()).toBe(true);
    await expect.poll(() => page.locator('main li a').allInnerTexts()).toEqual(lines);
  }
});

it('P22: what was looked for on a page is there again on the way back and after a reload, in no address, and readable nowhere in the browser', async () => {
  for (const [path, heading, label, words] of [
    ['/records', 'Records', 'Search my whole record', 'cholesterol'],
    ['/messages', 'Messages', 'Search messages', 'ankles'],
    ['/results?kind=labs', 'Results', 'Search results', 'hemoglobin'],
    ['/access?whose=all', 'Who looked at my record', 'A name, or what was looked at', 'results'],
  ] as const) {
    await openPage(world, page, path, heading);
    const field = page.getByLabel(label);
    await field.pressSequentially(words);
    await page.getByRole('link', { name: 'Home', exact: true }).first().click();
    await page.waitForURL(`${world.portal}/`);
    await page.goBack();
    for (const again of [async () => undefined, () => page.reload(), () => page.reload()]) {
      await again();
      await expect.poll(() => field.inputValue(), { message: path }).toBe(words);
      expect(page.url()).toBe(world.portal + path);
      expect(
        await page.evaluate('JSON.stringify([history.state, { ...sessionStorage }, { ...localStorage }])'),
      ).not.toContain(words);
    }
    // Opened anew, nothing is looked for.
    await openPage(world, page, '/profile', 'Profile');
    await openPage(world, page, path, heading);
    expect(await field.inputValue()).toBe('');
  }
});

it('P28: the emergency services stand before whoever else is called in an emergency', async () => {
  for (const [path, heading] of [
    ['/profile', 'Profile'],
    ['/summary', 'Health summary'],
  ] as const) {
    await openPage(world, page, path, heading);
    const text = await page.locator('body').innerText();
    expect(text, path).not.toMatch(/In an emergency call(?!\s+(?:First )?911)/i);
    expect(text, path).toContain('Carlos Alvarez');
  }
});

it('an address of what is not open to the person says so: an empty page would say that there is none', async () => {
  const limited = await openVisit(browser, { width: 360, height: 740 });
  await limited.page.route('**/token', async (route) => {
    const answer = await route.fetch();
    const told = (await answer.json()) as { scope?: string };
    const scope = told.scope?.replaceAll(/patient\/(?:MedicationRequest|Condition|Observation)\.\w+/g, '');
    await route.fulfill({ response: answer, json: { ...told, ...(scope === undefined ? {} : { scope }) } });
  });
  await signIn(world, limited, 'maria');
  for (const path of [
    '/medications',
    '/medications/schedule',
    '/records/Condition',
    '/results',
    '/summary',
  ]) {
    await limited.page.goto(world.portal + path);
    await limited.page.getByRole('heading', { name: 'This part is not open to you' }).waitFor();
    // Of one's own record: nobody else opened it.
    await limited.page.getByText('sign out and in again, and leave it ticked').waitFor();
  }
  await expectAccessible(limited.page);
  await openPage(world, limited.page, '/records', 'Records');
  await limited.page.getByRole('link', { name: 'Vaccinations' }).first().waitFor();
  expect(await limited.page.getByRole('link', { name: 'Health summary to print' }).count()).toBe(0);
  await openPage(world, limited.page, '/messages', 'Messages');
  await limited.context.close();
});

describe('P25: in Spanish', () => {
  it.each([320, 360])(
    'no word of the navigation breaks at %i px, nor does the page overflow',
    async (width) => {
      const spanish = await openVisit(browser, { width, height: 740 }, 'light', 'es-US');
      await spanish.page.goto(`${world.portal}/`);
      const enter = spanish.page.getByRole('button', { name: 'Entrar' }).first();
      await enter.click();
      await spanish.page.getByText(/^para seguir en /).waitFor();
      expect(await spanish.page.locator('body').innerText()).not.toMatch(/health portal|emergency|Terms/i);
      await spanish.page.locator('input[name=login], input[autocomplete=username]').first().fill('james');
      await spanish.page.locator('input[type=password]').fill('Wellspring-Demo-1');
      await spanish.page.getByRole('button', { name: 'Entrar' }).click();
      const bar = spanish.page.getByRole('navigation').filter({ visible: true }).last();
      const allow = spanish.page.getByRole('button', { name: 'Permitir', exact: true });
      await allow.or(bar).first().waitFor();
      if (await allow.isVisible()) await allow.click();
      await bar.locator('a').first().waitFor();
      const broken = await bar.evaluate((nav: { querySelectorAll(of: string): Iterable<Label> }) =>
        [...nav.querySelectorAll('a > span:not([hidden])')]
          .filter((label) => !/\s/.test(label.textContent ?? '') && label.getClientRects().length > 1)
          .map((label) => label.textContent),
      );
      expect(broken).toEqual([]);
      expect(await spanish.page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
      await spanish.context.close();
    },
  );

  it('what the browser writes in its own language is said in that of the page: days, and files', async () => {
    const english = await openVisit(browser, { width: 1280, height: 900 });
    await signIn(world, english, 'james');
    await english.page.goto(`${world.portal}/appointments/new`);
    await english.page.locator('input[type=date]').first().fill('2027-01-18');
    expect(await english.page.getByText('Jan 18, 2027').count()).toBe(0);
    await english.page.getByRole('button', { name: 'Español' }).first().click();
    await english.page.getByText(/^18 (de )?ene/).waitFor();
    await english.page.goto(`${world.portal}/results`);
    await english.page.getByText('Aquí su navegador pide mes / día / año.').waitFor();
    await english.page.goto(`${world.portal}/messages/new`);
    await english.page.getByText('No se ha elegido ningún archivo.').waitFor();
    await english.page.locator('input[type=file]').setInputFiles({
      name: 'foto.png',
      mimeType: 'image/png',
      buffer: Buffer.from(
        'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
        'base64',
      ),
    });
    await english.page.getByText('foto.png', { exact: true }).waitFor();
    await english.page.getByText('Elegir otro archivo').waitFor();
    await expectAccessible(english.page);
    await english.context.close();
  });
});

interface Label {
  readonly textContent: string | null;
  getClientRects(): { readonly length: number };
}
