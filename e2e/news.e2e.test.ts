/** P18: what the clinic does is seen within seconds, on whatever page one is, without a reload. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  opened,
  openPushService,
  type PushService,
  browser as pushBrowser,
} from '../fhir-server/test/push-service.ts';
import { expectAccessible } from './accessible.ts';
import { clinicOf } from './clinic.ts';
import { openDesk } from './desk-page.ts';
import { openPage, openVisit, picture, signIn, type Visit } from './portal-page.ts';
import { openBrowser, openWorld, type World } from './world.ts';

let world: World;
let browser: Browser;
let service: PushService;
let folder: string;

beforeAll(async () => {
  service = await openPushService();
  folder = mkdtempSync(join(tmpdir(), 'wellspring-push-'));
  writeFileSync(join(folder, 'ca.pem'), service.cert);
  world = await openWorld({
    seeded: true,
    env: {
      NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem'),
      SUBSCRIPTION_ALLOWED_HOSTS: '127.0.0.1',
      NOTICE_SECONDS: '0.5',
    },
  });
  browser = await openBrowser({ isWhole: true });
});
afterAll(async () => {
  await browser?.close();
  await world?.close();
  await service?.close();
  rmSync(folder, { recursive: true, force: true });
});

const { system, desk } = clinicOf(() => world);

it('a message and a visit appear while another page, and that of the visits, is open; an answer of the care team within two seconds', async () => {
  const visit = await openVisit(browser, { width: 1280, height: 900 });
  const { page } = visit;
  const openLive = liveIn(page);
  await signIn(world, visit, 'maria');
  await openLive('/appointments', 'Visits');
  const subject = { reference: 'Patient/maria-alvarez' };
  const asked = await system('POST', 'Communication', {
    resourceType: 'Communication',
    status: 'completed',
    subject,
    sender: subject,
    recipient: [{ reference: 'Practitioner/elena-ruiz' }],
    sent: new Date().toISOString(),
    payload: [{ contentString: 'May I run again?' }],
  });
  await system('POST', 'Appointment', {
    resourceType: 'Appointment',
    status: 'booked',
    description: 'Visit of the test',
    start: new Date(Date.now() + 3 * 86_400_000).toISOString(),
    end: new Date(Date.now() + 3 * 86_400_000 + 1_200_000).toISOString(),
    participant: [{ actor: subject, status: 'accepted' }],
  });
  await page.getByText('Visit of the test').first().waitFor({ timeout: 5000 });
  await homeAndInboxHaveIt(visit, String(asked.id));
  await openLive('/messages', 'Messages');
  const answered = desk('reply', String(asked.id), 'Yes, but slowly.').then(() => Date.now());
  await page.getByText('Yes, but slowly.').first().waitFor({ timeout: 30_000 });
  const seen = Date.now();
  expect(seen - (await answered)).toBeLessThan(2000);
  await expect.poll(() => page.title()).toMatch(/^\(\d+\) Messages/);
  const link = page.getByRole('link', { name: 'Messages', exact: true }).filter({ visible: true }).first();
  const heard = await link.getAttribute('aria-describedby');
  expect(await page.locator(`[id="${heard}"]`).textContent()).toMatch(/^\d+ new things?$/);
  await expectAccessible(page);
  await inboxHasIt(visit);
  expect(visit.errors).toEqual([]);
  await visit.context.close();
});

/** Opens a page, and returns when its connection is there. */
function liveIn(page: Page): (path: string, heading: string | RegExp) => Promise<void> {
  let told = 0;
  page.on('websocket', (socket) => socket.on('framereceived', () => (told += 1)));
  return async (path, heading) => {
    told = 0;
    await page.goto(`${world.portal}${path}`);
    await page.getByRole('heading', { name: heading, exact: true, level: 1 }).waitFor();
    await page.locator('main [aria-busy=true]').first().waitFor({ state: 'detached' });
    await expect.poll(() => told, { timeout: 10_000 }).toBeGreaterThan(0);
  };
}

/** On the first page and in the inbox, both open, and counted beside its page on a third; of three answers, for a machine that has much to do, one has to be so quick. */
async function homeAndInboxHaveIt({ page, context }: Visit, asked: string): Promise<void> {
  const [home, inbox] = [await context.newPage(), await context.newPage()];
  await liveIn(inbox)('/inbox', 'What is new');
  await liveIn(home)('/', /Maria/);
  const listed = inbox.locator('main li').filter({ has: inbox.getByText('Message', { exact: true }) });
  const took: number[] = [];
  do {
    const text = `Shown at once, ${took.length}`;
    const before = await listed.count();
    const answered = desk('reply', asked, text).then(() => Date.now());
    const shown = [home.getByRole('main').getByText(text), listed.nth(before)];
    const seen = await Promise.all(
      shown.map(async (place) => {
        await place.waitFor({ timeout: 30_000 });
        return Date.now();
      }),
    );
    took.push(Math.max(...seen) - (await answered));
  } while (took.length < 3 && Math.min(...took) >= 2000);
  expect(Math.min(...took)).toBeLessThan(2000);
  await expect.poll(() => page.title()).toMatch(/^\(\d+\) Visits/);
  for (const tab of [home, inbox]) await tab.close();
}

/** Everything new in one place, counted in the title and beside its page; seen is seen, in another tab too. */
async function inboxHasIt({ page, context }: Visit): Promise<void> {
  await openPage(world, page, '/inbox', 'What is new');
  const list = page.locator('main li');
  await list.filter({ hasText: 'Visit of the test' }).waitFor({ state: 'detached' });
  const start = new Date(Date.now() + 5 * 86_400_000);
  await system('POST', 'Appointment', {
    resourceType: 'Appointment',
    status: 'booked',
    description: 'Second visit of the test',
    start: start.toISOString(),
    end: new Date(start.getTime() + 1_200_000).toISOString(),
    participant: [{ actor: { reference: 'Patient/maria-alvarez' }, status: 'accepted' }],
  });
  await list.filter({ hasText: 'Second visit of the test' }).waitFor({ timeout: 10_000 });
  const shown = await list.count();
  await expect.poll(() => page.title()).toMatch(new RegExp(`^\\(${shown}\\) What is new`));
  await expectAccessible(page);
  await picture(page, 'inbox-desk');
  const other = await context.newPage();
  await openPage(world, other, '/inbox', 'What is new');
  await other.getByText('Second visit of the test').waitFor();
  await page.getByRole('button', { name: 'Mark all as seen' }).click();
  await page.getByText('Seen. What comes next is shown here.').waitFor();
  for (const tab of [page, other])
    await tab.getByText('Second visit of the test').waitFor({ state: 'detached' });
  await other.close();
}

it('on the desk, what is written into the record that is open appears in it', async () => {
  const visit = await openVisit(browser, { width: 1280, height: 900 });
  const { page } = visit;
  await openDesk(world, page, 'elena-ruiz');
  let told = 0;
  page.on('websocket', (socket) => socket.on('framereceived', () => (told += 1)));
  await page.goto(`${world.desk}/patients/maria-alvarez`);
  await page.getByRole('heading', { name: 'Maria Elena Alvarez', level: 1 }).waitFor();
  await expect.poll(() => told, { timeout: 10_000 }).toBeGreaterThan(0);
  await system('POST', 'AllergyIntolerance', {
    resourceType: 'AllergyIntolerance',
    clinicalStatus: {
      coding: [
        { system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical', code: 'active' },
      ],
    },
    code: { text: 'Quince of the test' },
    patient: { reference: 'Patient/maria-alvarez' },
  });
  await page.getByText('Quince of the test').first().waitFor({ timeout: 5000 });
  expect(visit.errors).toEqual([]);
  await visit.context.close();
});

/**
 * The browser's own push service can't be reached from here: its subscription is made by the test, for a push service of the test. Everything else is real: the question,
 * the page, the server's message over https, what the browser opens of it, and the service worker that shows it.
 */
async function withPushService(page: Page, told: ReturnType<typeof pushBrowser>): Promise<void> {
  const subscription = {
    endpoint: service.origin + told.path,
    keys: { p256dh: told.keys.getPublicKey().toString('base64url'), auth: told.auth.toString('base64url') },
  };
  await page.addInitScript(`(() => {
    const made = () => sessionStorage.getItem('subscribed') === null ? null : {
      endpoint: '${subscription.endpoint}',
      toJSON: () => (${JSON.stringify(subscription)}),
      unsubscribe: async () => { sessionStorage.removeItem('subscribed'); return true; },
    };
    PushManager.prototype.subscribe = async ({ applicationServerKey }) => {
      sessionStorage.setItem('subscribed', applicationServerKey);
      return made();
    };
    PushManager.prototype.getSubscription = async () => made();
  })()`);
}

it('asks after a message was sent whether to tell on this device, tells by Web Push that there is something, and is turned off in the profile', async () => {
  const visit = await openVisit(browser, { width: 360, height: 740 }, 'dark');
  const { page, context } = visit;
  const told = pushBrowser('/james');
  await context.grantPermissions(['notifications'], { origin: world.portal });
  await withPushService(page, told);
  await signIn(world, visit, 'james');
  await openPage(world, page, '/messages/new', 'Write a message');
  await page.getByLabel('About').fill('A question');
  await page.getByLabel('Message', { exact: true }).fill('Is it time?');
  await page.getByRole('button', { name: 'Send' }).click();
  await page.getByRole('heading', { name: 'Shall this device tell you when there is an answer?' }).waitFor();
  await expectAccessible(page);
  await picture(page, 'push-offer-phone');
  await page.getByRole('button', { name: 'Tell me on this device' }).click();
  await page.getByText('This device will tell you when there is something new.').waitFor();
  await system('POST', 'Communication', {
    resourceType: 'Communication',
    status: 'completed',
    subject: { reference: 'Patient/james-whitfield' },
    sender: { reference: 'Practitioner/elena-ruiz' },
    sent: new Date().toISOString(),
    payload: [{ contentString: 'Your potassium is low.' }],
  });
  const got = () => service.sent.filter(({ path }) => path === told.path);
  await expect.poll(() => got().length, { timeout: 20_000 }).toBe(1);
  const said = opened(told, got()[0]?.body as Buffer);
  expect(said).toEqual({ text: 'There is something new in your record.' });
  expect(await shownByTheWorker(page, JSON.stringify(said))).toEqual([
    'There is something new in your record.',
  ]);
  await openPage(world, page, '/profile', 'Profile');
  await page.getByText('This device tells you of news.').first().waitFor();
  await expectAccessible(page);
  await page.getByRole('button', { name: /^Turn off/ }).click();
  await page.getByRole('button', { name: 'Tell me on this device' }).waitFor();
  expect(visit.errors).toEqual([]);
  await context.close();
});

/** The message handed to the service worker as the browser does it; the titles of what it shows. */
async function shownByTheWorker(page: Page, data: string): Promise<unknown> {
  const devtools = await page.context().newCDPSession(page);
  const registered = new Promise<string>((resolve) => {
    devtools.on('ServiceWorker.workerVersionUpdated', ({ versions }) => {
      const active = versions.find(({ status }) => status === 'activated');
      if (active) resolve(active.registrationId);
    });
  });
  await devtools.send('ServiceWorker.enable');
  await devtools.send('ServiceWorker.deliverPushMessage', {
    origin: world.portal,
    registrationId: await registered,
    data,
  });
  const titles = () =>
    page.evaluate(
      'navigator.serviceWorker.ready.then((it) => it.getNotifications()).then((all) => all.map(({ title }) => title))',
    );
  await expect.poll(titles, { timeout: 10_000 }).toHaveLength(1);
  return titles();
}
