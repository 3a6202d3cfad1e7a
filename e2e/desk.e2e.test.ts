/** The care team's desk: who gets in and how, who is shown elsewhere, and what it costs to open. */
import type { Browser, Page, Route } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectAccessible } from './accessible.ts';
import { allow, openDesk as deskOf, GREETING, goTo, signInOnAccountPage } from './desk-page.ts';
import { walkThroughRecords } from './desk-record-walks.ts';
import { fetched } from './fetched.ts';
import { openVisit, picture } from './portal-page.ts';
import { openBrowser, openWorld, type World } from './world.ts';

const DESK = { width: 1280, height: 900 };
const TABLET = { width: 820, height: 1180 };
const PHONE = { width: 360, height: 740 };
const FIRST_LOAD = 180_000;

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

/** Opens an app and signs in; what comes then is the test's own. */
async function open(page: Page, app: string, username: string): Promise<void> {
  await page.goto(`${app}/`);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await signInOnAccountPage(page, username);
}

const openDesk = (page: Page, username: string): Promise<void> => deskOf(world, page, username);

/** As an EHR does that has Maria's record open: by the page for developers. */
async function launchByEhr(page: Page): Promise<void> {
  await page.goto(`${new URL(world.issuer).origin}/developers`);
  await page.getByLabel('1. Find a patient, by name or birth date').fill('alvarez');
  await page.getByRole('button', { name: 'Search' }).click();
  await page.getByRole('link', { name: /Maria.*Alvarez/ }).click();
  await page.getByLabel('2. App').selectOption('desk');
  await page.getByRole('button', { name: 'Launch with maria-alvarez' }).click();
}

interface TokenAnswer {
  readonly scope: string;
  readonly id_token: string;
}

const nextToken = async (page: Page): Promise<TokenAnswer> => {
  const response = await page.waitForResponse((each) => each.url() === `${world.issuer}/token`);
  return (await response.json()) as TokenAnswer;
};

describe('the desk', () => {
  it.each([
    ['a desk', DESK, 'light'],
    ['a tablet', TABLET, 'dark'],
    ['a phone', PHONE, 'dark'],
  ] as const)('opens for staff by user/ scopes and nothing else, at %s', async (name, size, scheme) => {
    const { page, context, errors } = await openVisit(browser, size, scheme);
    await page.goto(`${world.desk}/`);
    await page.getByRole('heading', { name: 'The care team’s desk' }).waitFor();
    await expectAccessible(page);
    await picture(page, `desk-welcome-${name.slice(2)}`);
    const token = nextToken(page);
    await openDesk(page, 'elena-ruiz');
    const levels = (await token).scope.split(' ').filter((word) => word.includes('/'));
    expect(levels.length).toBeGreaterThan(0);
    expect(levels.filter((word) => !word.startsWith('user/'))).toEqual([]);
    await page.getByRole('heading', { name: /Elena Ruiz/ }).waitFor();
    await page.getByRole('main').getByText('Internal Medicine', { exact: false }).waitFor();
    await page.getByRole('banner').getByText('Elena Ruiz', { exact: false }).waitFor();
    // The frame leaves the page its room: one line, two on a tablet, three on a phone.
    const bar = await page.getByRole('banner').boundingBox();
    expect(bar?.height).toBeLessThan(size === DESK ? 70 : size === TABLET ? 120 : 150);
    expect(await page.getByText(/\b0 items|Late: 0/).count()).toBe(0);
    // What alarms is first, and who comes next is beside it.
    await page
      .getByRole('link', { name: /Alarming answer.*Urgent/ })
      .first()
      .waitFor();
    await page.getByRole('heading', { name: /^Your visits (today|on )/ }).waitFor();
    await expectAccessible(page);
    await picture(page, `desk-start-${name.slice(2)}`);
    expect(errors).toEqual([]);
    await context.close();
  });

  it('speaks Spanish where the browser does, and English by one button', async () => {
    const { page, context } = await openVisit(browser, DESK, 'light', 'es-MX');
    await page.goto(`${world.desk}/`);
    await page.getByRole('heading', { name: 'El escritorio del equipo de atención' }).waitFor();
    await page.getByRole('button', { name: 'Entrar' }).click();
    await signInOnAccountPage(page, 'elena-ruiz');
    const allowIt = page.getByRole('button', { name: 'Permitir', exact: true });
    const work = page.getByRole('heading', { name: 'Su trabajo en la clínica' });
    await allowIt.or(work).first().waitFor();
    if (await allowIt.isVisible()) await allowIt.click();
    await work.waitFor();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'English' }).click();
    await page.getByRole('heading', { name: 'Your work at the clinic' }).waitFor();
    await context.close();
  });

  it('stays open over a reload, and asks for the password once somebody signed out', async () => {
    const { page, context } = await openVisit(browser, DESK);
    await openDesk(page, 'elena-ruiz');
    await page.reload();
    await page.getByRole('heading', { name: GREETING }).waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByLabel('Password').waitFor();
    await context.close();
  });

  it('ends by itself after a quarter of an hour without a touch; what was being written is there again', async () => {
    const { page, context } = await openVisit(browser, DESK);
    await openDesk(page, 'elena-ruiz');
    await goTo(page, '/inbox');
    await page.locator('ol a[id^=row-]').first().click();
    const handOver = page.getByRole('button', { name: /^Hand over/ }).first();
    const note = page.getByLabel(/^Note for whoever takes it/);
    await handOver.click();
    await note.fill('She sounded short of breath.');
    const item = new URL(page.url()).pathname;
    await page.evaluate(() => {
      const now = Date.now.bind(Date);
      Date.now = () => now() + 13.5 * 60_000;
    });
    await page.getByText('To protect patients’ records you will be signed out in two minutes.').waitFor();
    await expectAccessible(page);
    await page.evaluate(() => {
      const now = Date.now.bind(Date);
      Date.now = () => now() + 16 * 60_000;
    });
    await page.getByRole('button', { name: 'Sign in' }).click();
    await signInOnAccountPage(page, 'elena-ruiz');
    await allow(page, page.getByRole('navigation', { name: 'Pages' }));
    await goTo(page, item);
    await handOver.click();
    expect(await note.inputValue()).toBe('She sounded short of breath.');
    await context.close();
  });

  it('opens with the patient that the EHR had open, and again at a reload', async () => {
    const { page, context } = await openVisit(browser, DESK);
    await launchByEhr(page);
    await signInOnAccountPage(page, 'elena-ruiz');
    const patient = page.getByRole('heading', { name: /Maria.*Alvarez/, level: 1 });
    const token = nextToken(page);
    await allow(page, patient);
    expect((await token).scope.split(' ')).toContain('launch');
    expect(new URL(page.url()).pathname).toBe('/patients/maria-alvarez');
    await expectAccessible(page);
    await picture(page, 'desk-patient');
    await page.reload();
    await patient.waitFor();
    await context.close();
  });

  it('opened by an EHR leads to its patient, also where the first try came to no end, or says that the launch is over', async () => {
    const { page, context } = await openVisit(browser, DESK);
    const again = page.getByRole('button', { name: 'Sign in' });
    const patient = page.getByRole('heading', { name: /Maria.*Alvarez/, level: 1 });
    // Before it has left for the authorization server.
    await page.route(/smart-configuration/, (route) => route.abort(), { times: 1 });
    await launchByEhr(page);
    await page.getByText('can not be reached just now', { exact: false }).waitFor();
    await again.click();
    await signInOnAccountPage(page, 'elena-ruiz');
    await allow(page, patient);
    // When it came back.
    await page.route(/\/oauth2\/token$/, (route) => route.abort(), { times: 1 });
    await launchByEhr(page);
    await page.getByText('The sign-in was not finished.', { exact: false }).waitFor();
    await again.click();
    await patient.waitFor();
    expect(new URL(page.url()).pathname).toBe('/patients/maria-alvarez');
    const lose = async (route: Route): Promise<void> => {
      await route.fetch();
      await route.abort();
    };
    await page.route(/\/oauth2\/token$/, lose, { times: 1 });
    await launchByEhr(page);
    await page.getByText('The sign-in was not finished.', { exact: false }).waitFor();
    await again.click();
    await page
      .getByText('this launch is over. Open the app again from your system.', { exact: false })
      .waitFor();
    await context.close();
  });

  it('is not launched for a server that it does not know', async () => {
    const { page, context, requests } = await openVisit(browser, DESK);
    await page.goto(`${world.desk}/launch?iss=https://elsewhere.example/fhir&launch=x`);
    await page.getByText('This app was opened for another server.', { exact: false }).waitFor();
    expect(requests.some((url) => url.startsWith('https://elsewhere.example'))).toBe(false);
    await context.close();
  });

  it(`is at most ${FIRST_LOAD / 1000} kB of JavaScript gzipped, the portal’s none of it`, async () => {
    const { page, context, requests } = await openVisit(browser, DESK);
    const { scripts } = await fetched(page, { app: world.desk, fhir: world.fhir }, () =>
      openDesk(page, 'elena-ruiz'),
    );
    expect(scripts).toBeGreaterThan(FIRST_LOAD / 3);
    expect(scripts).toBeLessThan(FIRST_LOAD);
    expect(requests.filter((url) => url.startsWith(world.portal))).toEqual([]);
    await context.close();
  });
});

describe('P7 everybody is led to their own place', () => {
  it('a practitioner who opens the portal: before a record is chosen or a token made', async () => {
    const { page, context, requests } = await openVisit(browser, DESK);
    await open(page, world.portal, 'elena-ruiz');
    await page.getByRole('heading', { name: 'This is the patients’ portal' }).waitFor();
    await page.getByText(/You are signed in as Dr\. Elena Ruiz.* of the care team/).waitFor();
    await expectAccessible(page);
    await picture(page, 'desk-practitioner-at-portal');
    expect(requests).not.toContain(`${world.issuer}/token`);
    await page.getByRole('link', { name: 'Open the desk' }).click();
    await page.getByRole('button', { name: 'Sign in' }).click();
    await allow(page, page.getByRole('heading', { name: GREETING }));
    expect(new URL(page.url()).origin).toBe(world.desk);
    await context.close();
  });

  it('a patient who opens the desk', async () => {
    const { page, context, requests } = await openVisit(browser, PHONE, 'dark');
    await open(page, world.desk, 'james');
    await page.getByRole('heading', { name: 'This is the care team’s desk' }).waitFor();
    await expectAccessible(page);
    await picture(page, 'desk-patient-at-desk');
    expect(requests).not.toContain(`${world.issuer}/token`);
    await page.getByRole('link', { name: 'Open the portal' }).click();
    await page.getByRole('button', { name: 'Sign in' }).click();
    await allow(page, page.getByRole('heading', { name: 'Next visit' }));
    expect(new URL(page.url()).origin).toBe(world.portal);
    await context.close();
  });

  it('whoever wants to come in as somebody else: after signing out, with a password', async () => {
    const { page, context } = await openVisit(browser, DESK);
    await open(page, world.desk, 'james');
    await page.getByRole('link', { name: 'Sign in as somebody else' }).click();
    await page.getByRole('button', { name: 'Yes, sign me out' }).click();
    await openDesk(page, 'elena-ruiz');
    await context.close();
  });

  // What another server says, that does not tell patients from staff before it gives a token.
  it.each([
    ['portal', 'linda', 'Practitioner/elena-ruiz', 'This is the patients’ portal', 'Open the desk'],
    ['desk', 'elena-ruiz', 'Patient/maria-alvarez', 'This is the care team’s desk', 'Open the portal'],
  ] as const)('at a server that lets everybody into the %s', async (app, username, person, title, way) => {
    const { page, context } = await openVisit(browser, DESK);
    await page.route(`${world.issuer}/token`, async (route) => {
      const response = await route.fetch();
      const answer = (await response.json()) as TokenAnswer;
      const [head = '', claims = '', signature = ''] = answer.id_token.split('.');
      const told = { ...JSON.parse(Buffer.from(claims, 'base64url').toString()), fhirUser: person };
      const idToken = [head, Buffer.from(JSON.stringify(told)).toString('base64url'), signature].join('.');
      await route.fulfill({ response, json: { ...answer, id_token: idToken } });
    });
    const records: string[] = [];
    page.on('request', (request) => {
      if (request.url().startsWith(world.fhir) && request.headers().authorization)
        records.push(request.url());
    });
    await open(page, world[app], username);
    await allow(page, page.getByRole('heading', { name: title }));
    expect(records).toEqual([]);
    expect(await page.getByRole('link', { name: way }).getAttribute('href')).toBe(
      app === 'portal' ? world.desk : world.portal,
    );
    await expectAccessible(page);
    const end = page.waitForRequest((request) => request.url().startsWith(`${world.issuer}/session/end?`));
    await page.getByRole('button', { name: 'Sign in as somebody else' }).click();
    await end;
    await context.close();
  });
});

describe('patients and schedules', () => walkThroughRecords(() => ({ world, browser })));
