/** `npm run screenshots`: takes the pictures of the documentation again, from a freshly seeded clinic in a real browser. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { goTo, openDesk } from '../e2e/desk-page.ts';
import { openPage, openVisit, signIn } from '../e2e/portal-page.ts';
import { openBrowser, openWorld, PASSWORD } from '../e2e/world.ts';

const folder = join(import.meta.dirname, '..', 'docs', 'images');
const sizes = { desk: { width: 1280, height: 860 }, phone: { width: 360, height: 740 } };

/** Pages of docs/PORTAL.md: file, address, heading, and what is done there first. */
const PAGES: readonly (readonly [
  file: string,
  path: string,
  heading: string,
  act?: (page: Page) => Promise<void>,
])[] = [
  ['visits', '/appointments', 'Visits'],
  ['book', '/appointments/book', 'Book a visit'],
  ['inbox', '/inbox', 'What is new'],
  ['messages', '/messages', 'Messages'],
  ['medicines', '/medications', 'Medicines'],
  ['schedule', '/medications/schedule', 'What to take when'],
  ['records', '/records', 'Records'],
  [
    'search',
    '/records',
    'Records',
    async (page) => {
      await page.getByLabel('Search my whole record').fill('cholesterol');
      await page.getByRole('heading', { name: 'Results' }).waitFor();
    },
  ],
  ['summary', '/summary', 'Health summary'],
  ['share', '/share', 'Share my summary'],
  ['prevention', '/prevention', 'Prevention'],
  ['bills', '/bills', 'Bills'],
  ['letters', '/letters', 'Letters and forms'],
  ['health-card', '/health-card/vaccinations', 'SMART Health Card'],
  ['learn', '/learn', 'Learn'],
  ['article', '/learn/articles/hba1c', 'Blood sugar over three months (HbA1c)'],
  ['readings', '/readings', 'Home readings'],
  ['blood-pressure', '/readings/blood-pressure', 'Blood pressure'],
  ['care-plan', '/care-plan', 'Care plan'],
  ['heart-age', '/learn/heart-age', 'Heart age'],
  ['questionnaires', '/questionnaires', 'Questionnaires'],
  ['profile', '/profile', 'Profile'],
  ['notices', '/profile', 'Profile', async (page) => press(page, 'Change my notices')],
  ['insurance', '/profile', 'Profile', async (page) => press(page, 'Add or replace insurance')],
  ['access', '/access', 'Who looked at my record'],
];

async function press(page: Page, name: string | RegExp): Promise<void> {
  const button = page.getByRole('button', { name }).first();
  await button.click();
  await page.locator('form').last().scrollIntoViewIfNeeded();
}

for (const app of ['portal', 'desk']) mkdirSync(join(folder, app), { recursive: true });
const world = await openWorld({ seeded: true });
const browser = await openBrowser();

async function keep(page: Page, file: string): Promise<void> {
  await page.waitForTimeout(300);
  const isPicture = file.endsWith('.jpg');
  await page.screenshot({ path: join(folder, file), ...(isPicture ? { type: 'jpeg', quality: 60 } : {}) });
  console.log(`docs/images/${file}`);
}

/** README.md: asked for in the portal, answered at the desk by two keys, told in the portal. */
async function showRoundTrip(desk: Page): Promise<void> {
  const patient = await openVisit(browser, sizes.phone);
  const { page } = patient;
  await signIn(world, patient, 'maria');
  await openPage(world, page, '/medications', 'Medicines');
  const item = page.locator('li', { has: page.getByRole('button', { name: /^Ask for a refill/ }) }).first();
  const medicine = await item.getByRole('heading').innerText();
  const own = page.locator('li', { has: page.getByRole('heading', { name: medicine, exact: true }) }).first();
  await press(page, /^Ask for a refill/);
  await page.getByLabel(/Note for the clinic/).fill(NOTE);
  await page.getByRole('button', { name: 'Send the request' }).scrollIntoViewIfNeeded();
  await keep(page, 'portal/refill.jpg');
  await page.getByRole('button', { name: 'Send the request' }).click();
  await own.getByText('Refill asked for').waitFor();
  await goTo(desk, '/inbox');
  await desk.getByText(/items wait/).waitFor();
  await desk.getByRole('link').filter({ hasText: NOTE }).first().click();
  await desk.getByRole('heading', { name: 'Refill request', level: 2 }).waitFor();
  await desk.evaluate('scrollTo(0, 0)');
  await keep(desk, 'desk/inbox.jpg');
  await desk.keyboard.press('a');
  await desk.keyboard.press('Enter');
  const done = own.getByText('Refill done');
  await done.waitFor();
  // It is drawn anew as soon as the record is told of: nothing of it stands still to be scrolled to.
  await done.evaluate('(element) => element.scrollIntoView({ block: "center" })');
  await keep(page, 'portal/refill-done.jpg');
  await patient.context.close();
}

const NOTE = 'Three tablets left';

try {
  for (const [name, size] of Object.entries(sizes)) {
    const visit = await openVisit(browser, size);
    const { page } = visit;
    await signIn(world, visit, 'maria');
    await keep(page, `dashboard-${name}.png`);
    await page.getByRole('link', { name: 'Results', exact: true }).filter({ visible: true }).first().click();
    await page.getByRole('searchbox').fill('hba1c');
    await page.getByRole('link', { name: /HbA1c/ }).first().click();
    await page.getByRole('button', { name: 'Copy a link to this page' }).waitFor();
    if (name === 'desk') await keep(page, 'portal/report.jpg');
    await page.locator('main ul a', { hasText: 'HbA1c' }).first().click();
    await page.locator('main svg[role=img]').waitFor();
    await keep(page, `trend-${name}.png`);
    for (const [file, path, heading, act] of PAGES) {
      // Each at one size: what is used on the way is shown on a phone.
      if ((name === 'phone') !== ['visits', 'messages', 'blood-pressure', 'notices'].includes(file)) continue;
      await openPage(world, page, path, heading);
      await act?.(page);
      await keep(page, `portal/${file}.jpg`);
    }
    await visit.context.close();
  }
  const spanish = await openVisit(browser, sizes.desk, 'dark', 'es-MX');
  await spanish.page.goto(`${world.portal}/`);
  await spanish.page.getByRole('button', { name: 'Entrar' }).click();
  await spanish.page.getByLabel('Usuario o correo electrónico').fill('maria');
  await spanish.page.getByLabel('Contraseña').fill(PASSWORD);
  await spanish.page.getByRole('button', { name: 'Entrar' }).click();
  await spanish.page.getByRole('heading', { name: 'Próxima cita' }).waitFor();
  await keep(spanish.page, 'portal/spanish.jpg');
  const clinic = await openVisit(browser, sizes.desk);
  await openDesk(world, clinic.page, 'elena-ruiz');
  await keep(clinic.page, 'desk/start.jpg');
  await showRoundTrip(clinic.page);
  await goTo(clinic.page, '/patients/maria-alvarez');
  await clinic.page.getByRole('heading', { name: 'Problems' }).waitFor();
  await keep(clinic.page, 'desk/patient.jpg');
  await goTo(clinic.page, '/schedule');
  await clinic.page.getByRole('heading', { name: 'Schedule', exact: true }).waitFor();
  await keep(clinic.page, 'desk/schedule.jpg');
  await goTo(clinic.page, '/broadcasts');
  await clinic.page.getByRole('heading', { name: 'Outreach', exact: true }).waitFor();
  await keep(clinic.page, 'desk/outreach.jpg');
  await clinic.page.keyboard.press('/');
  await clinic.page
    .getByRole('combobox', { name: 'Find a patient, or something to do' })
    .fill('alavrez mria');
  await clinic.page.getByRole('option', { name: /Maria Elena Alvarez/ }).waitFor();
  await keep(clinic.page, 'desk/search.jpg');
} finally {
  await browser.close();
  await world.close();
}
