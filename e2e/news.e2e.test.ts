/** P18: what the clinic does is seen within seconds, on whatever page one is, without a reload. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { expectAccessible } from './accessible.ts';
import { clinicOf } from './clinic.ts';
import { openPage, openVisit, signIn } from './portal-page.ts';
import { openBrowser, openWorld, type World } from './world.ts';

let world: World;
let browser: Browser;

beforeAll(async () => {
  world = await openWorld({ seeded: true });
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  await world?.close();
});

const { system } = clinicOf(() => world);

it('a message and a visit appear while another page, and that of the visits, is open', async () => {
  const visit = await openVisit(browser, { width: 1280, height: 900 });
  await signIn(world, visit, 'maria');
  const { page } = visit;
  await openPage(world, page, '/appointments', 'Visits');
  const subject = { reference: 'Patient/maria-alvarez' };
  await system('POST', 'Communication', {
    resourceType: 'Communication',
    status: 'completed',
    subject,
    recipient: [subject],
    sent: new Date().toISOString(),
    payload: [{ contentString: 'Your results are in.' }],
  });
  await system('POST', 'Appointment', {
    resourceType: 'Appointment',
    status: 'booked',
    description: 'Visit of the test',
    start: new Date(Date.now() + 3 * 86_400_000).toISOString(),
    end: new Date(Date.now() + 3 * 86_400_000 + 1_200_000).toISOString(),
    participant: [{ actor: subject, status: 'accepted' }],
  });
  await page.getByText('Visit of the test').first().waitFor({ timeout: 40_000 });
  await expect.poll(() => page.title()).toMatch(/^\(\d+\) Visits/);
  const link = page.getByRole('link', { name: 'Messages', exact: true }).filter({ visible: true }).first();
  expect(await link.getAttribute('aria-describedby')).toBe('news');
  await expectAccessible(page);
  await visit.context.close();
});
